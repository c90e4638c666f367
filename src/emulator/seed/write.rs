//! Writing a seed that is well formed. No history is kept: a list that lags shows a seeded row as if it
//! had always been so.

use jiff::Timestamp;

use crate::domain::calendar::{JstTime, jst_midnight};
use crate::domain::{ApplicationStatus, ApplicationType, LineStatus, RequestedVia};
use crate::emulator::error::Outcome;
use crate::emulator::model::{ApplicationRecord, Argument, ItemRecord, LineRecord, end_of, order, schedule};
use crate::emulator::seed::row::SeedPending;
use crate::emulator::seed::{Checked, SeedApplication, SeedReport, SeedRow, fill};
use crate::emulator::store::ledger::{self, Entry};
use crate::emulator::store::{applications, chips, lines, services, traffic};
use crate::emulator::world::{World, number};

/// Writes everything, applications before the rows that refer to them.
pub(super) fn write(world: &World<'_>, seed: Checked) -> Outcome<SeedReport> {
    let mut report = SeedReport::default();
    for (system_no, infos) in &seed.systems {
        for info in infos {
            services::put(world.db, system_no, info)?;
        }
    }
    for application in seed.applications {
        report.applications += u64::from(write_application(world, application)?);
    }
    for row in &seed.sims {
        write_line(world, row, false, &mut report)?;
        write_pending(world, row, &mut report)?;
    }
    for row in &seed.chip_sims {
        write_chip(world, row, &mut report)?;
        write_pending(world, row, &mut report)?;
    }
    for entry in seed.ledger {
        let (kind, application_no) = (entry.kind, entry.application_no);
        ledger::add(world.db, &Entry { at: entry.at.0, kind, msisdn: entry.msisdn, application_no, amount: entry.amount })?;
    }
    for row in seed.usage {
        traffic::add(world.db, row.msisdn, row.date, row.bytes)?;
    }
    for row in seed.sessions {
        traffic::set_session(world.db, row.msisdn, &row.session)?;
    }
    Ok(report)
}

fn write_line(world: &World<'_>, row: &SeedRow, chip: bool, report: &mut SeedReport) -> Outcome<()> {
    let known = world.line(row.msisdn)?;
    let line = fill::line(row, known.as_ref(), chip, world.now);
    services::ensure(world.db, &line.system_no, &line.service_code)?;
    lines::put(world.db, &line, known.is_none())?;
    report.sims += 1;
    let described = row.pending.iter().any(|pending| pending.kind == ApplicationType::Terminate);
    if line.status == LineStatus::TerminationAccepted && !described {
        promise_end(world, &line, report)?;
    }
    Ok(())
}

/// A line whose termination is accepted has an application that says so.
fn promise_end(world: &World<'_>, line: &LineRecord, report: &mut SeedReport) -> Outcome<()> {
    let open = applications::open(world.db, line.msisdn)?;
    if open.iter().any(|open| open.kind == ApplicationType::Terminate) {
        return Ok(());
    }
    let pending = SeedPending {
        application_no: None,
        kind: ApplicationType::Terminate,
        target: LineStatus::Terminated.wire().to_owned(),
        effective_date: line.termination_date,
        status: None,
    };
    open_application(world, line.msisdn, &pending, report)
}

fn write_chip(world: &World<'_>, row: &SeedRow, report: &mut SeedReport) -> Outcome<()> {
    let known = world.chip(row.msisdn)?;
    let mut chip = fill::chip(row, known.as_ref(), world.now);
    if let Some(system_no) = &chip.system_no {
        services::ensure(world.db, system_no, row.service_code.as_deref().unwrap_or(services::DEFAULT_SERVICE))?;
    }
    if fill::is_started(&chip.status) {
        let mut line = row.clone();
        line.status = Some(chip.status.wire().to_owned());
        line.iccid = Some(chip.iccid.clone());
        line.imei.clone_from(&chip.imei);
        line.system_no.clone_from(&chip.system_no);
        line.opened_at = row.opened_at.or(chip.activated_at.map(JstTime));
        write_line(world, &line, true, report)?;
        if let Some(line) = world.line(row.msisdn)? {
            chip.follow(&line);
        }
    }
    chips::put(world.db, &chip, known.is_none())?;
    report.chip_sims += 1;
    Ok(())
}

fn write_pending(world: &World<'_>, row: &SeedRow, report: &mut SeedReport) -> Outcome<()> {
    for pending in &row.pending {
        let known = match &pending.application_no {
            Some(no) => applications::by_no(world.db, no)?.is_some(),
            None => false,
        };
        if !known {
            open_application(world, row.msisdn, pending, report)?;
        }
    }
    Ok(())
}

