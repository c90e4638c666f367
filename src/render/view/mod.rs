//! The view model: a plan, sorted and grouped as people read it. Every format shows this one.
//!
//! Operations on one line stand together as a [`Block`] (bind, allocate and start of one chip SIM read
//! as one step), blocks of the same fleet and the same kinds as a [`Group`], groups by harm, the worst
//! first.

mod approval;
mod block;
mod fields;
mod guard;
mod listing;
mod mark;
mod purchase;
mod subjects;
mod verdict;
mod work;

pub use crate::count::Count;
pub use approval::Approval;
pub use block::{Block, Costs, Group, HarmSection, Variant};
pub use fields::{Field, FieldName, fields};
pub use guard::GuardLine;
pub use listing::{Alike, BlockedGroup, Listings, WarningGroup};
pub use mark::{Mark, Symbol};
pub use purchase::{coupon, order};
pub use subjects::Subjects;
pub use verdict::Verdict;
pub use work::Work;

use crate::plan::Plan;

/// A plan as it is shown.
#[derive(Debug)]
pub struct View<'a> {
    /// The plan itself, for its head: ids, accounts, times.
    pub plan: &'a Plan,
    /// Operations by harm, the worst first. Harms without operations are absent.
    pub sections: Vec<HarmSection<'a>>,
    /// All that is no operation.
    pub listings: Listings<'a>,
    /// What it takes to approve it.
    pub approval: Approval,
    /// The counts of the last line.
    pub verdict: Verdict,
}

impl<'a> View<'a> {
    /// Sorts and groups a plan.
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            sections: block::sections(plan),
            listings: Listings::new(plan),
            approval: Approval::new(plan),
            verdict: Verdict::new(plan),
        }
    }

    /// What is done, to how many, for how much, the worst first.
    pub fn work(&self) -> Vec<Work<'_>> {
        work::work(&self.sections)
    }

    /// Whether lines have to be told apart by account.
    pub fn has_accounts(&self) -> bool {
        self.plan.accounts.len() > 1
    }
}
