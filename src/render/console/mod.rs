//! What is handed over to a person who works in the carrier's console: files that register IMEIs, ready to be
//! uploaded, and a check-list of everything, in the order in which it has to be done.
//!
//! Pure: a plan in, names and bytes out. The same plan gives the same bytes.

mod checklist;
mod imei;
mod purchase;
mod step;

use crate::plan::{AccountSection, OpId, Operation, Plan};
use crate::render::escape::markdown;

pub use imei::{ImeiRow, files as imei_files};

/// The name of the check-list.
pub const CHECK_LIST: &str = "CHECKLIST.md";

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleFile {
    /// Its name, inside the folder of its plan.
    pub name: String,
    /// Its text. Files for the console end their lines with CRLF and hold ASCII alone.
    pub text: String,
    /// Rows that the console will count; none for the check-list.
    pub rows: Option<usize>,
}

/// What is handed over of one account's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOverFiles {
    /// The files, those of IMEIs first.
    pub files: Vec<ConsoleFile>,
    /// The step of the check-list by which each operation is done, from 1.
    pub steps: Vec<(OpId, u32)>,
}

/// How the line of a check-list begins that says whose it is.
pub fn of_account(account: &str) -> String {
    format!("Account {}: ", markdown(account))
}

/// Writes one account's part of a plan for a person. `folder` is what people call it.
pub fn hand_over(plan: &Plan, section: &AccountSection, folder: &str) -> HandedOverFiles {
    let operations: Vec<&Operation> = plan.operations.iter().filter(|operation| operation.account == section.name).collect();
    let steps = step::steps(&operations);
    let mut files: Vec<ConsoleFile> = steps.iter().filter_map(step::Step::file).collect();
    let text = checklist::text(plan, section, folder, &steps);
    files.push(ConsoleFile { name: CHECK_LIST.to_owned(), text, rows: None });
    let numbered = steps.iter().flat_map(|step| step.operations().map(|operation| (operation.id.clone(), step.number)));
    HandedOverFiles { files, steps: numbered.collect() }
}
