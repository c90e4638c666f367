//! The world of a seed: replicas, what happens to them, and somebody who watches all of them at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::carrier::retry::Jitter;
use simfleet::controller::AccountKey;
use simfleet::controller::lease::{Replica, Tenure, TenureEvent};
use simfleet::exec::stop::{StopHandle, stop_pair};
use simfleet::exec::waiter::{Waiter, Waiting};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::account;
use super::store::{Connection, Shelf};

/// A clock of its own: another zero, another rate.
struct SkewedClock {
    start: Instant,
    offset: Duration,
    rate: f64,
    frozen: watch::Receiver<bool>,
}

impl Waiter for SkewedClock {
    fn now(&self) -> Duration {
        self.offset + self.start.elapsed().mul_f64(self.rate)
    }

    fn wait(&self, time: Duration) -> Waiting<'_> {
        Box::pin(async move {
            sleep(time.div_f64(self.rate)).await;
            self.frozen.clone().wait_for(|frozen| !frozen).await.expect("the world lives");
        })
    }
}

struct Node {
    name: String,
    tenure: Arc<Tenure<SkewedClock>>,
    tasks: Vec<JoinHandle<()>>,
    stop: StopHandle,
    cut: watch::Sender<bool>,
    frozen: watch::Sender<bool>,
    bad: watch::Sender<bool>,
    alive: bool,
}

struct World {
    shelf: Arc<Mutex<Shelf>>,
    luck: Arc<Mutex<Jitter>>,
    accounts: BTreeSet<AccountKey>,
    nodes: Vec<Node>,
    count: usize,
}

/// What became of a seed.
pub(super) struct Played {
    pub(super) changes_of_hands: u64,
    pub(super) unheld: Vec<AccountKey>,
    pub(super) litter: Vec<String>,
}

impl World {
    fn new(seed: u64, accounts: usize) -> Self {
        Self {
            shelf: Arc::default(),
            luck: Arc::new(Mutex::new(Jitter::new(seed))),
            accounts: (0..accounts).map(account).collect(),
            nodes: Vec::new(),
            count: 0,
        }
    }

    fn draw(&self) -> f64 {
        self.luck.lock().expect("nobody panicked").draw()
    }

    fn below(&self, number: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small numbers")]
        let drawn = (self.draw() * number as f64) as usize;
        drawn
    }

    fn start(&mut self, bad: bool) {
        self.count += 1;
        let name = format!("replica-{}", self.count);
        let (frozen, is_frozen) = watch::channel(false);
        let (cut, is_cut) = watch::channel(false);
        let (bad, is_bad) = watch::channel(bad);
        let clock = SkewedClock {
            start: Instant::now(),
            offset: Duration::from_secs_f64(1e6 * self.draw()),
            rate: 0.85 + 0.3 * self.draw(),
            frozen: is_frozen.clone(),
        };
        let connection = Connection {
            shelf: Arc::clone(&self.shelf),
            luck: Arc::clone(&self.luck),
            cut: is_cut,
            frozen: is_frozen,
            bad: is_bad,
        };
        let (tenure, mut events) = Tenure::shared(clock);
        let tenure = Arc::new(tenure);
        tenure.set_accounts(self.accounts.clone());
        let (stop, stopped) = stop_pair();
        let replica = Replica::new(connection, Arc::clone(&tenure), &name, "all");
        let (worker, luck) = (Arc::clone(&tenure), Arc::clone(&self.luck));
        // Turns that take a while and are not interrupted.
        let work = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if let TenureEvent::Gained(account) = event
                    && worker.begin(&account)
                {
                    let (worker, took) =
                        (Arc::clone(&worker), Duration::from_secs_f64(3.0 * luck.lock().expect("nobody panicked").draw()));
                    tokio::spawn(async move {
                        sleep(took).await;
                        worker.end(&account);
                    });
                }
            }
        });
        let tasks = vec![tokio::spawn(replica.run(stopped)), work];
        self.nodes.push(Node { name, tenure, tasks, stop, cut, frozen, bad, alive: true });
    }

    /// Nobody has what another has.
    fn check(&self, seed: u64) {
        for account in &self.accounts {
            let holders: Vec<&str> = self
                .nodes
                .iter()
                .filter(|node| node.alive && node.tenure.holds(account))
                .map(|node| node.name.as_str())
                .collect();
            assert!(holders.len() <= 1, "seed {seed}: {account} is held by {holders:?}");
        }
    }

    async fn pass(&self, seed: u64, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            sleep(Duration::from_millis(50)).await;
            self.check(seed);
        }
    }

    fn something_happens(&mut self) {
        let living: Vec<usize> = (0..self.nodes.len()).filter(|place| self.nodes[*place].alive).collect();
        if living.len() < 2 || (living.len() < 5 && self.draw() < 0.15) {
            self.start(true);
            return;
        }
        let chosen = living[self.below(living.len())];
        let kind = self.below(8);
        if kind == 7 {
            let number = account(self.below(12));
            if !self.accounts.remove(&number) {
                self.accounts.insert(number);
            }
            // Replicas hear of it one by one; here at once, for the watch is another's affair.
            self.nodes.iter().for_each(|node| node.tenure.set_accounts(self.accounts.clone()));
            return;
        }
        let node = &mut self.nodes[chosen];
        match kind {
            0 => {
                node.tasks.iter().for_each(JoinHandle::abort);
                node.alive = false;
            }
            1 => node.stop.stop(),
            2 => drop(node.cut.send_replace(true)),
            3 | 4 => drop(node.cut.send_replace(false)),
            5 => drop(node.frozen.send_replace(true)),
            _ => drop(node.frozen.send_replace(false)),
        }
    }

    fn heal(&mut self) {
        for node in &mut self.nodes {
            node.cut.send_replace(false);
            node.frozen.send_replace(false);
            node.bad.send_replace(false);
        }
    }

    fn unheld(&self) -> Vec<AccountKey> {
        let held = |account: &&AccountKey| !self.nodes.iter().any(|node| node.alive && node.tenure.holds(account));
        self.accounts.iter().filter(held).cloned().collect()
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime").block_on(future)
}

