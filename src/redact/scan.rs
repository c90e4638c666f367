//! Finds identifiers in text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::redact::token::{Found, found};

/// What may be an identifier, the first that fits at a place:
/// an id or a digest, which is none and may look like one; a run of digits too long for a telephone number; such a number, written
/// with hyphens or spaces or with Japan's country code; any other run. Digits may be full-width.
static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
          (?P<id> \b (?: (?:plan|op)-[0-9a-f]{16} | [0-9a-f]{64} | [0-9a-f]{40} ) \b )
        | (?P<run> \+? [0-9０-９]{12,} )
        | (?P<phone> (?: \+81[-\x20]? (?: \(0\) )? | [0０] ) [26-9２６-９][0-9０-９]
            [-\x20.ー－–‐\u{3000}]? [0-9０-９]{4} [-\x20.ー－–‐\u{3000}]? [0-9０-９]{4} )
        | (?P<imei> [0-9]{2}-[0-9]{6}-[0-9]{6}-[0-9] )
        | (?P<rest> [0-9０-９]+ )",
    )
    .expect("a constant")
});

/// The text with every identifier replaced. One may stand inside a word, for names are made that way.
pub(super) fn replace(text: &str, token: impl Fn(&Found) -> String) -> String {
    let replaced = CANDIDATE.replace_all(text, |candidate: &Captures<'_>| {
        let whole = candidate.get(0).map_or("", |whole| whole.as_str());
        let is_digest = candidate.name("id").is_some() && whole.bytes().any(|byte| byte.is_ascii_alphabetic());
        let identifier = if is_digest { None } else { found(&digits(&whole.replace("(0)", ""))) };
        identifier.map_or_else(|| whole.to_owned(), |identifier| token(&identifier))
    });
    replaced.into_owned()
}

/// The digits of a candidate, as ASCII.
fn digits(candidate: &str) -> String {
    let ascii = candidate.chars().map(|character| match character {
        '０'..='９' => char::from_u32(u32::from(character) - u32::from('０') + u32::from('0')).unwrap_or(character),
        _ => character,
    });
    ascii.filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::replace;

    fn marked(text: &str) -> String {
        replace(text, |found| format!("<{}{}>", found.kind.letter(), found.digits))
    }

    #[test]
    fn identifiers_are_found_however_they_are_written() {
        let number = "<m08012345678>";
        for written in [
            "08012345678",
            "080-1234-5678",
            "080 1234 5678",
            "+818012345678",
            "+81 80-1234-5678",
            "818012345678",
            "０８０１２３４５６７８",
            "０８０－１２３４－５６７８",
            "080ー1234ー5678",
            "080–1234–5678",
            "080.1234.5678",
            "+81 (0)80-1234-5678",
        ] {
            assert_eq!(marked(written), number, "{written}");
            assert_eq!(marked(&format!("上野{written}号機")), format!("上野{number}号機"));
            assert_eq!(marked(&format!("2026-11-28 {written}, x")), format!("2026-11-28 {number}, x"));
        }
        assert_eq!(marked("kiosk08012345678b"), "kiosk<m08012345678>b");
        assert_eq!(marked("02001234567890/02012345678"), "<m02001234567890>/<m02012345678>");
        assert_eq!(marked("490154203237518 4901542032375101 49015420323751"), ["<i49015420323751>"; 3].join(" "));
        assert_eq!(marked("8981100022312345678 89811000223123456786"), ["<c8981100022312345678>"; 2].join(" "));
        assert_eq!(marked("49-015420-323751-8"), "<i49015420323751>");
        assert_eq!(marked("a000108012345678"), "a<i00010801234567>");
        assert_eq!(marked("440101234567890"), "<s440101234567890>");
    }

    #[test]
    fn what_is_none_stays() {
        for text in [
            "plan-2e925ae95e7e576e op-0801234567890123 plan-9390751316260518",
            "sha256 of 1111111111111111111111111111111111111111111111111111111111111a11",
            "2026-11-28T16:41:26+09:00, A0000123, S0001234, 12,400 JPY, 0.30 of 8012345678 bytes, 03-1234-5678",
            "",
        ] {
            assert_eq!(marked(text), text);
        }
    }
}
