//! The carrier at work: the rules of [`super::model`] applied to the rows of [`super::store`], inside
//! one transaction and at one moment.

mod cancel;
mod fees;
mod orders;
mod outside;
mod progress;
mod submit;

use jiff::Timestamp;
use rusqlite::Connection;

use crate::domain::Msisdn;
use crate::emulator::error::{Error, Outcome};
use crate::emulator::model::{ApplicationRecord, ChipRecord, LineRecord};
use crate::emulator::options::Options;
use crate::emulator::store::generation::List;
use crate::emulator::store::{applications, chips, history, lines};

pub(crate) use fees::ledger;
pub(crate) use outside::{CarrierAct, ConsoleAct};
pub(crate) use progress::{catch_up, next_event};
pub(crate) use submit::{Accepted, Bulk, Request, number};

/// The world at a moment, inside a transaction.
pub(crate) struct World<'a> {
    /// The transaction.
    pub(crate) db: &'a Connection,
    /// Virtual time.
    pub(crate) now: Timestamp,
    /// The carrier's terms.
    pub(crate) options: &'a Options,
    /// Changes before this moment are too old for any list to lag behind.
    pub(crate) remembers_from: Timestamp,
}

impl<'a> World<'a> {
    /// The world at a moment.
    pub(crate) fn new(db: &'a Connection, now: Timestamp, options: &'a Options) -> Self {
        Self { db, now, options, remembers_from: now }
    }

    /// The line of that number.
    pub(crate) fn line(&self, msisdn: Msisdn) -> Result<Option<LineRecord>, Error> {
        Ok(lines::get(self.db, msisdn)?)
    }

    /// The chip SIM of that number.
    pub(crate) fn chip(&self, msisdn: Msisdn) -> Result<Option<ChipRecord>, Error> {
        Ok(chips::get(self.db, msisdn)?)
    }

    /// Keeps the rows of a number as they are, before they change.
    pub(crate) fn remember(&self, msisdn: Msisdn) -> Outcome<()> {
        if self.now < self.remembers_from {
            return Ok(());
        }
        let pending = applications::pending(self.db, msisdn, msisdn, self.now)?.remove(&msisdn).unwrap_or_default();
        let image = |json: Result<String, serde_json::Error>| json.map_err(|error| Error::Corrupt(error.to_string()));
        let line =
            self.line(msisdn)?.map(|line| image(serde_json::to_string(&line.wire(pending.clone(), self.now)))).transpose()?;
        let chip = self.chip(msisdn)?.map(|chip| image(serde_json::to_string(&chip.wire(pending)))).transpose()?;
        history::remember(self.db, List::Lines, msisdn, self.now, line.as_deref())?;
        history::remember(self.db, List::Chips, msisdn, self.now, chip.as_deref())?;
        Ok(())
    }

    /// Keeps an application as it is, before it moves on.
    pub(crate) fn remember_application(&self, application: &ApplicationRecord) -> Outcome<()> {
        if self.now < self.remembers_from {
            return Ok(());
        }
        let image = serde_json::to_string(&self.answer(application)?).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(history::remember_application(self.db, &application.no, self.now, Some(&image))?)
    }

    /// Counts the change of a line and writes it; a started chip SIM follows.
    pub(crate) fn save(&self, mut line: LineRecord, new: bool) -> Result<(), Error> {
        line.touch(self.now);
        self.store(&line, new)
    }

    /// Writes a line as it is; a started chip SIM follows.
    fn store(&self, line: &LineRecord, new: bool) -> Result<(), Error> {
        lines::put(self.db, line, new)?;
        if line.chip
            && let Some(mut chip) = self.chip(line.msisdn)?
        {
            chip.follow(line);
            chips::put(self.db, &chip, false)?;
        }
        Ok(())
    }

    /// Counts a change that the row shows only in what is pending.
    pub(crate) fn touch(&self, msisdn: Msisdn) -> Result<(), Error> {
        if let Some(line) = self.line(msisdn)? {
            return self.save(line, false);
        }
        if let Some(mut chip) = self.chip(msisdn)? {
            chip.version += 1;
            chips::put(self.db, &chip, false)?;
        }
        Ok(())
    }
}
