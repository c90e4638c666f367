//! A connection to one account's carrier.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Target;
use super::credentials::credentials;
use super::embedded::Embedded;
use super::exported::{self, Exported};
use super::journal::journal_path;
use crate::carrier::observe::{all_purchases, observe_all_purchases, observe_purchases, observe_traces};
use crate::carrier::rate::RateLimit;
use crate::carrier::{Carrier, CarrierError, HttpCarrier, HttpOptions, ObserveError, ObserveOptions, RetryClass, observe};
use crate::cli::args::Connection;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::{ApplicationType, Msisdn, Observed, Trace, Wants};
use crate::exec::handover::recalled;
use crate::exec::{Journal, RealWaiter, Waiter, observe_wanted};
use crate::manifest::AccountDriver;
use crate::plan::Memory;

/// An account whose carrier can be asked.
pub(in crate::cli) struct Session {
    reached: Reached,
    rate: RateLimit,
    // Dropped after the driver: it is the server that the driver talks to.
    embedded: Option<Embedded>,
}

/// How its carrier is reached.
enum Reached {
    /// It answers.
    Http(Box<HttpCarrier>),
    /// By lists that its console exported.
    Exported(Box<Exported>),
}

impl Session {
    /// Connects. `accounts` is how many the command is about: the environment's credentials serve one.
    pub(in crate::cli) async fn open(
        shell: &Shell,
        connection: &Connection,
        target: &Target,
        accounts: usize,
    ) -> Result<Self, Failure> {
        if let AccountDriver::Embedded { seed, data } = &target.driver {
            let embedded = Embedded::start(&target.name, seed.as_deref(), Some(data)).await?;
            let carrier = embedded.carrier()?;
            return Ok(Self { reached: Reached::Http(Box::new(carrier)), rate: RateLimit::NONE, embedded: Some(embedded) });
        }
        if let AccountDriver::Csv(files) = &target.driver {
            let exported = exported::open(shell, &target.name, files)?;
            let identity = exported.carrier.identity();
            let path = journal_path(shell, connection, target, identity)?;
            if let Some(journal) = Journal::open_read_only(&path, identity)? {
                exported.carrier.recall(recalled(&journal)?);
            }
            return Ok(Self { reached: Reached::Exported(Box::new(exported)), rate: RateLimit::NONE, embedded: None });
        }
        let endpoint = target.endpoint()?;
        let credentials = credentials(shell, connection, target, accounts)?;
        let mut options = HttpOptions { seed: u64::from(std::process::id()), ..HttpOptions::default() };
        if let Some(limit) = target.rate_limit {
            options.rate = RateLimit { requests_per_second: f64::from(limit.requests_per_second), burst: limit.burst };
        }
        let rate = options.rate;
        let carrier = HttpCarrier::new(endpoint, credentials, options)?;
        Ok(Self { reached: Reached::Http(Box::new(carrier)), rate, embedded: None })
    }

    /// The carrier.
    pub(in crate::cli) fn carrier(&self) -> &dyn Carrier {
        match &self.reached {
            Reached::Http(carrier) => &**carrier,
            Reached::Exported(exported) => &exported.carrier,
        }
    }

    /// Whether what is to be done is handed over to a person, because nobody can be asked to do it.
    pub(in crate::cli) fn hands_over(&self) -> Option<Timestamp> {
        match &self.reached {
            Reached::Http(_) => None,
            Reached::Exported(exported) => Some(exported.now),
        }
    }

    /// What was handed over so far, as a journal that is ours alone now has it.
    pub(in crate::cli) fn recall(&self, journal: &Journal) -> Result<(), Failure> {
        if let Reached::Exported(exported) = &self.reached {
            exported.carrier.recall(recalled(journal)?);
        }
        Ok(())
    }

    /// Whether a plan may rest on what this carrier shows. A carrier that answers shows what is there now.
    pub(in crate::cli) fn may_be_planned_from(&self, shell: &Shell, target: &Target) -> Result<(), Failure> {
        match &self.reached {
            Reached::Http(_) => Ok(()),
            Reached::Exported(exported) => exported.fresh(shell, &target.name),
        }
    }

    /// The time to plan for: the carrier's, or where nobody answers this machine's.
    pub(in crate::cli) fn clock(&self, observed: &Observed) -> Timestamp {
        self.hands_over().unwrap_or(observed.at)
    }

