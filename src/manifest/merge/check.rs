//! Whether edited manifests say what they were edited to say, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Changed, Merge, MergeError, whose};
use crate::domain::{Desired, DesiredFleet, DesiredGrant, DesiredOrder, DesiredSim, DesiredTopUp, Msisdn, Source};
use crate::manifest::Compiled;
use crate::manifest::edit::Edit;
use crate::manifest::export::Row;
use crate::manifest::load::is_yaml;
use crate::manifest::read::read_as_if;

/// Values by line and field.
pub(super) type Values<'e> = BTreeMap<(Msisdn, &'static str), &'e str>;

/// What was to change in one account.
#[derive(Debug, Default)]
pub(super) struct Meant<'e> {
    pub(super) edits: Values<'e>,
    pub(super) added: BTreeMap<Msisdn, &'e Row>,
}

impl<'e> Meant<'e> {
    pub(super) fn edit(&mut self, edit: &'e Edit) {
        self.edits.insert((edit.msisdn, edit.field), &edit.value);
    }
}

/// That the texts say what was meant, and have all of their comments where they were.
pub(super) fn prove(merge: &Merge<'_>, files: &[Changed], meant: &BTreeMap<Arc<str>, Meant<'_>>) -> Result<(), MergeError> {
    let to_be = files.iter().map(|file| (file.path.clone(), file.after.clone())).collect();
    let after = read_as_if(merge.paths, to_be).map_err(MergeError::Invalid)?;
    if let Some(what) = differs(merge.compiled, &after, meant) {
        return Err(MergeError::Differs(what));
    }
    for file in files.iter().filter(|file| is_yaml(&file.path)) {
        if let Some(comment) = whose::moved(file.before.as_deref().unwrap_or_default(), &file.after) {
            return Err(MergeError::Differs(format!("the comment {comment} in {}", file.path.display())));
        }
    }
    Ok(())
}

/// The first thing that is not as it was meant.
fn differs(before: &Compiled, after: &Compiled, meant: &BTreeMap<Arc<str>, Meant<'_>>) -> Option<String> {
    if before.accounts.len() != after.accounts.len() {
        return Some("the accounts".to_owned());
    }
    let none = Meant::default();
    before.accounts.iter().zip(&after.accounts).find_map(|(before, after)| {
        let meant = meant.get(before.name()).unwrap_or(&none);
        (before.account != after.account)
            .then(|| "an account".to_owned())
            .or_else(|| of_account(&before.desired, &after.desired, meant))
    })
}

fn of_account(before: &Desired, after: &Desired, meant: &Meant<'_>) -> Option<String> {
    let fleets = |desired: &Desired| -> BTreeMap<Arc<str>, DesiredFleet> {
        let placeless = |fleet: &DesiredFleet| DesiredFleet { source: Source::NOWHERE, ..fleet.clone() };
        desired.fleets.iter().map(|fleet| (Arc::clone(&fleet.name), placeless(fleet))).collect()
    };
    let (old, new) = (fleets(before), fleets(after));
    if let Some((name, _)) = old.iter().find(|(name, fleet)| new.get(*name) != Some(fleet)) {
        return Some(format!("fleet {name}"));
    }
    if purchases(before) != purchases(after) {
        return Some("the purchases".to_owned());
    }
    let mut lines = after.sims.iter().peekable();
    let mut added = 0;
    for line in &before.sims {
        while let Some(new) = lines.next_if(|new| new.msisdn < line.msisdn) {
            added += 1;
            if !meant.added.get(&new.msisdn).is_some_and(|row| is_row(new, row)) {
                return Some(format!("line {}", new.msisdn));
            }
        }
        let is_right = lines.next().is_some_and(|new| is_edited(line, new, (before, after), &meant.edits));
        if !is_right {
            return Some(format!("line {}", line.msisdn));
        }
    }
    for new in lines {
        added += 1;
        if !meant.added.get(&new.msisdn).is_some_and(|row| is_row(new, row)) {
            return Some(format!("line {}", new.msisdn));
        }
    }
    (added != meant.added.len()).then(|| "the number of lines".to_owned())
}

type Purchases = (Vec<(Arc<str>, DesiredGrant)>, Vec<(Arc<str>, DesiredTopUp)>, Vec<DesiredOrder>);

/// What is bought, by the names of fleets.
fn purchases(desired: &Desired) -> Purchases {
    let name = |fleet: u32| {
        let fleet = usize::try_from(fleet).ok().and_then(|nth| desired.fleets.get(nth));
        fleet.map(|fleet| Arc::clone(&fleet.name)).unwrap_or_default()
    };
    let grant = |grant: &DesiredGrant| (name(grant.fleet), DesiredGrant { fleet: 0, source: Source::NOWHERE, ..grant.clone() });
    let top_up =
        |policy: &DesiredTopUp| (name(policy.fleet), DesiredTopUp { fleet: 0, source: Source::NOWHERE, ..policy.clone() });
    let order = |order: &DesiredOrder| DesiredOrder { source: Source::NOWHERE, ..order.clone() };
    let mut all: Purchases = (
        desired.grants.iter().map(grant).collect(),
        desired.top_ups.iter().map(top_up).collect(),
        desired.orders.iter().map(order).collect(),
    );
    all.0.sort_by(|left, right| (&left.1.name, &left.0).cmp(&(&right.1.name, &right.0)));
    all.1.sort_by(|left, right| (&left.0, &left.1.name).cmp(&(&right.0, &right.1.name)));
    all
}

fn is_edited(before: &DesiredSim, after: &DesiredSim, (old, new): (&Desired, &Desired), edits: &Values<'_>) -> bool {
    let name = |desired: &Desired, sim: &DesiredSim| desired.fleet_of(sim).map(|fleet| Arc::clone(&fleet.name));
    if before.msisdn != after.msisdn || name(old, before) != name(new, after) {
        return false;
    }
    let wanted = |field: &'static str, value: Option<String>| {
        edits.get(&(before.msisdn, field)).map(|edited| (*edited).to_owned()).or(value)
    };
    let fields = |sim: &DesiredSim| {
        [
            ("state", sim.state.map(|state| state.to_string())),
            ("ratePlan", sim.plan.as_ref().map(|plan| plan.as_str().to_owned())),
            ("imei", sim.imei.map(|imei| imei.to_string())),
            ("terminationDate", sim.termination_date.map(|date| date.to_string())),
        ]
    };
    let is_right = fields(before).into_iter().zip(fields(after)).all(|((field, old), (_, new))| wanted(field, old) == new);
    let rest = |sim: &DesiredSim| DesiredSim {
        fleet: 0,
        state: None,
        plan: None,
        imei: None,
        termination_date: None,
        source: Source::NOWHERE,
        ..sim.clone()
    };
    is_right && rest(before) == rest(after)
}

fn is_row(sim: &DesiredSim, row: &Row) -> bool {
    use crate::manifest::export::PlanWish;
    let plan = match &row.plan {
        PlanWish::Is(plan) => sim.plan.as_ref() == Some(plan),
        PlanWish::Any => true,
        PlanWish::Unmanaged => sim.plan.is_none(),
    };
    plan && sim.list == row.list
        && sim.state == row.state
        && sim.imei == row.imei
        && sim.termination_date == row.termination_date
        && sim.iccid.is_none()
}
