//! The executor for the connection pool's background work.

use std::future::Future;

use hyper::rt::Executor;
use tokio::runtime::Handle;

/// Runs a future on the current runtime, and drops it if there is none: a request may be dropped on any
/// thread, and the work that the pool then starts is only cleanup.
#[derive(Debug, Clone, Copy)]
pub(super) struct WhereRuntimeIs;

impl<F> Executor<F> for WhereRuntimeIs
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(future));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_started_outside_of_a_runtime_is_dropped() {
        let (send, receive) = mpsc::channel::<()>();
        WhereRuntimeIs.execute(async move { drop(send) });
        assert_eq!(receive.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_started_on_a_runtime_runs() {
        let (send, receive) = mpsc::channel();
        WhereRuntimeIs.execute(async move { send.send(7) });
        let received = tokio::task::block_in_place(|| receive.recv_timeout(Duration::from_secs(30)));
        assert_eq!(received, Ok(7));
    }
}
