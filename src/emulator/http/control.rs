//! The control plane, `/_emu/*` (DOMAIN 6): seeds, the clock, faults, and what others do.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::money::CURRENCY;
use crate::emulator::clock::Pace;
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::faults::{Fault, Kind};
use crate::emulator::http::call::{Answer, Call};
use crate::emulator::http::fields::{Complaints, Query};
use crate::emulator::http::lines::known_plan;
use crate::emulator::http::metering;
use crate::emulator::store::{self, journal, ledger, services};
use crate::emulator::world::{self, Accepted, CarrierAct, ConsoleAct};
use crate::emulator::{generate, seed, snapshot};

/// Who answers.
pub(crate) type Handler = fn(&Core, &Call) -> Outcome<Answer>;

/// Every route of the control plane.
pub(crate) const ROUTES: &[(&str, &str, Handler)] = &[
    ("POST", "/_emu/seed", seeded),
    ("POST", "/_emu/reset", reset),
    ("GET", "/_emu/snapshot", taken),
    ("GET", "/_emu/clock", clock),
    ("POST", "/_emu/clock", set_clock),
    ("GET", "/_emu/faults", faults),
    ("POST", "/_emu/faults", set_faults),
    ("POST", "/_emu/console/suspend/{msisdn}", console_suspend),
    ("POST", "/_emu/console/resume/{msisdn}", console_resume),
    ("POST", "/_emu/console/terminate/{msisdn}", console_terminate),
    ("POST", "/_emu/console/plan-change/{msisdn}", console_change_plan),
    ("POST", "/_emu/carrier/suspend/{msisdn}", carrier_suspend),
    ("POST", "/_emu/carrier/terminate/{msisdn}", carrier_terminate),
    ("POST", "/_emu/orders/{applicationNo}/ship", ship),
    ("POST", "/_emu/applications/{applicationNo}/reject", reject),
    ("POST", "/_emu/usage", metering::usage),
    ("POST", "/_emu/sessions", metering::sessions),
    ("GET", "/_emu/ledger", billed),
    ("GET", "/_emu/journal", calls),
];

/// A body as a type; no body is an empty object.
pub(super) fn read<T: DeserializeOwned>(call: &Call) -> Outcome<T> {
    let bytes: &[u8] = if call.body.is_empty() { b"{}" } else { &call.body };
    serde_json::from_slice(bytes).map_err(|error| Failure::parameter("body", error.to_string()))
}

fn seeded(core: &Core, call: &Call) -> Outcome<Answer> {
    let mut query = Query::of(call);
    let generated = query.text("generate").map(str::parse::<u64>);
    let number = query.text("seed").map_or(Ok(1), str::parse::<u64>);
    if !matches!(generated, None | Some(Ok(0..=generate::LIMIT))) {
        query.complaints.add("generate", format!("is a number up to {}", generate::LIMIT));
    }
    if number.is_err() {
        query.complaints.add("seed", "is a number");
    }
    query.complaints.settle()?;
    let report = if let Some(Ok(count)) = generated {
        core.write(|world| generate::generate(world, count, number.unwrap_or(1)))?
    } else {
        seed::seed(core, &call.body)?
    };
    Answer::ok(&report)
}

fn reset(core: &Core, _: &Call) -> Outcome<Answer> {
    core.faults().set(Vec::new());
    core.unmeter();
    core.write(|world| {
        store::clear(world.db)?;
        Ok(services::ensure(world.db, services::DEFAULT_SYSTEM, services::DEFAULT_SERVICE)?)
    })?;
    clock(core, &Call::default())
}

fn taken(core: &Core, _: &Call) -> Outcome<Answer> {
    core.read(|db, now| Answer::ok(&snapshot::snapshot(db, now, core.pace())?))
}

