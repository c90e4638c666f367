//! Accounts of one contractor, whose controllers read and write in any order, restart, and believe old news: never do
//! two work at once, and in the end exactly one does.

use serde_json::json;
use simfleet::carrier::retry::Jitter;
use simfleet::controller::object::{Object, ObjectKind};
use simfleet::controller::reconcile::{Rivalry, rivalry};

use crate::controller::view::object;

const IDENTITY: &str = "d1";

fn account(name: &str, age: i64) -> Object {
    object(ObjectKind::CarrierAccount, name, age, json!({}))
}

/// As it says so in its status.
fn saying(mut account: Object, identity: Option<&str>, stands_back: bool) -> Object {
    let reason = if stands_back { "DuplicateAccount" } else { "Valid" };
    let condition = json!({
        "type": "Accepted", "status": if stands_back { "False" } else { "True" }, "lastTransitionTime": "", "reason": reason,
        "message": "",
    });
    let carrier = identity.map(|identity| json!({"host": "carrier.example.jp", "identity": identity}));
    account.status = json!({"carrier": carrier, "conditions": [condition]}).to_string().into();
    account
}

#[test]
fn the_younger_stands_back_and_the_older_waits_until_it_has() {
    let (older, younger) = (account("older", 0), account("younger", 5));
    let says = |account: &Object, stands_back| saying(account.clone(), Some(IDENTITY), stands_back);
    let named = |name: &str| format!("CarrierAccount {name} in namespace iot");
    for (me, is_new, other, expected) in [
        (&younger, true, says(&older, false), Rivalry::Younger(named("older"))),
        (&younger, false, says(&older, false), Rivalry::Younger(named("older"))),
        // Whoever is refused for another reason stands for the contractor all the same.
        (&younger, true, says(&older, true), Rivalry::Younger(named("older"))),
        (&older, true, says(&younger, false), Rivalry::NotYet(named("younger"))),
        (&older, true, says(&younger, true), Rivalry::Alone),
        (&older, false, says(&younger, false), Rivalry::Alone),
        (&older, true, saying(younger.clone(), None, false), Rivalry::Alone),
        (&older, true, saying(younger.clone(), Some("another"), false), Rivalry::Alone),
        (&younger, true, says(&younger, false), Rivalry::Alone),
    ] {
        assert_eq!(rivalry(me, IDENTITY, is_new, std::slice::from_ref(&other)), expected, "{} beside {}", me.name, other.status);
    }
}

/// What an account's controller does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing: a turn is to come.
    Idle,
    /// It said whom it stands for, and looks.
    Said,
    /// It said that it comes forward, and looks again.
    Forward,
    /// It sends.
    Working,
}

#[derive(Debug, Clone)]
struct Player {
    there: Object,
    exists: bool,
    is_new: bool,
    phase: Phase,
}

struct World {
    players: Vec<Player>,
    luck: Jitter,
}

impl World {
    fn below(&mut self, number: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small numbers")]
        let drawn = (self.luck.draw() * number as f64) as usize;
        drawn
    }

    /// All as they are, or as somebody may have seen them before.
    fn accounts(&self) -> Vec<Object> {
        self.players.iter().filter(|player| player.exists).map(|player| player.there.clone()).collect()
    }

    fn says(&mut self, who: usize, stands_back: bool) {
        let player = &mut self.players[who];
        player.there = saying(player.there.clone(), Some(IDENTITY), stands_back);
    }

    fn stood_back(&self, who: usize) -> bool {
        self.players[who].there.status.contains("DuplicateAccount")
    }

    fn has_said(&self, who: usize) -> bool {
        self.players[who].there.status.contains(IDENTITY)
    }

    fn step(&mut self, who: usize, old: &[Object]) {
        let Player { there, phase, is_new, .. } = self.players[who].clone();
        let now = self.accounts();
        let judge = |accounts: &[Object]| rivalry(&there, IDENTITY, is_new, accounts);
        let (found, looked) = match phase {
            Phase::Working => {
                self.players[who].phase = Phase::Idle;
                return;
            }
            Phase::Idle if !is_new => (judge(old), phase),
            Phase::Idle => {
                if !self.has_said(who) {
                    self.says(who, false);
                }
                self.players[who].phase = Phase::Said;
                return;
            }
            Phase::Said | Phase::Forward => (judge(&now), phase),
        };
        self.players[who].phase = Phase::Idle;
        self.players[who].is_new = found != Rivalry::Alone;
        match found {
            Rivalry::Younger(_) => self.says(who, true),
            Rivalry::NotYet(_) => {}
            Rivalry::Alone if looked == Phase::Said && self.stood_back(who) => {
                self.says(who, false);
                self.players[who].is_new = true;
                self.players[who].phase = Phase::Forward;
            }
            Rivalry::Alone => self.players[who].phase = Phase::Working,
        }
    }

    fn check(&self, seed: u64) {
        let working: Vec<&str> =
            self.players.iter().filter(|player| player.phase == Phase::Working).map(|player| &*player.there.name).collect();
        assert!(working.len() <= 1, "seed {seed}: {working:?} work at once");
    }
}

#[test]
fn never_two_and_in_the_end_one() {
    let (mut worked, mut changed) = (0, 0);
    for seed in 0..3_000 {
        let players = ["a", "b", "c"]
            .iter()
            .zip([0, 3, 7])
            .map(|(name, age)| Player { there: account(name, age), exists: false, is_new: true, phase: Phase::Idle })
            .collect();
        let mut world = World { players, luck: Jitter::new(seed) };
        let mut old = Vec::new();
        for _ in 0..120 {
            let who = world.below(3);
            match world.below(12) {
                // It is created, or its credentials become those of the contractor.
                0 => world.players[who].exists = true,
                // Its controller restarts.
                1 => {
                    world.players[who].phase = Phase::Idle;
                    world.players[who].is_new = true;
                }
                // It is deleted: its finalizer keeps it while it works.
                2 if world.players[who].phase == Phase::Idle => {
                    let player = &mut world.players[who];
                    *player = Player { there: account(&player.there.name.clone(), 0), exists: false, ..player.clone() };
                    player.there.created = account("x", [0, 3, 7][who]).created;
                    player.is_new = true;
                    changed += 1;
                }
                // The watch tells.
                3 => old = world.accounts(),
                _ if world.players[who].exists => {
                    world.step(who, &old);
                    worked += u32::from(world.players[who].phase == Phase::Working);
                }
                _ => {}
            }
            world.check(seed);
        }
        // Peace: everybody has turns, on the latest news.
        let mut has_worked = [false; 3];
        for round in 0..60 {
            let now = world.accounts();
            let who = round % 3;
            if world.players[who].exists {
                world.step(who, &now);
                has_worked[who] |= round > 40 && world.players[who].phase == Phase::Working;
            }
            world.check(seed);
        }
        let expected = world.players.iter().any(|player| player.exists);
        assert_eq!(has_worked.iter().filter(|has| **has).count(), usize::from(expected), "seed {seed}: {:?}", world.players);
    }
    assert!(worked > 10_000 && changed > 1_000, "{worked} turns, {changed} deletions: too little happened");
}
