//! `simfleet apply PLAN.json`: exactly what was reviewed, once, while it is true.

use std::path::Path;

use super::account::{Prepared, apply_all, journals, prepare};
use super::record::tell_heads;
use crate::carrier::observe::observe_purchases;
use crate::cli::account::{Target, with_endpoint};
use crate::cli::args::Apply;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::plan_file;
use crate::cli::revision::revision;
use crate::cli::shell::Shell;
use crate::cli::show::show;
use crate::exec::journal::PlanKey;
use crate::exec::{Stop, gate, keep_others};
use crate::plan::Plan;

pub(super) async fn run(shell: &Shell, args: &Apply, file: &Path, stop: &Stop) -> Result<u8, Failure> {
    if !args.selection.only.is_empty() {
        return Err(Failure::usage("--only selects from manifests; a plan file is applied whole")
            .help("plan the part: simfleet plan PATH --only … --out FILE"));
    }
    if args.selection.cancel_removed_orders {
        return Err(Failure::usage("--cancel-removed-orders is a wish to plan for; a plan file is applied as it is")
            .help("plan it: simfleet plan PATH --cancel-removed-orders --out FILE"));
    }
    let plan = plan_file::read(file)?;
    let targets = with_endpoint(plan.accounts.iter().map(Target::stored).collect(), &args.connection)?;
    show(shell, &plan, &args.selection)?;
    let (mut code, mut accounts) = (exit::DONE, Vec::new());
    for target in &targets {
        let judged = judged(shell, args, &plan, target, targets.len(), stop);
        match keep_others(journals(accounts.iter_mut())?, judged).await {
            Ok(account) => accounts.push(account),
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    Ok(exit::strongest(code, apply_all(shell, args, &plan, &mut accounts, true, stop).await?))
}

async fn judged<'t>(
    shell: &Shell,
    args: &Apply,
    plan: &Plan,
    target: &'t Target,
    accounts: usize,
    stop: &Stop,
) -> Result<Prepared<'t>, Failure> {
    let mut account = prepare(shell, args, target, accounts, stop).await?;
    let now = account.clock();
    let carrier = account.session.carrier();
    let identity = carrier.identity().clone();
    let wants = gate::wants(plan, &target.name, now);
    if !wants.is_empty() {
        if !account.session.knows_what_was_bought(now) {
            let message = format!(
                "account {}: the plan spends money, and nobody vouched that the journal knows what was bought",
                target.name
            );
            return Err(Failure { code: exit::REFUSED, ..Failure::error(message) }
                .help("nothing was written; look at 申込状況 in the console, then `simfleet ops vouch`"));
        }
        observe_purchases(carrier, &mut account.observed, &wants).await?;
    }
    let key =
        PlanKey::of(plan, &target.name).ok_or_else(|| Failure::error(format!("the plan has no account {}", target.name)))?;
    let progress = account.journal.journal()?.progress(&key)?;
    let memory = account.journal.journal()?.memory()?;
    let passed = gate::check(plan, &target.name, &identity, now, &progress, &account.observed)
        .and_then(|()| gate::month_holds(plan, &target.name, &progress, &memory, &account.observed));
    let Err(error) = passed else { return Ok(account) };
    let revision = revision(shell, args.revision.as_deref(), &[]);
    account.record_refusal(plan, true, revision.as_ref(), error.to_string())?;
    tell_heads(shell, std::slice::from_mut(&mut account));
    Err(Failure {
        code: exit::REFUSED,
        message: format!("account {}: {error}", target.name),
        help: Some("nothing was written".to_owned()),
        everywhere: false,
    })
}
