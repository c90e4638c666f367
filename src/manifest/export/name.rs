//! Names of fleets, made of what the carrier calls them.

use std::collections::BTreeSet;

/// The longest name that Kubernetes takes.
const MAX_LENGTH: usize = 63;

/// What Windows takes for a device, whatever the folder and the extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Whether Windows takes a name for a device.
pub(super) fn is_device(name: &str) -> bool {
    DEVICES.contains(&name)
}

/// Hands out names, each once. They become names of files, too: on any system, wherever the repository is checked out.
#[derive(Debug, Default)]
pub(in crate::manifest) struct Names(BTreeSet<String>);

impl Names {
    /// Never hands out this one.
    pub(super) fn reserving(name: &str) -> Self {
        Self(BTreeSet::from([name.to_owned()]))
    }

    /// Never hands out one of these.
    pub(in crate::manifest) fn besides(names: impl Iterator<Item = String>) -> Self {
        Self(names.collect())
    }

    /// `s0001234-m2m-lte` of `S0001234` and `m2m-lte`; with a number behind it if it is taken.
    pub(in crate::manifest) fn of(&mut self, parts: &[&str]) -> String {
        let plain = label(parts);
        let mut name = plain.clone();
        let mut number = 2_u64;
        while is_device(&name) || !self.0.insert(name.clone()) {
            let suffix = format!("-{number}");
            let room = MAX_LENGTH - suffix.len();
            name = format!("{}{suffix}", plain.get(..room.min(plain.len())).unwrap_or_default().trim_end_matches('-'));
            number += 1;
        }
        name
    }
}

/// Lower-case ASCII letters, digits and single dashes, at most 63 of them.
fn label(parts: &[&str]) -> String {
    let label = slug(&parts.join("-"));
    if label.is_empty() { "fleet".to_owned() } else { label }
}

/// What of a text can stand in a label; nothing, if nothing can.
pub(super) fn slug(text: &str) -> String {
    let mut label = String::new();
    for character in text.chars() {
        let character = character.to_ascii_lowercase();
        if character.is_ascii_alphanumeric() {
            label.push(character);
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    label.truncate(MAX_LENGTH);
    label.truncate(label.trim_end_matches('-').len());
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_and_differ() {
        let mut names = Names::default();
        assert_eq!(names.of(&["S0001234", "m2m-lte"]), "s0001234-m2m-lte");
        assert_eq!(names.of(&["S0001234", "m2m_LTE"]), "s0001234-m2m-lte-2");
        assert_eq!(names.of(&["本社", "回線"]), "fleet");
        assert_eq!(names.of(&["--", "!"]), "fleet-2");
        assert_eq!(names.of(&["CON"]), "con-2", "no name for a file on Windows");
        assert_eq!([names.of(&["../../etc/passwd"]), names.of(&[".git"])], ["etc-passwd", "git"]);
        let long = "x".repeat(80);
        assert_eq!(names.of(&[&long]).len(), 63);
        assert_eq!(names.of(&[&long]).len(), 63);
    }
}
