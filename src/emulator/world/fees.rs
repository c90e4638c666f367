//! Monthly fees. A line's fee is due when the month ends; it is written down when the line's plan
//! changes or the line leaves, and worked out on demand before that: a month's end must not rewrite a
//! million rows.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::emulator::catalogue;
use crate::emulator::error::Error;
use crate::emulator::model::{LineRecord, Month};
use crate::emulator::store::ledger::{self, Entry};
use crate::emulator::store::lines;
use crate::emulator::world::World;

impl World<'_> {
    /// Writes down the fees that a line owes for the months before now.
    pub(super) fn settle_fees(&self, line: &mut LineRecord) -> Result<(), Error> {
        for entry in due(line, self.now) {
            ledger::add(self.db, &entry)?;
        }
        line.billed_from = line.billed_from.max(Month::of(self.now));
        Ok(())
    }

    /// Writes down a payment.
    pub(super) fn charge(&self, kind: &str, msisdn: Option<crate::domain::Msisdn>, no: &str, amount: i64) -> Result<(), Error> {
        let entry = Entry { at: self.now, kind: kind.to_owned(), msisdn, application_no: Some(no.to_owned()), amount };
        Ok(ledger::add(self.db, &entry)?)
    }
}

fn due(line: &LineRecord, now: Timestamp) -> impl Iterator<Item = Entry> + use<> {
    let msisdn = line.msisdn;
    let amount = catalogue::plan_of(&line.plan_code).map_or(0, |plan| plan.monthly);
    line.months_due(now).map(move |month| Entry {
        at: month.ends(),
        kind: "monthlyFee".to_owned(),
        msisdn: Some(msisdn),
        application_no: None,
        amount,
    })
}

/// Everything that would be billed up to now, oldest first.
pub(crate) fn ledger(db: &Connection, now: Timestamp) -> Result<Vec<Entry>, Error> {
    let mut entries = ledger::all(db)?;
    lines::each(db, |line| {
        entries.extend(due(&line, now));
        Ok::<_, Error>(())
    })?;
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}
