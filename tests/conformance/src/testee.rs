//! The testee's process: a line in, a line out, and a bound for everything that it may do.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

/// How a testee is started, and how long the runner waits for it.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program and its arguments.
    pub line: Vec<OsString>,
    /// How long one answer may take, and the end of the process. Longer than any call, whose own deadline ends it.
    pub timeout: Duration,
    /// How long to wait for a handler to fetch Entra's keys before its first request in a case.
    /// `None`, the default: the case's own request fetches them.
    pub keys_within: Option<Duration>,
}

impl Command {
    /// A command with a bound of two minutes for each answer, which only a call that hangs exceeds.
    pub fn new<T: Into<OsString>>(line: impl IntoIterator<Item = T>) -> Self {
        Self {
            line: line.into_iter().map(Into::into).collect(),
            timeout: Duration::from_secs(120),
            keys_within: None,
        }
    }
}

/// The longest answer, in bytes.
const LONGEST_LINE: u64 = 4 << 20;
/// How much of what a testee wrote to its standard error is kept.
const KEPT_STDERR: usize = 32 << 10;
/// How often a testee is started before the remaining cases are given up.
const MOST_STARTS: u32 = 4;

/// A testee that is started when it is needed, and again after it was lost.
pub(crate) struct Testee {
    command: Command,
    running: Option<Running>,
    starts: u32,
}

impl Testee {
    pub(crate) const fn new(command: Command) -> Self {
        Self {
            command,
            running: None,
            starts: 0,
        }
    }

    /// Sends a request and returns the answer's line. If the testee is lost, it is killed, and the error has the reason
    /// and what the testee wrote to its standard error.
    pub(crate) fn ask(&mut self, request: &Value) -> Result<String, String> {
        let timeout = self.command.timeout;
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.start()?,
        };
        match running.ask(request, timeout) {
            Ok(answer) => {
                self.running = Some(running);
                Ok(answer)
            }
            Err(why) => Err(running.kill(&why)),
        }
    }

    pub(crate) const fn keys_within(&self) -> Option<Duration> {
        self.command.keys_within
    }

    pub(crate) const fn set_timeout(&mut self, timeout: Duration) {
        self.command.timeout = timeout;
    }

    /// What the testee wrote to its standard error since this was called last.
    pub(crate) fn take_stderr(&mut self) -> String {
        self.running
            .as_ref()
            .map(|running| take(&running.stderr))
            .unwrap_or_default()
    }

    /// Whether a process is running: not after it was lost.
    pub(crate) const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Closes the testee's standard input and waits for its end, which must be a success without another line.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        match self.running.take() {
            Some(running) => running.finish(self.command.timeout),
            None => Ok(()),
        }
    }

    fn start(&mut self) -> Result<Running, String> {
        if self.starts == MOST_STARTS {
            return Err(format!("not run: the testee was lost {MOST_STARTS} times"));
        }
        self.starts += 1;
        Running::start(&self.command)
    }
}

impl Drop for Testee {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill("");
        }
    }
}

struct Running {
    child: Child,
    requests: Sender<String>,
    answers: Receiver<Result<String, String>>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    stderr_ended: Receiver<()>,
}

impl Running {
    fn start(command: &Command) -> Result<Self, String> {
        let (program, arguments) = command.line.split_first().ok_or("there is no command to start")?;
        let mut child = std::process::Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A process group of its own, so that its children are killed with it.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.to_string_lossy()))?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err("a testee without its streams".into());
        };
        let (requests, to_send) = channel::<String>();
        // A testee that reads nothing fills the pipe: the thread that writes may wait, the runner may not.
        thread::spawn(move || {
            for line in to_send {
                if stdin
                    .write_all(line.as_bytes())
                    .and_then(|()| stdin.flush())
                    .is_err()
                {
                    return;
                }
            }
        });
        let (send, answers) = channel();
        thread::spawn(move || read_lines(stdout, &send));
        let kept = Arc::default();
        let (ended, stderr_ended) = channel();
        let keep = Arc::clone(&kept);
        thread::spawn(move || {
            read_stderr(stderr, &keep);
            drop(ended);
        });
        Ok(Self {
            child,
            requests,
            answers,
            stderr: kept,
            stderr_ended,
        })
    }

    fn ask(&mut self, request: &Value, timeout: Duration) -> Result<String, String> {
        self.no_more_lines()?;
        // If the thread that writes has ended, so has the testee, and reading the answer fails.
        let _ = self.requests.send(format!("{request}\n"));
        match self.answers.recv_timeout(timeout) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(format!("the testee did not answer within {timeout:?}")),
            Err(RecvTimeoutError::Disconnected) => Err(match self.wait(Duration::from_secs(10)) {
                Some(status) => format!("the testee ended without an answer: {status}"),
                None => "the testee closed its standard output".into(),
            }),
        }
    }

    fn no_more_lines(&self) -> Result<(), String> {
        match self.answers.try_recv() {
            Ok(line) => Err(format!(
                "the testee wrote a line that was not asked for: {:?}",
                line?
            )),
            Err(_) => Ok(()),
        }
    }

    /// Its status, if it ends within this time.
    fn wait(&mut self, within: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + within;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Kills it with all that it started. Returns `why` with what it wrote to its standard error.
    fn kill(mut self, why: &str) -> String {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // The process may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.wait(Duration::from_secs(10));
        let _ = self.stderr_ended.recv_timeout(Duration::from_secs(10));
        with_stderr(why, &take(&self.stderr))
    }

    fn finish(mut self, timeout: Duration) -> Result<(), String> {
        self.requests = channel().0;
        let ended = match self.wait(timeout) {
            Some(status) if status.success() => match self.answers.recv_timeout(Duration::from_secs(10)) {
                Ok(line) => Err(format!(
                    "the testee wrote a line that was not asked for: {:?}",
                    line?
                )),
                Err(_) => Ok(()),
            },
            Some(status) => Err(format!("the testee ended with {status}")),
            None => Err(format!(
                "the testee did not end within {timeout:?} after its input had ended"
            )),
        };
        ended.map_err(|why| self.kill(&why))
    }
}

/// Puts what a testee wrote to its standard error under a reason.
pub(crate) fn with_stderr(why: &str, stderr: &str) -> String {
    if stderr.trim().is_empty() {
        return why.to_owned();
    }
    let lines: String = stderr.lines().map(|line| format!("\n  | {line}")).collect();
    format!("{why}\n  the testee's standard error:{lines}")
}

fn take(stderr: &Mutex<VecDeque<u8>>) -> String {
    let kept = std::mem::take(&mut *stderr.lock());
    String::from_utf8_lossy(&Vec::from(kept)).into_owned()
}

fn read_lines(stdout: ChildStdout, send: &Sender<Result<String, String>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match (&mut stdout).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let is_whole = line.pop() == Some(b'\n');
        let line = if is_whole {
            String::from_utf8(line).map_err(|_| "the testee's answer is no UTF-8".to_owned())
        } else {
            Err("the testee's answer has no end".to_owned())
        };
        if send.send(line).is_err() || !is_whole {
            return;
        }
    }
}

fn read_stderr(mut stderr: ChildStderr, keep: &Mutex<VecDeque<u8>>) {
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut chunk) {
        let mut kept = keep.lock();
        kept.extend(&chunk[..count]);
        let surplus = kept.len().saturating_sub(KEPT_STDERR);
        kept.drain(..surplus);
    }
}
