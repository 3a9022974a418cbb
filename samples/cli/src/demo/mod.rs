//! `acs-auth demo`
use crate::args::DemoArgs;
use crate::failure::Failure;
pub(crate) async fn run(_args: &DemoArgs) -> Result<(), Failure> {
    Ok(())
}
