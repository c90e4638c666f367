//! Full width and half width (全角・半角).
//!
//! A character is full-width if it takes two columns in a Japanese font: East Asian Width `W`, `F` or `A`
//! (Unicode Standard Annex 11).

use unicode_width::UnicodeWidthChar as _;

/// Half-width katakana and its signs in the order of Unicode, from U+FF61, in full width.
const KATAKANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Kana whose voiced form follows them in Unicode.
const VOICEABLE: &str = "カキクケコサシスセソタチツテトハヒフヘホかきくけこさしすせそたちつてとはひふへほ";

/// Kana whose half-voiced form is the second after them.
const HALF_VOICEABLE: &str = "ハヒフヘホはひふへほ";

/// As a label is printed: ASCII, which people write everywhere, in its full-width forms; every hyphen and
/// minus as one; no blanks at the ends. Everything else stays as it is.
pub fn widened(text: &str) -> String {
    text.trim().chars().map(wide).collect()
}

/// ASCII in full width is ASCII, for identifiers, which people copy from anywhere.
pub fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => u32::from(character).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(character),
        '\u{3000}' => ' ',
        _ => character,
    }
}

fn wide(character: char) -> char {
    match character {
        ' ' | '\u{a0}' => '\u{3000}',
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}' => '－',
        '¥' => '￥',
        // U+FF01 to U+FF5E are U+0021 to U+007E once more.
        '!'..='~' => char::from_u32(u32::from(character) + 0xfee0).unwrap_or(character),
        _ => character,
    }
}

/// The text that is proposed for one that is refused: widened, half-width katakana in full width, voicing
/// marks joined with their kana, line breaks as blanks, invisible characters left out.
pub fn converted(text: &str) -> String {
    let mut converted = String::with_capacity(text.len());
    for character in text.trim().chars() {
        let mark = match character {
            'ﾞ' | '\u{3099}' => Some((VOICEABLE, 1)),
            'ﾟ' | '\u{309a}' => Some((HALF_VOICEABLE, 2)),
            _ => None,
        };
        if let Some((bases, distance)) = mark
            && let Some(base) = converted.chars().next_back()
            && let Some(joined) = joined(base, bases, distance)
        {
            converted.pop();
            converted.push(joined);
        } else if character.is_whitespace() {
            converted.push('\u{3000}');
        } else if character.width_cjk().unwrap_or(0) > 0 {
            converted.push(full_katakana(character).unwrap_or_else(|| wide(character)));
        }
    }
    converted
}

fn joined(base: char, bases: &str, distance: u32) -> Option<char> {
    match (base, distance) {
        ('ウ', 1) => Some('ヴ'),
        ('う', 1) => Some('ゔ'),
        _ => bases.contains(base).then(|| char::from_u32(u32::from(base) + distance)).flatten(),
    }
}

fn full_katakana(character: char) -> Option<char> {
    let nth = u32::from(character).checked_sub(0xff61)?;
    KATAKANA.chars().nth(usize::try_from(nth).ok()?)
}

/// The first character that no label shows, and the text without any, where there is one.
pub fn refused(text: &str) -> Option<(String, Option<String>)> {
    let message = widened(text).chars().find_map(unprintable)?;
    // What was invisible at an end may leave a blank there, or nothing but blanks.
    let fixed = converted(text).trim().to_owned();
    let fits = !fixed.is_empty() && fixed.chars().all(|character| unprintable(character).is_none());
    Some((message, fits.then_some(fixed)))
}

/// Why a character cannot be printed.
fn unprintable(character: char) -> Option<String> {
    let code = u32::from(character);
    Some(match character {
        _ if full_katakana(character).is_some() => {
            format!("has {character} in half-width katakana; labels are printed in full-width characters")
        }
        _ if character.is_control() => format!("has the control character U+{code:04X}"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => {
            format!("has the private-use character U+{code:04X} (外字), which only the computer it comes from can show")
        }
        '\u{1f000}'..='\u{1faff}' => format!("has {character} (U+{code:04X}), which no label printer has"),
        _ => match character.width_cjk() {
            Some(2) => return None,
            Some(1) => {
                format!("has {character} (U+{code:04X}), which has no full width; labels are printed in full-width characters")
            }
            Some(_) | None => format!("has the invisible or combining character U+{code:04X}"),
        },
    })
}

/// The ASCII digits that a person meant: full-width ones made plain, separators left out. `None`: it holds
/// something else.
pub fn digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '０'..='９' => digits.push(char::from_digit(u32::from(character) - u32::from('０'), 10)?),
            '(' | ')' | '（' | '）' | '+' | '＋' | '.' | 'ー' | 'ｰ' | '―' | '—' => {}
            _ if matches!(wide(character), '－' | '\u{3000}') => {}
            _ => return None,
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_katakana_has_a_full_width_form() {
        assert_eq!(KATAKANA.chars().count(), 63);
        assert_eq!(converted("ﾁﾖﾀﾞｸ ﾊﾟｰｸｳﾞｨﾗ 1-2"), "チヨダク　パークヴィラ　１－２");
        for code in 0xff61..=0xff9f_u32 {
            let character = char::from_u32(code).expect("a character");
            let (message, fixed) = refused(&format!("本{character}")).expect("half-width");
            assert!(message.contains(character) && message.contains("half-width katakana"), "{message}");
            assert_eq!(fixed.map(|fixed| refused(&fixed)), Some(None), "what is proposed is taken");
        }
    }

    #[test]
    fn what_no_label_shows() {
        for (text, fixed) in [
            ("か\u{3099}くせい", Some("がくせい")),
            ("葛\u{e0100}飾区", Some("葛飾区")),
            ("本社\t3\n階", Some("本社　３　階")),
            ("本\u{200b}社", Some("本社")),
            ("髙\u{e000}", None),
            ("寿司🍣", None),
            ("ก", None),
        ] {
            assert_eq!(refused(text).expect(text).1.as_deref(), fixed, "{text:?}");
        }
        for text in ["髙﨑①㈱", "𠮷野家", "ＡＢＣ　１－２", "John Smith", "3-2‐1−0", "～・ー"] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
