//! Values of declared lines, changed in the text that declares them: comments and layout stay.
//!
//! What cannot be changed in place (a value behind an alias, a roster in a `ConfigMap`) is left, with the reason. A
//! text is taken only if, read again, it differs in the values that were asked for and in nothing else.

mod roster;
pub(in crate::manifest) mod splice;
mod yaml;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::Msisdn;
use splice::splice;

/// A value to declare on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file that declares the line, as the user named it.
    pub file: Arc<str>,
    /// Where the line's entry begins, from 1.
    pub line: u32,
    /// The same, in characters.
    pub column: u32,
    /// The line.
    pub msisdn: Msisdn,
    /// `state`, `ratePlan`, `imei` or `terminationDate`.
    pub field: &'static str,
    /// The value.
    pub value: String,
}

/// A file with its edits made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patched {
    /// Which.
    pub path: PathBuf,
    /// Its text.
    pub before: String,
    /// Its text to be.
    pub after: String,
}

/// What became of edits.
#[derive(Debug, Default)]
pub struct Edited {
    /// The files, sorted by name. Nothing is written.
    pub files: Vec<Patched>,
    /// Edits that could not be made, by their place among those that were asked for, and why.
    pub left: BTreeMap<usize, String>,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Makes edits, file by file.
pub fn edit(edits: &[Edit]) -> Edited {
    let mut by_file: BTreeMap<&Arc<str>, Vec<(usize, &Edit)>> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        by_file.entry(&edit.file).or_default().push((index, edit));
    }
    let mut edited = Edited::default();
    for (file, edits) in by_file {
        let path = PathBuf::from(&**file);
        let before = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                let why = format!("{file} cannot be read: {error}");
                edited.left.extend(edits.iter().map(|(index, _)| (*index, why.clone())));
                continue;
            }
        };
        let (after, left) = text(&before, &edits);
        edited.left.extend(left);
        if let Some(after) = after.filter(|after| *after != before) {
            edited.files.push(Patched { path, before, after });
        }
    }
    edited
}

type Left = BTreeMap<usize, String>;

