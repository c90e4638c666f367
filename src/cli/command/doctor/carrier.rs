//! Whether the carrier is there, lets us in, and what it offers.

use jiff::{SignedDuration, Timestamp};

use super::findings::{Check, Findings};
use super::{functions, network};
use crate::carrier::http::{Reached, is_loopback};
use crate::carrier::{Carrier as _, CarrierError, Credentials, RetryClass};
use crate::cli::account::{Probe, Target, real_time};
use crate::cli::failure::Failure;
use crate::manifest::AccountDriver;

/// Beyond this the clocks differ by more than a slow answer explains.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// Knocks, logs in and reads what is offered: three requests. The carrier's clock, if it told it.
pub(super) async fn check(target: &Target, credentials: Option<Credentials>, found: &mut Findings) -> Option<Timestamp> {
    let has_credentials = credentials.is_some() || matches!(target.driver, AccountDriver::Embedded { .. });
    let probe = match Probe::open(target, credentials).await {
        Ok(probe) => probe,
        Err(failure) => {
            found.failure(Check::Endpoint, failure);
            return None;
        }
    };
    if probe.is_embedded() {
        found.ok(Check::Endpoint, "a carrier inside this program");
    } else {
        encrypted(target, found);
    }
    let before = real_time();
    match probe.carrier().reach().await {
        Ok(reached) => {
            found.ok(Check::Connection, format!("answered in {} ms (a connection of its own)", reached.elapsed.as_millis()));
            if !probe.is_embedded() {
                clock(reached, before, found);
            }
        }
        Err(error) => {
            let (message, help) = network::diagnose(target, &error).await;
            found.problem(Check::Connection, message, help);
            return None;
        }
    }
    if !has_credentials {
        return probe.carrier().now();
    }
    match probe.carrier().log_in().await {
        Ok(()) => found.ok(Check::Token, "the carrier takes the credentials"),
        Err(error) => {
            refused(Check::Token, error, found);
            return probe.carrier().now();
        }
    }
    match probe.carrier().system().await {
        Ok(system) => functions::check(target, &system, found),
        Err(error) => refused(Check::Functions, error, found),
    }
    probe.carrier().now()
}

/// A password that travels in the clear is everybody's.
fn encrypted(target: &Target, found: &mut Findings) {
    let Ok(endpoint) = target.endpoint() else { return };
    let Ok(url) = reqwest::Url::parse(endpoint) else { return };
    let is_local = url.host_str().is_some_and(is_loopback);
    match (url.scheme(), is_local) {
        ("https", _) => found.ok(Check::Endpoint, endpoint),
        (_, true) => found.ok(Check::Endpoint, format!("{endpoint} (not encrypted, and it does not leave this machine)")),
        (_, false) => found.problem(
            Check::Endpoint,
            format!("{endpoint} is not encrypted: the password and every token can be read on the way"),
            "declare the https:// address of the carrier",
        ),
    }
}

/// The machine's clock against the carrier's.
fn clock(Reached { date, elapsed, .. }: Reached, before: Timestamp, found: &mut Findings) {
    let Some(date) = date else {
        found.problem(
            Check::Clock,
            "the answer has no Date: plans take their time from it",
            "this is no carrier's API, or something between removes the header",
        );
        return;
    };
    // The answer was made about half way.
    let here = SignedDuration::try_from(elapsed / 2).ok().and_then(|half| before.checked_add(half).ok()).unwrap_or(before);
    let skew = here.duration_since(date);
    if skew.abs() <= SKEW {
        found.ok(Check::Clock, "this machine and the carrier agree to 30 s");
        return;
    }
    let which = if skew.is_negative() { "behind" } else { "ahead of" };
    found.warning(
        Check::Clock,
        format!("this machine is {} {which} the carrier", long(skew.abs())),
        "plans are right all the same, for they take the carrier's clock; times of logs and of tokens are not: synchronise this \
         machine's clock (NTP), or that of the emulator",
    );
}

/// `42 s`, `17 min`, `5 h` or `18 days`: the largest unit says enough.
pub(super) fn long(duration: SignedDuration) -> String {
    match duration.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

fn refused(check: Check, error: CarrierError, found: &mut Findings) {
    let help = match error.class() {
        RetryClass::Auth => {
            "check SIMFLEET_CONTRACTOR_ID and SIMFLEET_PASSWORD, or the account's table in the credentials file".to_owned()
        }
        RetryClass::RateLimited | RetryClass::Transient => {
            "try again later; other commands wait and try again by themselves".to_owned()
        }
        RetryClass::Conflict | RetryClass::Rejected | RetryClass::UnknownOutcome => {
            "is this the address of the carrier's API, without a path of its own?".to_owned()
        }
    };
    found.failure(check, Failure::from(error).help(help));
}
