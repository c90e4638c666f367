//! Names for the values of a label. A name is made of its value alone: it stays when other values come and go.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::name::{is_device, slug};

/// A fleet's name has to have room for the system number and the service.
const LONGEST: usize = 30;

/// Of the part that people read, where digits follow.
const LONGEST_BEFORE_DIGITS: usize = 26;

/// So many that nobody meets two values with the same ones: half of all sets of twenty million have none.
const DIGITS: usize = 12;

/// The name that the file of the accounts has.
pub(super) const ACCOUNTS: &str = "accounts";

/// The name of a value: itself, if that is a name, is short and is no other's; else what of it can be written, and digits.
pub(super) fn of_value(key: &str, value: &str) -> String {
    let plain = slug(value);
    let is_taken = |name: &str| name == without(key) || name == ACCOUNTS || is_device(name) || ends_with_digits(name);
    if !plain.is_empty() && plain == value && plain.len() <= LONGEST && !is_taken(&plain) {
        return plain;
    }
    let mut start = some(plain, &some(slug(key), "label"));
    start.truncate(LONGEST_BEFORE_DIGITS);
    format!("{}-{}", start.trim_end_matches('-'), digits(value))
}

/// The name for the lines that do not have the label.
pub(super) fn without(key: &str) -> String {
    format!("no-{}", some(slug(key), "label"))
}

fn some(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// Whether a value looks like the name of another one.
fn ends_with_digits(name: &str) -> bool {
    let last = name.rsplit_once('-').map(|(_, last)| last);
    last.is_some_and(|last| last.len() == DIGITS && last.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Digits that tell texts apart.
fn digits(text: &str) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(DIGITS / 2) {
        // Writing to a `String` cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Values that people and attackers come up with: cases, blanks, names of others, other scripts, any length.
    fn values() -> Vec<String> {
        let mut values: Vec<String> = [
            "ueno",
            "Ueno",
            "UENO",
            "ueno ",
            "ｕｅｎｏ",
            "上野",
            "新宿",
            "n code",
            "n-code",
            "Ünïcode/東京",
            "",
            " ",
            "-",
            "a--b",
            "a-b",
        ]
        .map(str::to_owned)
        .to_vec();
        values.extend(
            ["con", "CON", "con-2", "com1", "accounts", "Accounts", "no-site", "No Site", "..", "a/b", "a\\b"].map(str::to_owned),
        );
        values.extend((20..70).flat_map(|length| ["x".repeat(length), format!("{}-", "x".repeat(length))]));
        let names: Vec<String> = values.iter().map(|value| of_value("site", value)).collect();
        let names_of_names: Vec<String> = names.iter().map(|name| of_value("site", name)).collect();
        values.extend(names);
        values.extend(names_of_names);
        values.sort();
        values.dedup();
        values
    }

    #[test]
    fn no_two_values_share_a_name_whatever_the_file_system() {
        let mut of: BTreeMap<String, String> = BTreeMap::new();
        for value in values() {
            let name = of_value("site", &value);
            assert_eq!(slug(&name), name, "it can be written");
            assert!(name.len() <= 39 && !is_device(&name) && name != "no-site" && name != ACCOUNTS, "{name}");
            assert_eq!(of.insert(name.to_ascii_lowercase(), value.clone()), None, "{value:?} is called {name}, too");
        }
    }

    #[test]
    fn names_say_what_they_are_of() {
        assert_eq!(of_value("site", "ueno-2"), "ueno-2");
        for (value, start) in
            [("Ueno", "ueno-"), ("上野", "site-"), ("no-site", "no-site-"), ("Ünïcode/東京", "n-code-"), ("con", "con-")]
        {
            let name = of_value("site", value);
            assert!(name.strip_prefix(start).is_some_and(|rest| rest.len() == DIGITS), "{value}: {name}");
        }
        assert_eq!(without("階"), "no-label");
    }
}
