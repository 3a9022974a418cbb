//! That `include/acs_auth.h` and the signatures of other languages are what the facade's source makes, and that the source keeps
//! the header's rules.

use std::process::Command;

#[test]
fn what_is_generated_is_what_its_source_makes() {
    let checked = Command::new(env!("CARGO_BIN_EXE_acs-c-header"))
        .arg("--check")
        .output()
        .expect("it runs");
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}
