//! A testee with its own emulator.

use std::collections::BTreeSet;
use std::time::Duration;

use acs_emulator::{Emulator, Options};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::case::{Case, Protocol};
use crate::control::Control;
use crate::testee::{Command, Testee};
use crate::{Scope, options, run};

/// A testee and an emulator, for cases one after another: they share the emulator's clock and faults.
pub struct Session {
    testee: Testee,
    control: Control,
    names: BTreeSet<String>,
    emulator: Emulator,
    runtime: Runtime,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Starts an emulator, and lets the testee make its first call.
    ///
    /// # Errors
    /// If the emulator or the testee does not start.
    pub fn start(command: Command) -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        let emulator = runtime
            .block_on(Emulator::start(Options::default()))
            .map_err(|error| format!("the emulator does not start: {error}"))?;
        // Everything else goes through the control API.
        let control = Control::new(&emulator.info().line())?;
        let testee = Testee::new(command);
        let mut session = Self {
            testee,
            control,
            names: BTreeSet::new(),
            emulator,
            runtime,
        };
        session.warm_up()?;
        Ok(session)
    }

    /// What a process does once, such as reading the system's certificates, may take longer than a case allows its call,
    /// as it does under valgrind. The outcome of this call does not matter.
    fn warm_up(&mut self) -> Result<(), String> {
        let client = crate::case::ClientOptions {
            transport: Protocol::Https,
            timeout_ms: Some(60_000),
            ..Default::default()
        };
        let client = options::client(&client, &Scope::default(), &self.control)?;
        let request =
            json!({"case": "warm_up", "client": client, "operation": "create_user", "arguments": {}});
        crate::answer::read(&self.testee.ask(&request)?).map(drop)
    }

    /// Runs a case, and fails if it was run before.
    ///
    /// # Errors
    /// Why the case failed, with what the testee wrote to its standard error meanwhile.
    pub fn run(&mut self, case: &Case) -> Result<(), String> {
        if !self.names.insert(case.name.clone()) {
            return Err("two cases have this name".into());
        }
        run::run(case, &self.control, &mut self.testee)
    }

    /// Sets how long one answer may take, and the end of the testee.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.testee.set_timeout(timeout);
    }

    /// How many cases were run.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Ends the testee, which must have been running until now and end with a success.
    ///
    /// # Errors
    /// If it does not.
    pub fn finish(self) -> Result<(), String> {
        let Self {
            testee,
            emulator,
            runtime,
            ..
        } = self;
        let finished = if testee.is_running() {
            testee.finish()
        } else {
            Err("the testee was lost".into())
        };
        drop(emulator);
        drop(runtime);
        finished
    }
}