fn open_application(
    world: &World<'_>,
    msisdn: crate::domain::Msisdn,
    pending: &SeedPending,
    report: &mut SeedReport,
) -> Outcome<()> {
    let plan = schedule(&pending.kind, world.now, pending.effective_date);
    let mut application = SeedApplication {
        application_no: pending.application_no.clone().unwrap_or_default(),
        kind: pending.kind.clone(),
        status: pending.status.clone().unwrap_or(plan.status),
        requested_at: JstTime(world.now),
        requested_via: RequestedVia::Api,
        effective_date: pending.effective_date.or(plan.effective_date),
        cancellable_until: plan.cancellable_until.map(JstTime),
        items: Vec::new(),
        target: Some(pending.target.clone()).filter(|target| !target.is_empty()),
        order: None,
        reason: None,
        system_no: None,
        plan_code: None,
        due_at: plan.due_at.map(JstTime),
        stuck: false,
    };
    if pending.kind == ApplicationType::PlanChange
        && let Some(date) = pending.effective_date
    {
        application.due_at = Some(JstTime(jst_midnight(date)));
        application.cancellable_until = application.due_at;
    }
    if application.status == ApplicationStatus::Processing {
        application.cancellable_until = None;
    }
    if pending.kind == ApplicationType::Activation {
        application.plan_code = Some(pending.target.clone());
        application.system_no = world.chip(msisdn)?.and_then(|chip| chip.system_no);
    } else if matches!(pending.kind, ApplicationType::Allocation | ApplicationType::Deallocation) {
        application.system_no = Some(pending.target.clone());
    }
    if application.application_no.is_empty() {
        application.application_no = free_number(world)?;
    }
    application.items.push(crate::emulator::seed::SeedItem {
        msisdn,
        status: application.status.clone(),
        error_code: None,
        target: Some(pending.target.clone()),
    });
    report.applications += u64::from(write_application(world, application)?);
    Ok(())
}

fn free_number(world: &World<'_>) -> Outcome<String> {
    let mut seq = applications::next_seq(world.db)?;
    while applications::by_no(world.db, &number(seq))?.is_some() {
        seq += 1;
    }
    Ok(number(seq))
}

/// Writes an application unless its number is known. Tells whether it was written.
fn write_application(world: &World<'_>, seed: SeedApplication) -> Outcome<bool> {
    if applications::by_no(world.db, &seed.application_no)?.is_some() {
        return Ok(false);
    }
    let record = record(world, &seed)?;
    applications::put(world.db, &record)?;
    for (place, item) in seed.items.into_iter().enumerate() {
        let open = !record.status.is_final() && item.status == record.status;
        let target = item.target.or_else(|| seed.target.clone()).unwrap_or_default();
        let item =
            ItemRecord { msisdn: item.msisdn, status: (!open).then_some(item.status), error_code: item.error_code, target };
        applications::put_item(world.db, record.seq, place, &item)?;
    }
    Ok(true)
}

fn record(world: &World<'_>, seed: &SeedApplication) -> Outcome<ApplicationRecord> {
    let own_place = seed.application_no.strip_prefix('A').and_then(|digits| digits.parse::<i64>().ok());
    let own_place = own_place.filter(|seq| *seq > 0 && number(*seq) == seed.application_no);
    let free = match own_place {
        Some(seq) => applications::by_seq(world.db, seq)?.is_none().then_some(seq),
        None => None,
    };
    let seq = match free {
        Some(seq) => seq,
        None => applications::next_seq(world.db)?,
    };
    let mut record = ApplicationRecord {
        seq,
        no: seed.application_no.clone(),
        kind: seed.kind.clone(),
        status: seed.status.clone(),
        requested_at: seed.requested_at.0,
        via: seed.requested_via.clone(),
        effective_date: seed.effective_date,
        cancellable_until: seed.cancellable_until.map(|at| at.0),
        target: seed.target.clone(),
        argument: Argument {
            reason: seed.reason.clone(),
            system_no: seed.system_no.clone(),
            plan_code: seed.plan_code.clone(),
            order: seed.order.clone(),
        },
        due_at: seed.due_at.map(|at| at.0),
        stuck: seed.stuck,
    };
    if record.due_at.is_none() && !record.stuck && !record.status.is_final() {
        record.due_at = due(&record);
    }
    Ok(record)
}

/// When an open application whose seed does not say so moves on.
fn due(record: &ApplicationRecord) -> Option<Timestamp> {
    match (&record.kind, &record.status) {
        (_, ApplicationStatus::Unknown(_)) => None,
        (ApplicationType::Order, ApplicationStatus::Arranging) => Some(record.ships_at()),
        (ApplicationType::Order, ApplicationStatus::Shipped) => Some(order::delivered_at(record.ships_at())),
        (ApplicationType::PlanChange, _) if record.effective_date.is_some() => record.effective_date.map(jst_midnight),
        (ApplicationType::Terminate, _) if record.effective_date.is_some() => record.effective_date.map(end_of),
        (_, ApplicationStatus::Processing) => Some(record.done_at()),
        _ => schedule(&record.kind, record.requested_at, record.effective_date).due_at,
    }
}
