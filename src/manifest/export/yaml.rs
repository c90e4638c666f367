//! Manifests as a person would write them: a short head, a row a line.

use std::fmt::Write as _;

use super::csv;
use super::fleet::Fleet;
use super::row::{Own, PlanWish, Row};
use crate::api::{API_VERSION, CarrierAccountSpec, Driver, NameRef, RateLimitSpec, SpendSpec};
use crate::domain::{DesiredState, List, RatePlan};

/// A `CarrierAccount`.
pub(super) fn account(name: &str, settings: &CarrierAccountSpec) -> String {
    let CarrierAccountSpec { driver, endpoint, credentials_ref, rate_limit, spend, embedded, csv: _ } = settings;
    let driver = match driver {
        Driver::Http => "http",
        Driver::Embedded => "embedded",
        Driver::Csv => "csv",
    };
    let mut text = head("CarrierAccount", name);
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("  driver: {driver}"));
    if let Some(endpoint) = endpoint {
        line(format!("  endpoint: {}", scalar(endpoint)));
    }
    if let Some(embedded) = embedded {
        line(format!("  embedded: {}", flow([("seed", &embedded.seed), ("data", &embedded.data)])));
    }
    if let Some(NameRef { name }) = credentials_ref {
        line(format!("  credentialsRef: {{name: {}}}", scalar(name)));
    }
    if let Some(RateLimitSpec { requests_per_second, burst }) = rate_limit {
        let burst = burst.map(|burst| format!(", burst: {burst}")).unwrap_or_default();
        line(format!("  rateLimit: {{requestsPerSecond: {requests_per_second}{burst}}}"));
    }
    if let Some(SpendSpec { per_plan, per_month }) = spend {
        line(format!("  spend: {}", flow([("perPlan", per_plan), ("perMonth", per_month)])));
    }
    text
}

/// `{name: value, name: value}` of the values that are there.
fn flow<const N: usize>(fields: [(&str, &Option<String>); N]) -> String {
    let fields = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", scalar(value.as_ref()?))));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

/// A `SimFleet`, with its lines or with the roster that holds them.
pub(in crate::manifest) fn fleet(account: &str, name: &str, fleet: &Fleet, has_roster: bool) -> String {
    let mut text = String::from("# Imported from the carrier: it declares what is there, so its plan is empty.\n");
    text.push_str(&head("SimFleet", name));
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line(&format!("  accountRef: {{name: {}}}", scalar(account)));
    line(&format!("  systemNumber: {}", quoted(fleet.system.as_str())));
    line(&format!("  serviceCode: {}", scalar(fleet.service.as_str())));
    line("  mode: Plan  # shows what it would do; apply needs --approve");
    let plan = fleet.common_plan().filter(|_| !has_roster);
    let has_cards = fleet.rows.iter().any(|row| row.list == List::Sims);
    let state = (has_cards && !has_roster).then(|| "state: Active".to_owned());
    let defaults: Vec<String> =
        state.into_iter().chain(plan.map(|plan| format!("ratePlan: {}", scalar(plan.as_str())))).collect();
    if !defaults.is_empty() {
        line(&format!("  defaults: {{{}}}", defaults.join(", ")));
    }
    let homeless = match fleet.homeless.len() {
        0 => None,
        1 => Some("1 chip SIM is".to_owned()),
        more => Some(format!("{more} chip SIMs are")),
    };
    let homeless = homeless.map(|chips| format!("  # {chips} in no system number's stock yet, and could stand in any fleet."));
    let defaults =
        Defaults { state: (has_cards && !has_roster).then_some(DesiredState::Active), plan: plan.map(RatePlan::as_str) };
    for (key, list) in [("sims", List::Sims), ("chipSims", List::ChipSims)] {
        // Beside a roster stand those that no roster can hold.
        let is_inline = |row: &&Row| row.list == list && !(has_roster && csv::can_hold(row));
        let mut rows = fleet.rows.iter().filter(is_inline).peekable();
        if rows.peek().is_some() {
            if let Some(comment) = homeless.as_ref().filter(|_| list == List::ChipSims && !has_roster) {
                line(comment);
            }
            line(&format!("  {key}:"));
        }
        for row in rows {
            line(&format!("    - {{{}}}", entry(row, &defaults)));
        }
    }
    if has_roster {
        if let Some(comment) = &homeless {
            line(comment);
        }
        line(&format!("  rosters:\n    - {{csv: {}}}", scalar(&format!("rosters/{name}.csv"))));
    }
    if fleet.shares_imei {
        line("  policy: {allowDuplicateImei: true}  # one IMEI is bound to several chip SIMs");
    }
    text
}

/// What a fleet says of lines that do not say it themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::manifest) struct Defaults<'a> {
    /// Of cards.
    pub(in crate::manifest) state: Option<DesiredState>,
    pub(in crate::manifest) plan: Option<&'a str>,
}

