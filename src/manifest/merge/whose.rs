//! Whose a comment is: it says something of one line, and would be wrong beside another.
//!
//! A comment behind something is about that. One on a line of its own is about what it is indented under, and if that is a list,
//! about the line below it, too.

use std::collections::BTreeMap;

use crate::manifest::format::{Comment, Raw, RawKind, dash, end_of, placed_comments, read_raw, split_segments};

/// Something that a comment may be about: a key, or a line of a list.
struct Thing {
    name: String,
    start: usize,
    /// Of a line the byte behind it; of a key that of the key.
    end: usize,
    column: usize,
    is_line: bool,
}

/// A comment with the document that it stands in, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct About {
    document: usize,
    comment: String,
    owner: Option<String>,
    /// The line that it stands above.
    above: Option<String>,
}

/// The first comment of a text that is not about the same in another text, or is not there at all.
pub(super) fn moved(before: &str, after: &str) -> Option<String> {
    let (old, new) = (all(before), all(after));
    // What stood above nothing may stand above a line that is new.
    let vague = |about: &[About]| counted(about.iter().map(|about| About { above: None, ..about.clone() }));
    let exact = |about: &[About]| counted(about.iter().filter(|about| about.above.is_some()).cloned());
    missing(&vague(&old), &vague(&new)).or_else(|| missing(&exact(&old), &exact(&new)))
}

type Counted = BTreeMap<About, usize>;

fn counted(all: impl Iterator<Item = About>) -> Counted {
    let mut counted = Counted::new();
    all.for_each(|about| *counted.entry(about).or_default() += 1);
    counted
}

fn missing(old: &Counted, new: &Counted) -> Option<String> {
    let is_less = |(about, times): &(&About, &usize)| new.get(*about).is_none_or(|found| found < *times);
    old.iter().find(is_less).map(|(about, _)| about.comment.clone())
}

fn all(text: &str) -> Vec<About> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut all = Vec::new();
    for (document, segment) in split_segments(text).iter().enumerate() {
        let body = segment.body.as_str();
        let things = read_raw(body).map(|root| things(body, &root)).unwrap_or_default();
        for comment in placed_comments(body).unwrap_or_default() {
            let (owner, above) = about(body, &things, &comment);
            all.push(About { document, owner, above, comment: comment.text });
        }
    }
    all
}

/// Whose a comment is, and the line that it stands above.
fn about(body: &str, things: &[Thing], comment: &Comment) -> (Option<String>, Option<String>) {
    let line_start = body.get(..comment.at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let beside = body.get(line_start..comment.at).unwrap_or_default();
    let (before, behind) = things.split_at(things.partition_point(|thing| thing.start < comment.at));
    let name = |thing: &Thing| thing.name.clone();
    if !beside.trim().is_empty() {
        // Behind the bracket that ends a list it is about the list.
        let is_over = |last: &Thing| {
            let rest = body.get(last.end.max(line_start)..comment.at).unwrap_or_default();
            last.is_line && rest.contains(']')
        };
        let owner = before.iter().rev().find(|thing| !thing.is_line || !is_over(thing));
        return (owner.map(name), None);
    }
    let column = beside.len();
    let owner = before.iter().rev().find(|thing| thing.column < column || comment.at < thing.end);
    let is_above = |next: &&Thing| next.is_line && column <= next.column && owner.is_none_or(|owner| owner.end <= comment.at);
    (owner.map(name), behind.first().filter(is_above).map(name))
}

/// What comments may be about, by place.
fn things(body: &str, root: &Raw) -> Vec<Thing> {
    let mut things = Vec::new();
    let column = |at: usize| body.get(..at).and_then(|before| before.rsplit('\n').next()).map_or(0, str::len);
    let keys = |within: &str, mapping: &Raw| -> Vec<Thing> {
        let RawKind::Mapping { pairs, .. } = &mapping.kind else { return Vec::new() };
        let thing = |key: &Raw| Thing {
            name: format!("{within}{}", key.text().unwrap_or_default()),
            start: key.start,
            end: key.end,
            column: column(key.start),
            is_line: false,
        };
        pairs.iter().map(|(key, _)| thing(key)).collect()
    };
    things.extend(keys("", root));
    let Some((_, spec)) = root.field("spec") else { return things };
    things.extend(keys("spec.", spec));
    for list in ["sims", "chipSims"] {
        let Some((key, value)) = spec.field(list) else { continue };
        let RawKind::Sequence { items, is_flow } = &value.kind else { continue };
        let mut before = body.get(key.end..).and_then(|rest| rest.find(':')).map_or(key.end, |colon| key.end + colon + 1);
        for (nth, item) in items.iter().enumerate() {
            let start = if *is_flow { item.start } else { dash(body, before, item.start).unwrap_or(item.start) };
            let number = item.field("msisdn").and_then(|(_, number)| number.text());
            let name = number.map_or_else(|| format!("{list} {nth}"), |number| format!("{list} {number}"));
            before = end_of(body, item).unwrap_or(item.end);
            things.push(Thing { name, start, end: before, column: column(start), is_line: true });
        }
    }
    things.sort_by_key(|thing| thing.start);
    things
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn a_comment_beside_another_line_is_seen() {
        let head = "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nspec:\n  sims:\n";
        let old = "    # above\n    - msisdn: \"1\"\n      name: a # behind\n      # inside\n";
        for (new, what) in [
            (
                "    # above\n    - {msisdn: \"0\"}\n    - msisdn: \"1\"\n      name: a # behind\n      # inside\n",
                Some("# above"),
            ),
            (
                "    # above\n    - msisdn: \"1\"\n      name: a # behind\n    - {msisdn: \"2\"}\n      # inside\n",
                Some("# inside"),
            ),
            (
                "    # above\n    - msisdn: \"1\"\n      name: a\n    - {msisdn: \"2\"} # behind\n      # inside\n",
                Some("# behind"),
            ),
            ("    # above\n    - msisdn: \"1\"\n      name: a # behind\n", Some("# inside")),
            (
                "    - {msisdn: \"0\"}\n    # above\n    - msisdn: \"1\"\n      name: a # behind\n      # inside\n    - {msisdn: \"2\"}\n",
                None,
            ),
        ] {
            assert_eq!(moved(&format!("{head}{old}"), &format!("{head}{new}")).as_deref(), what, "{new}");
        }
    }
}
