//! One account on its way through an apply: connected, settled, observed, planned, applied.

use std::path::PathBuf;
use std::time::Duration;

use tracing::Level;

use crate::cli::account::{Auditing, OpenJournal, Session, Target, journal_path, open_journal, real_time};
use crate::cli::args::Apply;
use crate::cli::command::apply::approval;
use crate::cli::command::apply::record::tell_heads;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::planning::{plan_account, tell_who, without_journal};
use crate::cli::progress::Progress;
use crate::cli::revision;
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::domain::{Observed, Protection};
use crate::exec::settle::SETTLE_WINDOW;
use crate::exec::{
    ApplyOptions, ApplyReport, ExecError, Journal, RealWaiter, SettleOptions, Stop, apply, has_drift, keep, keep_others, settle,
};
use crate::plan::{self, AccountPlan, Plan};
use crate::render::report::{self, ReportOptions};

/// An account whose carrier was observed and whose journal is ours.
pub(super) struct Prepared<'t> {
    pub(super) target: &'t Target,
    pub(super) session: Session,
    pub(super) journal: OpenJournal,
    pub(super) observed: Observed,
    /// Where the journal is, if it was not there before.
    new_journal: Option<PathBuf>,
}

/// Takes the lock, settles what an earlier run left open, and observes.
pub(super) async fn prepare<'t>(
    shell: &Shell,
    args: &Apply,
    target: &'t Target,
    accounts: usize,
    stop: &Stop,
) -> Result<Prepared<'t>, Failure> {
    let mut stop = stop.clone();
    tokio::select! {
        // Nothing is under way yet that would have to be finished.
        () = stop.asked() => Err(Failure::error("stopped before anything was sent").everywhere()),
        prepared = connect(shell, args, target, accounts) => prepared,
    }
}

async fn connect<'t>(shell: &Shell, args: &Apply, target: &'t Target, accounts: usize) -> Result<Prepared<'t>, Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    let identity = session.carrier().identity().clone();
    let path = journal_path(shell, &args.connection, target, &identity)?;
    let auditing = Auditing { file: &args.audit, command: "apply" };
    let new_journal = (!path.exists()).then(|| path.clone());
    let mut journal = open_journal(shell, &args.connection, &path, &identity, auditing)?;
    session.may_be_planned_from(shell, target)?;
    // Another run may have handed something over before the lock was ours.
    session.recall(journal.journal()?)?;
    settle_open(shell, args, &session, journal.journal()?).await.map_err(|error| explain(&session, target, error))?;
    // What the lists show as done is not open any more.
    session.recall(journal.journal()?)?;
    let observed = keep([journal.journal()?], &*session.waiter(), session.observe(target)).await??;
    Ok(Prepared { target, session, journal, observed, new_journal })
}

/// The journals of accounts that wait.
pub(super) fn journals<'a, 't: 'a>(
    accounts: impl Iterator<Item = &'a mut Prepared<'t>>,
) -> Result<Vec<&'a mut Journal>, Failure> {
    accounts.map(|account| account.journal.journal()).collect()
}

/// Finds out what became of what an earlier run left open. With `--wait` it is waited for, too.
async fn settle_open(shell: &Shell, args: &Apply, session: &Session, journal: &mut Journal) -> Result<(), ExecError> {
    let waiter = session.waiter();
    let in_doubt = journal.open_operations()?.iter().filter(|record| record.state.is_in_doubt()).count();
    let patience = args.wait.unwrap_or_default().min(Duration::try_from(SETTLE_WINDOW).unwrap_or_default() + MARGIN);
    if in_doubt > 0 && !patience.is_zero() && !waiter.is_virtual() {
        let (noun, became) = if in_doubt == 1 { ("operation is", "it") } else { ("operations are", "them") };
        let limit = report::duration(patience);
        shell.tell(
            Level::INFO,
            &format!("{in_doubt} {noun} in doubt: asking the carrier what became of {became}, for up to {limit}"),
        );
    }
    let options = SettleOptions { patience, ..SettleOptions::default() };
    let report = settle(session.carrier(), journal, &options, &*waiter).await?;
    for settlement in report.settled.iter().filter(|settlement| settlement.record.state.is_in_doubt()) {
        shell.tell(Level::INFO, &report::settlement(settlement));
    }
    Ok(())
}

