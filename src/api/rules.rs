//! Rules in CEL, for what neither a type nor a bound can say. The API server checks them; for files the same rules
//! stand in [`crate::manifest`].
//!
//! A field that is `null` is there (`has` is true of it), so a rule asks for that too. The API server foresees what a
//! rule can cost at most, which is why everything has a bound.

use serde_json::{Value, json};

/// Rules with the message for whoever breaks them.
pub(super) fn rules<const N: usize>(rules: [(&str, &str); N]) -> Value {
    rules.iter().map(|(rule, message)| json!({"rule": rule, "message": message})).collect()
}

/// A field that stays as it was.
pub(super) fn immutable() -> Value {
    rules([("self == oldSelf", "this cannot be changed: delete the object, and create another one")])
}

/// What fits together on a line, card or chip.
pub(super) fn line() -> Value {
    rules([
        (
            "!has(self.terminationDate) || dyn(self.terminationDate) == null || (has(self.state) && self.state == 'Terminated')",
            "terminationDate stands on a line that is not to be terminated (TERMINATION_DATE_WITHOUT_TERMINATED)",
        ),
        (
            "!has(self.terminateAfter) || dyn(self.terminateAfter) == null || (has(self.state) && self.state == 'Terminated')",
            "terminateAfter stands on a line that is not to be terminated (TERMINATION_DATE_WITHOUT_TERMINATED)",
        ),
        (
            "!has(self.terminateAfter) || dyn(self.terminateAfter) == null || !has(self.terminationDate) \
             || dyn(self.terminationDate) == null || self.terminateAfter < self.terminationDate",
            "the line is held beyond its terminationDate (HOLD_PAST_TERMINATION)",
        ),
        (
            "!has(self.protected) || self.protected != true || !has(self.state) || !(self.state in ['Suspended', 'Terminated'])",
            "the line is protected, and declared Suspended or Terminated (PROTECTED_LINE_STOPPED)",
        ),
    ])
}
