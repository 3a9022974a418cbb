//! Shared by the benches: CPU time of rounds that alternate, and the emulator in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cpu_time::ProcessTime;

/// The CPU times of two rounds, and how they compare.
#[derive(Debug)]
pub struct Paired {
    /// The median of the first.
    pub first: Duration,
    /// The median of the second.
    pub second: Duration,
    /// The second as a multiple of the first.
    pub ratio: f64,
}

/// Measures the CPU time of this process, with all threads, in two kinds of rounds. The ratio is the median of many rounds
/// that alternate between the two, so that other load of the machine affects both.
pub fn paired(mut first: impl FnMut(), mut second: impl FnMut()) -> Paired {
    const ROUNDS: usize = 100;
    fn time(round: &mut impl FnMut()) -> f64 {
        let start = ProcessTime::now();
        round();
        start.elapsed().as_secs_f64()
    }
    // A first round of each, to open the connections.
    first();
    second();
    let times = (0..ROUNDS).map(|_| {
        let before = time(&mut first);
        let between = (time(&mut second) + time(&mut second)) / 2.0;
        let around = (before + time(&mut first)) / 2.0;
        (around, between, between / around)
    });
    let times: Vec<(f64, f64, f64)> = times.collect();
    let median = |of: fn(&(f64, f64, f64)) -> f64| {
        let mut all: Vec<f64> = times.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[ROUNDS / 2]
    };
    Paired {
        first: Duration::from_secs_f64(median(|times| times.0)),
        second: Duration::from_secs_f64(median(|times| times.1)),
        ratio: median(|times| times.2),
    }
}

/// The emulator's program, ended when dropped.
#[derive(Debug)]
pub struct EmulatorProcess {
    child: Child,
    /// The line that it prints at its start.
    pub info: serde_json::Value,
}

impl EmulatorProcess {
    /// Starts the program that `ACS_EMULATOR_BIN` names.
    ///
    /// # Errors
    /// When the variable is missing or the program does not start.
    pub fn start() -> Result<Self, String> {
        let program =
            std::env::var("ACS_EMULATOR_BIN").map_err(|_| "ACS_EMULATOR_BIN is not set: use `make bench`")?;
        let mut child = Command::new(program)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the emulator did not start: {error}"))?;
        let mut line = String::new();
        let out = child.stdout.as_mut().ok_or("the emulator has no output")?;
        BufReader::new(out)
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        let info = serde_json::from_str(&line).map_err(|error| format!("no start line: {error}"))?;
        Ok(Self { child, info })
    }

    /// A text of the start line, by JSON pointer.
    pub fn text(&self, pointer: &str) -> &str {
        self.info
            .pointer(pointer)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    }
}

impl Drop for EmulatorProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
