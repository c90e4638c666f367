//! One line: everything it can be against everything that can be declared of it.
//!
//! Lines do not touch one another but through requests and devices, so a few hundred of them, each with
//! devices of its own, are planned at a time; `batching` looks at what they share.

use std::collections::BTreeMap;

use simfleet::domain::{DesiredState, Money, Msisdn, OperationKind, RatePlan, Risk};
use simfleet::plan::{self, AccountPlan, Change, Memory, Operation};

use super::carrier::{Call, Model, Status, Terms, models, product};
use super::scene;
use super::search::Cost;
use super::verdict::{Judge, Verdict, Wish, plan_is, state_is};

/// States, the day of a termination, and the last day of a hold before it.
const STATES: [(Option<DesiredState>, Option<i8>, Option<i8>); 16] = [
    (None, None, None),
    (Some(DesiredState::Registered), None, None),
    (Some(DesiredState::Allocated), None, None),
    (Some(DesiredState::Active), None, None),
    (Some(DesiredState::Suspended), None, None),
    (Some(DesiredState::Terminated), None, None),
    (Some(DesiredState::Terminated), Some(-1), None),
    (Some(DesiredState::Terminated), Some(0), None),
    (Some(DesiredState::Terminated), Some(5), None),
    (Some(DesiredState::Terminated), None, Some(-1)),
    (Some(DesiredState::Terminated), None, Some(0)),
    (Some(DesiredState::Terminated), None, Some(5)),
    (Some(DesiredState::Terminated), Some(0), Some(4)),
    (Some(DesiredState::Terminated), Some(6), Some(4)),
    // A date or a hold without its state means nothing.
    (Some(DesiredState::Active), Some(5), None),
    (Some(DesiredState::Active), None, Some(5)),
];

fn wishes(as_chip: bool, plans: &[Option<u8>]) -> Vec<Wish> {
    let devices: &[Option<u8>] = if as_chip { &[None, Some(0)] } else { &[None] };
    let bare = Wish { as_chip, ..Wish::BARE };
    STATES
        .iter()
        .flat_map(|&(state, day, hold)| {
            product(plans, devices)
                .map(move |(&plan, &device)| Wish { state, plan, device, day, hold, ..bare })
                .collect::<Vec<_>>()
        })
        .collect()
}

const PLAIN: Terms = Terms { cut_off_passed: false, missing: None, device_taken: false };

/// Plans the pairs and compares every line with its verdict; gives their number.
fn compare(judge: &mut Judge, terms: Terms, pairs: &[(Model, Wish)]) -> usize {
    for pairs in pairs.chunks(400) {
        let (desired, observed, now) = scene::world(pairs, terms, 3_000);
        let memory = Memory::default();
        let plan = plan::plan(&desired, &observed, &memory, now);
        assert_eq!(plan::check(&desired, &observed, &memory, now, &plan), [], "{terms:?}");
        let said = said(&plan);
        for (index, (model, wish)) in pairs.iter().enumerate() {
            let number = scene::msisdn(model.is_chip, index);
            let nothing = Said::default();
            let said = said.get(&number).unwrap_or(&nothing);
            let verdict = judge.verdict(model, wish, terms);
            let context = || format!("\n{model:?}\n{wish:?}\n{terms:?}\n{said:#?}");
            match verdict {
                Verdict::InSync => assert!(*said == nothing, "should need nothing:{}", context()),
                Verdict::Blocked => {
                    assert!(
                        said.blocked == 1 && said.operations.is_empty() && said.pending == 0,
                        "should be blocked:{}",
                        context()
                    );
                }
                Verdict::Planned { cost, waits, reaches: must_reach } => {
                    assert_eq!(said.blocked, 0, "should not be blocked:{}", context());
                    assert_eq!(said.cost(), cost, "should cost that:{}", context());
                    assert!(!waits || said.pending > 0, "should say what it waits for:{}", context());
                    let reached = || reaches(model, wish, terms, &said.operations);
                    assert!(!must_reach || reached(), "should reach the wish:{}", context());
                }
            }
        }
    }
    pairs.len()
}

/// What a plan says of one line.
#[derive(Debug, Default, PartialEq)]
struct Said<'a> {
    operations: Vec<&'a Operation>,
    blocked: usize,
    pending: usize,
}

fn said(plan: &AccountPlan) -> BTreeMap<Msisdn, Said<'_>> {
    let mut lines: BTreeMap<Msisdn, Said<'_>> = BTreeMap::new();
    for operation in &plan.operations {
        lines.entry(operation.subject.msisdn().expect("a line")).or_default().operations.push(operation);
    }
    for item in &plan.blocked {
        lines.entry(item.subject.msisdn().expect("a line")).or_default().blocked += 1;
    }
    for item in &plan.pending {
        lines.entry(item.subject.msisdn().expect("a line")).or_default().pending += 1;
    }
    lines
}

impl Said<'_> {
    fn cost(&self) -> Cost {
        let kinds = || self.operations.iter().map(|operation| operation.change.kind());
        assert!(kinds().all(|kind| kind.risk() != Risk::R4));
        Cost {
            irreversible: u32::try_from(kinds().filter(|kind| kind.risk() == Risk::R5).count()).unwrap(),
            once: self.operations.iter().map(|operation| operation.cost.one_off()).sum::<Money>().0,
            calls: u32::try_from(self.operations.len()).unwrap(),
        }
    }
}

