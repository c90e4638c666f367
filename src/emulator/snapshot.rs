//! The whole world as a seed.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use crate::carrier::wire::SystemInfo;
use crate::domain::calendar::JstTime;
use crate::emulator::clock::Pace;
use crate::emulator::error::Error;
use crate::emulator::model::{ApplicationRecord, ChipRecord, LineRecord, Month};
use crate::emulator::seed::{SeedApplication, SeedEntry, SeedItem, SeedRow, SeedSession, SeedUsage};
use crate::emulator::store::{applications, chips, ledger, lines, services, traffic};

/// A world on paper. `pace` is for people: a seed does not change the pace.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot {
    now: JstTime,
    pace: Pace,
    systems: Vec<SystemInfo>,
    sims: Vec<SeedRow>,
    chip_sims: Vec<SeedRow>,
    applications: Vec<SeedApplication>,
    ledger: Vec<SeedEntry>,
    usage: Vec<SeedUsage>,
    sessions: Vec<SeedSession>,
}

/// Everything there is.
pub(crate) fn snapshot(db: &Connection, now: Timestamp, pace: Pace) -> Result<Snapshot, Error> {
    let mut sims = Vec::new();
    lines::each(db, |line| {
        if !line.chip || chips::get(db, line.msisdn)?.is_none() {
            sims.push(line_row(&line, now));
        }
        Ok::<_, Error>(())
    })?;
    let mut chip_sims = Vec::new();
    chips::each(db, |chip| {
        let line = lines::get(db, chip.msisdn)?;
        let mut row = line.map_or_else(|| SeedRow::bare(chip.msisdn), |line| line_row(&line, now));
        chip_fields(&mut row, &chip);
        chip_sims.push(row);
        Ok::<_, Error>(())
    })?;
    let mut written = Vec::new();
    for application in applications::all(db)? {
        written.push(application_row(db, application)?);
    }
    let entry = |entry: ledger::Entry| SeedEntry {
        at: JstTime(entry.at),
        kind: entry.kind,
        msisdn: entry.msisdn,
        application_no: entry.application_no,
        amount: entry.amount,
    };
    let usage = |(msisdn, day, bytes): (_, String, _)| {
        let date = day.parse().map_err(|error| Error::Corrupt(format!("a day of traffic: {error}")))?;
        Ok(SeedUsage { msisdn, date, bytes })
    };
    Ok(Snapshot {
        now: JstTime(now),
        pace,
        systems: services::all(db)?,
        sims,
        chip_sims,
        applications: written,
        ledger: ledger::all(db)?.into_iter().map(entry).collect(),
        usage: traffic::all(db)?.into_iter().map(usage).collect::<Result<_, Error>>()?,
        sessions: traffic::sessions(db)?.into_iter().map(|(msisdn, session)| SeedSession { msisdn, session }).collect(),
    })
}

fn line_row(line: &LineRecord, now: Timestamp) -> SeedRow {
    SeedRow {
        msisdn: line.msisdn,
        iccid: Some(line.iccid.clone()),
        imsi: Some(line.imsi.clone()),
        imei: line.imei.clone(),
        kind: Some(if line.chip { "chip" } else { "card" }.to_owned()),
        system_no: Some(line.system_no.clone()),
        service_code: Some(line.service_code.clone()),
        plan_code: Some(line.plan_code.clone()),
        status: Some(line.status.wire().to_owned()),
        status_label: Some(line.label().to_owned()),
        suspend_reason: line.suspend_reason.clone(),
        traffic_remaining_bytes: line.remaining_at(now),
        pending: Vec::new(),
        opened_at: line.opened_at.map(JstTime),
        ordered_at: None,
        activated_at: None,
        termination_date: line.termination_date,
        updated_at: Some(JstTime(line.updated_at)),
        version: Some(line.version),
        billed_from: Some(line.billed_from.to_string()),
        billed_until: line.billed_until.as_ref().map(Month::to_string),
        listed_until: line.gone_at.map(JstTime),
    }
}

fn chip_fields(row: &mut SeedRow, chip: &ChipRecord) {
    row.iccid = Some(chip.iccid.clone());
    row.imei.clone_from(&chip.imei);
    row.system_no.clone_from(&chip.system_no);
    row.status = Some(chip.status.wire().to_owned());
    row.status_label = Some(chip.label().to_owned());
    row.ordered_at = chip.ordered_at.map(JstTime);
    row.activated_at = chip.activated_at.map(JstTime);
    row.version = Some(chip.version);
}

fn application_row(db: &Connection, application: ApplicationRecord) -> Result<SeedApplication, Error> {
    let items = applications::items(db, application.seq)?;
    let item = |item: crate::emulator::model::ItemRecord| SeedItem {
        msisdn: item.msisdn,
        status: item.status.unwrap_or_else(|| application.status.clone()),
        error_code: item.error_code,
        target: Some(item.target),
    };
    let items = items.into_iter().map(item).collect();
    Ok(SeedApplication {
        application_no: application.no,
        kind: application.kind,
        status: application.status,
        requested_at: JstTime(application.requested_at),
        requested_via: application.via,
        effective_date: application.effective_date,
        cancellable_until: application.cancellable_until.map(JstTime),
        items,
        target: application.target,
        order: application.argument.order,
        reason: application.argument.reason,
        system_no: application.argument.system_no,
        plan_code: application.argument.plan_code,
        due_at: application.due_at.map(JstTime),
        stuck: application.stuck,
    })
}
