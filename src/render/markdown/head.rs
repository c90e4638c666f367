//! Verdict, counts, cost and approval: what everybody reads.

use std::fmt::Write as _;

use super::{Page, chain, code_mark, write};
use crate::render::escape::markdown_code;
use crate::render::view::{Count, Work};

impl Page<'_> {
    /// Does not grow with the plan: a row for the kinds of operation, whatever the fleets.
    pub(super) fn head(&self) -> String {
        let (plan, verdict) = (self.view.plan, &self.view.verdict);
        let mut paragraphs = vec![format!("{}\n**{verdict}**\n{}", self.options.marker, self.counts())];
        let requests = plan.summary.requests;
        let noun = if requests == 1 { "request" } else { "requests" };
        let (id, requests) = (markdown_code(&plan.plan_id), Count(requests));
        paragraphs.push(format!("Plan {id} with {requests} {noun}, made {}, expires {}.\n", plan.created_at, plan.expires_at));
        if !self.view.approval.is_plain() {
            paragraphs.push(format!("Needs approval: {}.\n", markdown_code(&self.view.approval.to_string())));
        }
        for account in plan.accounts.iter().filter(|account| !account.observed.complete) {
            let name = markdown_code(&account.name);
            paragraphs.push(format!("**The observation of account {name} is incomplete: this plan cannot be applied.**\n"));
        }
        paragraphs.join("\n")
    }

    /// What is done, to how many, for how much.
    fn counts(&self) -> String {
        if self.view.verdict.is_empty() {
            return String::new();
        }
        let mut table = format!("\n{}", write::head(&["do", "to", "cost"]));
        for Work { risk: _, kinds, mark, subjects, costs } in self.view.work() {
            let mark = mark.map(|mark| code_mark(&mark.to_string())).unwrap_or_default();
            // Writing to a `String` cannot fail.
            let _ = writeln!(table, "| {mark} {} | {subjects} | {} |", chain(kinds), costs.text());
        }
        table
    }
}
