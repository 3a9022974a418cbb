//! A task that ends with its owner.

use tokio::task::JoinHandle;

#[derive(Debug)]
pub(super) struct Task(JoinHandle<()>);

impl Task {
    /// Runs on the caller's runtime.
    pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// Whether the task, or its runtime, has ended.
    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
