//! Text that other people wrote (names, messages of the carrier, file names), made safe to show.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character can move the cursor, reorder its neighbours or hide: control characters, bidi
/// controls (Unicode TR 36 and the "Trojan Source" list), invisible characters, fillers, tags. Not variation
/// selectors: names are written with them.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text for a terminal: one line, nothing that acts. What could deceive is written as `\u{202e}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_deceptive(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// The beginning of a long text, and `…` for the rest; cut before it is escaped, so that no escape is cut.
pub fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// Text for a cell or paragraph of Markdown: everything that Markdown, HTML or a forge could take for
/// markup becomes a character reference. `@` and `#` also get a zero-width space behind them, because
/// forges look for mentions and references *after* they have decoded the references.
pub fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for character in plain(text).chars() {
        match character {
            '@' | '#' => {
                push_reference(&mut safe, character);
                safe.push_str("&#8203;");
            }
            _ if character.is_ascii_punctuation() && !is_harmless(character) => push_reference(&mut safe, character),
            // `www.` would become a link.
            '.' if safe.ends_with("www") || safe.ends_with("WWW") => push_reference(&mut safe, character),
            _ => safe.push(character),
        }
    }
    safe
}

/// Punctuation that means nothing inside a line: brackets count only behind `]`, the others only at the
/// beginning of a line.
fn is_harmless(character: char) -> bool {
    matches!(character, '.' | '-' | ',' | ';' | '%' | '/' | '"' | '\'' | '?' | '(' | ')' | '+' | '=' | '{' | '}' | '^')
}

/// Text as code in a cell or paragraph of Markdown.
pub fn markdown_code(text: &str) -> String {
    let safe = plain(text);
    let is_simple = |character: char| {
        (character.is_alphanumeric() || matches!(character, ' ' | '.' | ',' | ':' | '-' | '_' | '/' | '+' | '>' | '(' | ')'))
            && character != '`'
    };
    if safe.is_empty() {
        return String::new();
    }
    if safe.chars().all(is_simple) && safe.trim() == safe {
        return format!("`{safe}`");
    }
    let mut code = String::from("<code>");
    for character in safe.chars() {
        // What stands in telephone numbers means nothing here, and `--redact` has to see it.
        if character.is_ascii_punctuation() && !matches!(character, '-' | '+' | '(' | ')') {
            push_reference(&mut code, character);
        } else {
            code.push(character);
        }
    }
    code.push_str("</code>");
    code
}

/// Text for a cell of a spreadsheet (quoting is the CSV writer's work): one line, and never a formula. What begins with
/// a sign that a spreadsheet computes by, full-width forms included, gets an apostrophe in front, as OWASP advises.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let safe = plain(text);
    // Spaces before a formula do not stop every spreadsheet.
    let first = safe.trim_start().chars().next();
    if matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) {
        return Cow::Owned(format!("'{safe}"));
    }
    safe
}

fn push_reference(safe: &mut String, character: char) {
    // Writing to a `String` cannot fail.
    let _ = write!(safe, "&#{};", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_get_no_controls() {
        assert_eq!(plain("kiosk-17 上野"), "kiosk-17 上野");
        assert_eq!(plain("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(plain("\u{202e}dab\u{2066}"), "\\u{202e}dab\\u{2066}");
    }

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(plain("a\u{3164}b\u{34f}"), "a\\u{3164}b\\u{34f}");
        assert_eq!(plain("葛\u{e0100}飾区"), "葛\u{e0100}飾区", "a variant of 葛, not a hidden character");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(shortened("上野駅", 3), "上野駅");
        assert_eq!(shortened("上野駅前", 3), "上野駅…");
        assert_eq!(shortened("", 0), "");
    }

    #[test]
    fn spreadsheets_get_no_formulas() {
        assert_eq!(csv_cell("kiosk-17"), "kiosk-17");
        for formula in ["=1+1", "+81", "-2", "@SUM(A1)", "  =1", "＝1"] {
            assert_eq!(csv_cell(formula), format!("'{formula}"));
        }
        assert_eq!(csv_cell("\t=1"), "\\t=1");
        assert_eq!(csv_cell("a\r\n=1"), "a\\r\\n=1");
    }

    #[test]
    fn markdown_gets_no_markup() {
        assert_eq!(markdown("a|b"), "a&#124;b");
        assert_eq!(markdown("<img src=x>"), "&#60;img src=x&#62;");
        assert_eq!(markdown("[x](y) *b*"), "&#91;x&#93;(y) &#42;b&#42;");
        assert_eq!(markdown("@org #12"), "&#64;&#8203;org &#35;&#8203;12");
        assert_eq!(markdown("http://x www.y"), "http&#58;//x www&#46;y");
        assert_eq!(markdown_code("fixed-1gb"), "`fixed-1gb`");
        assert_eq!(markdown_code("a`|\\"), "<code>a&#96;&#124;&#92;</code>");
    }
}
