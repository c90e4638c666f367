//! Whether two texts of a document mean the same and say the same beside it.

use super::keys::{Kind, Place, below, is_identifier};
use super::raw::comments;
use crate::domain::Msisdn;
use crate::manifest::locate::{Documents, NodeId, Style, Tree, Value};

/// `sorted`: the order of lines means nothing.
pub(super) fn is_same(before: &str, after: &str, kind: Kind, sorted: bool) -> bool {
    let (Some(old), Some(new)) = (one(before), one(after)) else { return false };
    let is_same = Pairwise { old: &old, new: &new, sorted }.value(old.root(), new.root(), (Place::Document(kind), false));
    is_same && sorted_comments(before).is_some_and(|comments| sorted_comments(after) == Some(comments))
}

fn sorted_comments(text: &str) -> Option<Vec<String>> {
    let mut comments = comments(text)?;
    comments.sort();
    Some(comments)
}

fn one(text: &str) -> Option<Tree<'_>> {
    let mut documents = Documents::new(text);
    let document = documents.next()?.ok()?;
    (documents.next().is_none() && document.flaws.is_empty()).then_some(document.tree)?
}

struct Pairwise<'a, 't> {
    old: &'a Tree<'t>,
    new: &'a Tree<'t>,
    sorted: bool,
}

impl Pairwise<'_, '_> {
    fn value(&self, old: NodeId, new: NodeId, (place, of_identifier): (Place, bool)) -> bool {
        match (self.old.value(old), self.new.value(new)) {
            (Value::Scalar { text: before, style: old_style }, Value::Scalar { text: after, style: new_style }) => {
                let quoted = of_identifier && !self.old.is_null(old) && *new_style == Style::Quoted;
                before == after && (quoted || (*old_style == Style::Plain) == (*new_style == Style::Plain))
            }
            (Value::Sequence(before), Value::Sequence(after)) => {
                let pairs = if self.sorted && place == Place::Line {
                    by_number(self.old, before).into_iter().zip(by_number(self.new, after)).collect::<Vec<_>>()
                } else {
                    before.iter().copied().zip(after.iter().copied()).collect()
                };
                before.len() == after.len() && pairs.into_iter().all(|(old, new)| self.value(old, new, (place, of_identifier)))
            }
            (Value::Mapping(before), Value::Mapping(after)) => {
                before.len() == after.len()
                    && before.iter().all(|(key, value)| {
                        let Some(name) = self.old.text(*key) else { return false };
                        let about = (below(place, name), is_identifier(place, name));
                        self.new.field(new, name).is_some_and(|(_, other)| self.value(*value, other, about))
                    })
            }
            (Value::Scalar { .. } | Value::Sequence(_) | Value::Mapping(_), _) => false,
        }
    }
}

/// Lines by number, as the printer sorts them: those without a usable one make the list stay as it is.
fn by_number(tree: &Tree<'_>, items: &[NodeId]) -> Vec<NodeId> {
    let number = |item: &NodeId| tree.field(*item, "msisdn").and_then(|(_, value)| Msisdn::parse(tree.text(value)?).ok());
    let mut items = items.to_vec();
    if items.iter().all(|item| number(item).is_some()) {
        items.sort_by_key(number);
    }
    items
}
