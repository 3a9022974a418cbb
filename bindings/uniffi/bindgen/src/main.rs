//! `uniffi-bindgen`, at the version of the facade.

use std::process::ExitCode;

fn main() -> ExitCode {
    acs_uniffi_bindgen::main()
}
