//! The task that transfers a connection's bytes.

use std::pin::Pin;

use futures_util::future::{Either, select};
use redis::RedisResult;

use super::error_reply::Failure;

/// Transfers a connection's bytes until it is lost.
pub(super) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Drives the connection until the answer is there.
pub(super) async fn driven<T>(
    driver: &mut Driver,
    answer: impl Future<Output = RedisResult<T>>,
) -> std::result::Result<T, Failure> {
    match select(std::pin::pin!(answer), driver).await {
        Either::Left((answer, _)) => answer.map_err(|error| Failure::of(&error)),
        Either::Right(_) => Err(Failure::Broken("the connection was lost".into())),
    }
}
