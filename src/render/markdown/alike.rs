//! Many entries as few sentences: what the same is to be said of is said once, and the exceptions are rows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Page;
use super::document::{Part, Rows, Shape};
use crate::render::escape::markdown;
use crate::render::view::Count;

/// From so many on, entries that say the same are one sentence and a list of names.
const ALIKE: usize = 5;

/// The labels that the sentence itself counts; it stays a sentence.
const NAMED: usize = 5;

/// How entries of one kind are written.
pub(super) struct Manner<'f, T> {
    /// What they are, of several: `lines`.
    pub(super) noun: &'static str,
    /// The heads of a table of them.
    pub(super) columns: Vec<&'static str>,
    /// One as a row.
    pub(super) row: &'f dyn Fn(&T) -> String,
    /// All of the row that others can have in common with it.
    pub(super) shared: &'f dyn Fn(&T) -> String,
    /// The rest of the row.
    pub(super) member: &'f dyn Fn(&T) -> String,
    /// Its labels, by which a list is divided; not escaped, empty for none.
    pub(super) labels: &'f dyn Fn(&T) -> String,
    /// Whether all of it is shown, unfolded.
    pub(super) is_required: bool,
}

impl Page<'_> {
    /// A few entries as a table. Many: a sentence and a list for those that are alike, the most frequent
    /// first, then a table of the exceptions.
    pub(super) fn parts<T>(&self, items: &[T], manner: &Manner<'_, T>) -> Vec<Part> {
        let all: Vec<&T> = items.iter().collect();
        if self.options.max_bytes.is_none() || items.len() <= self.options.rows + 1 {
            return vec![self.table(&all, manner, None)];
        }
        let mut kinds: BTreeMap<String, Vec<&T>> = BTreeMap::new();
        for item in items {
            kinds.entry((manner.shared)(item)).or_default().push(item);
        }
        let exceptions: Vec<&T> =
            all.into_iter().filter(|item| kinds.get(&(manner.shared)(item)).is_none_or(|kind| kind.len() < ALIKE)).collect();
        let mut alike: Vec<(String, Vec<&T>)> = kinds.into_iter().filter(|(_, kind)| kind.len() >= ALIKE).collect();
        // Stable: equally frequent ones stay in the order of their text.
        alike.sort_by_key(|(_, kind)| Reverse(kind.len()));
        let others = if alike.is_empty() { "" } else { "other " };
        let mut parts: Vec<Part> = alike.iter().flat_map(|(shared, kind)| self.lists(shared, kind, manner)).collect();
        if !exceptions.is_empty() {
            let is_long = exceptions.len() > self.options.rows && !manner.is_required;
            let fold = is_long.then(|| format!("{} {others}{}", Count::from(exceptions.len()), manner.noun));
            parts.push(self.table(&exceptions, manner, fold));
        }
        parts
    }

    fn table<T>(&self, items: &[&T], manner: &Manner<'_, T>, fold: Option<String>) -> Part {
        let rows = Rows::of(items, self.most(manner.is_required), |item| (manner.row)(item));
        Part { lead: String::new(), shape: Shape::Table(manner.columns.clone()), fold, rows }
    }

    /// What is said of all, then who they are: a list for each of the more frequent labels, one for the others.
    fn lists<T>(&self, shared: &str, items: &[&T], manner: &Manner<'_, T>) -> Vec<Part> {
        let count = Count::from(items.len());
        let list = |items: &[&T], fold| {
            let rows = Rows::of(items, self.most(manner.is_required), |item| (manner.member)(item));
            Part { lead: String::new(), shape: Shape::List, fold, rows }
        };
        let mut labelled: BTreeMap<String, Vec<&T>> = BTreeMap::new();
        for item in items {
            labelled.entry((manner.labels)(item)).or_default().push(item);
        }
        let mut labelled: Vec<(String, Vec<&T>)> = labelled.into_iter().collect();
        labelled.sort_by_key(|(_, items)| Reverse(items.len()));
        let has_labels = labelled.iter().any(|(labels, _)| !labels.is_empty());
        let by_labels = if has_labels { by_labels(&labelled, items.len()) } else { String::new() };
        let lead = format!("**{count} {}**, each {shared}{by_labels}", manner.noun);
        if manner.is_required {
            return vec![Part { lead, ..list(items, None) }];
        }
        let rest: Vec<&T> = labelled.iter().skip(self.options.rows).flat_map(|(_, items)| items.iter().copied()).collect();
        labelled.truncate(self.options.rows);
        let mut parts: Vec<Part> = labelled
            .iter()
            .map(|(labels, items)| {
                let of = if has_labels { format!(", {}", label(labels)) } else { String::new() };
                list(items, Some(format!("{} {}{of}", Count::from(items.len()), manner.noun)))
            })
            .collect();
        if !rest.is_empty() {
            parts.push(list(&rest, Some(format!("{} {} with other labels", Count::from(rest.len()), manner.noun))));
        }
        if let Some(first) = parts.first_mut() {
            first.lead = lead;
        }
        parts
    }
}

/// `; 830 with site=osaka, 664 with site=ueno, 166 with no labels`: said with what is alike, and not only by the
/// lists, which may be left out.
fn by_labels<T>(labelled: &[(String, Vec<&T>)], total: usize) -> String {
    let named = labelled.get(..NAMED).unwrap_or(labelled);
    let mut said: Vec<String> =
        named.iter().map(|(labels, items)| format!("{} with {}", Count::from(items.len()), label(labels))).collect();
    let others = total - named.iter().map(|(_, items)| items.len()).sum::<usize>();
    if others > 0 {
        said.push(format!("{} with others", Count::from(others)));
    }
    format!("; {}", said.join(", "))
}

fn label(labels: &str) -> String {
    if labels.is_empty() { "no labels".to_owned() } else { markdown(labels) }
}
