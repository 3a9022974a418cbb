//! How operations are run that Swift awaits: on the library's threads, and cancelled.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use core_auth::{Error, ErrorKind};
use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::error::Result;

/// Cancels calls from anywhere. What the service has begun by then is not undone. Every call that it is given to ends as
/// cancelled, also one that begins later.
#[derive(Debug, uniffi::Object)]
pub struct Cancellation(watch::Sender<bool>);

#[uniffi::export]
impl Cancellation {
    /// One that has not cancelled anything yet.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(false)))
    }

    /// Cancels. May be called again and again.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

async fn cancellable<T>(
    work: impl Future<Output = core_auth::Result<T>>,
    cancellation: Option<Arc<Cancellation>>,
) -> core_auth::Result<T> {
    let Some(cancellation) = cancellation else {
        return work.await;
    };
    let mut told = cancellation.0.subscribe();
    let cancelled = pin!(told.wait_for(|is_cancelled| *is_cancelled));
    match select(cancelled, pin!(work)).await {
        Either::Left(_) => Err(Error::new(ErrorKind::Cancelled, "The call was cancelled.")),
        Either::Right((result, _)) => result,
    }
}

/// Waits in a future, which the host's own executor polls. Dropping it cancels the work.
pub(crate) async fn awaited<T, R>(
    work: impl Future<Output = core_auth::Result<T>> + Send + 'static,
    cancellation: Option<Arc<Cancellation>>,
) -> Result<R>
where
    T: Into<R> + Send + 'static,
{
    Ok(acs_auth_c::awaited(cancellable(work, cancellation)).await?.into())
}
