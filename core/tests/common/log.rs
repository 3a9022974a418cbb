//! Captures what is logged on this thread, as text.

use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;

use tracing::{Event, Level, Metadata, Subscriber};
use tracing_core::span::Current;

#[derive(Clone)]
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    /// All spans, and those that are entered on this thread.
    spans: Arc<Mutex<Spans>>,
    next: Arc<AtomicU64>,
    level: Level,
}

#[derive(Default)]
struct Spans {
    known: HashMap<u64, Known>,
    entered: Vec<u64>,
}

struct Known {
    text: String,
    metadata: &'static Metadata<'static>,
    parent: Option<u64>,
}

impl Spans {
    /// The current span and its parents, which a spawned task has not entered itself.
    fn within(&self) -> String {
        let mut within = String::new();
        let mut next = self.entered.last().copied();
        while let Some(id) = next {
            let known = &self.known[&id];
            within = format!(" in {}{within}", known.text);
            next = known.parent;
        }
        within
    }
}

impl Log {
    /// Captures what is logged until the guard is dropped.
    pub(crate) fn start() -> (Self, DefaultGuard) {
        Self::start_at(Level::TRACE)
    }

    /// Like [`Self::start`], for a program that logs at this level.
    pub(crate) fn start_at(level: Level) -> (Self, DefaultGuard) {
        let log = Self {
            lines: Arc::default(),
            spans: Arc::default(),
            next: Arc::default(),
            level,
        };
        let guard = tracing::subscriber::set_default(log.clone());
        (log, guard)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The lines with this event.
    pub(crate) fn events(&self, name: &str) -> Vec<String> {
        let event = format!("event={name:?}");
        let mut lines = self.lines();
        lines.retain(|line| line.contains(&event));
        lines
    }

    fn add(&self, metadata: &Metadata<'_>, fields: Line) {
        let within = self.spans.lock().unwrap().within();
        let (level, target, name) = (metadata.level(), metadata.target(), metadata.name());
        let line = format!("{level} {name} target={target}{}{within}", fields.0);
        self.lines.lock().unwrap().push(line);
    }
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("acs_auth") && *metadata.level() <= self.level
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::default();
        span.record(&mut line);
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let known = format!("{}{}", span.metadata().name(), line.0);
        let mut spans = self.spans.lock().unwrap();
        let known = Known {
            text: known,
            metadata: span.metadata(),
            parent: spans.entered.last().copied(),
        };
        spans.known.insert(id, known);
        drop(spans);
        self.add(span.metadata(), line);
        Id::from_u64(id)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.add(event.metadata(), line);
    }

    fn current_span(&self) -> Current {
        let spans = self.spans.lock().unwrap();
        match spans.entered.last() {
            Some(id) => Current::new(Id::from_u64(*id), spans.known[id].metadata),
            None => Current::none(),
        }
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, id: &Id) {
        self.spans.lock().unwrap().entered.push(id.into_u64());
    }

    fn exit(&self, id: &Id) {
        let entered = &mut self.spans.lock().unwrap().entered;
        let at = entered.iter().rposition(|known| *known == id.into_u64());
        entered.remove(at.unwrap());
    }
}
