//! What lines do with their connection, told from outside (`/_emu/usage`, `/_emu/sessions`).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::carrier::wire::Session;
use crate::domain::Msisdn;
use crate::domain::calendar::{JstTime, jst_date};
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::http::call::{Answer, Call};
use crate::emulator::http::control::read;
use crate::emulator::store::{lines, traffic};

/// A list under a name, a bare list, or a single object.
fn several<T: DeserializeOwned>(call: &Call, name: &str) -> Outcome<Vec<T>> {
    let mut body: Value = read(call)?;
    let list = body.get_mut(name).map(Value::take).unwrap_or(body);
    let list = if list.is_array() { list } else { json!([list]) };
    serde_json::from_value(list).map_err(|error| Failure::parameter(name, error.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageBody {
    msisdn: Msisdn,
    date: Option<Date>,
    #[serde(default)]
    bytes: u64,
    as_of: Option<Timestamp>,
}

#[derive(Deserialize)]
struct LagBody {
    lag: Option<String>,
}

/// `{"usage":[{"msisdn","date?","bytes?","asOf?"}]}`: traffic of a day (today), which also uses the quota up.
/// From then on the line's figures are as of that time, or as of now if none is given. `{"lag":"PT1H"}`: from
/// now on all figures are an hour old, until it is `PT0S` again.
pub(super) fn usage(core: &Core, call: &Call) -> Outcome<Answer> {
    // A bare row or list of rows has no lag.
    let lag = read::<LagBody>(call).ok().and_then(|body| body.lag);
    let lag = match &lag {
        Some(text) => Some(
            text.parse::<SignedDuration>()
                .ok()
                .filter(|lag| !lag.is_negative())
                .ok_or_else(|| Failure::parameter("lag", "is a duration such as PT1H"))?,
        ),
        None => None,
    };
    let rows: Vec<UsageBody> =
        if lag.is_some() && read::<Value>(call)?.get("usage").is_none() { Vec::new() } else { several(call, "usage")? };
    core.write(|world| {
        for row in &rows {
            let mut line = world.line(row.msisdn)?.ok_or_else(|| Failure::not_found("line"))?;
            let today = jst_date(world.now);
            let date = row.date.unwrap_or(today);
            if row.bytes > 0 {
                traffic::add(world.db, row.msisdn, date, row.bytes)?;
            }
            if row.bytes > 0 && date.first_of_month() == today.first_of_month() {
                world.remember(row.msisdn)?;
                line.use_up(row.bytes, world.now);
                world.save(line, false)?;
            }
        }
        Ok(())
    })?;
    core.meter(lag, rows.iter().map(|row| (row.msisdn, row.as_of)));
    Answer::ok(&json!({"rows": rows.len()}))
}

#[derive(Deserialize)]
struct SessionBody {
    msisdn: Msisdn,
    #[serde(flatten)]
    session: Session,
}

/// `{"sessions":[{"msisdn","online",...}]}`: what function 11 answers from now on.
pub(super) fn sessions(core: &Core, call: &Call) -> Outcome<Answer> {
    let rows: Vec<SessionBody> = several(call, "sessions")?;
    core.write(|world| {
        for row in &rows {
            lines::get(world.db, row.msisdn)?.ok_or_else(|| Failure::not_found("line"))?;
            let mut session = row.session.clone();
            session.since = session.since.or(Some(JstTime(world.now)));
            if session.online {
                session.last_seen_at = session.last_seen_at.or(Some(JstTime(world.now)));
            }
            traffic::set_session(world.db, row.msisdn, &session)?;
        }
        Ok(())
    })?;
    Answer::ok(&json!({"sessions": rows.len()}))
}
