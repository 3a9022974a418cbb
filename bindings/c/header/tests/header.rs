//! Checks that the generated files are up to date, and that the facade's source follows the header's rules.

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
