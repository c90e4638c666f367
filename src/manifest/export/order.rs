//! A shipped order as the fleet that arrived.

use std::sync::Arc;

use super::yaml::{head, quoted, scalar};
use crate::domain::{Iccid, Msisdn, OrderContent};

/// A `SimFleet`, named as the order, of the SIMs that were in its parcel. It declares them as they arrive:
/// cards in use with the ordered rate plan, chip SIMs ordered (their IMEIs are not known yet). So its plan is
/// empty. `iccids` are in the order of `msisdns`; one that is missing, or none, pins no card.
pub fn order_manifest(
    account: &str,
    order_name: &str,
    content: &OrderContent,
    msisdns: &[Msisdn],
    iccids: &[Arc<str>],
) -> String {
    let OrderContent { system_number, service_code, rate_plan, form_factor, .. } = content;
    let is_chip = &**form_factor == "chip";
    let (defaults, list) = if is_chip { ("", "chipSims") } else { ("state: Active, ", "sims") };
    let mut sims: Vec<(Msisdn, Option<Iccid>)> = msisdns
        .iter()
        .enumerate()
        .map(|(nth, msisdn)| (*msisdn, iccids.get(nth).and_then(|iccid| Iccid::parse(iccid).ok())))
        .collect();
    sims.sort_by_key(|(msisdn, _)| *msisdn);
    sims.dedup_by_key(|(msisdn, _)| *msisdn);
    let mut lines = vec![
        format!("  accountRef: {{name: {}}}", scalar(account)),
        format!("  systemNumber: {}", quoted(system_number.as_str())),
        format!("  serviceCode: {}", scalar(service_code.as_str())),
        "  mode: Plan  # shows what it would do; apply needs --approve".to_owned(),
        format!("  defaults: {{{defaults}ratePlan: {}}}", scalar(rate_plan.as_str())),
    ];
    if is_chip {
        lines.push("  # To start their use, add imei and state: Active to each: both are for ever.".to_owned());
    }
    lines.push(if sims.is_empty() { format!("  {list}: []") } else { format!("  {list}:") });
    lines.extend(sims.into_iter().map(|(msisdn, iccid)| match iccid {
        Some(iccid) => format!("    - {{msisdn: \"{msisdn}\", iccid: \"{iccid}\"}}"),
        None => format!("    - {{msisdn: \"{msisdn}\"}}"),
    }));
    let head = head("SimFleet", order_name);
    format!("# The SIMs of the order {order_name}, as they were shipped: its plan is empty.\n{head}{}\n", lines.join("\n"))
}
