//! The acs-auth command line.
#![forbid(unsafe_code)]

mod args;
mod assignments;
mod demo;
mod exchange;
mod failure;
mod help;
mod input;
mod inspect;
mod output;
mod report;
mod serve;
mod service;
mod sign;
mod signals;
mod style;
mod tokens;
mod usage;
mod users;
mod warnings;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::args::{AssignmentsCommand, Command, TokensCommand, UsersCommand};
use crate::failure::{Failure, refused};

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let command = match args::parse(&args) {
        Ok(cli) => cli.command,
        Err(error) => return usage::answer(&error, &args),
    };
    let as_json = command.json();
    run(command).unwrap_or_else(|failure| report::report(failure, as_json))
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    // `serve` sets up its own log.
    if !matches!(command, Command::Serve(_)) {
        warnings::show();
    }
    match command {
        Command::Inspect(args) => return inspect::run(&args),
        Command::Sign(args) => sign::run(&args)?,
        Command::Demo(args) => asynchronously(demo::run(&args))??,
        Command::Serve(args) => asynchronously(serve::run(&args))??,
        Command::Exchange(args) => asynchronously(exchange::run(&args))??,
        Command::Users(UsersCommand::Create(args)) => asynchronously(users::create(&args))??,
        Command::Users(UsersCommand::Get(args)) => asynchronously(users::get(&args))??,
        Command::Users(UsersCommand::Delete(args)) => asynchronously(users::delete(&args))??,
        Command::Tokens(TokensCommand::Issue(args)) => asynchronously(tokens::issue(&args))??,
        Command::Tokens(TokensCommand::Revoke(args)) => asynchronously(tokens::revoke(&args))??,
        Command::Assignments(AssignmentsCommand::Put(args)) => asynchronously(assignments::put(&args))??,
        Command::Assignments(AssignmentsCommand::Get(args)) => asynchronously(assignments::get(&args))??,
        Command::Assignments(AssignmentsCommand::Delete(args)) => {
            asynchronously(assignments::delete(&args))??;
        }
        Command::Emulator { args } => return asynchronously(acs_emulator::program::run(args)),
    }
    Ok(ExitCode::SUCCESS)
}

fn asynchronously<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| refused("runtime", format!("No threads can be started: {error}.")))?;
    let outcome = runtime.block_on(work);
    // Blocking tasks, such as a name lookup, must not delay the exit.
    runtime.shutdown_background();
    Ok(outcome)
}
