//! Shared by the benches: CPU time of rounds in turns, the file of their figures, and the emulator in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cpu_time::ProcessTime;
use serde_json::{Value, json};

/// The contenders of a measurement, each with the function that runs a round.
pub type Contenders<'a> = Vec<(&'a str, Box<dyn FnMut() + 'a>)>;

/// The CPU times of contenders in rounds that they took in turns.
#[derive(Debug)]
pub struct Turns {
    /// The names of the contenders.
    pub names: Vec<String>,
    /// The CPU time of each contender's rounds, in microseconds per exchange. Values with the same index are of the same round.
    pub times: Vec<Vec<f64>>,
}

impl Turns {
    /// Measures the CPU time of this process, with all its threads, in rounds of this many exchanges. Contenders take turns in alternating
    /// order, so that other load of the machine affects all.
    pub fn take(mut contenders: Contenders<'_>, rounds: usize, exchanges: usize) -> Self {
        // A first round of each, to open the connections.
        for (_, round) in &mut contenders {
            round();
        }
        let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
        for number in 0..rounds {
            let forwards: Vec<usize> = (0..contenders.len()).collect();
            let order: Vec<usize> = if number % 2 == 0 {
                forwards
            } else {
                forwards.into_iter().rev().collect()
            };
            for at in order {
                let start = ProcessTime::now();
                contenders[at].1();
                times[at].push(start.elapsed().as_secs_f64() * 1e6 / exchanges as f64);
            }
        }
        Self {
            names: contenders.iter().map(|(name, _)| (*name).to_owned()).collect(),
            times,
        }
    }

    /// The median of each contender's times, and the median of its ratios to the first one's of the same round.
    pub fn medians(&self) -> Vec<(f64, f64)> {
        let ratio = |times: &Vec<f64>| {
            times
                .iter()
                .zip(&self.times[0])
                .map(|(time, first)| time / first)
                .collect()
        };
        self.times
            .iter()
            .map(|times| (median(times.clone()), median(ratio(times))))
            .collect()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The figures of a bench, for the file named by `BENCH_JSON`. tests/bench/shared/figures.py describes its format.
#[derive(Debug, Default)]
pub struct Figures(Vec<Value>);

impl Figures {
    /// Adds the times of the contenders of a measurement.
    pub fn add(&mut self, name: &str, unit: &str, turns: &Turns) {
        for (contender, values) in turns.names.iter().zip(&turns.times) {
            self.0
                .push(json!({"name": name, "contender": contender, "unit": unit, "values": values}));
        }
    }

    /// Writes the file, if `BENCH_JSON` is set.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self) -> std::io::Result<()> {
        match std::env::var_os("BENCH_JSON").filter(|path| !path.is_empty()) {
            Some(path) => std::fs::write(path, json!(self.0).to_string()),
            None => Ok(()),
        }
    }
}

/// Whether `BENCH_QUICK` is set: the bench is only tried.
pub fn is_quick() -> bool {
    std::env::var_os("BENCH_QUICK").is_some_and(|value| !value.is_empty())
}

/// The command that runs a program on the machine's last core. The script pins the client to the first core, which it then has to itself.
fn on_last_core(program: String) -> Command {
    let online = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let has_taskset = Command::new("taskset").arg("--version").output().is_ok();
    match online.trim().rsplit_once('-') {
        Some((_, last)) if has_taskset => {
            let mut command = Command::new("taskset");
            command.args(["-c", last, &program]);
            command
        }
        _ => Command::new(program),
    }
}

/// A running emulator, which ends when this is dropped.
#[derive(Debug)]
pub struct EmulatorProcess {
    child: Child,
    /// The JSON that it prints at its start.
    pub info: serde_json::Value,
}

impl EmulatorProcess {
    /// Starts the program that `ACS_EMULATOR_BIN` names.
    ///
    /// # Errors
    /// If the variable is not set or the program does not start.
    pub fn start() -> Result<Self, String> {
        let program =
            std::env::var("ACS_EMULATOR_BIN").map_err(|_| "ACS_EMULATOR_BIN is not set: use `make bench`")?;
        let mut child = on_last_core(program)
            // Contenders sign their requests once, so the date of these must not expire.
            .args(["--until-stdin-closes", "--date-window", "any"])
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

    /// A text of `info`, by JSON pointer; empty if there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.info
            .pointer(pointer)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    }
}

impl EmulatorProcess {
    /// A new token of the first user, for an exchange.
    ///
    /// # Errors
    /// If the emulator returns none within 30 s.
    pub fn mint_teams_token(&self) -> Result<String, String> {
        self.get(&format!(
            "/_emulator/mint?kind=teams&user={}&client_id={}",
            self.text("/users/0/username"),
            self.text("/spa/client_id")
        ))
        .map_err(|error| error.to_string())?["token"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| "no token was minted".to_owned())
    }

    /// The JSON that the control API returns for a target.
    fn get(&self, target: &str) -> std::io::Result<Value> {
        let host = self.text("/http_url").trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        Ok(serde_json::from_str(body)?)
    }
}

impl Drop for EmulatorProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
