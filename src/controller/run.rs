//! The loop: accounts that should have a turn get one, each at a time, some at once.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use kube::Client;
use kube::runtime::scheduler::{ScheduleRequest, debounced_scheduler};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::carrier::retry::Jitter;
use crate::controller::causes::causes;
use crate::controller::health::Health;
use crate::controller::lease::{Tenure, TenureEvent};
use crate::controller::metrics::{Metrics, TurnOutcome};
use crate::controller::orphan;
use crate::controller::watch::{RosterCache, Watches, watch};
use crate::controller::{AccountKey, Next, ReconcileAccount, Turn};
use crate::exec::stop::{Stop, StopHandle, stop_pair};
use crate::exec::waiter::RealWaiter;

/// How the controller works.
#[derive(Debug, Clone)]
pub struct Options {
    /// The namespaces that it watches. Empty: all.
    pub namespaces: Vec<String>,
    /// An account has a turn at least so often (give or take a tenth).
    pub resync: Duration,
    /// Accounts that may have their turns at the same time.
    pub concurrency: usize,
    /// A turn waits until its account's objects were left alone for so long: an apply of many objects is one turn.
    pub debounce: Duration,
    /// Turns that are under way when the process is to end may take so long to end cleanly.
    pub grace: Duration,
    /// Seeds the jitter.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            namespaces: Vec::new(),
            resync: Duration::from_mins(5),
            concurrency: 8,
            debounce: Duration::from_millis(200),
            grace: Duration::from_secs(50),
            seed: 0,
        }
    }
}

/// The first pause after a failed turn.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Everything the loop works with.
pub struct Controller {
    /// The API server.
    pub client: Client,
    /// How it works.
    pub options: Options,
    /// What a turn does.
    pub reconciler: Arc<dyn ReconcileAccount>,
    /// What is this replica's.
    pub tenure: Arc<Tenure<RealWaiter>>,
    /// What becomes this replica's, and what does not stay so.
    pub events: mpsc::UnboundedReceiver<TenureEvent>,
    /// What probes ask.
    pub health: Arc<Health>,
    /// What Prometheus asks.
    pub metrics: Arc<Metrics>,
}

/// How to reach a turn that is under way.
struct Running {
    stop: StopHandle,
    changed: StopHandle,
}

/// The loop's own memory.
struct Loop {
    client: Client,
    options: Options,
    reconciler: Arc<dyn ReconcileAccount>,
    tenure: Arc<Tenure<RealWaiter>>,
    metrics: Arc<Metrics>,
    watches: Watches,
    rosters: Arc<RosterCache>,
    schedule: mpsc::UnboundedSender<ScheduleRequest<AccountKey>>,
    turns: JoinSet<(AccountKey, Option<Next>)>,
    running: BTreeMap<AccountKey, Running>,
    /// Accounts whose turn goes on though they are lost.
    lost: BTreeSet<AccountKey>,
    failures: BTreeMap<AccountKey, u32>,
    jitter: Jitter,
}

impl Controller {
    /// Works until `stop`, then lets the turns under way end, at most for the grace time.
    pub async fn run(self, mut stop: Stop) {
        let Self { client, options, reconciler, tenure, mut events, health, metrics } = self;
        let (due, mut accounts_due) = mpsc::unbounded_channel();
        let (watches, watching) = watch(&client, &options.namespaces, due);
        // A dropped set ends its tasks.
        let mut watching_task = JoinSet::new();
        watching_task.spawn(watching);
        health.watches(watches.clone());
        let (schedule, requests) = mpsc::unbounded_channel();
        let mut scheduler = pin!(debounced_scheduler(receive(requests), options.debounce));
        let mut heartbeat = tokio::time::interval(Health::BEAT);
        let mut this = Loop {
            jitter: Jitter::new(options.seed),
            client,
            options,
            reconciler,
            tenure,
            metrics,
            watches,
            rosters: Arc::default(),
            schedule,
            turns: JoinSet::new(),
            running: BTreeMap::new(),
            lost: BTreeSet::new(),
            failures: BTreeMap::new(),
        };
        loop {
            let (running, most) = (&this.running, this.options.concurrency);
            let mut ready = scheduler.as_mut().hold_unless(|account| running.len() < most && !running.contains_key(account));
            tokio::select! {
                biased;
                () = stop.asked() => break,
                Some(account) = accounts_due.recv() => this.is_due(account),
                Some(event) = events.recv() => this.tenure_changed(event),
                Some(ended) = this.turns.join_next() => this.ended(ended),
                Some(account) = ready.next() => this.begin(account),
                _ = heartbeat.tick() => health.beat(),
            }
        }
        this.end().await;
    }
}

impl Loop {
    fn is_due(&mut self, account: AccountKey) {
        let accounts = self.watches.index().accounts();
        self.failures.retain(|account, _| accounts.contains(account));
        self.metrics.set_accounts(accounts.len());
        self.tenure.set_accounts(accounts);
        if let Some(running) = self.running.get(&account) {
            running.changed.stop();
        }
        self.after(account, Duration::ZERO);
    }

