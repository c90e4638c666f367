//! Which file a fleet stands in, and how the values of a label become names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::fleet::Fleet;
use super::name::slug;

/// What there is a file for each of. A fleet has one system number and one service in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// System numbers: a file has a fleet for each of its services.
    System,
    /// Services: a file has a fleet for each of their system numbers.
    Service,
    /// Values of this label; lines that do not have it stand in `no-KEY.yaml`.
    Label(Arc<str>),
}

/// A fleet and where it stands.
#[derive(Debug)]
pub(super) struct Part {
    /// `None`: in a file of its own.
    pub(super) file: Option<FileKey>,
    /// What its name begins with.
    pub(super) group: Option<String>,
    pub(super) fleet: Fleet,
}

/// What a file is for, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileKey {
    /// The system number, service or value: two of them may have the same name.
    of: Option<String>,
    pub(super) name: String,
}

/// Fleets by file, in the order in which they are written.
pub(super) fn split(fleets: Vec<Fleet>, shared: &BTreeSet<String>, by: Option<&Split>) -> Vec<Part> {
    let file = |text: &str| Some(FileKey { of: Some(text.to_owned()), name: text.to_owned() });
    match by {
        None => fleets.into_iter().map(|fleet| Part { file: None, group: None, fleet }).collect(),
        Some(Split::System) => {
            fleets.into_iter().map(|fleet| Part { file: file(fleet.system.as_str()), group: None, fleet }).collect()
        }
        Some(Split::Service) => {
            fleets.into_iter().map(|fleet| Part { file: file(fleet.service.as_str()), group: None, fleet }).collect()
        }
        Some(Split::Label(key)) => {
            let mut parted: Vec<(Option<String>, Fleet)> =
                fleets.into_iter().flat_map(|fleet| fleet.by_label(key, shared)).collect();
            parted.sort_by(|(left, _), (right, _)| (left.is_none(), left).cmp(&(right.is_none(), right)));
            let values: BTreeSet<&str> = parted.iter().filter_map(|(value, _)| value.as_deref()).collect();
            let by_value = names(key, &values);
            let name_of = |value: &Option<String>| match value {
                Some(value) => by_value.get(value).cloned().unwrap_or_default(),
                None => without(key),
            };
            parted
                .into_iter()
                .map(|(value, fleet)| {
                    let name = name_of(&value);
                    Part { file: Some(FileKey { of: value, name: name.clone() }), group: Some(name), fleet }
                })
                .collect()
        }
    }
}

/// A name for each value. It does not depend on which other values there are, but where two would have the same one: then
/// those that are not written as their name is get a digest behind it.
fn names(key: &str, values: &BTreeSet<&str>) -> BTreeMap<String, String> {
    /// A fleet's name has to have room for the system number and the service.
    const LONGEST: usize = 30;
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        *uses.entry(slug(value)).or_default() += 1;
    }
    let name = |value: &str| {
        let plain = slug(value);
        let is_clear = !plain.is_empty()
            && plain.len() <= LONGEST
            && value.len() <= LONGEST
            && plain != without(key)
            && (plain == value || uses.get(&plain) == Some(&1));
        if is_clear {
            return plain;
        }
        let mut start = some(plain, &some(slug(key), "label"));
        start.truncate(LONGEST);
        format!("{}-{}", start.trim_end_matches('-'), digest(value))
    };
    values.iter().map(|value| ((*value).to_owned(), name(value))).collect()
}

/// The name for the lines that do not have the label.
fn without(key: &str) -> String {
    format!("no-{}", some(slug(key), "label"))
}

fn some(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// Eight digits that tell texts apart.
fn digest(text: &str) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(4) {
        // Writing to a `String` cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(values: &[&str]) -> Vec<String> {
        names("site", &values.iter().copied().collect()).into_values().collect()
    }

    #[test]
    fn names_are_labels_that_other_values_do_not_change() {
        assert_eq!(named(&["ueno", "Shinjuku 2"]), ["shinjuku-2", "ueno"]);
        let both = named(&["Ueno", "ueno"]);
        assert!(both[0].starts_with("ueno-") && both[1] == "ueno", "{both:?}");
        let [of_kanji, other] = <[String; 2]>::try_from(named(&["上野", "新宿"])).expect("two");
        assert!(of_kanji.starts_with("site-") && other.starts_with("site-") && of_kanji != other, "{of_kanji} {other}");
        assert!(named(&["上野"]).contains(&of_kanji) || named(&["上野"]).contains(&other));
        let [no] = <[String; 1]>::try_from(named(&["no-site"])).expect("one");
        assert!(no.starts_with("no-site-"), "{no}: the lines without a site are called so");
        let long = "x".repeat(80);
        assert!(named(&[&long, &format!("{long}y")]).iter().all(|name| name.len() <= 39));
    }
}
