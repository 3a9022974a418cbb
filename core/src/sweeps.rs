//! When to remove what is no longer needed from a collection that grows.

/// A collection is swept each time it has doubled, so that sweeping costs no more than filling it, however much of
/// it is still needed.
#[derive(Debug, Default)]
pub(crate) struct Sweeps {
    at: usize,
}

impl Sweeps {
    /// Whether to sweep a collection of this size before it grows; never one that is smaller than `least`.
    pub(crate) fn are_due(&self, size: usize, least: usize) -> bool {
        size >= self.at.max(least)
    }

    /// Notes the size after a sweep.
    pub(crate) fn done(&mut self, size: usize) {
        self.at = 2 * size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_that_find_nothing_cost_no_more_than_filling() {
        let (mut sweeps, mut looked_at) = (Sweeps::default(), 0);
        for size in 0..100_000 {
            if sweeps.are_due(size, 16) {
                looked_at += size;
                sweeps.done(size);
            }
        }
        assert!(looked_at < 200_000, "{looked_at}");
    }

    #[test]
    fn what_is_no_longer_needed_is_at_most_as_much_as_what_is_or_the_least() {
        let (mut sweeps, mut size) = (Sweeps::default(), 0);
        for _ in 0..100_000 {
            if sweeps.are_due(size, 16) {
                size = 0;
                sweeps.done(size);
            }
            size += 1;
            assert!(size <= 16);
        }
    }
}
