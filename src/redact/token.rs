//! What was found in a text, and how its token is spelt.

use crate::domain::identifier::{Imei, Msisdn};

/// The kinds of identifiers, each with a letter of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Msisdn,
    Imei,
    Iccid,
    Imsi,
    Contractor,
}

impl Kind {
    /// The first letter of its tokens.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Msisdn => 'm',
            Self::Imei => 'i',
            Self::Iccid => 'c',
            Self::Imsi => 's',
            Self::Contractor => 'n',
        }
    }
}

/// An identifier in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    /// What names it: the same for every way of writing it.
    pub(super) digits: String,
    /// How wide the token is to be: as what was found, a telephone number as its national form.
    pub(super) width: usize,
}

impl Found {
    /// The id of a contractor.
    pub(super) fn contractor(id: &str) -> Self {
        Self { kind: Kind::Contractor, digits: id.to_owned(), width: id.len() }
    }
}

/// No digits, so that a token is never taken for a number, and no `l`, which looks like one.
const LETTERS: &[u8; 25] = b"abcdefghijkmnopqrstuvwxyz";

/// The fewest letters behind the hyphen: 41 bits. Of 20,000 lines two share a token in one fleet of 19,000.
const FEWEST: usize = 9;

/// The first three digits of every IMSI of Japan (ITU-T E.212).
const JAPAN: [&str; 2] = ["440", "441"];

/// What a run of ASCII digits is, if it is an identifier.
pub(super) fn found(run: &str) -> Option<Found> {
    let (kind, digits) = match run.len() {
        11 | 14 if Msisdn::parse(run).is_ok() => (Kind::Msisdn, run.to_owned()),
        // E.164, with or without its plus sign.
        12 | 15 if let Some(national) = national(run) => (Kind::Msisdn, national),
        10 | 13 if let Some(whole) = with_zero(run) => (Kind::Msisdn, whole),
        _ if is_like_a_number(run) => (Kind::Msisdn, run.to_owned()),
        15 if JAPAN.iter().any(|country| run.starts_with(country)) && Imei::parse(run).is_err() => (Kind::Imsi, run.to_owned()),
        13..=16 => (Kind::Imei, run.chars().take(14).collect()),
        17.. => (Kind::Iccid, run.chars().take(19).collect()),
        _ => return None,
    };
    let width = if kind == Kind::Msisdn { digits.len() } else { run.len() };
    Some(Found { kind, digits, width })
}

/// The national form of a number that begins with Japan's country code.
fn national(run: &str) -> Option<String> {
    let national = format!("0{}", run.strip_prefix("81")?);
    Msisdn::parse(&national).is_ok().then_some(national)
}

/// The number that a spreadsheet took the leading zero from.
fn with_zero(run: &str) -> Option<String> {
    let whole = format!("0{run}");
    Msisdn::parse(&whole).is_ok().then_some(whole)
}

/// Whether a run begins as mobile numbers do, and is a few digits too long or too short for one. Without its zero only what is
/// no day (`20261128…`) and long enough.
fn is_like_a_number(run: &str) -> bool {
    let is_mobile = |run: &str| run.starts_with(['6', '7', '8', '9']) && run.get(1..2) == Some("0");
    let begins = match (run.strip_prefix('0'), run.strip_prefix("81")) {
        (Some(rest), _) => is_mobile(rest) || rest.starts_with("20"),
        (None, Some(rest)) if run.len() > 11 => is_mobile(rest) || rest.starts_with("20"),
        (None, _) => run.len() > 9 && is_mobile(run),
    };
    begins && (9..=13).contains(&run.len())
}

/// `m-` and as many letters as make it as wide as what it stands for.
pub(super) fn spell(found: &Found, digest: &[u8]) -> String {
    let letters = digest.iter().filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()));
    let letters = letters.take(found.width.saturating_sub(2).max(FEWEST)).copied().map(char::from);
    [found.kind.letter(), '-'].into_iter().chain(letters).collect()
}