/// Performs the operations on the model, one by one, by the oracle's own rules.
fn reaches(model: &Model, wish: &Wish, terms: Terms, operations: &[&Operation]) -> bool {
    let mut at = *model;
    for operation in operations {
        let index = usize::try_from(operation.source.line - 1).unwrap();
        let number = |text: &str| text.bytes().last().unwrap() - b'0';
        let plan_number = |plan: &RatePlan| (0..3).find(|number| scene::rate_plan(*number) == *plan).unwrap();
        let call = match &operation.change {
            Change::Suspend => Call::Suspend,
            Change::Resume => Call::Resume,
            Change::ChangeRatePlan { to, .. } => Call::ChangePlan(plan_number(to)),
            Change::Terminate { date } => {
                let today = simfleet::domain::calendar::jst_date(scene::now(terms.cut_off_passed));
                Call::Terminate(i8::try_from(today.until(*date).unwrap().get_days()).unwrap())
            }
            Change::BindImei { imei } => Call::Bind((0..2).find(|device| scene::imei(index, *device) == *imei).unwrap()),
            Change::Allocate { system } => Call::Allocate(number(system.as_str())),
            Change::Deallocate { system } => Call::Deallocate(number(system.as_str())),
            Change::StartUse { system, plan } => Call::Start(number(system.as_str()), plan_number(plan)),
            Change::CancelApplication { of, .. } if *of == simfleet::domain::ApplicationType::Terminate => Call::CancelEnding,
            Change::CancelApplication { .. } => Call::CancelChange,
            Change::BuyCoupon { .. } | Change::PlaceOrder { .. } => return false,
        };
        match at.after(call, terms) {
            Some(next) => at = next,
            None => return false,
        }
    }
    let over = matches!(at.status, Status::Ended | Status::CarrierEnded | Status::Missing)
        || at.status == Status::Ending && wish.held().is_none();
    (state_is(&at, wish) || over && wish.state == Some(DesiredState::Terminated)) && plan_is(&at, wish)
}

#[test]
fn a_plan_for_one_line_is_minimal_and_blocked_only_where_nothing_helps() {
    let mut judge = Judge::default();
    let models = models();
    let mut worlds = 0;
    let plans = [None, Some(0), Some(1), Some(2)];
    for (as_chip, cut_off_passed) in [(false, false), (false, true), (true, false), (true, true)] {
        let wishes = wishes(as_chip, &plans);
        let own: Vec<Model> = models.iter().copied().filter(|model| model.is_chip == as_chip).collect();
        let pairs: Vec<(Model, Wish)> = product(&own, &wishes).map(|(model, wish)| (*model, *wish)).collect();
        worlds += compare(&mut judge, Terms { cut_off_passed, ..PLAIN }, &pairs);
    }
    println!("oracle: {worlds} worlds of one line");
    assert!(worlds > 60_000, "only {worlds} worlds were searched");
}

#[test]
fn protection_pins_lists_functions_and_devices_block_what_they_should() {
    let mut judge = Judge::default();
    let every = if super::long_run() { 1 } else { 29 };
    let models: Vec<Model> = models().into_iter().step_by(every).collect();
    let mut worlds = 0;
    for as_chip in [false, true] {
        let wishes = wishes(as_chip, &[None, Some(0), Some(1)]);
        let pairs = |change: &dyn Fn(&mut Wish)| -> Vec<(Model, Wish)> {
            let changed = wishes.iter().map(|wish| {
                let mut wish = *wish;
                change(&mut wish);
                wish
            });
            let wishes: Vec<Wish> = changed.collect();
            product(&models, &wishes).map(|(model, wish)| (*model, *wish)).collect()
        };
        // Here cards and chip SIMs stand in both lists.
        worlds += compare(&mut judge, PLAIN, &pairs(&|wish| wish.protected = true));
        worlds += compare(&mut judge, PLAIN, &pairs(&|wish| wish.pin = Some(true)));
        worlds += compare(&mut judge, PLAIN, &pairs(&|wish| wish.pin = Some(false)));
        worlds += compare(&mut judge, Terms { device_taken: true, ..PLAIN }, &pairs(&|_| ()));
        for missing in [2, 3, 6, 10, 14, 15, 16, 17, 18] {
            for cut_off_passed in [false, true] {
                worlds += compare(&mut judge, Terms { missing: Some(missing), cut_off_passed, ..PLAIN }, &pairs(&|_| ()));
            }
        }
    }
    println!("oracle: {worlds} worlds of one line with a protection, pin, function or device in the way");
    assert!(worlds > 80_000, "only {worlds} worlds were searched");
}

#[test]
fn every_kind_that_a_line_can_need_occurs() {
    let pairs: Vec<(Model, Wish)> = [false, true]
        .into_iter()
        .flat_map(|as_chip| {
            let wishes = wishes(as_chip, &[None, Some(0), Some(1)]);
            let own: Vec<Model> = models().into_iter().filter(|model| model.is_chip == as_chip).collect();
            product(&own, &wishes).map(|(model, wish)| (*model, *wish)).collect::<Vec<_>>()
        })
        .collect();
    let (desired, observed, now) = scene::world(&pairs, PLAIN, 3_000);
    let plan = plan::plan(&desired, &observed, &Memory::default(), now);
    let found: std::collections::BTreeSet<OperationKind> =
        plan.operations.iter().map(|operation| operation.change.kind()).collect();
    let never = [OperationKind::BuyCoupon, OperationKind::PlaceOrder];
    let expected = OperationKind::ALL.into_iter().filter(|kind| !never.contains(kind)).collect();
    assert_eq!(found, expected);
}
