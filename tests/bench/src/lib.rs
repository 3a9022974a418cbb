//! What the benches share: CPU time as Criterion's measurement, and the emulator in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cpu_time::ProcessTime;
use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// The CPU time of this process, all threads: what a host's machine is charged, whatever else it is doing.
#[derive(Debug)]
pub struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = ProcessTime;
    type Value = Duration;

    fn start(&self) -> Self::Intermediate {
        ProcessTime::now()
    }

    fn end(&self, start: Self::Intermediate) -> Self::Value {
        start.elapsed()
    }

    fn add(&self, one: &Self::Value, other: &Self::Value) -> Self::Value {
        *one + *other
    }

    fn zero(&self) -> Self::Value {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Self::Value) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Formatter
    }
}

struct Formatter;

impl ValueFormatter for Formatter {
    fn scale_values(&self, typical: f64, values: &mut [f64]) -> &'static str {
        WallTime.formatter().scale_values(typical, values)
    }

    fn scale_throughputs(&self, typical: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        WallTime
            .formatter()
            .scale_throughputs(typical, throughput, values)
    }

    fn scale_for_machines(&self, values: &mut [f64]) -> &'static str {
        WallTime.formatter().scale_for_machines(values)
    }
}

/// The CPU time of `second` in terms of `first`, the median of many short rounds that alternate between the two, so
/// that what else the machine does falls on both.
pub fn paired_ratio(mut first: impl FnMut(), mut second: impl FnMut()) -> f64 {
    const ROUNDS: usize = 200;
    const CALLS: u32 = 100;
    fn time(call: &mut impl FnMut()) -> f64 {
        let start = ProcessTime::now();
        for _ in 0..CALLS {
            call();
        }
        start.elapsed().as_secs_f64()
    }
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let before = time(&mut first);
            let between = time(&mut second) + time(&mut second);
            between / (before + time(&mut first))
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
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
