//! The identity of a runtime.

/// Identifies a runtime by its process, as a fork generation, and its number among the process's starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) fork: u64,
    pub(crate) start: u64,
}
