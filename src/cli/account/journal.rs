//! An account's journal: where it is, and how it is opened.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::audit::Auditing;
use super::credentials::credentials;
use super::{Target, embedded};
use crate::carrier::identity::identity_of;
use crate::carrier::{Carrier, console};
use crate::cli::args::Connection;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::{ApplicationNumber, CarrierIdentity, Msisdn};
use crate::exec::audit::AuditEvent;
use crate::exec::settle::{Looked, SETTLE_WINDOW, SettledAs, look, memory_after, unclear_in};
use crate::exec::{Holder, Journal, JournalError, JournalOptions, journal};
use crate::manifest::AccountDriver;
use crate::plan::Memory;

/// `--journal`, else beside the world of an embedded carrier or the manifest of exported lists (which are nobody
/// else's), else
/// `$XDG_STATE_HOME/simfleet/<carrier host>-<contractor>.db`.
pub(in crate::cli) fn journal_path(
    shell: &Shell,
    connection: &Connection,
    target: &Target,
    identity: &CarrierIdentity,
) -> Result<PathBuf, Failure> {
    if let Some(path) = &connection.journal {
        return Ok(path.clone());
    }
    if let AccountDriver::Embedded { data, .. } = &target.driver {
        return Ok(data.with_file_name(format!("{}-journal.db", target.name)));
    }
    if let AccountDriver::Csv(files) = &target.driver {
        return Ok(files.journal.clone());
    }
    let home = shell.environment.state_home.as_ref().ok_or_else(|| {
        Failure::error("neither XDG_STATE_HOME nor HOME is set, so there is no place for the journal")
            .help("give --journal FILE or set SIMFLEET_JOURNAL")
    })?;
    Ok(home.join("simfleet").join(journal::file_name(identity)))
}

/// Whose journal it is, without asking the carrier.
pub(in crate::cli) fn identity(
    shell: &Shell,
    connection: &Connection,
    target: &Target,
    accounts: usize,
) -> Result<CarrierIdentity, Failure> {
    if let AccountDriver::Embedded { .. } = &target.driver {
        return Ok(embedded::identity());
    }
    if let AccountDriver::Csv(_) = &target.driver {
        return Ok(console::identity(&target.name));
    }
    Ok(identity_of(target.endpoint()?, &credentials(shell, connection, target, accounts)?.contractor_id))
}

/// Opens a journal for writing, which takes the account's lock, and the audit log that it tells everything.
/// That somebody else holds the lock is told there, too. A journal that was asked for by name may lie on a file
/// system that several machines share.
pub(in crate::cli) fn open_journal(
    shell: &Shell,
    connection: &Connection,
    path: &Path,
    identity: &CarrierIdentity,
    auditing: Auditing<'_>,
) -> Result<OpenJournal, Failure> {
    let log = auditing.open(shell, path, identity)?;
    let options = JournalOptions {
        shared: connection.journal.is_some(),
        audit: Some(Box::new(log)),
        ..JournalOptions::new(this_process(), real_time)
    };
    match Journal::open(path, identity, options) {
        Ok(journal) => Ok(OpenJournal(Some(journal))),
        Err(error) => {
            if let JournalError::Held { .. } = &error {
                let refused = AuditEvent::Refused { plan: None, why: error.to_string() };
                // Nothing was to be sent, so nothing hangs on it: the lock is what the user wants to hear of.
                let told = auditing.open(shell, path, identity).map(|log| log.append(real_time(), &[refused]));
                if let Ok(Err(error)) = told {
                    tracing::warn!(%error, "the refusal is not in the audit log");
                }
            }
            let help = error.hint();
            Err(Failure { help, ..Failure::from(error) })
        }
    }
}

/// A journal for writing, which gives its lock back however the command ends.
pub(in crate::cli) struct OpenJournal(Option<Journal>);

impl OpenJournal {
    /// The journal. Gone only while this is dropped.
    pub(in crate::cli) fn journal(&mut self) -> Result<&mut Journal, Failure> {
        self.0.as_mut().ok_or_else(|| Failure::error("the journal is closed"))
    }
}

impl Drop for OpenJournal {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(Journal::release) {
            tracing::warn!(%error, "the journal's lock could not be given back; it ends with this process");
        }
    }
}

/// Who we are in the lock.
pub(in crate::cli) fn this_process() -> Holder {
    Holder { host: gethostname::gethostname().to_string_lossy().into_owned(), pid: std::process::id() }
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the lock's lease runs on real time; this is the shell")]
pub(in crate::cli) fn real_time() -> Timestamp {
    Timestamp::now()
}

/// What the journal remembers, for planning: opened read-only, never made. With a carrier at hand, what is
/// in doubt is looked up there and settled in memory.
pub(in crate::cli) async fn remembered(
    path: &Path,
    identity: &CarrierIdentity,
    carrier: Option<&dyn Carrier>,
) -> Result<Memory, Failure> {
    let Some(journal) = Journal::open_read_only(path, identity)? else {
        return Ok(Memory::default());
    };
    let memory = journal.memory()?;
    match carrier {
        Some(carrier) if !memory.in_doubt.is_empty() => {
            let Looked { settled, unclear } = look(carrier, &journal, SETTLE_WINDOW).await?;
            Ok(unclear_in(memory_after(memory, &settled), &unclear))
        }
        Some(_) | None => Ok(memory),
    }
}

/// The applications that our operations became, as far as the journal knows; none where there is no journal.
pub(in crate::cli) fn own_applications(
    path: &Path,
    identity: &CarrierIdentity,
) -> Result<BTreeSet<ApplicationNumber>, JournalError> {
    Journal::open_read_only(path, identity)?.map_or_else(|| Ok(BTreeSet::new()), |journal| journal.own_applications())
}

/// What the journal knows of what is ours: what drift is told apart from.
#[derive(Debug, Default)]
pub(in crate::cli) struct Recalled {
    /// As a plan would remember it.
    pub(in crate::cli) memory: Memory,
    /// The applications that our operations became.
    pub(in crate::cli) applications: BTreeSet<ApplicationNumber>,
    /// Lines of which nobody can say yet what is ours: an operation is in doubt.
    pub(in crate::cli) undecided: BTreeSet<Msisdn>,
}

/// What the journal knows of what is ours; nothing where there is no journal. Read-only: whatever a run left open is
/// looked up at the carrier and settled in memory, also what was accepted and not followed to its end.
pub(in crate::cli) async fn recalled(
    path: &Path,
    identity: &CarrierIdentity,
    carrier: &dyn Carrier,
) -> Result<Recalled, Failure> {
    let Some(journal) = Journal::open_read_only(path, identity)? else {
        return Ok(Recalled::default());
    };
    let (mut memory, mut applications) = (journal.memory()?, journal.own_applications()?);
    if !journal.open_operations()?.is_empty() {
        let Looked { settled, unclear } = look(carrier, &journal, SETTLE_WINDOW).await?;
        for settlement in &settled {
            match &settlement.verdict {
                SettledAs::Accepted(number) => applications.extend([number.clone()]),
                SettledAs::Confirmed { application, effective: _ } => applications.extend(application.clone()),
                SettledAs::Rejected { .. } | SettledAs::NotDone(_) => {}
            }
        }
        memory = unclear_in(memory_after(memory, &settled), &unclear);
    }
    let undecided = memory.in_doubt.iter().filter_map(|operation| operation.subject.msisdn()).collect();
    Ok(Recalled { memory, applications, undecided })
}
