//! Numbers of things, in words.

use std::fmt;

/// A number with a comma at every third digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

impl From<usize> for Count {
    fn from(length: usize) -> Self {
        Self(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// `1 line`, `2,000 lines`: a number of things whose plural ends in s.
pub(crate) fn counted(number: impl Into<Count>, noun: &str) -> String {
    let number = number.into();
    format!("{number} {noun}{}", if number.0 == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one() {
        assert_eq!([0, 1, 2_000].map(|number| counted(number, "line")), ["0 lines", "1 line", "2,000 lines"]);
    }
}