/// Makes the edits of one text.
fn text(whole: &str, edits: &[(usize, &Edit)]) -> (Option<String>, Left) {
    let (mark, text) = match whole.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => (BYTE_ORDER_MARK, text),
        None => ("", whole),
    };
    // A roster may stand in a ConfigMap, alone in its file.
    let is_yaml = text.contains(crate::api::GROUP) || text.contains("kind: ConfigMap");
    let (splices, mut left) = if is_yaml { yaml::splices(text, edits) } else { roster::splices(text, edits) };
    let made: Vec<&Edit> = edits.iter().filter(|(index, _)| !left.contains_key(index)).map(|(_, edit)| *edit).collect();
    if made.is_empty() {
        return (None, left);
    }
    let after = splice(text, splices);
    let is_right = if is_yaml { yaml::changes_only(text, &after, &made) } else { roster::changes_only(text, &after, &made) };
    if !is_right {
        let why = "the file is laid out in a way that is not edited safely: change it by hand";
        let missing = edits.iter().filter(|(index, _)| !left.contains_key(index)).map(|(index, _)| *index).collect::<Vec<_>>();
        left.extend(missing.into_iter().map(|index| (index, why.to_owned())));
        return (None, left);
    }
    (Some(format!("{mark}{after}")), left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(wishes: &[(u32, u32, &'static str, &str)]) -> Vec<Edit> {
        let edit = |(line, column, field, value): &(u32, u32, &'static str, &str)| Edit {
            file: "f".into(),
            line: *line,
            column: *column,
            msisdn: Msisdn::parse("08000000001").expect("a number"),
            field,
            value: (*value).to_owned(),
        };
        wishes.iter().map(edit).collect()
    }

    fn made(text: &str, wishes: &[(u32, u32, &'static str, &str)]) -> Result<String, String> {
        let edits = edits(wishes);
        let numbered: Vec<(usize, &Edit)> = edits.iter().enumerate().collect();
        let (after, left) = super::text(text, &numbered);
        after.ok_or_else(|| left.into_values().collect::<Vec<_>>().join("; "))
    }

    const HEAD: &str = "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: a}\nspec:\n  sims:\n";

    #[track_caller]
    fn becomes(entry: &str, wishes: &[(&'static str, &str)], expected: &str) {
        let column = u32::try_from(entry.find('-').expect("an entry") + 3).expect("small");
        let wishes: Vec<_> = wishes.iter().map(|(field, value)| (6, column, *field, *value)).collect();
        assert_eq!(made(&format!("{HEAD}{entry}"), &wishes).expect("it is edited"), format!("{HEAD}{expected}"));
    }

    #[test]
    fn inline_lines_keep_their_layout() {
        let suspended: &[(&str, &str)] = &[("state", "Suspended")];
        for (entry, expected) in [
            (
                "    - {msisdn: \"08000000001\", state: Active} # why\n",
                "    - {msisdn: \"08000000001\", state: Suspended} # why\n",
            ),
            ("    - { msisdn: '08000000001' , name: x }\n", "    - { msisdn: '08000000001', state: Suspended , name: x }\n"),
            ("    - {\"msisdn\": \"08000000001\"}\n", "    - {\"msisdn\": \"08000000001\", \"state\": \"Suspended\"}\n"),
            (
                "    - msisdn: \"08000000001\" # a kiosk\n      name: x\n",
                "    - msisdn: \"08000000001\" # a kiosk\n      state: Suspended\n      name: x\n",
            ),
            ("    - msisdn: \"08000000001\"", "    - msisdn: \"08000000001\"\n      state: Suspended"),
            (
                "    - msisdn: \"08000000001\"\r\n      state: \"Active\"   # was\r\n",
                "    - msisdn: \"08000000001\"\r\n      state: \"Suspended\"   # was\r\n",
            ),
            (
                "    - name: 東京\n      msisdn: \"08000000001\"\n",
                "    - name: 東京\n      msisdn: \"08000000001\"\n      state: Suspended\n",
            ),
            (
                "    - {name: \"東京😀\", state: 'Active', msisdn: '08000000001'}\n",
                "    - {name: \"東京😀\", state: 'Suspended', msisdn: '08000000001'}\n",
            ),
        ] {
            becomes(entry, suspended, expected);
        }
        becomes(
            "    - {msisdn: \"08000000001\"}\n",
            &[("ratePlan", "fixed-1gb"), ("state", "Suspended")],
            "    - {msisdn: \"08000000001\", ratePlan: fixed-1gb, state: Suspended}\n",
        );
    }

    #[test]
    fn what_cannot_be_edited_in_place_is_left() {
        let anchor =
            format!("{HEAD}    - {{msisdn: \"08000000001\", state: &s Active}}\n    - {{msisdn: \"08000000002\", state: *s}}\n");
        assert!(made(&anchor, &[(6, 7, "state", "Suspended")]).is_err(), "it would change another line too");
        let elsewhere = format!("{HEAD}    - {{msisdn: \"08000000002\"}}\n");
        assert!(made(&elsewhere, &[(6, 7, "state", "Suspended")]).is_err(), "another line stands there now");
        assert!(made("kind,msisdn\nsim,08000000002\n", &[(2, 1, "state", "Suspended")]).is_err());
    }

    #[test]
    fn rosters_keep_their_layout() {
        for (text, expected) in [
            ("msisdn,state\r\n08000000001,Active\r\n", "msisdn,state\r\n08000000001,Suspended\r\n"),
            ("msisdn,state,name\n08000000001,,x\n", "msisdn,state,name\n08000000001,Suspended,x\n"),
            ("\u{feff}msisdn, state\n\"08000000001\", Active ", "\u{feff}msisdn, state\n\"08000000001\", Suspended "),
            ("msisdn\n08000000001\n\n08000000002\n", "msisdn,state\n08000000001,Suspended\n\n08000000002,\n"),
        ] {
            assert_eq!(made(text, &[(2, 1, "state", "Suspended")]).expect("it is edited"), expected);
        }
    }
}
