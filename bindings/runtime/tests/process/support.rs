//! Helpers that the tests share.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// Far longer than anything takes that doesn't hang.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The number of repetitions; fewer under Miri.
pub(crate) const fn times(count: usize) -> usize {
    if cfg!(miri) { count.div_ceil(50) } else { count }
}

/// Work that needs a timer, I/O and a task of its own.
pub(crate) fn work() {
    let done = acs_runtime::block_on(working());
    done.unwrap().unwrap();
}

pub(crate) async fn working() -> io::Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let (mut into, mut out) = tokio::net::unix::pipe::pipe()?;
    let read = tokio::spawn(async move {
        let mut byte = [0];
        out.read_exact(&mut byte).await.map(|_| byte)
    });
    tokio::time::sleep(Duration::from_millis(1)).await;
    into.write_all(&[7]).await?;
    assert_eq!(read.await.map_err(io::Error::other)??, [7]);
    Ok(())
}

/// Starts work that may block, like a callback of the host.
pub(crate) fn blocking(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    acs_runtime::block_on(acs_runtime::run_on_host_thread(work))?
}

pub(crate) fn received<T>(from: &Receiver<T>) -> T {
    from.recv_timeout(DEADLINE).expect("nothing came")
}

/// Counts how many of its [`End`]s were dropped.
#[derive(Clone, Default)]
pub(crate) struct Ends(Arc<AtomicUsize>);

impl Ends {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn one(&self) -> End {
        End(self.clone())
    }
}

/// Is counted when it is dropped.
pub(crate) struct End(Ends);

impl Drop for End {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}
