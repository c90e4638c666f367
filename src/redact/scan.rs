//! Finds identifiers in text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::redact::token::{Found, found};

/// What may be an identifier, the first that fits at a place:
/// an id or a digest, which is none and may look like one; what a spreadsheet makes of one; a run of digits too long for a
/// telephone number; such a number in groups, as people write it, with Japan's country code, with its zero and without;
/// any other run. Between hyphens a group may be too long or too short: a number that was mistyped is one all the same. Digits
/// may be full-width.
static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    let digit = "[0-9０-９]";
    let hyphen = r"[-.ー－ｰ−\x{2010}-\x{2015}]";
    let between = r"[-\x20.ー－ｰ−\x{2010}-\x{2015}\x{a0}\x{3000}]";
    let (open, close) = ("[(（]", "[)）]");
    let area = format!("[26-9２６-９]{digit}");
    let mistyped = format!("{hyphen}{digit}{{3,5}}{hyphen}{digit}{{2,6}}");
    let groups = format!("{between}?{digit}{{4}}{between}?{digit}{{4,}}");
    let pattern = [
        r"(?P<id>\b(?:(?:plan|op)-[0-9a-f]{16}|[0-9a-f]{64}|[0-9a-f]{40})\b)".to_owned(),
        r"(?P<rounded>\b[0-9]\.[0-9]+[eE]\+?[0-9]{1,2}\b)".to_owned(),
        format!(r"\+?{digit}{{12,}}"),
        format!(r"(?:\+81[-\x20]?(?:\(0\))?|[0０]){area}(?:{mistyped}|{groups})"),
        format!("{open}[0０]?{area}{close}{groups}"),
        format!("[0０]?{area}{open}{digit}{{4}}{close}{between}?{digit}{{4}}"),
        format!("{area}{between}{digit}{{4}}{between}{digit}{{4,}}"),
        "[0-9]{2}-[0-9]{6}-[0-9]{6}-[0-9]".to_owned(),
        format!("{digit}+"),
    ];
    Regex::new(&pattern.join("|")).expect("a constant")
});

/// A run of digits in what is no identifier as a whole.
static RUN: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9０-９]+").expect("a constant"));

/// The text with every identifier replaced. One may stand inside a word, for names are made that way.
pub(super) fn replace(text: &str, token: impl Fn(&Found) -> String) -> String {
    let replaced = CANDIDATE.replace_all(text, |candidate: &Captures<'_>| {
        let (whole, before, behind) = candidate.get(0).map_or(("", "", ""), |whole| {
            let (before, behind) = (text.get(..whole.start()), text.get(whole.end()..));
            (whole.as_str(), before.unwrap_or_default(), behind.unwrap_or_default())
        });
        let is_digest = candidate.name("id").is_some() && whole.bytes().any(|byte| byte.is_ascii_alphabetic());
        if is_digest || is_amount(whole, before, behind) {
            return whole.to_owned();
        }
        if candidate.name("rounded").is_some() {
            return found(&unrounded(whole)).map_or_else(|| whole.to_owned(), |identifier| token(&identifier));
        }
        found(&digits(&whole.replace("(0)", ""))).map_or_else(|| each_run(whole, &token), |identifier| token(&identifier))
    });
    replaced.into_owned()
}

/// Groups that make no number may hold one: the day in front of it was taken for a group.
fn each_run(whole: &str, token: impl Fn(&Found) -> String) -> String {
    let replaced = RUN.replace_all(whole, |run: &Captures<'_>| {
        let run = run.get(0).map_or("", |run| run.as_str());
        found(&digits(run)).map_or_else(|| run.to_owned(), |identifier| token(&identifier))
    });
    replaced.into_owned()
}

/// What follows an amount. Whoever writes one without a unit gets a token: that is the safe side.
const UNITS: [&str; 5] = ["bytes", "B", "JPY", "yen", "円"];

/// Whether a run of digits counts something: it has a unit, or stands behind a decimal point. None is as long as an IMEI, or
/// begins with a zero.
fn is_amount(whole: &str, before: &str, behind: &str) -> bool {
    let behind = behind.strip_prefix(' ').unwrap_or(behind);
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    let is_counted = UNITS.iter().any(|unit| behind.strip_prefix(unit).is_some_and(ends));
    let is_fraction = before.strip_suffix('.').is_some_and(|before| before.ends_with(|last: char| last.is_ascii_digit()));
    let is_plain = whole.len() < 14 && whole.bytes().all(|byte| byte.is_ascii_digit());
    is_plain && !whole.starts_with('0') && (is_fraction || is_counted)
}

/// The digits of `8.012340004E9`: those that are lost are zeros.
fn unrounded(number: &str) -> String {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: usize = exponent.trim_start_matches('+').parse().unwrap_or_default();
    digits(mantissa).chars().chain(std::iter::repeat('0')).take(exponent + 1).collect()
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
            "(080)1234-5678",
            "（０８０）１２３４－５６７８",
            "080(1234)5678",
            "080−1234−5678",
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
    fn a_number_without_its_zero_is_that_number() {
        let number = "<m08012345678>";
        for written in [
            "8012345678",
            "80-1234-5678",
            "80 1234 5678",
            "(80)1234-5678",
            "８０１２３４５６７８",
            "8.012345678E9",
            "8.012345678E+09",
        ] {
            assert_eq!(marked(written), number, "{written}");
            assert_eq!(marked(&format!("sim,{written},x")), format!("sim,{number},x"));
            assert_eq!(marked(&format!("2026-11-28T10:00:00 \" {written}\"")), format!("2026-11-28T10:00:00 \" {number}\""));
        }
        assert_eq!(marked("2026-11-28 8012345678 28 8012345678"), format!("2026-11-28 {number} 28 {number}"));
        assert_eq!(marked("8012345678.0"), format!("{number}.0"), "a float of a spreadsheet");
        assert_eq!(marked("2012345678 2001234567890"), "<m02012345678> <m02001234567890>");
        assert_eq!(marked("4.90154E+14 8.98E18"), "<i49015400000000> <c8980000000000000000>");
    }

    /// The token is of what was written, for nobody knows what was meant; no digit of it stays.
    #[test]
    fn what_was_mistyped_is_hidden_whole() {
        for written in
            ["0801234567", "080123456789", "0801234567890", "801234567890", "81801234567890", "02045678901", "8181123456789"]
        {
            let hidden = marked(written);
            assert!(hidden.starts_with('<') && hidden.ends_with('>') && hidden.matches('<').count() == 1, "{written}: {hidden}");
        }
        assert_eq!(marked("080-1234-56789 080-1234-567"), "<m080123456789> <m0801234567>");
        assert_eq!(marked("4901542032375"), "<i4901542032375>");
    }

    #[test]
    fn what_is_none_stays() {
        for text in [
            "plan-2e925ae95e7e576e op-0801234567890123 plan-9390751316260518",
            "sha256 of 1111111111111111111111111111111111111111111111111111111111111a11",
            "2026-11-28T16:41:26+09:00, A0000123, S0001234, 12,400 JPY, 0.30 of 8012345678 bytes, 03-1234-5678",
            "0.8012345678 8,012,345,678 1764300000 2500000000 20261128 202611281641 9000000000 B 7012345678円",
            "1.25e9 0.5E-3",
            "",
        ] {
            assert_eq!(marked(text), text);
        }
    }
}
