//! The exchanger with a fake service and shared cache, on tokio's paused clock.

mod fakes;
mod fleet;
mod flight;
mod limit;
