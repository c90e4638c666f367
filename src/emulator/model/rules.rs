//! What the carrier accepts in which state (DOMAIN 3 to 5). The transition tables are
//! [`crate::domain::transition`]'s; this adds what a table cannot say.

use jiff::Timestamp;

use crate::carrier::wire::ErrorCode;
use crate::domain::calendar::CutOff;
use crate::domain::transition::{chip_after, line_after};
use crate::domain::{ApplicationStatus, ApplicationType, LineStatus, OperationKind};
use crate::emulator::model::{ChipRecord, LineRecord};

/// An open application of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// Which.
    pub(crate) seq: i64,
    /// What it asks for.
    pub(crate) kind: ApplicationType,
    /// How far it has come.
    pub(crate) status: ApplicationStatus,
}

/// Whether the carrier accepts an operation on a line now.
pub(crate) fn line_accepts(
    line: &LineRecord,
    by: OperationKind,
    open: &[Open],
    cut_off: CutOff,
    now: Timestamp,
) -> Result<&'static LineStatus, ErrorCode> {
    if is_busy(open) {
        return Err(ErrorCode::ApplicationInProgress);
    }
    let after = line_after(&line.status, by).ok_or(ErrorCode::InvalidState)?;
    if by == OperationKind::ChangeRatePlan {
        if open.iter().any(|open| open.kind == ApplicationType::PlanChange) {
            return Err(ErrorCode::ApplicationInProgress);
        }
        if cut_off.is_passed(now) {
            return Err(ErrorCode::CutoffPassed);
        }
    }
    Ok(after)
}

/// Whether the carrier accepts an operation on a chip SIM now. `system_no` is the stock the request
/// names (functions 17 and 18: the one the chip must be in).
pub(crate) fn chip_accepts(
    chip: &ChipRecord,
    by: OperationKind,
    open: &[Open],
    system_no: Option<&str>,
) -> Result<(), ErrorCode> {
    if is_busy(open) {
        return Err(ErrorCode::ApplicationInProgress);
    }
    if by == OperationKind::BindImei && chip.imei.is_some() {
        return Err(ErrorCode::ImeiAlreadyBound);
    }
    chip_after(&chip.status, by).ok_or(ErrorCode::InvalidState)?;
    let needs_stock = matches!(by, OperationKind::Deallocate | OperationKind::StartUse);
    if needs_stock && chip.system_no.as_deref() != system_no {
        return Err(ErrorCode::InvalidState);
    }
    Ok(())
}

/// Accepted and processing applications block a line; a scheduled one does not.
fn is_busy(open: &[Open]) -> bool {
    open.iter().any(|open| open.status.blocks_line())
}