/// Five bad minutes, then peace.
pub(super) fn play(seed: u64) -> Played {
    run(async {
        let mut world = World::new(seed, 8);
        world.start(true);
        world.start(true);
        for _ in 0..40 {
            let time = Duration::from_secs_f64(15.0 * world.draw());
            world.pass(seed, time).await;
            world.something_happens();
        }
        world.heal();
        world.start(false);
        world.pass(seed, Duration::from_mins(1)).await;
        let unheld = world.unheld();
        world.pass(seed, Duration::from_mins(1)).await;
        let (members, locks) = world.shelf.lock().expect("nobody panicked").names();
        let is_alive = |name: &String| world.nodes.iter().any(|node| node.name == *name && !node.tasks[0].is_finished());
        let members = members.into_iter().filter(|name| !is_alive(name));
        let locks = locks.into_iter().filter(|account| !world.accounts.contains(account)).map(|account| account.to_string());
        let changes_of_hands = world.shelf.lock().expect("nobody panicked").takes;
        Played { changes_of_hands, unheld, litter: members.chain(locks).collect() }
    })
}

/// Requests of so many replicas in so many seconds in which nothing happens.
pub(super) fn quiet(replicas: usize, accounts: usize, seconds: u64) -> u64 {
    run(async {
        let mut world = World::new(1, accounts);
        // All alike, or rates would be counted.
        for _ in 0..replicas {
            world.start(false);
        }
        world.pass(1, Duration::from_mins(2)).await;
        assert_eq!(world.unheld(), []);
        let before = world.shelf.lock().expect("nobody panicked").requests;
        sleep(Duration::from_secs(seconds)).await;
        let after = world.shelf.lock().expect("nobody panicked").requests;
        after - before
    })
}

/// For how long accounts have nobody when the replica that has them is stopped.
pub(super) fn handover() -> Duration {
    run(async {
        let mut world = World::new(2, 5);
        world.start(false);
        world.start(false);
        world.pass(2, Duration::from_mins(1)).await;
        assert_eq!(world.unheld(), []);
        let had: Vec<AccountKey> =
            world.accounts.iter().filter(|account| world.nodes[0].tenure.holds(account)).cloned().collect();
        assert!(!had.is_empty(), "it has some");
        let stopped = Instant::now();
        world.nodes[0].stop.stop();
        while !had.iter().all(|account| world.nodes[1].tenure.holds(account)) {
            world.pass(2, Duration::from_millis(50)).await;
        }
        stopped.elapsed()
    })
}
