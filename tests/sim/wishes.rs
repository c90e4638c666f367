//! Random coupons, top-up policies and orders, and what people do to the files between a crash and the next try.

use std::sync::Arc;

use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{
    Desired, DesiredFleet, DesiredGrant, DesiredOrder, DesiredState, DesiredTopUp, List, Money, Msisdn, RatePlan, Source,
};

use crate::exec::handmade::content;
use crate::sim::drive::Rng;
use crate::sim::fleet::PLANS;
use crate::sim::shop::COUPONS;
use crate::sim::world::World;

/// What a line has left that runs out of traffic, and below what a policy buys.
pub(crate) const LITTLE: u64 = 10_000_000;
pub(crate) const ENOUGH: u64 = 50_000_000;

/// The files, and what was taken out of them.
#[derive(Debug, Clone)]
pub(crate) struct Wishes {
    pub(crate) desired: Desired,
    pub(crate) removed_grants: Vec<DesiredGrant>,
    pub(crate) removed_orders: Vec<DesiredOrder>,
    /// Whether lines went from one fleet to another, which takes their spending along.
    pub(crate) moved: bool,
    /// Whether what is bought is changed under its name. Only a journal can tell then that it is not another wish
    /// (the carrier shows coupons and contents, no names), and not if the name changes too.
    pub(crate) changes: bool,
    /// How often an order was renamed.
    pub(crate) renamed_orders: usize,
    /// How often anything was.
    renamed: u32,
}

/// Something that people do to the files. Nothing of it is a reason to buy again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edit {
    RenameFleet,
    MoveFiles,
    SplitFleet,
    RenameGrant,
    RemoveGrant,
    RestoreGrant,
    ChangeCoupon,
    RenamePolicy,
    RenameOrder,
    RemoveOrder,
    RestoreOrder,
    CancelOrder,
    ChangeOrder,
    ChangePlan,
    ChangeState,
}

impl Edit {
    pub(crate) const ALL: [Self; 15] = [
        Self::RenameFleet,
        Self::MoveFiles,
        Self::SplitFleet,
        Self::RenameGrant,
        Self::RemoveGrant,
        Self::RestoreGrant,
        Self::ChangeCoupon,
        Self::RenamePolicy,
        Self::RenameOrder,
        Self::RemoveOrder,
        Self::RestoreOrder,
        Self::CancelOrder,
        Self::ChangeOrder,
        Self::ChangePlan,
        Self::ChangeState,
    ];

    /// Whether it is for files of this sort.
    fn is_for(self, changes: bool) -> bool {
        match self {
            Self::ChangeCoupon | Self::ChangeOrder => changes,
            Self::RenameGrant
            | Self::RemoveGrant
            | Self::RestoreGrant
            | Self::RenamePolicy
            | Self::RenameOrder
            | Self::RemoveOrder
            | Self::RestoreOrder => !changes,
            Self::RenameFleet | Self::MoveFiles | Self::SplitFleet | Self::CancelOrder | Self::ChangePlan | Self::ChangeState => {
                true
            }
        }
    }
}

