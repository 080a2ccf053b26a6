//! What the process tells about itself while it runs: human on a terminal, JSON by option. The
//! newest warnings are kept for `strandline status`.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::io::IsTerminal as _;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::Settings;
use crate::config::own_settings::{DIAGNOSTICS_FORMAT, DIAGNOSTICS_LEVEL};

/// Libraries say at INFO what only their own developers want to know: object_store each retry. What
/// AWS's libraries warn of is one place of many where no credentials are; the tier says what is wrong
/// with a store itself.
const LIBRARIES: &str = "openraft=warn,foyer=warn,foyer_storage=warn,foyer_memory=warn,hyper=warn,\
                         object_store=warn,aws=error";

/// Warnings that are kept.
const WARNINGS_MAX: usize = 20;

/// The newest warnings and errors, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Warnings(Arc<Mutex<VecDeque<String>>>);

impl Warnings {
    /// The lines that are kept.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().iter().cloned().collect()
    }

    fn push(&self, line: String) {
        let mut lines = self.0.lock();
        if lines.len() == WARNINGS_MAX {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level <= Level::WARN {
            let mut line = Line(format!("{level}"));
            event.record(&mut line);
            self.push(line.0);
        }
    }
}

/// Fields of an event as one line.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

/// Begins to print diagnostics to standard error as the settings say. `RUST_LOG` wins over the
/// level. A second start in one process changes nothing.
pub fn start(settings: &Settings) -> Warnings {
    let warnings = Warnings::default();
    let level = settings.get(&DIAGNOSTICS_LEVEL);
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},{LIBRARIES}")));
    let json = match settings.get(&DIAGNOSTICS_FORMAT).as_str() {
        "json" => true,
        "human" => false,
        _ => !std::io::stderr().is_terminal(),
    };
    let registry = tracing_subscriber::registry()
        .with(filter)
        .with(warnings.clone());
    let print = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let started = if json {
        registry.with(print.json()).try_init()
    } else {
        let ansi = std::io::stderr().is_terminal();
        registry
            .with(print.with_target(false).with_ansi(ansi))
            .try_init()
    };
    // Only tests start twice; they keep the first.
    drop(started);
    warnings
}
