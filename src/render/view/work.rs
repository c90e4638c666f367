//! What is done, to how many, for how much: a few lines, however large the plan is.

use crate::domain::{OperationKind, Risk};
use crate::render::view::{Block, Costs, Group, HarmSection, Mark, Subjects};

/// All blocks of one harm with the same kinds of operation, whatever their fleet.
#[derive(Debug)]
pub struct Work<'a> {
    /// The class of the worst of the kinds.
    pub risk: Risk,
    /// The kinds, in the order in which they are performed.
    pub kinds: &'a [OperationKind],
    /// What the last kind does, with the flags of all.
    pub mark: Option<Mark>,
    /// To how many.
    pub subjects: Subjects,
    /// For how much.
    pub costs: Costs,
}

/// The worst first.
pub(super) fn work<'a>(sections: &'a [HarmSection<'_>]) -> Vec<Work<'a>> {
    let mut work = Vec::new();
    for section in sections {
        let mut by_kinds: Vec<(&[OperationKind], Vec<&Group<'_>>)> = Vec::new();
        for group in &section.groups {
            match by_kinds.iter_mut().find(|(kinds, _)| *kinds == group.kinds) {
                Some((_, groups)) => groups.push(group),
                None => by_kinds.push((&group.kinds, vec![group])),
            }
        }
        work.extend(by_kinds.into_iter().map(|(kinds, groups)| {
            let blocks = || groups.iter().flat_map(|group| &group.blocks);
            Work {
                risk: section.risk,
                kinds,
                mark: Mark::of_all(blocks().flat_map(|block: &Block<'_>| block.operations.iter().copied())),
                subjects: Subjects::of(blocks().map(|block| block.subject)),
                costs: groups.iter().fold(Costs::default(), |sum, group| sum.plus(group.costs)),
            }
        }));
    }
    work
}