/// Wishes for the lines that are to be in use, and for orders.
pub(crate) fn random(rng: &mut Rng, world: &mut World, desired: Desired, changes: bool) -> Wishes {
    let mut wishes =
        Wishes { desired, removed_grants: vec![], removed_orders: vec![], moved: false, changes, renamed_orders: 0, renamed: 0 };
    let desired = &mut wishes.desired;
    let in_use = desired.sims.iter().filter(|sim| sim.state == Some(DesiredState::Active));
    let lines: Vec<Msisdn> = in_use.map(|sim| sim.msisdn).collect();
    for month in ["2026-11", "2026-12"] {
        for name in ["a", "b"] {
            let msisdns: Vec<Msisdn> = lines.iter().copied().filter(|_| rng.chance(70)).collect();
            let code = rng.pick(&COUPONS).0.into();
            if !msisdns.is_empty() && rng.chance(60) {
                let month = YearMonth::parse(month).unwrap();
                desired.grants.push(DesiredGrant {
                    fleet: 0,
                    name: name.into(),
                    month,
                    code,
                    msisdns,
                    source: Source::default(),
                });
            }
        }
    }
    if rng.chance(50) {
        desired.top_ups.push(DesiredTopUp {
            fleet: 0,
            name: "low".into(),
            code: rng.pick(&COUPONS).0.into(),
            below: ENOUGH,
            per_line: 1 + u32::try_from(rng.below(2)).unwrap(),
            spend: Money(*rng.pick(&[300, 1_500, 9_000])),
            source: Source::default(),
        });
    }
    for name in ["x", "y"] {
        if rng.chance(35) {
            let content = content(*rng.pick(&[5, 5, 6]));
            desired.orders.push(DesiredOrder { name: name.into(), content, cancelled: false, source: Source::default() });
        }
    }
    for line in world.sims.values_mut().filter_map(|sim| sim.line.as_mut()) {
        line.traffic_remaining_bytes = Some(*rng.pick(&[LITTLE, 4 * ENOUGH]));
    }
    wishes.sort();
    wishes
}

impl Wishes {
    /// Every grant that was ever declared, under its latest name.
    pub(crate) fn grants(&self) -> impl Iterator<Item = &DesiredGrant> {
        self.desired.grants.iter().chain(&self.removed_grants)
    }

    /// Every order that was ever declared, under its latest name.
    pub(crate) fn orders(&self) -> impl Iterator<Item = &DesiredOrder> {
        self.desired.orders.iter().chain(&self.removed_orders)
    }

    /// As the compiler of manifests sorts them.
    fn sort(&mut self) {
        self.desired
            .grants
            .sort_by(|left, right| (&left.name, left.fleet, left.month).cmp(&(&right.name, right.fleet, right.month)));
        self.desired.orders.sort_by(|left, right| left.name.cmp(&right.name));
        self.desired.top_ups.sort_by(|left, right| (left.fleet, &left.name).cmp(&(right.fleet, &right.name)));
    }

    fn new_name(&mut self, rng: &mut Rng) -> Arc<str> {
        self.renamed += 1;
        // Before all others in the alphabet, or behind them.
        format!("{}{}", rng.pick(&["0", "z"]), self.renamed).into()
    }

    /// Edits the files, and tells how.
    pub(crate) fn edit(&mut self, rng: &mut Rng) -> Vec<Edit> {
        let changes = self.changes;
        let possible = Edit::ALL.into_iter().filter(|edit| edit.is_for(changes));
        let done = possible.filter(|edit| rng.chance(12) && self.apply(*edit, rng)).collect();
        self.sort();
        done
    }

