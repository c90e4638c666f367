//! `simfleet plan`: what would be done, and why. Writes nothing but the file of `--out`.

use jiff::Timestamp;

use crate::carrier::snapshot::Snapshot;
use crate::cli::account::{Session, Target, journal_path, own_applications, remembered, targets};
use crate::cli::args::Plan;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::planning::{connect, plan_account, tell_who, without_journal};
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::cli::{show, snapshot};
use crate::exec::has_drift;
use crate::plan::{self, AccountPlan, Memory};

pub(crate) async fn run(shell: &Shell, args: &Plan) -> Result<u8, Failure> {
    show::check(&args.presentation)?;
    #[cfg(feature = "controller")]
    if let Some(account) = &args.from_cluster {
        let plan = crate::cli::cluster::plan(&args.cluster, account).await?;
        return finish(shell, args, &plan);
    }
    let mut targets = targets(shell, &args.paths, &args.connection)?;
    args.selection.wish(&mut targets);
    let selector = Selector::new(&args.selection.only, &targets)?;
    let snapshot = args.observed.as_deref().map(|path| snapshot::read(path, "--observed")).transpose()?;
    let (mut plans, mut now, mut code) = (Vec::new(), None, exit::DONE);
    for target in &targets {
        match one(shell, args, target, targets.len(), snapshot.as_ref(), &selector).await {
            Ok((plan, clock)) => {
                now = now.max(Some(clock));
                plans.push(plan);
            }
            // An account that cannot be planned is an error for itself; the others go on.
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    let Some(now) = args.now.or(now) else {
        return Ok(code);
    };
    let mut plan = plan::assemble(plans, now);
    connect(&mut plan, &targets);
    Ok(exit::strongest(code, finish(shell, args, &plan)?))
}

/// Keeps and shows a plan, and tells the exit code.
fn finish(shell: &Shell, args: &Plan, plan: &plan::Plan) -> Result<u8, Failure> {
    let mut code = exit::DONE;
    show::keep_and_show(shell, plan, &args.presentation, args.selection.full, args.out.as_deref())?;
    if !plan.in_doubt.is_empty() {
        code = exit::strongest(code, exit::IN_DOUBT);
    }
    if args.selection.strict && !plan.blocked.is_empty() {
        code = exit::strongest(code, exit::REFUSED);
    }
    if args.detailed_exitcode && !plan.operations.is_empty() {
        code = exit::strongest(code, exit::CHANGES);
    }
    Ok(code)
}

async fn one(
    shell: &Shell,
    args: &Plan,
    target: &Target,
    accounts: usize,
    snapshot: Option<&Snapshot>,
    selector: &Selector,
) -> Result<(AccountPlan, Timestamp), Failure> {
    let Some(snapshot) = snapshot else {
        let session = Session::open(shell, &args.connection, target, accounts).await?;
        session.may_be_planned_from(shell, target)?;
        let mut observed = session.observe(target).await?;
        let path = journal_path(shell, &args.connection, target, &observed.carrier)?;
        let had_journal = path.exists();
        let memory = remembered(&path, &observed.carrier, Some(session.carrier())).await?;
        let now = args.now.unwrap_or_else(|| session.clock(&observed));
        session.observe_wanted(target, &mut observed, &memory, now).await?;
        let mut plan = plan_account(shell, target, &observed, &memory, now, selector)?;
        if has_drift(&plan) {
            let own = own_applications(&path, &observed.carrier)?;
            tell_who(shell, target, session.carrier(), &observed, &mut plan, own).await;
        }
        if !had_journal {
            without_journal(shell, &path, &plan);
        }
        return Ok((plan, now));
    };
    if !snapshot::is_of(snapshot, target, accounts) {
        return Err(Failure::error(format!("account {}: the snapshot is of account {}", target.name, snapshot.account))
            .help("name the manifests of that account only"));
    }
    let observed = &snapshot.observed;
    let memory = match journal_path(shell, &args.connection, target, &observed.carrier) {
        Ok(path) => remembered(&path, &observed.carrier, None).await?,
        // Without a home there is no journal to remember anything.
        Err(_) => Memory::default(),
    };
    let now = args.now.unwrap_or(observed.at);
    Ok((plan_account(shell, target, observed, &memory, now, selector)?, now))
}
