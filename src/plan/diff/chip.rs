//! A chip SIM that only the list of chip SIMs holds: before its start of use.

use super::{Context, Outcome, Wait, Wish, bound_otherwise, steps_for};
use crate::domain::{ChipRow, ChipStatus, DesiredState, LineStatus, ObservedSim, OperationKind};
use crate::plan::sequence::{Step, chip_path, line_path};
use crate::plan::{BlockedCode, reason, sequence};

pub(super) fn diff(context: Context<'_>, wish: Wish<'_>, observed: &ObservedSim, chip: &ChipRow) -> Outcome {
    let state = wish.sim.state;
    if let Some(status) = chip.status.line() {
        return without_line(state, &status);
    }
    if let Some(blocked) = bound_otherwise(wish, observed) {
        return blocked;
    }
    let asks_nothing = state.is_none() && (wish.sim.imei.is_none() || chip.status != ChipStatus::Ordered);
    if asks_nothing {
        return Outcome::InSync;
    }
    if let ChipStatus::Unknown(status) = &chip.status {
        let message = format!("the carrier says {status:?}, which this version does not know: the chip SIM is left alone");
        return Outcome::Blocked(BlockedCode::UnknownStatus, message);
    }
    let in_progress = observed.pending().find(|application| !application.status.is_final() && application.status.blocks_line());
    if let Some(application) = in_progress {
        return Outcome::Work(Vec::new(), vec![Wait::on(application, reason::waits_for(application))]);
    }
    let target = match state {
        None | Some(DesiredState::Registered) => ChipStatus::ImeiRegistered,
        Some(DesiredState::Allocated) => ChipStatus::Allocated,
        Some(DesiredState::Active | DesiredState::Suspended) => ChipStatus::Active,
        Some(DesiredState::Terminated) => {
            let message =
                "the chip SIM was never started, so there is no contract to terminate: remove it, or declare Registered";
            return Outcome::Blocked(BlockedCode::NotStarted, message.to_owned());
        }
    };
    match way(wish, chip, &target) {
        Ok(kinds) if kinds.is_empty() => Outcome::InSync,
        Ok(kinds) => steps(context, wish, chip, &kinds),
        Err(blocked) => blocked,
    }
}

/// The list of chip SIMs calls it started, but the list of lines does not hold it: over (rows of ended
/// lines leave that list first), or one of the lists is behind.
fn without_line(state: Option<DesiredState>, status: &LineStatus) -> Outcome {
    match (status.is_terminated(), state) {
        (true, None | Some(DesiredState::Terminated)) => Outcome::InSync,
        (true, Some(_)) => Outcome::Blocked(
            BlockedCode::Terminated,
            "the line is terminated, for good: declare it Terminated or remove it".into(),
        ),
        (false, _) => Outcome::Blocked(
            BlockedCode::LineNotFound,
            format!("the list of chip SIMs calls it {status}, but the list of lines does not hold it: observe again later"),
        ),
    }
}

/// The kinds of operation that lead to the target; another system's stock has to be left first.
fn way(wish: Wish<'_>, chip: &ChipRow, target: &ChipStatus) -> Result<Vec<OperationKind>, Outcome> {
    let no_way = || {
        let message = format!("no function leads from {} to {target}", chip.status);
        Outcome::Blocked(BlockedCode::UnknownStatus, message)
    };
    if chip.status != ChipStatus::Allocated {
        return chip_path(&chip.status, target).ok_or_else(no_way);
    }
    let Some(stock) = &chip.system else {
        let message = "the carrier calls it allocated but names no system number";
        return Err(Outcome::Blocked(BlockedCode::WrongSystem, message.to_owned()));
    };
    if *target == ChipStatus::ImeiRegistered || *stock == wish.fleet.system {
        return chip_path(&chip.status, target).ok_or_else(no_way);
    }
    let rest = chip_path(&ChipStatus::ImeiRegistered, target).ok_or_else(no_way)?;
    Ok([OperationKind::Deallocate].into_iter().chain(rest).collect())
}

fn steps(context: Context<'_>, wish: Wish<'_>, chip: &ChipRow, kinds: &[OperationKind]) -> Outcome {
    let sim = wish.sim;
    let imei = sim.imei.or(chip.imei);
    let observed = shown(&chip.status);
    let why = match sim.state {
        Some(state) => reason::declared_observed(state.as_str(), observed),
        None => reason::declared_observed("an IMEI", observed),
    };
    let steps = steps_for(context, chip.iccid.as_ref());
    let mut way: Vec<Step> = Vec::with_capacity(kinds.len() + 1);
    for kind in kinds {
        match kind {
            OperationKind::BindImei => {
                let Some(imei) = imei else {
                    let message = "the chip SIM has no IMEI yet and none is declared: add `imei`".to_owned();
                    return Outcome::Blocked(BlockedCode::ImeiMissing, message);
                };
                way.push(steps.bind_imei(imei, &why));
            }
            OperationKind::Allocate => way.push(sequence::allocate(&wish.fleet.system, why.clone())),
            OperationKind::Deallocate => way.push(deallocate(wish, chip, &why)),
            OperationKind::StartUse => {
                let Some(plan) = &sim.plan else {
                    let message = "starting use needs a rate plan and none is declared: add `ratePlan`".to_owned();
                    return Outcome::Blocked(BlockedCode::RatePlanMissing, message);
                };
                // What the list will show then: what is bound on the way, or was.
                let shown = if chip.status == ChipStatus::Ordered { imei } else { chip.imei };
                way.push(steps.start_use(&wish.fleet.system, plan, shown, &why));
            }
            OperationKind::Suspend
            | OperationKind::Resume
            | OperationKind::ChangeRatePlan
            | OperationKind::Terminate
            | OperationKind::BuyCoupon
            | OperationKind::PlaceOrder
            | OperationKind::CancelApplication => {}
        }
    }
    if sim.state == Some(DesiredState::Suspended)
        && line_path(&LineStatus::Active, &LineStatus::Suspended).is_some_and(|path| !path.is_empty())
    {
        way.push(sequence::suspend(&LineStatus::Active, &why));
    }
    Outcome::Work(way, Vec::new())
}

/// The name of a chip SIM's status in manifests, where it has one.
pub(crate) fn shown(status: &ChipStatus) -> &str {
    match status {
        ChipStatus::ImeiRegistered => DesiredState::Registered.as_str(),
        ChipStatus::Ordered | ChipStatus::Allocated | ChipStatus::Active | ChipStatus::Unknown(_) => status.name(),
    }
}

fn deallocate(wish: Wish<'_>, chip: &ChipRow, why: &str) -> Step {
    let home = &wish.fleet.system;
    match &chip.system {
        Some(stock) if stock != home && wish.sim.state != Some(DesiredState::Registered) => {
            sequence::deallocate(stock, format!("{why}; it is in the stock of {stock}, its fleet's is {home}"))
        }
        Some(stock) => sequence::deallocate(stock, why.to_owned()),
        None => sequence::deallocate(home, why.to_owned()),
    }
}