    /// Whether there was anything to edit in that way.
    fn apply(&mut self, edit: Edit, rng: &mut Rng) -> bool {
        match edit {
            // It stays the first of two.
            Edit::RenameFleet => self.desired.fleets[0].name = format!("f{}", self.new_name(rng)).into(),
            Edit::MoveFiles => self.move_files(),
            Edit::SplitFleet => return self.split_fleet(rng),
            Edit::RenameGrant => {
                let name = self.new_name(rng);
                let Some(grant) = one(rng, &mut self.desired.grants) else { return false };
                grant.name = name;
            }
            Edit::RemoveGrant => return take(rng, &mut self.desired.grants, &mut self.removed_grants),
            Edit::RestoreGrant => return take(rng, &mut self.removed_grants, &mut self.desired.grants),
            Edit::ChangeCoupon => {
                let Some(grant) = one(rng, &mut self.desired.grants) else { return false };
                grant.code = other(COUPONS.map(|(code, _)| code), grant.code.as_str()).into();
            }
            Edit::RenamePolicy => {
                let name = self.new_name(rng);
                let Some(policy) = one(rng, &mut self.desired.top_ups) else { return false };
                policy.name = name;
            }
            Edit::RenameOrder => {
                let name = self.new_name(rng);
                let Some(order) = one(rng, &mut self.desired.orders) else { return false };
                order.name = name;
                self.renamed_orders += 1;
            }
            Edit::RemoveOrder => return take(rng, &mut self.desired.orders, &mut self.removed_orders),
            Edit::RestoreOrder => return take(rng, &mut self.removed_orders, &mut self.desired.orders),
            Edit::CancelOrder => {
                let Some(order) = one(rng, &mut self.desired.orders) else { return false };
                order.cancelled = true;
            }
            Edit::ChangeOrder => {
                let Some(order) = one(rng, &mut self.desired.orders) else { return false };
                order.content.quantity += 10;
            }
            Edit::ChangePlan => {
                let Some(sim) = one(rng, &mut self.desired.sims) else { return false };
                let Some(plan) = &sim.plan else { return false };
                sim.plan = Some(RatePlan::from(other(PLANS, plan.as_str())));
            }
            Edit::ChangeState => {
                let Some(sim) = one(rng, &mut self.desired.sims) else { return false };
                sim.state = match (sim.list, sim.state) {
                    (List::Sims, Some(DesiredState::Active)) => Some(DesiredState::Suspended),
                    (List::Sims, Some(DesiredState::Suspended)) => Some(DesiredState::Active),
                    (_, _) => return false,
                };
            }
        }
        true
    }

    fn move_files(&mut self) {
        self.desired.files = vec!["moved.yaml".into()];
        let source = Source { file: 0, line: 7, column: 3 };
        self.desired.grants.iter_mut().for_each(|grant| grant.source = source);
        self.desired.top_ups.iter_mut().for_each(|policy| policy.source = source);
        self.desired.orders.iter_mut().for_each(|order| order.source = source);
    }

    /// Some lines and their grants go to a second fleet, with the same policies.
    fn split_fleet(&mut self, rng: &mut Rng) -> bool {
        if self.desired.fleets.len() > 1 {
            return false;
        }
        let second = DesiredFleet { name: "second".into(), ..self.desired.fleets[0].clone() };
        self.desired.fleets.push(second);
        self.desired.sims.iter_mut().filter(|_| rng.chance(50)).for_each(|sim| sim.fleet = 1);
        let sims = &self.desired.sims;
        let is_moved = |msisdn: &Msisdn| sims.iter().any(|sim| sim.msisdn == *msisdn && sim.fleet == 1);
        for grants in [&mut self.desired.grants, &mut self.removed_grants] {
            let (mut stayed, mut moved) = (Vec::new(), Vec::new());
            for grant in grants.drain(..) {
                let (those, rest) = grant.msisdns.iter().copied().partition(is_moved);
                moved.push(DesiredGrant { fleet: 1, msisdns: those, ..grant.clone() });
                stayed.push(DesiredGrant { msisdns: rest, ..grant });
            }
            grants.extend(stayed.into_iter().chain(moved).filter(|grant| !grant.msisdns.is_empty()));
        }
        let policies: Vec<_> = self.desired.top_ups.iter().map(|policy| DesiredTopUp { fleet: 1, ..policy.clone() }).collect();
        self.desired.top_ups.extend(policies);
        self.moved = true;
        true
    }
}

fn one<'w, T>(rng: &mut Rng, among: &'w mut [T]) -> Option<&'w mut T> {
    if among.is_empty() { None } else { Some(&mut among[rng.below(among.len())]) }
}

fn other<'c>(choices: [&'c str; 2], than: &str) -> &'c str {
    if choices[0] == than { choices[1] } else { choices[0] }
}

fn take<T>(rng: &mut Rng, from: &mut Vec<T>, to: &mut Vec<T>) -> bool {
    if from.is_empty() {
        return false;
    }
    let index = rng.below(from.len());
    to.push(from.remove(index));
    true
}