impl Prepared<'_> {
    /// Plans from what was observed.
    pub(super) async fn plan(&mut self, shell: &Shell, selector: &Selector) -> Result<AccountPlan, Failure> {
        let Self { target, session, journal, observed, new_journal } = self;
        let (journal, now) = (journal.journal()?, session.clock(observed));
        let memory = journal.memory()?;
        let wanted = session.observe_wanted(target, observed, &memory, now);
        keep([&mut *journal], &*session.waiter(), wanted).await??;
        let mut plan = plan_account(shell, target, observed, &memory, now, selector)?;
        if has_drift(&plan) {
            let own = journal.own_applications()?;
            let told = tell_who(shell, target, session.carrier(), observed, &mut plan, own);
            keep([&mut *journal], &*session.waiter(), told).await?;
        }
        if let Some(path) = new_journal {
            without_journal(shell, path, &plan);
        }
        Ok(plan)
    }
}

/// Asks and applies, account by account. Returns the exit code.
pub(super) async fn apply_all(
    shell: &Shell,
    args: &Apply,
    plan: &Plan,
    accounts: &mut [Prepared<'_>],
    stored: bool,
    stop: &Stop,
) -> Result<u8, Failure> {
    let code = decide_and_apply(shell, args, plan, accounts, stored, stop).await;
    // However it ended: what was recorded until then is anchored.
    tell_heads(shell, accounts);
    code
}

async fn decide_and_apply(
    shell: &Shell,
    args: &Apply,
    plan: &Plan,
    accounts: &mut [Prepared<'_>],
    stored: bool,
    stop: &Stop,
) -> Result<u8, Failure> {
    let revision = std::cell::OnceCell::new();
    let revision = || {
        // The file of a plan says nothing of the manifests that it was made from.
        let manifests = if stored { &[] } else { args.paths.as_slice() };
        revision.get_or_init(|| revision::revision(shell, args.revision.as_deref(), manifests)).as_ref()
    };
    // The journals know better than a plan that was stored: what it saw in doubt may be settled by now.
    let mut doubts = accounts.iter_mut().map(Prepared::is_in_doubt);
    let in_doubt = doubts.try_fold(false, |any, one| one.map(|one| any || one))?;
    let mut code = if in_doubt { exit::IN_DOUBT } else { exit::DONE };
    if args.selection.strict && !plan.blocked.is_empty() {
        let blocked = plan.blocked.len();
        let why = format!("--strict, and blocked is {blocked}");
        shell.tell(Level::ERROR, &format!("refused: {why}; nothing was written"));
        accounts.iter_mut().try_for_each(|account| account.record_refusal(plan, stored, revision(), why.clone()))?;
        return Ok(exit::strongest(code, exit::REFUSED));
    }
    // A person takes his time, and what he answers must still be ours to do.
    let asked = keep(journals(accounts.iter_mut())?, &RealWaiter::new(), approval::decided(shell, args, plan, stop)).await;
    let decided = match asked {
        Ok(decided) => decided,
        Err(lost) => {
            accounts.iter_mut().try_for_each(|account| account.record_refusal(plan, stored, revision(), lost.to_string()))?;
            return Err(lost.into());
        }
    };
    if !decided.is_allowed() {
        decided.tell(shell, args, plan);
        accounts.iter_mut().try_for_each(|account| {
            let why = decided.why(&account.target.name);
            account.record_refusal(plan, stored, revision(), why)
        })?;
        return Ok(exit::strongest(code, exit::REFUSED));
    }
    let mut reports = Vec::new();
    let mut rest = accounts;
    while let Some((account, others)) = rest.split_first_mut() {
        if !plan.operations.iter().any(|operation| operation.account == account.target.name) {
            account.remember(plan, stored)?;
            account.protect(plan)?;
        } else if stop.is_asked() {
            break;
        } else {
            account.record_approval(plan, stored, revision(), &decided.flags)?;
            if account.session.hands_over().is_some() {
                // A person may have taken his time to approve it.
                account.hand_over(shell, plan, stored, real_time())?;
                rest = others;
                continue;
            }
            let applied = account.apply(shell, args, plan, stored, stop);
            let report = keep_others(journals(others.iter_mut())?, applied).await?;
            code = exit::strongest(code, report.exit_code().number());
            reports.push(report);
        }
        rest = others;
    }
    if !reports.is_empty() {
        let color = output::colours(&shell.global, &shell.environment);
        let options = ReportOptions { color, full: args.selection.full, ..ReportOptions::default() };
        output::to_stdout(|out| report::write(out, plan, &reports, &options))?;
    }
    Ok(code)
}

impl Prepared<'_> {
    async fn apply(
        &mut self,
        shell: &Shell,
        args: &Apply,
        plan: &Plan,
        stored: bool,
        stop: &Stop,
    ) -> Result<ApplyReport, Failure> {
        self.protect(plan)?;
        self.remember(plan, stored)?;
        let waiter = self.session.waiter();
        let options = ApplyOptions {
            stored,
            parallelism: usize::from(args.parallelism),
            // On an embedded carrier's virtual clock waiting is free, so the end is always waited for.
            wait: args.wait.or_else(|| waiter.is_virtual().then_some(EMBEDDED_WAIT)),
            ..ApplyOptions::default()
        };
        let mut progress = Progress::new(shell);
        let carrier = self.session.carrier();
        let report =
            apply(plan, &self.target.name, carrier, self.journal.journal()?, &options, &*waiter, &mut progress, stop.clone())
                .await;
        drop(progress);
        report.map_err(|error| explain(&self.session, self.target, error))
    }

    /// Whether an operation of an earlier run is still in doubt.
    fn is_in_doubt(&mut self) -> Result<bool, Failure> {
        Ok(self.journal.journal()?.open_operations()?.iter().any(|record| record.state.is_in_doubt()))
    }

    /// The time that a plan is made for.
    pub(super) fn clock(&self) -> jiff::Timestamp {
        self.session.clock(&self.observed)
    }

    /// What was observed and is as declared is what drift is measured against from now on.
    pub(super) fn remember(&mut self, plan: &Plan, stored: bool) -> Result<(), Failure> {
        let journal = self.journal.journal()?;
        let known = journal.memory()?.confirmed;
        let news = if stored {
            plan::drift::news_of_plan(plan, &self.target.name, &self.observed, known.as_ref())
        } else {
            plan::drift::news(&self.target.desired, &self.observed, known.as_ref())
        };
        let values = news.iter().map(|((msisdn, field), value)| (*msisdn, &**field, &**value));
        Ok(journal.together(|entry| entry.remember(values))?)
    }

    /// What the plan protects stays so from now on, also when it leaves the files.
    pub(super) fn protect(&mut self, plan: &Plan) -> Result<(), Failure> {
        let said = plan.protection.iter().filter(|item| item.account == self.target.name);
        let said: Vec<_> =
            said.map(|item| (item.msisdn, if item.protected { Protection::Protected } else { Protection::Lifted })).collect();
        if said.is_empty() {
            return Ok(());
        }
        Ok(self.journal.journal()?.together(|entry| entry.protect(said))?)
    }
}

/// How long an embedded carrier's applications are followed, in virtual time.
const EMBEDDED_WAIT: Duration = Duration::from_hours(1);

/// Beyond the settle window there is nothing more to wait for: then what shows no trace is not done.
const MARGIN: Duration = Duration::from_mins(2);

fn explain(session: &Session, target: &Target, error: ExecError) -> Failure {
    match error {
        ExecError::Carrier(error) => session.explain(target, error),
        ExecError::Journal(_) | ExecError::Kept(_) | ExecError::NoAccount(_) => Failure::from(error),
    }
}
