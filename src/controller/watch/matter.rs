//! Which changes of an object are worth a turn. Pure.

use crate::controller::names;
use crate::controller::object::Object;

/// Whether a change calls for a turn: of what is declared, of the end, and of what people ask by annotations. Not of
/// status, labels, `managedFields` and finalizers, and not of an approval that was taken away: those the controller
/// writes itself.
pub fn matters(before: &Object, after: &Object) -> bool {
    let annotation = |object: &Object, name| object.annotations.get(name).cloned();
    let asked = |name| annotation(after, name).is_some() && annotation(before, name) != annotation(after, name);
    before.uid != after.uid
        || before.generation != after.generation
        || before.deleting != after.deleting
        || [names::RECONCILE_AT, names::APPROVE, names::ACK].into_iter().any(asked)
}
