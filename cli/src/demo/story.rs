//! Prints numbered steps with their fields on standard output.

use std::fmt::Display;

use crate::failure::Failure;
use crate::output;
use crate::style::{accent, harmless, mark, quiet, signs, strong, wrapped};

/// The width of the names of fields.
const COLUMN: usize = 19;

/// The state of the output: how many steps were printed.
#[derive(Debug, Default)]
pub(super) struct Story {
    steps: u32,
}

impl Story {
    /// Prints the title and the introduction.
    pub(super) fn open(title: &str, about: &str) -> Result<Self, Failure> {
        output::styled("")?;
        output::styled(format_args!("  {}", strong(title)))?;
        let line = signs().line.repeat(title.chars().count());
        output::styled(format_args!("  {}", accent(line)))?;
        output::styled(format_args!("  {}", wrapped(about, 2)))?;
        Ok(Self::default())
    }

    /// Starts the next step: prints its number and name.
    pub(super) fn step(&mut self, name: &str) -> Result<(), Failure> {
        self.steps += 1;
        output::styled("")?;
        let number = accent(format_args!("{:>3}", self.steps));
        output::styled(format_args!("{number}  {}", strong(name)))
    }

    /// A paragraph.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        output::styled(format_args!("     {}", quiet(wrapped(text, 5))))
    }

    /// A name and its value.
    pub(super) fn field(&self, name: &str, value: impl Display) -> Result<(), Failure> {
        let name = quiet(format_args!("{name:COLUMN$}"));
        output::styled(format_args!("     {name}{value}"))
    }

    /// A name and a value of several words.
    pub(super) fn words(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.field(name, wrapped(value, 5 + COLUMN))
    }

    /// A header, as it is sent.
    pub(super) fn header(&self, name: &str, value: impl Display) -> Result<(), Failure> {
        output::styled(format_args!("     {} {value}", quiet(format_args!("{name}:"))))
    }

    /// A request's first line.
    pub(super) fn request(&self, method: &str, target: &str) -> Result<(), Failure> {
        output::styled(format_args!("     {} {target}", accent(method)))
    }

    /// A request and its response.
    pub(super) fn call(&self, method: &str, path: &str, answer: impl Display) -> Result<(), Failure> {
        let method = accent(format_args!("{method:5}"));
        output::styled(format_args!("     {method}{path} {} {answer}", signs().to))
    }

    /// A detail of the last call.
    pub(super) fn detail(&self, text: &str) -> Result<(), Failure> {
        output::styled(format_args!("          {}", quiet(wrapped(text, 10))))
    }

    /// Quoted lines, such as a body.
    pub(super) fn block(&self, text: &str) -> Result<(), Failure> {
        for line in text.lines() {
            output::styled(format_args!("     {} {}", quiet(signs().bar), harmless(line)))?;
        }
        Ok(())
    }

    /// A check that passed or failed.
    pub(super) fn check(&self, ok: bool, text: &str) -> Result<(), Failure> {
        output::styled(format_args!("     {} {}", mark(ok), wrapped(text, 7)))
    }

    /// A final paragraph.
    pub(super) fn close(&self, text: impl Display) -> Result<(), Failure> {
        output::styled("")?;
        output::styled(format_args!("  {text}"))
    }
}
