//! The exchanger between a service and a shared cache that do what a test wants, in a time that does not pass by itself.

mod fakes;
mod fleet;
mod flight;
mod limit;
