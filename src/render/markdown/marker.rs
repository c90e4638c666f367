//! The hidden first line, by which a bot finds the comment that it wrote before.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The longest name of a comment.
const LONGEST: usize = 100;

/// The first line of a plan or report: an HTML comment, which a forge does not show. A bot replaces the comment that
/// begins with exactly this line.
///
/// Plans that share a pull request (one a folder, say) need a name each, or they replace one another. The
/// name is given, not derived from what the plan holds: the next push may add an account or take a
/// fleet away, and is to find the same comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marker(Option<Arc<str>>);

/// Why a name marks no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a marker has 1 to {LONGEST} of the characters a-z A-Z 0-9 . _ / -, and never -- or a - at its end")]
pub struct InvalidMarker;

impl FromStr for Marker {
    type Err = InvalidMarker;

    /// Only what cannot end the HTML comment or pass for another name.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-');
        let fits = (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain);
        if fits && !name.contains("--") && !name.ends_with('-') { Ok(Self(Some(name.into()))) } else { Err(InvalidMarker) }
    }
}

impl fmt::Display for Marker {
    /// That of a plan: `<!-- simfleet plan -->`, `<!-- simfleet plan: fleets/osaka -->`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of("plan"))
    }
}

impl Marker {
    /// The line of a text of some kind: none is the beginning of another.
    pub(in crate::render) fn of(&self, kind: &str) -> String {
        match &self.0 {
            None => format!("<!-- simfleet {kind} -->"),
            Some(name) => format!("<!-- simfleet {kind}: {name} -->"),
        }
    }
}
