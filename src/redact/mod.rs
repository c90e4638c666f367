//! Output that may be shown to strangers: every identifier becomes a token that says which kind of thing it is, and
//! is the same in every output that was made with the same key.
//!
//! | token | stands for |
//! |---|---|
//! | `m-…` | an MSISDN, in whatever form it was written, also without its leading zero |
//! | `i-…` | an IMEI; an IMEISV of the same device begins alike |
//! | `c-…` | an ICCID; with and without its check digit it begins alike |
//! | `s-…` | an IMSI |
//! | `n-…` | a contractor id |
//!
//! Identifiers are found in the finished text and not field by field, so that none is missed: not in a name, not in a
//! carrier's message, not in a quoted line of a manifest. A token is as wide as what it stands for, so tables keep their
//! shape, and it is made of letters and a hyphen, which mean nothing in any format. In JSON only strings are changed,
//! and the fields of a shipping address that name a person or a door are left out. What is said of manifests leaves addresses out
//! before it is made.
//!
//! Manifests are corrected with what is said of them, so identifiers come damaged, too. A number that lost its zero has the token of
//! the whole number; a run of digits that begins like a number and has some too many or too few is hidden whole, with a token of
//! its own. An amount can look like the former. It stays where it is a number of JSON, where a column of a CSV table says that
//! it is one, and where a unit follows; elsewhere a token too many is the safe side.
//!
//! There are only some 400 million numbers: a plain digest of one is found by trying them all. So a token is a keyed digest
//! (HMAC-SHA-256, RFC 2104), and whoever has the key and the manifests can turn it back: [`Reveal`].

mod address;
mod json;
mod key;
mod reveal;
mod scan;
mod table;
mod token;
mod word;

use std::collections::BTreeMap;

pub use address::{address_lines, may_hold_address, without_address};
pub use key::{KeyError, RedactionKey, SHORTEST_KEY};
pub use reveal::Reveal;

use token::Found;

/// A text with `m-…` and the like in the place of identifiers, and of this contractor id: where there is no key, so that
/// nothing tells one from another.
pub fn masked(text: &str, contractor: Option<&str>) -> String {
    let mask = |found: &Found| format!("{}-…", found.kind.letter());
    let text = scan::replace(text, mask);
    contractor.map_or_else(|| text.clone(), |id| word::replace(&text, id, &mask(&Found::contractor(id))))
}

/// Puts tokens in the place of identifiers.
#[derive(Debug)]
pub struct Redactor {
    key: RedactionKey,
    /// The ids of contractors, which have no form of their own by which they could be found, and their tokens.
    contractors: BTreeMap<String, String>,
}

impl Redactor {
    /// One that makes the tokens of this key.
    pub fn new(key: RedactionKey) -> Self {
        Self { key, contractors: BTreeMap::new() }
    }

    /// Also puts a token in the place of this contractor id, wherever it stands as a word.
    pub fn hide_contractor(&mut self, id: &str) {
        let token = self.key.token(&Found::contractor(id));
        self.contractors.insert(id.to_owned(), token);
    }

    /// The text without its identifiers; where it is JSON (one value or several, one after the other), it stays JSON.
    pub fn redact(&self, text: &str) -> String {
        if json::is_json(text) { json::redact(self, text) } else { self.text(text) }
    }

    /// A CSV table without its identifiers; its amounts stay.
    pub fn redact_table(&self, text: &str) -> String {
        table::redact(self, text)
    }

    /// Text of any format but JSON.
    fn text(&self, text: &str) -> String {
        let text = scan::replace(text, |found| self.key.token(found));
        self.contractors.iter().fold(text, |text, (id, token)| word::replace(&text, id, token))
    }
}
