//! What the carrier offers against what the manifests may need.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{Check, Findings};
use crate::carrier::convert::catalogue_from;
use crate::carrier::wire::SystemAnswer;
use crate::cli::account::Target;
use crate::count::counted;
use crate::diag::did_you_mean;
use crate::domain::{Catalogue, Function, ServiceCode, SystemNumber};
use crate::manifest::{Offered, functions_needed};

/// Without these nothing can be observed, and so nothing planned.
const READS: [Function; 3] = [Function::ListSims, Function::Applications, Function::ListChipSims];

/// A line for each service that is declared; without manifests, for each that there is.
pub(super) fn check(target: &Target, system: &SystemAnswer, found: &mut Findings) {
    let catalogue = catalogue_from(system, &[]);
    let needs = functions_needed(&target.desired);
    if needs.is_empty() {
        for (number, system) in &catalogue.systems {
            for (service, offers) in &system.services {
                let missing = named(Function::ALL.into_iter().filter(|function| !offers.functions.contains(function)));
                let without = if missing.is_empty() { String::new() } else { format!("; not {missing}") };
                found.ok(Check::Functions, format!("{service} of {number} offers {} of 19{without}", offers.functions.len()));
            }
        }
        return;
    }
    for (offered, functions) in &needs {
        service(&catalogue, offered, functions, found);
    }
}

fn service(catalogue: &Catalogue, (number, code): &Offered, needed: &BTreeMap<Function, usize>, found: &mut Findings) {
    let Some(system) = catalogue.systems.get(number) else {
        let known = catalogue.systems.keys().map(SystemNumber::as_str);
        let message = format!("the contractor has no system number {number}");
        return found.problem(Check::Functions, message, or_else(number.as_str(), known));
    };
    let Some(offers) = system.services.get(code) else {
        let known = system.services.keys().map(ServiceCode::as_str);
        let message = format!("the system number {number} has no service {code}");
        return found.problem(Check::Functions, message, or_else(code.as_str(), known));
    };
    let missing: BTreeSet<Function> = needed.keys().copied().filter(|function| !offers.functions.contains(function)).collect();
    let offers = format!("{code} of {number} offers {} of 19", offers.functions.len());
    if missing.is_empty() {
        let all =
            if needed.is_empty() { String::new() } else { format!(", and all {} that the manifests may need", needed.len()) };
        return found.ok(Check::Functions, format!("{offers}{all}"));
    }
    let may_need = missing.iter().filter_map(|function| needed.get(function)).max().copied().unwrap_or_default();
    let message =
        format!("{offers}; not {}, which {} may need", named(missing.iter().copied()), counted(may_need, "declaration"));
    if READS.iter().any(|read| missing.contains(read)) {
        found.problem(Check::Functions, message, "nothing can be observed without it: ask the carrier for it");
    } else {
        found.warning(
            Check::Functions,
            message,
            "lines that are as declared already need none of it, and `simfleet plan` says which others do; ask the carrier for it",
        );
    }
}

/// `5 クーポン購入 (buy coupon), 14 解約 (terminate)`
fn named(functions: impl Iterator<Item = Function>) -> String {
    let names = functions.map(|function| format!("{} {} ({})", function.number(), function.label(), function.title()));
    names.collect::<Vec<_>>().join(", ")
}

fn or_else<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    did_you_mean(name, known.clone())
        .map_or_else(|| format!("there is {}", known.collect::<Vec<_>>().join(", ")), |meant| format!("did you mean {meant}?"))
}
