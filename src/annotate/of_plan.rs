//! A plan as marks: what stops it, what cannot be undone, what cannot be done, what costs money, each at the line of
//! the manifest that causes it.
//!
//! | what | level | rule |
//! |---|---|---|
//! | an observation that is not complete | error | `OBSERVATION_INCOMPLETE` |
//! | a guard that is exceeded | error | `GUARD_EXCEEDED` |
//! | an operation in doubt | error | `IN_DOUBT` |
//! | an irreversible operation (R5) | warning | `IRREVERSIBLE` |
//! | a blocked wish | warning | its code |
//! | a warning of the plan | warning | its code |
//! | a paid operation (R4) | notice | `PAID` |
//!
//! Blocked is no error: everything else of the plan can be applied.

use crate::annotate::{Annotation, Level, Paths, Spot};
use crate::domain::{OperationKind, Risk, Subject};
use crate::plan::{BlockedCode, BlockedItem, GuardItem, GuardKind, InDoubtItem, Operation, Plan, WarningItem};
use crate::render::escape::plain;
use crate::render::view::{Costs, GuardLine, fields};

/// The marks of a plan: of each level the most important first.
pub fn of_plan(plan: &Plan, paths: &Paths) -> Vec<Annotation> {
    let incomplete = plan.accounts.iter().filter(|account| !account.observed.complete).map(|account| {
        let message = format!("account {}: what was observed is not complete, so nothing can be applied", account.name);
        Annotation::new(Level::Error, "OBSERVATION_INCOMPLETE", "observation incomplete", &message)
    });
    let guards = GuardLine::all(plan).into_iter().filter(GuardLine::is_exceeded).map(|line| exceeded(plan, paths, line));
    let doubts = plan.in_doubt.iter().map(|item| doubt(plan, paths, item));
    let of_risk = |risk| plan.operations.iter().filter(move |operation| operation.change.risk() == risk);
    let irreversible = of_risk(Risk::R5).map(|one| operation(paths, one, Level::Warning, "IRREVERSIBLE", "cannot be undone"));
    let blocked = plan.blocked.iter().filter(|item| !is_told_as_doubt(plan, item)).map(|item| blocked(paths, item));
    let warnings = plan.warnings.iter().map(|item| warning(paths, item));
    let paid = of_risk(Risk::R4).map(|one| operation(paths, one, Level::Notice, "PAID", "costs money at once"));
    incomplete.chain(guards).chain(doubts).chain(irreversible).chain(blocked).chain(warnings).chain(paid).collect()
}

fn exceeded(plan: &Plan, paths: &Paths, line: GuardLine<'_>) -> Annotation {
    let name = line.name(plan.accounts.len() > 1);
    let message = format!("guard {name}: {} in the plan, {} allowed; it stops the whole account", line.actual(), line.limit());
    let help = format!("if that is intended: {}", line.flag());
    Annotation::new(Level::Error, "GUARD_EXCEEDED", "guard exceeded", &message).at(cause(plan, paths, line.guard)).help(&help)
}

/// The first operation that a guard counts.
fn cause(plan: &Plan, paths: &Paths, guard: &GuardItem) -> Option<Spot> {
    let fleet = guard.name.split_once('/').map_or("", |(fleet, _)| fleet);
    let counts = |operation: &&Operation| {
        let is_of_kind = match guard.kind {
            GuardKind::Operations(kind) => operation.change.kind() == kind,
            GuardKind::SpendPerPlan | GuardKind::SpendPerMonth => !operation.cost.one_off().is_zero(),
        };
        operation.account == guard.account && (fleet.is_empty() || *operation.fleet == *fleet) && is_of_kind
    };
    plan.operations.iter().find(counts).and_then(|operation| paths.of_place(&operation.source))
}

fn doubt(plan: &Plan, paths: &Paths, item: &InDoubtItem) -> Annotation {
    let InDoubtItem { account, id: _, kind, subject, since, settled_by, note } = item;
    let message = format!("{subject}: nobody knows whether {kind}, sent at {since}, took place: {note}");
    let is_it = |(of, about): (&str, &Subject)| of == &**account && about == subject;
    let sources = plan.operations.iter().map(|one| ((&*one.account, &one.subject), &one.source));
    let sources = sources.chain(plan.blocked.iter().map(|one| ((&*one.account, &one.subject), &one.source)));
    let spot = sources.into_iter().find(|(about, _)| is_it(*about)).and_then(|(_, source)| paths.of_place(source));
    let help = match settled_by {
        Some(time) => format!("nothing is sent for it until that is settled, by {time} at the latest"),
        None => "nothing is sent for it until a person settles it: simfleet ops resolve".to_owned(),
    };
    Annotation::new(Level::Error, BlockedCode::InDoubt.as_str(), "in doubt", &message).at(spot).help(&help)
}

/// What is blocked because it is in doubt is told once.
fn is_told_as_doubt(plan: &Plan, item: &BlockedItem) -> bool {
    item.code == BlockedCode::InDoubt
        && plan.in_doubt.iter().any(|doubt| (&doubt.account, &doubt.subject) == (&item.account, &item.subject))
}

fn operation(paths: &Paths, operation: &Operation, level: Level, rule: &str, what: &str) -> Annotation {
    let kind = operation.change.kind();
    let name = operation.name.as_deref().map(|name| format!(" ({})", plain(name))).unwrap_or_default();
    let changes: Vec<String> = fields(&operation.from, &operation.to).iter().map(ToString::to_string).collect();
    let costs = Costs::of_one(operation.cost).text();
    let costs = if costs.is_empty() { costs } else { format!("; {costs}") };
    let message = format!("{}{name}: {kind}, {}{costs}; {}", operation.subject, changes.join(", "), operation.reason);
    Annotation::new(level, rule, &title(kind, what), &message).at(paths.of_place(&operation.source))
}

/// `terminate: cannot be undone (R5)`.
fn title(kind: OperationKind, what: &str) -> String {
    format!("{kind}: {what} ({})", kind.risk())
}

fn blocked(paths: &Paths, item: &BlockedItem) -> Annotation {
    let BlockedItem { account: _, subject, code, message, source } = item;
    Annotation::new(Level::Warning, code.as_str(), &format!("blocked: {}", code.as_str()), &format!("{subject}: {message}"))
        .at(paths.of_place(source))
        .help(&format!("simfleet explain {}", code.as_str()))
}

fn warning(paths: &Paths, item: &WarningItem) -> Annotation {
    let WarningItem { account: _, subject, code, message, source } = item;
    Annotation::new(Level::Warning, code.as_str(), code.as_str(), &format!("{subject}: {message}"))
        .at(paths.of_place(source))
        .help(&format!("simfleet explain {}", code.as_str()))
}
