//! Top-up policies: one of a name in a fleet.

use std::collections::BTreeMap;

use crate::diag::codes;
use crate::manifest::sink::{Place, Sink};

/// Two policies of one name in a fleet: they would share their caps.
pub(crate) fn names(names: &[&str], place: impl Fn(usize) -> Place, sink: &mut Sink) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (nth, name) in names.iter().enumerate() {
        if let Some(other) = first.get(name) {
            let problem = place(nth).error(codes::DUPLICATE_TOP_UP, format!("there are two policies named {name} in this fleet"));
            sink.push(problem.related("the other one is here", place(*other).location).help("rename or merge them"));
        } else {
            first.insert(name, nth);
        }
    }
}
