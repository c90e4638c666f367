//! Several chip SIMs at once: the fewest requests, and then the fewest waves, among all ways to put each
//! step into a wave.

use simfleet::domain::{DesiredState, OperationKind};
use simfleet::plan::{self, Memory};

use super::carrier::{Call, Model, Status, Terms};
use super::scene;
use super::verdict::Wish;

/// A chip SIM's situation; two fleets, each with a system number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chip {
    model: Model,
    wish: Wish,
    fleet: u8,
}

impl Chip {
    /// Its calls, in the only order there is.
    fn calls(&self) -> Vec<Call> {
        let fleet = self.fleet;
        let goal = self.wish.state.unwrap();
        let mut calls = Vec::new();
        if self.model.status == Status::Ordered {
            calls.push(Call::Bind(0));
        }
        if let Some(stock) = self.model.stock
            && (goal == DesiredState::Registered || stock != fleet)
        {
            calls.push(Call::Deallocate(stock));
        }
        if goal != DesiredState::Registered && self.model.stock != Some(fleet) {
            calls.push(Call::Allocate(fleet));
        }
        if matches!(goal, DesiredState::Active | DesiredState::Suspended) {
            calls.push(Call::Start(fleet, self.wish.plan.unwrap()));
        }
        if goal == DesiredState::Suspended {
            calls.push(Call::Suspend);
        }
        calls
    }
}

/// Every situation of a chip SIM of the first fleet in which there is something to do, and a few of the
/// second.
fn chips() -> Vec<Chip> {
    let mut chips = Vec::new();
    let unstarted = Model { is_chip: true, ..Model::MISSING };
    for fleet in [0, 1] {
        let starts = [
            Model { status: Status::Ordered, ..unstarted },
            Model { status: Status::Registered, device: Some(0), ..unstarted },
            Model { status: Status::Allocated, device: Some(0), stock: Some(fleet), ..unstarted },
            Model { status: Status::Allocated, device: Some(0), stock: Some(1 - fleet), ..unstarted },
        ];
        for model in starts {
            for (state, plan) in [
                (DesiredState::Registered, 0),
                (DesiredState::Allocated, 0),
                (DesiredState::Active, 0),
                (DesiredState::Active, 1),
                (DesiredState::Suspended, 0),
                (DesiredState::Suspended, 1),
            ] {
                if fleet == 1 && plan == 1 {
                    continue;
                }
                let wish = Wish { as_chip: true, state: Some(state), plan: Some(plan), device: Some(0), ..Wish::BARE };
                let chip = Chip { model, wish, fleet };
                if !chip.calls().is_empty() {
                    chips.push(chip);
                }
            }
        }
    }
    chips
}

/// The least requests and then waves, by trying every wave for every step: at most `waves` of them.
fn least(chips: &[Chip], limit: usize, waves: u32) -> (usize, u32) {
    let mut targets: Vec<Call> = Vec::new();
    let mut target = |call: Call| {
        // A request takes what goes to one target; a suspension goes alone. A device is a row's own.
        let known = targets.iter().position(|target| *target == call);
        known.unwrap_or_else(|| {
            targets.push(call);
            targets.len() - 1
        })
    };
    let chains: Vec<Vec<usize>> = chips.iter().map(|chip| chip.calls().into_iter().map(&mut target).collect()).collect();
    let mut search = Search {
        limits: targets.iter().map(|call| if *call == Call::Suspend { 1 } else { limit }).collect(),
        choices: (0..=4).map(|length| increasing(length, waves)).collect(),
        counts: targets.iter().map(|_| vec![0; usize::try_from(waves).unwrap() + 1]).collect(),
        best: (usize::MAX, u32::MAX),
    };
    search.place(&chains, (0, 0));
    search.best
}

struct Search {
    /// By target: how many steps a request takes.
    limits: Vec<usize>,
    /// By length: every increasing choice of waves.
    choices: Vec<Vec<Vec<u32>>>,
    /// By target and wave: how many steps.
    counts: Vec<Vec<usize>>,
    best: (usize, u32),
}

impl Search {
    fn place(&mut self, chains: &[Vec<usize>], so_far: (usize, u32)) {
        if so_far >= self.best {
            return;
        }
        let Some((chain, rest)) = chains.split_first() else {
            self.best = so_far;
            return;
        };
        for choice in 0..self.choices[chain.len()].len() {
            let (mut requests, mut last) = so_far;
            for (step, target) in chain.iter().enumerate() {
                let wave = self.choices[chain.len()][choice][step];
                let count = &mut self.counts[*target][usize::try_from(wave).unwrap()];
                requests += usize::from(count.is_multiple_of(self.limits[*target]));
                *count += 1;
                last = last.max(wave);
            }
            self.place(rest, (requests, last));
            for (step, target) in chain.iter().enumerate() {
                let wave = self.choices[chain.len()][choice][step];
                self.counts[*target][usize::try_from(wave).unwrap()] -= 1;
            }
        }
    }
}