fn clock(core: &Core, _: &Call) -> Outcome<Answer> {
    Answer::ok(&json!({"now": JstTime(core.now()), "pace": core.pace()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    advance: Option<String>,
    set: Option<Timestamp>,
    pace: Option<Pace>,
}

fn set_clock(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: ClockBody = read(call)?;
    if body.advance.is_some() && body.set.is_some() {
        return Err(Failure::parameter("advance", "does not go with `set`"));
    }
    let advance: Option<Span> = match &body.advance {
        Some(text) => Some(text.parse().map_err(|_| Failure::parameter("advance", "is a duration such as PT1H or P30D"))?),
        None => None,
    };
    if advance.is_some_and(Span::is_negative) {
        return Err(Failure::parameter("advance", "goes forward; `set` can go back"));
    }
    core.move_clock(
        |clock, real| {
            let paced = body.pace.map_or(*clock, |pace| clock.paced(pace, real));
            let set = body.set.map_or(paced, |to| paced.set(to, real));
            match advance {
                Some(span) => set.advanced(span, real).ok_or_else(|| Failure::parameter("advance", "leaves the calendar")),
                None => Ok(set),
            }
        },
        |_| Ok(()),
    )?;
    clock(core, call)
}

#[derive(Deserialize)]
struct FaultsBody {
    faults: Vec<Fault>,
}

fn faults(core: &Core, _: &Call) -> Outcome<Answer> {
    Answer::ok(&json!({"faults": core.faults().list()}))
}

fn set_faults(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: FaultsBody = read(call)?;
    for (index, fault) in body.faults.iter().enumerate() {
        if fault.function.is_some_and(|number| !(1..=19).contains(&number)) {
            return Err(Failure::parameter(format!("faults[{index}].function"), "is a number from 1 to 19"));
        }
        if fault.method.as_deref().is_some_and(|method| !matches!(method, "GET" | "POST")) {
            return Err(Failure::parameter(format!("faults[{index}].method"), "is GET or POST"));
        }
        if fault.kind == Kind::ListLag && fault.delay_seconds.is_some_and(|seconds| seconds > 600) {
            return Err(Failure::parameter(format!("faults[{index}].delaySeconds"), "is at most 600"));
        }
    }
    let released = core.faults().set(body.faults);
    core.write(|world| released.into_iter().try_for_each(|function| world.release(function)))?;
    faults(core, call)
}

fn accepted(accepted: &Accepted) -> Outcome<Answer> {
    Answer::with(202, &accepted.application)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActBody {
    reason: Option<String>,
    termination_date: Option<Date>,
    plan_code: Option<String>,
}

fn console(core: &Core, call: &Call, act: &ConsoleAct) -> Outcome<Answer> {
    let msisdn = call.msisdn()?;
    accepted(&core.write(|world| world.console(msisdn, act))?)
}

fn console_suspend(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: ActBody = read(call)?;
    console(core, call, &ConsoleAct::Suspend(body.reason))
}

fn console_resume(core: &Core, call: &Call) -> Outcome<Answer> {
    console(core, call, &ConsoleAct::Resume)
}

fn console_terminate(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: ActBody = read(call)?;
    if body.termination_date.is_some_and(|date| date < jst_date(core.now())) {
        return Err(Failure::parameter("terminationDate", "is not in the past"));
    }
    console(core, call, &ConsoleAct::Terminate(body.termination_date))
}

fn console_change_plan(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: ActBody = read(call)?;
    let plan_code = body.plan_code.ok_or_else(|| Failure::parameter("planCode", "is missing"))?;
    let mut complaints = Complaints::default();
    known_plan("planCode", &plan_code, &mut complaints);
    complaints.settle()?;
    console(core, call, &ConsoleAct::ChangePlan(plan_code))
}

fn carrier(core: &Core, call: &Call, act: CarrierAct) -> Outcome<Answer> {
    let msisdn = call.msisdn()?;
    accepted(&core.write(|world| world.carrier(msisdn, act))?)
}

fn carrier_suspend(core: &Core, call: &Call) -> Outcome<Answer> {
    carrier(core, call, CarrierAct::Suspend)
}

fn carrier_terminate(core: &Core, call: &Call) -> Outcome<Answer> {
    carrier(core, call, CarrierAct::Terminate)
}

#[derive(Deserialize)]
struct ShipBody {
    sims: Option<u32>,
}

/// `{"sims"?}`: so many of the SIMs that were ordered, and no more will come.
fn ship(core: &Core, call: &Call) -> Outcome<Answer> {
    let body: ShipBody = read(call)?;
    if body.sims == Some(0) {
        return Err(Failure::parameter("sims", "is 1 at least; an order of which nothing can be sent is rejected"));
    }
    accepted(&core.write(|world| world.ship(call.param("applicationNo"), body.sims))?)
}

fn reject(core: &Core, call: &Call) -> Outcome<Answer> {
    accepted(&core.write(|world| world.reject(call.param("applicationNo")))?)
}

/// An entry as it is answered and seeded.
pub(crate) fn ledger_entry(entry: &ledger::Entry) -> Value {
    let mut value = json!({
        "at": JstTime(entry.at),
        "kind": entry.kind,
        "amount": entry.amount,
        "currency": CURRENCY,
    });
    if let Some(msisdn) = entry.msisdn {
        value["msisdn"] = json!(msisdn);
    }
    if let Some(no) = &entry.application_no {
        value["applicationNo"] = json!(no);
    }
    value
}

fn billed(core: &Core, _: &Call) -> Outcome<Answer> {
    core.read(|db, now| {
        let entries: Vec<Value> = world::ledger(db, now)?.iter().map(ledger_entry).collect();
        Answer::ok(&json!({"entries": entries}))
    })
}

fn calls(core: &Core, _: &Call) -> Outcome<Answer> {
    core.read(|db, _| Answer::ok(&json!({"calls": journal::all(db)?})))
}
