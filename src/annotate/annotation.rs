//! One mark at a line of a file.

use std::borrow::Cow;

use crate::count::counted;
use crate::render::escape::plain;

/// How bad it is. Ordered by importance, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing can go on: an invalid manifest, a guard that stops an apply, an outcome that nobody knows.
    Error,
    /// To be looked at before anything is approved: it cannot be undone, or cannot be done.
    Warning,
    /// To be known: it costs money.
    Notice,
}

impl Level {
    /// Every level, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    /// `1 error`, `3 warnings`.
    pub fn counted(self, number: usize) -> String {
        let noun = match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        };
        counted(number, noun)
    }
}

/// A place in a file of the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Relative to the working directory, as [`Paths`](crate::annotate::Paths) made it.
    pub file: String,
    /// From 1; 0: the file as a whole.
    pub line: u32,
    /// From 1, in characters; 0: the line as a whole.
    pub column: u32,
    /// The column behind the last character; 0 where nobody knows.
    pub end_column: u32,
}

/// A mark. Its texts are one line each and hold nothing that acts on a terminal or cannot be seen: others wrote
/// parts of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    level: Level,
    rule: String,
    title: String,
    message: String,
    details: Vec<String>,
    help: Option<String>,
    spot: Option<Spot>,
    related: Vec<(String, Spot)>,
    count: usize,
}

impl Annotation {
    /// A mark of a rule, whose name is stable (`DUPLICATE_MSISDN`, `IRREVERSIBLE`). Without a message it says its title:
    /// forges refuse what says nothing.
    pub fn new(level: Level, rule: &str, title: &str, message: &str) -> Self {
        let message = if message.is_empty() { title } else { message };
        Self {
            level,
            rule: plain(rule).into_owned(),
            title: plain(title).into_owned(),
            message: plain(message).into_owned(),
            details: Vec::new(),
            help: None,
            spot: None,
            related: Vec::new(),
            count: 1,
        }
    }

    /// At a place.
    #[must_use]
    pub fn at(mut self, spot: Option<Spot>) -> Self {
        self.spot = spot;
        self
    }

    /// With another line of what is known. It is no part of what the mark is known by.
    #[must_use]
    pub fn detail(mut self, detail: &str) -> Self {
        self.details.push(plain(detail).into_owned());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(plain(help).into_owned());
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, message: &str, spot: Spot) -> Self {
        let message = if message.is_empty() { "here" } else { message };
        self.related.push((plain(message).into_owned(), spot));
        self
    }

    /// With texts that may be said to anybody who reads what is made of it. Before it is written, and not after: a format
    /// escapes texts, which can hide a number, and makes digests of them, which give one away to whoever tries all numbers.
    #[must_use]
    pub fn said_as<'a>(self, said: impl Fn(&str) -> Cow<'a, str>) -> Self {
        let Self { level, rule, title, message, details, help, spot, related, count } = self;
        let text = |text: String| said(&text).into_owned();
        let place = |spot: Spot| Spot { file: said(&spot.file).into_owned(), ..spot };
        Self {
            level,
            rule,
            title: text(title),
            message: text(message),
            details: details.into_iter().map(text).collect(),
            help: help.map(text),
            spot: spot.map(place),
            related: related.into_iter().map(|(message, spot)| (text(message), place(spot))).collect(),
            count,
        }
    }

    /// As one for several that are like it.
    #[must_use]
    pub(super) fn standing_for(mut self, others: &[&Self], what: String) -> Self {
        self.count += others.iter().map(|other| other.count).sum::<usize>();
        self.details.push(what);
        self
    }

    /// How bad it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Its stable name.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// A few words.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it is, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is; `None` where no line of a file causes it.
    pub fn spot(&self) -> Option<&Spot> {
        self.spot.as_ref()
    }

    /// Other places that have to do with it.
    pub fn others(&self) -> &[(String, Spot)] {
        &self.related
    }

    /// How many findings it stands for.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All that it says: the message, what it has to do with, and what to do, a line each.
    pub fn text(&self) -> String {
        let others = self.related.iter().map(|(message, spot)| format!("{message}: {spot}"));
        let help = self.help.iter().map(|help| format!("help: {help}"));
        let lines: Vec<String> =
            std::iter::once(self.message.clone()).chain(self.details.iter().cloned()).chain(others).chain(help).collect();
        lines.join("\n")
    }
}

impl std::fmt::Display for Spot {
    /// `fleet/kanto.yaml:12:7`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}
