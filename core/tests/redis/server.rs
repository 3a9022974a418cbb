//! A real `redis-server` without persistence, on its own port. It is stopped when it is dropped.

use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    directory: PathBuf,
    options: Vec<String>,
    is_sentinel: bool,
}

/// Returns a port that is free at the moment. It is below 32768, where Linux's ephemeral ports begin: one of
/// those could be taken before the server starts, or while it is down for a restart.
pub(crate) fn free_port() -> u16 {
    let random = || std::hash::RandomState::new().build_hasher().finish();
    std::iter::repeat_with(|| 12_000 + u16::try_from(random() % 20_000).unwrap())
        .take(1000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| Vec::new())
    }

    /// `options` receives the server's folder, which is removed when the server is dropped.
    pub(crate) fn start_with(options: impl Fn(&PathBuf) -> Vec<String>) -> Self {
        Self::start_as(false, |directory| options(directory))
    }

    /// A sentinel with these lines in its configuration.
    pub(crate) fn start_sentinel(lines: &str) -> Self {
        Self::start_as(true, |directory| {
            let path = directory.join("sentinel.conf");
            std::fs::write(&path, lines).unwrap();
            vec![path.to_str().unwrap().to_owned(), "--sentinel".into()]
        })
    }

    fn start_as(is_sentinel: bool, options: impl Fn(&PathBuf) -> Vec<String>) -> Self {
        for _ in 0..10 {
            let port = free_port();
            let directory =
                std::env::temp_dir().join(format!("acs-auth-redis-{}-{port}", std::process::id()));
            std::fs::create_dir_all(&directory).unwrap();
            let options = options(&directory);
            if let Some(child) = spawn(port, &directory, &options, is_sentinel) {
                return Self {
                    child,
                    port,
                    directory,
                    options,
                    is_sentinel,
                };
            }
            // Another process took the port first.
            let _ = std::fs::remove_dir_all(&directory);
        }
        panic!("redis-server starts on none of ten free ports");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn directory(&self) -> &std::path::Path {
        &self.directory
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection for the test itself.
    pub(crate) fn admin(&self) -> redis::Connection {
        redis::Client::open(self.url()).unwrap().get_connection().unwrap()
    }

    /// Like [`Self::admin`], for a server that may not be running.
    pub(crate) fn try_admin(&self) -> redis::RedisResult<redis::Connection> {
        redis::Client::open(self.url())?.get_connection_with_timeout(std::time::Duration::from_secs(1))
    }

    pub(crate) fn admin_with(&self, password: &str) -> redis::Connection {
        let url = format!("redis://:{password}@127.0.0.1:{}", self.port);
        redis::Client::open(url).unwrap().get_connection().unwrap()
    }

    pub(crate) fn flush(&self) {
        redis::cmd("FLUSHALL").exec(&mut self.admin()).unwrap();
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again, on the same port and without data.
    pub(crate) fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child =
            spawn(self.port, &self.directory, &self.options, self.is_sentinel).expect("the port is taken");
    }

    /// Suspends the server: it keeps its connections but doesn't respond.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Starts the program. Returns `None` if it ended before it was ready.
fn spawn(port: u16, directory: &PathBuf, options: &[String], is_sentinel: bool) -> Option<Child> {
    let mut command = Command::new("redis-server");
    // A sentinel's configuration file must precede its options, of which it accepts fewer.
    let (ready, persistence): (_, &[&str]) = if is_sentinel {
        command.args(options);
        ("Sentinel ID is", &[])
    } else {
        (
            "Ready to accept connections",
            &["--save", "", "--appendonly", "no"],
        )
    };
    command
        .args(persistence)
        .args(["--bind", "127.0.0.1", "--daemonize", "no"])
        .args(["--port", &port.to_string()])
        .arg("--dir")
        .arg(directory);
    if !is_sentinel {
        command.args(options);
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("these tests need the program redis-server: on Debian, apt-get install redis-server");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_ready = lines.any(|line| line.is_ok_and(|line| line.contains(ready)));
    if !is_ready {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    // Its further output must be read: if the pipe were closed, the server would end.
    std::thread::spawn(move || lines.for_each(drop));
    Some(child)
}
