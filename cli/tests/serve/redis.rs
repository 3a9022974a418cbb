//! A real redis-server on a free port, without persistence, which is killed when dropped.

use std::hash::{BuildHasher as _, Hasher as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub(crate) struct Redis {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        for _ in 0..10 {
            let port = free_port();
            let folder = tempfile::tempdir().unwrap();
            if let Some(child) = spawn(port, folder.path()).await {
                return Self {
                    child,
                    port,
                    _folder: folder,
                };
            }
            // Another process took the port first.
        }
        panic!("redis-server starts on none of ten free ports");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}

/// A port that is free at the moment. It is below 32768, since Linux assigns higher ports to outgoing
/// connections.
fn free_port() -> u16 {
    let random = || std::hash::RandomState::new().build_hasher().finish();
    std::iter::repeat_with(|| 12_000 + u16::try_from(random() % 20_000).unwrap())
        .take(1000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

/// A server that is ready; `None` if it exited before.
async fn spawn(port: u16, folder: &Path) -> Option<Child> {
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--dir"])
        .arg(folder)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("redis-server is needed: `apt-get install redis-server`");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains("Ready to accept connections") {
            // It continues to write, and would exit if nobody read its output.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(child);
        }
    }
    None
}
