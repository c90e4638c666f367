//! Stable codes and their pages.

use crate::diag::{CODES, TOPICS, did_you_mean};

/// The stable name of a problem, such as `DUPLICATE_MSISDN`. Scripts may rely on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    pub(super) name: &'static str,
    pub(super) page: &'static str,
}

impl Code {
    /// The name.
    pub fn as_str(self) -> &'static str {
        self.name
    }

    /// Its page for `simfleet explain`, in Markdown: what it means, an example, how to mend it.
    pub fn page(self) -> &'static str {
        self.page
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        CODES.iter().copied().find(|code| code.name == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// The answer of [`explain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained {
    /// The page of the code or topic.
    Page(&'static str),
    /// No such name, but one that is nearly it.
    DidYouMean(&'static str),
    /// No such name.
    Unknown,
}

/// The page of a code or topic. Upper and lower case, `-` and `_` are the same.
pub fn explain(name: &str) -> Explained {
    let name = name.trim().to_ascii_uppercase().replace('-', "_");
    let pages = || {
        let topics = TOPICS.iter().map(|topic| (topic.name, topic.page));
        CODES.iter().map(|code| (code.name, code.page)).chain(topics)
    };
    if let Some((_, page)) = pages().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
        return Explained::Page(page);
    }
    did_you_mean(&name, pages().map(|(known, _)| known)).map_or(Explained::Unknown, Explained::DidYouMean)
}
