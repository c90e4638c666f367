//! What the annotations of an account say.

use std::collections::{BTreeMap, BTreeSet};

use crate::controller::names;
use crate::exec::approve::parse_ack;
use crate::plan::GuardKind;

/// What people said of the account's plan, in annotations of the account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Approval {
    /// [`names::APPROVE`]: the id of a plan.
    pub approve: Option<String>,
    /// [`names::ACK`]: the numbers that lift guards. A kind comes more than once where several guards want a number
    /// each.
    pub acks: BTreeSet<(GuardKind, u64)>,
    /// What of them cannot be read, for people, a sentence each. It counts as not said.
    pub problems: Vec<String>,
}

impl Approval {
    /// Reads the annotations of an account.
    pub fn of(annotations: &BTreeMap<String, String>) -> Self {
        let given = |name: &str| annotations.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let mut acks = BTreeSet::new();
        let mut problems = Vec::new();
        for text in given(names::ACK).unwrap_or_default().split(',').map(str::trim).filter(|text| !text.is_empty()) {
            match parse_ack(text) {
                Ok(ack) => {
                    acks.insert(ack);
                }
                Err(why) => problems.push(format!("{}: {text:?} is not understood: {why}", names::ACK)),
            }
        }
        Self { approve: given(names::APPROVE).map(str::to_owned), acks, problems }
    }
}
