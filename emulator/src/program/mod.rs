//! The emulator as a program, for this crate's binary and for subcommands of others.

mod args;
mod end_signal;
mod trust;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use tokio::sync::oneshot;

use self::args::Arguments;
use self::end_signal::end_signal;
use crate::Emulator;
use crate::options::Options;

/// The exit code for invalid arguments, as in `sysexits.h`.
const USAGE: u8 = 64;

/// Runs the emulator with these arguments (without the program's name) until a signal or, with
/// `--until-stdin-closes`, the end of standard input stops it.
///
/// The first line on standard output is the start line; with `--env`, shell lines follow. Everything else
/// goes to standard error. The exit code is 0, 64 if the arguments are invalid, or 1 if it cannot start.
pub async fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match args::parse(args) {
        Ok(arguments) => arguments,
        Err(problem) if problem.use_stderr() => {
            complain(problem.render().to_string().trim_end());
            return ExitCode::from(USAGE);
        }
        Err(help) => {
            // If standard output is closed, there is nobody to report that to.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    let options = match arguments.options() {
        Ok(options) => options,
        Err(problem) => {
            complain(&problem);
            return ExitCode::from(USAGE);
        }
    };
    match serve(options, &arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&problem);
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options, arguments: &Arguments) -> Result<(), String> {
    // Installed before the start line is printed, so that its reader can end the program at once.
    let ended = end_signal().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let emulator = Emulator::start(options)
        .await
        .map_err(|error| error.to_string())?;
    let info = emulator.info();
    let mut lines = vec![info.line()];
    lines.extend(arguments.env.map(|runtime| runtime.lines(&info.ca_file)));
    writeln!(io::stdout(), "{}", lines.join("\n"))
        .and_then(|()| io::stdout().flush())
        .map_err(|error| format!("cannot write the start line: {error}"))?;
    complain(&format!(
        "every request is explained at {}/_emulator/",
        info.http_url
    ));

    if arguments.until_stdin_closes {
        tokio::select! {
            () = ended => {}
            () = stdin_closed() => {}
        }
    } else {
        ended.await;
    }
    drop(emulator);
    Ok(())
}

/// Reads on its own thread: a blocked thread of the runtime would keep the runtime from shutting down.
async fn stdin_closed() {
    let (closed, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}

fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "acs-emulator: {text}");
}
