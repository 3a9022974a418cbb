//! Random values that are not secret, repeatable if the emulator was started with `rng_seed`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parking_lot::Mutex;

/// A source of random values.
#[derive(Debug)]
pub(crate) struct Random {
    seed: Option<u64>,
    rng: Mutex<fastrand::Rng>,
}

impl Random {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self {
            seed,
            rng: Mutex::new(start(seed)),
        }
    }

    /// Restarts the sequence of values, if there is a seed.
    pub(crate) fn restart(&self) {
        self.rng(|rng| *rng = start(self.seed));
    }

    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng(|rng| rng.fill(&mut bytes));
        bytes
    }

    pub(crate) fn base64<const N: usize>(&self) -> String {
        STANDARD_NO_PAD.encode(self.bytes::<N>())
    }

    pub(crate) fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A fraction of a second in units of 100 ns whose last two decimal digits are not both 0, so that it is
    /// written with 6 or 7 digits.
    pub(crate) fn ticks(&self) -> u32 {
        self.rng(|rng| rng.u32(0..100_000) * 100 + rng.u32(1..100))
    }

    fn rng<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.rng.lock())
    }
}

fn start(seed: Option<u64>) -> fastrand::Rng {
    seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
}