pub(super) fn head(kind: &str, name: &str) -> String {
    format!("apiVersion: {API_VERSION}\nkind: {kind}\nmetadata: {{name: {}}}\nspec:\n", scalar(name))
}

/// The fields of one line, what a default says left out.
pub(in crate::manifest) fn entry(row: &Row, defaults: &Defaults<'_>) -> String {
    let Row { msisdn, list, imei, state, plan, termination_date, own } = row;
    let Own { iccid, name, labels, protected } = own;
    let mut text = format!("msisdn: \"{msisdn}\"");
    let mut field = |name: &str, value: &str| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, ", {name}: {value}");
    };
    if let Some(iccid) = iccid {
        field("iccid", &format!("\"{iccid}\""));
    }
    if let Some(name) = name {
        field("name", &scalar(name));
    }
    if let Some(labels) = labels {
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{}: {}", scalar(key), scalar(value))).collect();
        field("labels", &format!("{{{}}}", labels.join(", ")));
    }
    if let Some(protected) = protected {
        field("protected", if *protected { "true" } else { "false" });
    }
    if let Some(imei) = imei {
        field("imei", &format!("\"{imei}\""));
    }
    let default_state = defaults.state.filter(|_| *list == List::Sims);
    match state {
        same if *same == default_state => {}
        Some(state) => field("state", state.as_str()),
        None => field("state", "null"),
    }
    match (plan, defaults.plan) {
        (PlanWish::Any, _) | (PlanWish::Unmanaged, None) => {}
        (PlanWish::Is(plan), Some(default)) if plan.as_str() == default => {}
        (PlanWish::Is(plan), _) => field("ratePlan", &scalar(plan.as_str())),
        (PlanWish::Unmanaged, Some(_)) => field("ratePlan", "null"),
    }
    if let Some(date) = termination_date {
        field("terminationDate", &format!("\"{date}\""));
    }
    text
}

/// Text as it stands where no reader of YAML takes it for anything but text, quoted otherwise.
pub(in crate::manifest) fn scalar(text: &str) -> String {
    const WORDS: [&str; 11] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"];
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_word { text.to_owned() } else { quoted(text) }
}

/// A double-quoted scalar of YAML.
pub(in crate::manifest) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            // Control characters, and what YAML takes for a line break or a byte order mark.
            _ if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        for text in
            ["m2m-lte", "no", "1e5", "0123", "null", "a: b", "x\"y\\", "本社", "a\u{85}b\u{7f}\n\u{2028}", "~", "- a", "S01", "Y"]
        {
            let read: String = serde_yaml::from_str(&scalar(text)).expect("it is YAML");
            assert_eq!(read, text);
            let read: String = serde_yaml::from_str(&quoted(text)).expect("it is YAML");
            assert_eq!(read, text);
        }
        assert_eq!(scalar("m2m-lte"), "m2m-lte");
        assert_eq!(scalar("no"), "\"no\"");
    }
}