    fn tenure_changed(&mut self, event: TenureEvent) {
        self.metrics.set_held(self.tenure.count());
        match event {
            TenureEvent::Gained(account) => self.after(account, Duration::ZERO),
            TenureEvent::Asked(account) => {
                if let Some(running) = self.running.get(&account) {
                    running.stop.stop();
                }
            }
            TenureEvent::Lost(account) => match self.running.get(&account) {
                Some(running) => {
                    running.stop.stop();
                    self.lost.insert(account);
                }
                None => self.forget(&account),
            },
        }
    }

    fn begin(&mut self, account: AccountKey) {
        if !self.tenure.begin(&account) {
            return;
        }
        let ((stop_handle, stop), (changed_handle, changed)) = (stop_pair(), stop_pair());
        self.running.insert(account.clone(), Running { stop: stop_handle, changed: changed_handle });
        let (view, others, orphans, accounts) = {
            let index = self.watches.index();
            (index.view(&account), index.others(&account), index.orphans(&account), index.names(&account.namespace))
        };
        let (client, rosters, metrics) = (self.client.clone(), Arc::clone(&self.rosters), Arc::clone(&self.metrics));
        let reconciler = Arc::clone(&self.reconciler);
        let Some((mut view, config_maps)) = view else {
            self.turns.spawn(async move {
                let next = tell(&client, &account, &orphans, &accounts).await;
                (account, next)
            });
            return;
        };
        self.turns.spawn(async move {
            let begun = Instant::now();
            let unread = match rosters.read(&client, &account, &config_maps).await {
                Err(error) => Some(causes(&error)),
                Ok(rosters) => {
                    view.rosters = rosters;
                    None
                }
            };
            let turn = Turn { view, unread, others, stop, changed };
            // The journal is no thing for several threads: the whole turn stays on one.
            let runtime = Handle::current();
            let turn = tokio::task::spawn_blocking(move || runtime.block_on(reconciler.reconcile(turn)));
            let next = turn.await.unwrap_or_else(|error| {
                tracing::error!(%account, "the turn ended in a panic, which is a mistake in simfleet: {error}");
                Next::Failed
            });
            let outcome = if next == Next::Failed { TurnOutcome::Failed } else { TurnOutcome::Done };
            metrics.turn(&account, outcome, begun.elapsed());
            (account, Some(next))
        });
    }

    fn ended(&mut self, ended: Result<(AccountKey, Option<Next>), tokio::task::JoinError>) {
        // Turns catch panics themselves, and nothing aborts them.
        let Ok((account, next)) = ended else { return };
        self.running.remove(&account);
        if self.lost.remove(&account) {
            self.forget(&account);
        }
        self.tenure.end(&account);
        let resync = self.options.resync.mul_f64(0.9 + 0.2 * self.jitter.draw());
        let pause = match next {
            None => return,
            Some(Next::Failed) => {
                let failures = self.failures.entry(account.clone()).or_default();
                *failures = failures.saturating_add(1);
                let doubled = FIRST_PAUSE.saturating_mul(2u32.saturating_pow(*failures - 1)).min(self.options.resync);
                doubled.mul_f64(0.5 + 0.5 * self.jitter.draw())
            }
            Some(next) => {
                self.failures.remove(&account);
                if let Next::After(pause) = next { pause.min(resync) } else { resync }
            }
        };
        self.after(account, pause);
    }

    async fn end(mut self) {
        self.running.values().for_each(|running| running.stop.stop());
        let grace = tokio::time::sleep(self.options.grace);
        let mut grace = pin!(grace);
        while !self.turns.is_empty() {
            tokio::select! {
                Some(ended) = self.turns.join_next() => self.ended(ended),
                () = &mut grace => {
                    for account in self.running.keys() {
                        tracing::warn!(%account, "the turn did not end in time; what it had sent is settled by the next one");
                    }
                    return;
                }
            }
        }
    }

    fn forget(&self, account: &AccountKey) {
        self.rosters.forget(account);
        self.metrics.forget(account);
        self.reconciler.forget(account);
    }

    fn after(&self, account: AccountKey, pause: Duration) {
        // The scheduler lives as long as the loop.
        drop(self.schedule.send(ScheduleRequest { message: account, run_at: Instant::now() + pause }));
    }
}

/// The turn of an account that is not there. None: nobody names it, either.
#[expect(clippy::disallowed_methods, reason = "the time of a condition's transition; nothing is decided by it")]
async fn tell(
    client: &Client,
    account: &AccountKey,
    orphans: &[crate::controller::object::Object],
    accounts: &[Arc<str>],
) -> Option<Next> {
    let mut next = if orphans.is_empty() { None } else { Some(Next::Resync) };
    for object in orphans {
        if let Err(error) = orphan::tell(client, object, &account.name, accounts, Timestamp::now()).await {
            tracing::warn!(object = %object.place(), "{}", causes(&error));
            next = Some(Next::Failed);
        }
    }
    next
}

fn receive<T>(receiver: mpsc::UnboundedReceiver<T>) -> impl Stream<Item = T> {
    stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|item| (item, receiver)))
}