/// All increasing choices of so many waves.
fn increasing(length: usize, waves: u32) -> Vec<Vec<u32>> {
    let mut choices = vec![vec![]];
    for _ in 0..length {
        choices = choices
            .into_iter()
            .flat_map(|choice: Vec<u32>| {
                let from = choice.last().copied().unwrap_or(0) + 1;
                (from..=waves).map(move |wave| choice.iter().copied().chain([wave]).collect())
            })
            .collect();
    }
    choices
}

/// Plans the chips and compares requests and waves with the least.
fn compare(chips: &[Chip], limit: u32, waves: u32) {
    let pairs: Vec<(Model, Wish)> = chips.iter().map(|chip| (chip.model, chip.wish)).collect();
    let terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
    let (mut desired, observed, now) = scene::world(&pairs, terms, limit);
    for (sim, chip) in desired.sims.iter_mut().zip(chips) {
        sim.fleet = u32::from(chip.fleet);
    }
    let memory = Memory::default();
    let plan = plan::plan(&desired, &observed, &memory, now);
    assert_eq!(plan::check(&desired, &observed, &memory, now, &plan), [], "{chips:#?}");
    let steps: usize = chips.iter().map(|chip| chip.calls().len()).sum();
    assert_eq!(plan.operations.len(), steps, "{chips:#?}");
    let found = (plan.requests.len(), plan.requests.iter().map(|request| request.wave).max().unwrap_or(0));
    assert_eq!(found, least(chips, usize::try_from(limit).unwrap(), waves), "limit {limit}, {chips:#?}\n{:#?}", plan.requests);
}

/// Multisets of so many of `kinds` things, as sorted indices.
fn multisets(kinds: usize, size: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![vec![]];
    for _ in 0..size {
        sets = sets
            .into_iter()
            .flat_map(|set: Vec<usize>| {
                let from = set.last().copied().unwrap_or(0);
                (from..kinds).map(move |next| set.iter().copied().chain([next]).collect())
            })
            .collect();
    }
    sets
}

#[test]
fn requests_and_then_waves_are_fewest() {
    let chips = chips();
    let mut worlds = 0;
    // Five waves where that is quick, to see that no more than four are ever of use.
    for (size, every, waves) in
        if super::long_run() { [(2, 1, 6), (3, 1, 5), (4, 3, 4)] } else { [(2, 1, 5), (3, 7, 4), (4, 211, 4)] }
    {
        for set in multisets(chips.len(), size).into_iter().step_by(every) {
            let world: Vec<Chip> = set.into_iter().map(|index| chips[index]).collect();
            for limit in [1, 2, 3] {
                compare(&world, limit, waves);
                worlds += 1;
            }
        }
    }
    println!("oracle: {worlds} worlds of two to four chip SIMs");
    assert!(worlds > 5_000, "only {worlds} worlds were searched");
}

#[test]
fn requests_and_then_waves_are_fewest_where_groups_outgrow_the_limit() {
    // Only the first fleet, so that the chips share groups.
    let chips: Vec<Chip> =
        chips().into_iter().filter(|chip| chip.fleet == 0 && chip.wish.state != Some(DesiredState::Registered)).collect();
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        // A linear congruential generator (Knuth): the same worlds in every run.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let worlds = if super::long_run() { 20_000 } else { 600 };
    let mut split = 0;
    for _ in 0..worlds {
        let size = 5 + random(3);
        // Few kinds in a world, or no group grows.
        let kinds: Vec<Chip> = (0..=1 + random(4)).map(|_| chips[random(chips.len())]).collect();
        let world: Vec<Chip> = (0..size).map(|_| kinds[random(kinds.len())]).collect();
        compare(&world, 2, 4);
        split += usize::from(world.iter().filter(|chip| chip.calls().contains(&Call::Allocate(0))).count() > 2);
    }
    println!("oracle: {worlds} worlds of five to seven chip SIMs, {split} with more allocations than one request takes");
    assert!(split > worlds / 3, "only {split} worlds needed a choice");
}

#[test]
fn a_fuller_request_beats_an_earlier_wave() {
    // One chip SIM is ready to start, the other has to be allocated first: one request, in wave 2.
    let ready = |chip: &Chip| chip.calls() == [Call::Start(0, 0)];
    let behind = |chip: &Chip| chip.calls() == [Call::Allocate(0), Call::Start(0, 0)];
    let find = |which: &dyn Fn(&Chip) -> bool| chips().into_iter().find(|chip| which(chip)).unwrap();
    let pairs = [find(&ready), find(&behind)].map(|chip| (chip.model, chip.wish));
    let terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
    let (desired, observed, now) = scene::world(&pairs, terms, 3_000);
    let plan = plan::plan(&desired, &observed, &Memory::default(), now);
    let starts: Vec<_> = plan.operations.iter().filter(|operation| operation.change.kind() == OperationKind::StartUse).collect();
    assert_eq!(starts.iter().map(|operation| operation.wave).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(plan.requests.len(), 2);
}
