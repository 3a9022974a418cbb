//! The emulator as a program; see `--help`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    acs_emulator::program::run(std::env::args_os().skip(1)).await
}
