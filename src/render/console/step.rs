//! What a person does one after the other: a file to upload, or a line to change.

use std::collections::BTreeMap;

use super::ConsoleFile;
use super::imei::{self, ImeiRow};
use crate::domain::console::IMEI_FILE_ROWS;
use crate::domain::{OperationKind, Risk};
use crate::plan::{Change, OpId, Operation};

/// One step.
pub(super) struct Step<'p> {
    /// From 1.
    pub(super) number: u32,
    /// The wave of its operations.
    pub(super) wave: u32,
    /// What is done in it.
    pub(super) kind: OperationKind,
    pub(super) work: Work<'p>,
    /// Steps that have to be done before, sorted.
    pub(super) after: Vec<u32>,
}

/// What a step holds.
pub(super) enum Work<'p> {
    /// A file to upload.
    File { name: String, rows: Vec<(ImeiRow, &'p Operation)> },
    /// A line to change.
    Line(&'p Operation),
}

impl<'p> Step<'p> {
    pub(super) fn operations(&self) -> impl Iterator<Item = &'p Operation> + use<'p> {
        let operations: Vec<&'p Operation> = match &self.work {
            Work::File { rows, .. } => rows.iter().map(|(_, operation)| *operation).collect(),
            Work::Line(operation) => vec![operation],
        };
        operations.into_iter()
    }

    pub(super) fn file(&self) -> Option<ConsoleFile> {
        let Work::File { name, rows } = &self.work else { return None };
        let cells: Vec<ImeiRow> = rows.iter().map(|(row, _)| *row).collect();
        Some(ConsoleFile { name: name.clone(), text: imei::text(&cells), rows: Some(cells.len()) })
    }
}

/// The steps of operations: wave by wave, in each what cannot be undone first, what is of one function together.
pub(super) fn steps<'p>(operations: &[&'p Operation]) -> Vec<Step<'p>> {
    let mut sorted: Vec<&Operation> = operations.to_vec();
    // The plan's order within: by request and number.
    sorted.sort_by_key(|operation| (operation.wave, urgency(operation.change.risk()), operation.change.kind()));
    let mut steps: Vec<Step<'p>> = Vec::new();
    let mut files = 0;
    for operation in sorted {
        let kind = operation.change.kind();
        let row = imei_row(operation);
        if let (Some(row), Some(Step { wave, work: Work::File { rows, .. }, .. })) = (row, steps.last_mut())
            && *wave == operation.wave
            && rows.len() < IMEI_FILE_ROWS
        {
            rows.push((row, operation));
            continue;
        }
        let work = match row {
            Some(row) => {
                files += 1;
                Work::File { name: imei::name(files), rows: vec![(row, operation)] }
            }
            None => Work::Line(operation),
        };
        let number = u32::try_from(steps.len()).unwrap_or(u32::MAX).saturating_add(1);
        steps.push(Step { number, wave: operation.wave, kind, work, after: Vec::new() });
    }
    let numbers: BTreeMap<&OpId, u32> =
        steps.iter().flat_map(|step| step.operations().map(|operation| (&operation.id, step.number))).collect();
    for step in &mut steps {
        let before = step.operations().flat_map(|operation| operation.depends_on.iter());
        step.after = before.filter_map(|id| numbers.get(id).copied()).collect();
        step.after.sort_unstable();
        step.after.dedup();
    }
    steps
}

fn imei_row(operation: &Operation) -> Option<ImeiRow> {
    let Change::BindImei { imei } = &operation.change else { return None };
    Some((operation.subject.msisdn()?, *imei))
}

/// What is for ever comes first, then what costs, then what cuts service.
fn urgency(risk: Risk) -> u8 {
    match risk {
        Risk::R5 => 0,
        Risk::R4 => 1,
        Risk::R3 => 2,
        Risk::R2 => 3,
        Risk::R1 => 4,
        Risk::R0 => 5,
    }
}
