//! Turns a panic into a response.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// A panic was caught.
#[derive(Debug)]
pub(super) struct Panicked;

/// Runs a future until it ends or panics. After a panic it is not polled again.
pub(super) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        },
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error() {
        assert_eq!(caught(async { 1 }).await.ok(), Some(1));
        let failing = async {
            tokio::task::yield_now().await;
            assert!(std::env::args().count() == 0, "a test of a panic");
        };
        assert!(caught(failing).await.is_err());
    }
}