    /// The budget that requests are sent from.
    pub(in crate::cli) fn rate(&self) -> RateLimit {
        self.rate
    }

    /// How to wait: for real, or by moving an embedded carrier's clock.
    pub(in crate::cli) fn waiter(&self) -> Box<dyn Waiter + '_> {
        match &self.embedded {
            Some(embedded) => Box::new(embedded.waiter()),
            None => Box::new(RealWaiter::new()),
        }
    }

    /// Observes everything, and proves it complete.
    pub(in crate::cli) async fn observe(&self, target: &Target) -> Result<Observed, Failure> {
        observe(self.carrier(), &ObserveOptions::default()).await.map_err(|error| self.unobserved(target, error))
    }

    /// Reads into an observation what the plan of this account wants to know besides: what was bought, prices, and
    /// how fresh the traffic figures are. A want that is left has no answer, and the plan says so.
    pub(in crate::cli) async fn observe_wanted(
        &self,
        target: &Target,
        observed: &mut Observed,
        memory: &Memory,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if !self.knows_what_was_bought(now) {
            return Ok(());
        }
        observe_wanted(self.carrier(), &target.desired, observed, memory, now)
            .await
            .map_err(|error| self.unobserved(target, error))
    }

    /// Reads into an observation what is wanted.
    pub(in crate::cli) async fn observe_purchases(
        &self,
        target: &Target,
        observed: &mut Observed,
        wants: &Wants,
    ) -> Result<(), Failure> {
        observe_purchases(self.carrier(), observed, wants).await.map_err(|error| self.unobserved(target, error))
    }

    /// Reads into an observation everything that a plan without a carrier may want.
    pub(in crate::cli) async fn observe_all_purchases(&self, target: &Target, observed: &mut Observed) -> Result<(), Failure> {
        if self.hands_over().is_none() {
            return observe_all_purchases(self.carrier(), observed).await.map_err(|error| self.unobserved(target, error));
        }
        if !self.knows_what_was_bought(self.clock(observed)) {
            return Ok(());
        }
        // Traffic is in no exported list.
        let wants = Wants { usage_of: BTreeSet::new(), ..all_purchases(observed) };
        self.observe_purchases(target, observed, &wants).await
    }

    /// Whether there is anything to say of what was bought this month: with exported lists, if somebody vouched that the
    /// journal has all of it. Not knowing is not the same as nothing.
    pub(in crate::cli) fn knows_what_was_bought(&self, now: Timestamp) -> bool {
        match &self.reached {
            Reached::Http(_) => true,
            Reached::Exported(exported) => exported.carrier.knows_what_was_bought(now),
        }
    }

    /// Reads the applications of these types that touch these lines (sorted), from a day on.
    pub(in crate::cli) async fn observe_traces(
        &self,
        target: &Target,
        lines: &[Msisdn],
        kinds: &[ApplicationType],
        from: Option<Date>,
    ) -> Result<Vec<Trace>, Failure> {
        observe_traces(self.carrier(), lines, kinds, from).await.map_err(|error| self.unobserved(target, error))
    }

    /// Why there is no observation, for people.
    pub(in crate::cli) fn unobserved(&self, target: &Target, error: ObserveError) -> Failure {
        match error {
            ObserveError::Carrier(error) => self.explain(target, error),
            ObserveError::Incomplete { .. } | ObserveError::Unattributed(_) | ObserveError::NoClock => {
                Failure::from(error).while_(&format!("account {}", target.name))
            }
        }
    }

    /// A carrier's error for people: which account, what, and what to do.
    pub(in crate::cli) fn explain(&self, target: &Target, error: CarrierError) -> Failure {
        let help = match error.class() {
            RetryClass::Auth => Some(
                "check SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or the account's table in the credentials file".to_owned(),
            ),
            RetryClass::Transient
            | RetryClass::RateLimited
            | RetryClass::Conflict
            | RetryClass::Rejected
            | RetryClass::UnknownOutcome => error.hint().map(str::to_owned),
        };
        let host = &self.carrier().identity().host;
        let failure = Failure::from(error).while_(&format!("account {} ({host})", target.name));
        Failure { help, ..failure }
    }
}
