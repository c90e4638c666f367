//! What Prometheus reads. Labels name accounts, kinds and codes, never lines: a fleet of a million lines has as many
//! series as one of ten.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use crate::api::status::LineCounts;
use crate::carrier::error::{Call, Failure};
use crate::carrier::meter::Meter;
use crate::carrier::rate::Limiter;
use crate::controller::AccountKey;
use crate::domain::Money;
use crate::exec::ApplyReport;

type Labels = Vec<(&'static str, String)>;
type Gauges = Family<Labels, Gauge<f64, AtomicU64>>;
type Counters = Family<Labels, Counter>;
type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnOutcome {
    /// It did what it could.
    Done,
    /// It has to be tried again.
    Failed,
}

/// All series of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    lines: Gauges,
    unmanaged: Gauges,
    in_doubt: Gauges,
    drifted: Gauges,
    spend: Gauges,
    age: Gauges,
    budget: Gauges,
    operations: Counters,
    requests: Counters,
    turns: Counters,
    durations: Histograms,
    accounts: Gauge,
    held: Gauge,
    scraped: Mutex<Scraped>,
}

/// What is computed when somebody asks.
#[derive(Debug, Default)]
struct Scraped {
    observed: BTreeMap<AccountKey, Instant>,
    limiters: BTreeMap<AccountKey, Weak<Limiter>>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("simfleet");
        let (lines, unmanaged, in_doubt, drifted) = (Gauges::default(), Gauges::default(), Gauges::default(), Gauges::default());
        let (spend, age, budget) = (Gauges::default(), Gauges::default(), Gauges::default());
        let (operations, requests, turns) = (Counters::default(), Counters::default(), Counters::default());
        let durations: Histograms = Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.05, 2.0, 14)));
        let (accounts, held) = (Gauge::default(), Gauge::default());
        registry.register(
            "lines",
            "Declared lines by what is to be said of them; a line counts in each that applies",
            lines.clone(),
        );
        registry.register(
            "unmanaged_lines",
            "Lines under the fleets' systems and services that no fleet declares",
            unmanaged.clone(),
        );
        registry.register("operations_in_doubt", "Operations whose outcome is unknown", in_doubt.clone());
        registry.register("drifted_lines", "Lines that somebody else changed", drifted.clone());
        registry.register(
            "spend_this_month_yen",
            "Paid at once this month (JST) by operations of simfleet, those in doubt among them",
            spend.clone(),
        );
        registry.register_with_unit(
            "observation_age",
            "Since the carrier was last observed completely",
            Unit::Seconds,
            age.clone(),
        );
        registry.register("rate_budget_left", "Requests that may be sent to the carrier at once now", budget.clone());
        registry.register("operations", "Operations by kind and what became of them", operations.clone());
        registry.register("carrier_requests", "Requests to the carrier, retries and tokens counted", requests.clone());
        registry.register("reconciles", "Turns of accounts", turns.clone());
        registry.register_with_unit("reconcile_duration", "How long a turn took", Unit::Seconds, durations.clone());
        registry.register("accounts", "Accounts that there are", accounts.clone());
        registry.register("accounts_held", "Accounts that this replica works on", held.clone());
        Self {
            registry,
            lines,
            unmanaged,
            in_doubt,
            drifted,
            spend,
            age,
            budget,
            operations,
            requests,
            turns,
            durations,
            accounts,
            held,
            scraped: Mutex::default(),
        }
    }

    /// The carrier was observed completely just now.
    pub fn observed(&self, account: &AccountKey, lines: &LineCounts, unmanaged: u64) {
        let LineCounts { desired, in_sync, changing, pending, blocked, drifted, drift_ignored: _, in_doubt } = *lines;
        let states =
            [("desired", desired), ("inSync", in_sync), ("changing", changing), ("pending", pending), ("blocked", blocked)];
        for (state, count) in states {
            let mut labels = labels(account);
            labels.push(("state", state.to_owned()));
            set(&self.lines, &labels, count);
        }
        set(&self.drifted, &labels(account), drifted);
        set(&self.in_doubt, &labels(account), in_doubt);
        set(&self.unmanaged, &labels(account), unmanaged);
        self.with(|scraped| scraped.observed.insert(account.clone(), Instant::now()));
    }

    /// So much was paid at once this month by operations of simfleet.
    pub fn spent(&self, account: &AccountKey, amount: Money) {
        set(&self.spend, &labels(account), u64::try_from(amount.0).unwrap_or_default());
    }

    /// Operations came to an end.
    pub fn applied(&self, account: &AccountKey, report: &ApplyReport) {
        for operation in &report.operations {
            self.operation(account, operation.kind.as_str(), operation.outcome.as_str());
        }
    }

    /// One operation came to an end.
    pub fn operation(&self, account: &AccountKey, kind: &str, outcome: &str) {
        let mut labels = labels(account);
        labels.extend([("kind", kind.to_owned()), ("outcome", outcome.to_owned())]);
        self.operations.get_or_create(&labels).inc();
    }

    /// The budget that the account's requests are sent from.
    pub fn budget_of(&self, account: &AccountKey, limiter: &Arc<Limiter>) {
        self.with(|scraped| scraped.limiters.insert(account.clone(), Arc::downgrade(limiter)));
    }

    /// What counts an account's requests (`HttpOptions::meter`).
    pub fn meter(&self, account: &AccountKey) -> Arc<dyn Meter> {
        Arc::new(AccountMeter { labels: labels(account), requests: self.requests.clone() })
    }

    /// A turn ended.
    pub fn turn(&self, account: &AccountKey, outcome: TurnOutcome, took: Duration) {
        let outcome = match outcome {
            TurnOutcome::Done => "done",
            TurnOutcome::Failed => "failed",
        };
        let mut with_outcome = labels(account);
        with_outcome.push(("outcome", outcome.to_owned()));
        self.turns.get_or_create(&with_outcome).inc();
        self.durations.get_or_create(&vec![("outcome", outcome.to_owned())]).observe(took.as_secs_f64());
    }

    /// So many accounts there are.
    pub fn set_accounts(&self, count: usize) {
        self.accounts.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// So many of them are this replica's.
    pub fn set_held(&self, count: usize) {
        self.held.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// The account is another replica's, or gone: what it measures is not known here any more. Counters stay.
    pub fn forget(&self, account: &AccountKey) {
        for gauges in [&self.unmanaged, &self.in_doubt, &self.drifted, &self.spend, &self.age, &self.budget] {
            gauges.remove(&labels(account));
        }
        for state in ["desired", "inSync", "changing", "pending", "blocked"] {
            let mut labels = labels(account);
            labels.push(("state", state.to_owned()));
            self.lines.remove(&labels);
        }
        self.with(|scraped| {
            scraped.observed.remove(account);
            scraped.limiters.remove(account);
        });
    }

    /// The text format (`application/openmetrics-text`).
    pub fn render(&self) -> String {
        self.with(|scraped| {
            for (account, at) in &scraped.observed {
                self.age.get_or_create(&labels(account)).set(at.elapsed().as_secs_f64());
            }
            for (account, limiter) in &scraped.limiters {
                if let Some(limiter) = limiter.upgrade() {
                    self.budget.get_or_create(&labels(account)).set(f64::from(limiter.left()));
                }
            }
        });
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn with<T>(&self, action: impl FnOnce(&mut Scraped) -> T) -> T {
        action(&mut self.scraped.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts the requests of one account.
#[derive(Debug)]
struct AccountMeter {
    labels: Labels,
    requests: Counters,
}

impl Meter for AccountMeter {
    fn sent(&self, call: Call, status: Option<u16>, failure: Option<&Failure>) {
        let code = match (status, failure) {
            (Some(status), _) => status.to_string(),
            (None, Some(Failure::TimedOut(_))) => "timedOut".to_owned(),
            (None, Some(Failure::Unreachable | Failure::Unsendable(_))) => "unreachable".to_owned(),
            (
                None,
                None | Some(Failure::Interrupted | Failure::Refused(_) | Failure::Unreadable { .. } | Failure::TooLarge { .. }),
            ) => "interrupted".to_owned(),
        };
        let function = call.function().map_or_else(|| "none".to_owned(), |function| function.number().to_string());
        let mut labels = self.labels.clone();
        labels.extend([("function", function), ("code", code)]);
        self.requests.get_or_create(&labels).inc();
    }
}

fn labels(account: &AccountKey) -> Labels {
    vec![("namespace", account.namespace.to_string()), ("account", account.name.to_string())]
}

fn set(gauges: &Gauges, labels: &Labels, value: u64) {
    // Counts beyond 2^32 lose nothing that a graph shows.
    let value = u32::try_from(value).map_or(f64::from(u32::MAX), f64::from);
    gauges.get_or_create(labels).set(value);
}
