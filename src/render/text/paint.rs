//! Colour, where it helps: never the only carrier of a meaning.

use anstyle::{AnsiColor, Style};

use crate::render::view::{Mark, Symbol};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const ALERT: Style = AnsiColor::Red.on_default().bold();
const START: Style = AnsiColor::Green.on_default();
const CHANGE: Style = AnsiColor::Yellow.on_default();
const SUSPEND: Style = AnsiColor::Red.on_default();
const WAIT: Style = AnsiColor::Blue.on_default();
const DOUBT: Style = AnsiColor::Magenta.on_default();

/// Paints text if it is on.
#[derive(Debug, Clone, Copy)]
pub(in crate::render) struct Paint {
    pub(in crate::render) on: bool,
}

impl Paint {
    pub(in crate::render) fn bold(self, text: &str) -> String {
        self.with(BOLD, text)
    }

    pub(in crate::render) fn dim(self, text: &str) -> String {
        self.with(DIM, text)
    }

    pub(in crate::render) fn alert(self, text: &str) -> String {
        self.with(ALERT, text)
    }

    /// A part of a value that goes.
    pub(in crate::render) fn removed(self, text: &str) -> String {
        self.with(SUSPEND.underline(), text)
    }

    /// A part of a value that comes.
    pub(in crate::render) fn added(self, text: &str) -> String {
        self.with(START.underline(), text)
    }

    /// A line that goes.
    pub(in crate::render) fn goes(self, text: &str) -> String {
        self.with(SUSPEND, text)
    }

    /// A line that comes.
    pub(in crate::render) fn comes(self, text: &str) -> String {
        self.with(START, text)
    }

    /// What wants to be looked at, and stops nothing.
    pub(in crate::render) fn warns(self, text: &str) -> String {
        self.with(CHANGE, text)
    }

    pub(in crate::render) fn symbol(self, symbol: Symbol) -> String {
        self.with(style(symbol), symbol.as_str())
    }

    pub(in crate::render) fn mark(self, mark: Mark) -> String {
        let color = if mark.is_irreversible { ALERT } else { style(mark.symbol) };
        self.with(color, &mark.to_string())
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn style(symbol: Symbol) -> Style {
    match symbol {
        Symbol::Start => START,
        Symbol::Change | Symbol::Warning => CHANGE,
        Symbol::Suspend => SUSPEND,
        Symbol::Wait => WAIT,
        Symbol::Doubt => DOUBT,
        Symbol::Blocked | Symbol::Alert => ALERT,
    }
}
