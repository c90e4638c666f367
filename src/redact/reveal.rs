//! The way back, for those who have the key and know the lines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::redact::Redactor;
use crate::redact::token::{Found, Kind, found};

/// What looks like a token; whether it is one, and where it ends, the lines tell.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new("[micsn]-[a-km-z]{9,30}").expect("a constant"));

/// The characters of the shortest token: no two identifiers have these in common.
const HEAD: usize = 11;

/// Tokens and what they stand for. A token is not decrypted: the tokens of known identifiers are made, and looked up.
#[derive(Debug, Default)]
pub struct Reveal {
    /// By the head of the token: the longest form of the token, and the identifier.
    known: BTreeMap<String, (String, String)>,
}

impl Reveal {
    /// Knows the tokens of these identifiers (MSISDNs in the national form, IMEIs, ICCIDs, IMSIs).
    pub fn new(redactor: &Redactor, identifiers: impl IntoIterator<Item = String>) -> Self {
        let tokens = identifiers.into_iter().filter_map(|identifier| {
            let token = redactor.key.token(&longest(found(&identifier)?));
            Some((head(&token).to_owned(), (token, identifier)))
        });
        Self { known: tokens.collect() }
    }

    /// Knows the token of this contractor id, too.
    pub fn know_contractor(&mut self, redactor: &Redactor, id: &str) {
        let token = redactor.key.token(&Found::contractor(id));
        self.known.insert(head(&token).to_owned(), (token, id.to_owned()));
    }

    /// The text with the tokens that are known turned back, and the number of those that are not.
    pub fn text(&self, text: &str) -> (String, usize) {
        let mut unknown = 0;
        let revealed = TOKEN.replace_all(text, |found: &Captures<'_>| {
            let (start, found) = found.get(0).map_or((0, ""), |found| (found.start(), found.as_str()));
            if let Some((token, identifier)) = self.known.get(head(found)) {
                let common = found.bytes().zip(token.bytes()).take_while(|(found, token)| found == token).count();
                // Letters behind it are no part of it: `kiosk08012345678b`.
                format!("{identifier}{}", found.get(common..).unwrap_or_default())
            } else {
                // `no-limits-whatsoever` is none.
                unknown += usize::from(!text.get(..start).unwrap_or_default().ends_with(char::is_alphanumeric));
                found.to_owned()
            }
        });
        (revealed.into_owned(), unknown)
    }
}

/// The widest form in which it may have been found: an IMEI as an IMEISV, an ICCID with its check digit.
fn longest(found: Found) -> Found {
    let width = match found.kind {
        Kind::Imei => 16,
        Kind::Iccid => 20,
        Kind::Msisdn | Kind::Imsi | Kind::Contractor => found.width,
    };
    Found { width, ..found }
}

fn head(token: &str) -> &str {
    token.get(..HEAD).unwrap_or(token)
}
