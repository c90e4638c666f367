//! Writes a snapshot row by row.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::carrier::convert::{
    chip_to_wire, coupon_offers_from, coupon_to_wire, line_to_wire, offers_from, order_application_to_wire, system_answer_from,
};
use crate::carrier::snapshot::FORMAT_VERSION;
use crate::carrier::wire::{CouponOffer, PlanOffer, SystemAnswer};
use crate::domain::calendar::JstTime;
use crate::domain::{CarrierIdentity, Msisdn, Observed, Purchases, RatePlan};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    format_version: &'a str,
    account: &'a str,
    carrier: &'a CarrierIdentity,
    at: JstTime,
    complete: bool,
    system: SystemAnswer,
    plans: Vec<PlanOffer>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    coupon_prices: BTreeMap<&'a RatePlan, Vec<CouponOffer>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    usage_as_of: BTreeMap<Msisdn, JstTime>,
}

/// Writes a snapshot. The writer should be buffered.
pub fn write_snapshot(out: &mut dyn Write, account: &str, observed: &Observed) -> io::Result<()> {
    let Purchases { coupons, orders, usage_as_of } = &observed.purchases;
    let prices = observed.catalogue.plans.iter().map(|(plan, price)| (plan, coupon_offers_from(price)));
    let header = serde_json::to_string(&Header {
        format_version: FORMAT_VERSION,
        account,
        carrier: &observed.carrier,
        at: JstTime(observed.at),
        complete: observed.complete,
        system: system_answer_from(&observed.catalogue, &observed.carrier.contractor_id),
        plans: offers_from(&observed.catalogue),
        coupon_prices: prices.filter(|(_, offers)| !offers.is_empty()).collect(),
        usage_as_of: usage_as_of.iter().map(|(msisdn, at)| (*msisdn, JstTime(*at))).collect(),
    })?;
    // The object stays open: its rows follow.
    out.write_all(header.strip_suffix('}').unwrap_or(&header).as_bytes())?;
    out.write_all(b",\n\"sims\":[")?;
    rows(out, observed.sims.iter().filter_map(|sim| Some(line_to_wire(sim.msisdn, sim.line.as_ref()?))))?;
    out.write_all(b"],\n\"chipSims\":[")?;
    rows(out, observed.sims.iter().filter_map(|sim| Some(chip_to_wire(sim.msisdn, sim.chip.as_ref()?))))?;
    if let Some(coupons) = coupons {
        out.write_all(b"],\n\"couponApplications\":[")?;
        rows(out, coupons.iter().map(coupon_to_wire))?;
    }
    if let Some(orders) = orders {
        out.write_all(b"],\n\"orderApplications\":[")?;
        rows(out, orders.iter().map(order_application_to_wire))?;
    }
    out.write_all(b"]}\n")?;
    out.flush()
}

fn rows<R: Serialize>(out: &mut dyn Write, rows: impl Iterator<Item = R>) -> io::Result<()> {
    let mut separator: &[u8] = b"\n";
    for row in rows {
        out.write_all(separator)?;
        serde_json::to_writer(&mut *out, &row)?;
        separator = b",\n";
    }
    out.write_all(b"\n")
}
