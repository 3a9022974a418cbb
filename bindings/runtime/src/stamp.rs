//! Which runtime it is.

/// Which runtime of which process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) fork: u64,
    pub(crate) start: u64,
}
