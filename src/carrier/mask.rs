//! Hides identifiers in text that a carrier wrote: its messages name numbers in full, logs must not.

/// Runs of digits at least this long are identifiers (an MSISDN has 11). A time stamp has 14 at
/// most, and loses nothing that matters.
const IDENTIFIER_DIGITS: usize = 10;

/// The most characters of a carrier's message that are kept.
const LONGEST: usize = 300;

/// The text with every long run of digits hidden but for its ends, without control characters, and
/// cut where it is too long to read.
pub fn mask_identifiers(text: &str) -> String {
    let mut masked = String::new();
    let mut digits = String::new();
    for character in text.chars().take(LONGEST) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        push_digits(&mut masked, &mut digits);
        masked.push(if character.is_control() { ' ' } else { character });
    }
    push_digits(&mut masked, &mut digits);
    if text.chars().nth(LONGEST).is_some() {
        masked.push('…');
    }
    masked
}

fn push_digits(masked: &mut String, digits: &mut String) {
    if digits.len() < IDENTIFIER_DIGITS {
        masked.push_str(digits);
    } else {
        masked.push_str(digits.get(..3).unwrap_or_default());
        masked.push_str(&"*".repeat(digits.len() - 6));
        masked.push_str(digits.get(digits.len() - 3..).unwrap_or_default());
    }
    digits.clear();
}

#[cfg(test)]
mod tests {
    use super::mask_identifiers;

    #[test]
    fn numbers_are_hidden_and_amounts_are_not() {
        assert_eq!(mask_identifiers("line 08012345678 of S0001234"), "line 080*****678 of S0001234");
        assert_eq!(mask_identifiers("490154203237518"), "490*********518");
        assert_eq!(mask_identifiers("a\nb\u{1b}[31m 3000 rows"), "a b [31m 3000 rows");
        assert_eq!(mask_identifiers(&"x".repeat(400)).chars().count(), 301);
    }
}
