//! What a carrier offers, where it is not asked: from a file, and from what its lists show.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::carrier::wire::{CouponOffer, Line, OrderPriceList, PlanOffer, ServiceInfo, SystemAnswer, SystemInfo};
use crate::domain::calendar::CutOff;
use crate::domain::console::IMEI_FILE_ROWS;
use crate::domain::{ExportReading, Function, RatePlan};

/// Why there is no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It has another shape.
    #[error(transparent)]
    Shape(#[from] serde_yaml::Error),
    /// Keys that are none of a catalogue: what they mean to say would be unknown, and a price among it.
    #[error("a catalogue has no {}", .0.join(", "))]
    UnknownKeys(Vec<String>),
}

/// Reads a catalogue. A snapshot of `simfleet observe` may have more in it than one.
pub fn read_catalogue(text: &str) -> Result<ExportCatalogue, CatalogueError> {
    let mut unknown = Vec::new();
    // What may be absent is written `?.` in a path, and is no part of it for people.
    let named = |path: serde_ignored::Path<'_>| unknown.push(path.to_string().replace("?.", ""));
    let found: Option<ExportCatalogue> = serde_ignored::deserialize(serde_yaml::Deserializer::from_str(text), named)?;
    let catalogue = found.unwrap_or_default();
    if unknown.is_empty() || catalogue.format_version.is_some() {
        return Ok(catalogue);
    }
    Err(CatalogueError::UnknownKeys(unknown))
}

/// A file with what functions 12 and 13 and the catalogue would answer: a snapshot of `simfleet observe`, or a few
/// lines of YAML. What it does not say is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportCatalogue {
    /// Of a snapshot.
    #[serde(default)]
    pub format_version: Option<String>,
    /// Systems, services, and the rules of the carrier.
    #[serde(default)]
    pub system: SystemPart,
    /// Rate plans.
    #[serde(default)]
    pub plans: Vec<PlanPart>,
    /// Coupons by rate plan.
    #[serde(default)]
    pub coupon_prices: BTreeMap<RatePlan, Vec<CouponPart>>,
}

impl ExportCatalogue {
    /// What the coupons of each rate plan cost.
    pub(crate) fn coupon_offers(&self) -> BTreeMap<RatePlan, Vec<CouponOffer>> {
        let offers = |coupons: &Vec<CouponPart>| coupons.iter().cloned().map(CouponOffer::from).collect();
        self.coupon_prices.iter().map(|(plan, coupons)| (plan.clone(), offers(coupons))).collect()
    }
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponPart {
    /// Its code.
    pub coupon_code: String,
    /// What it costs, in yen.
    pub price: i64,
    /// Traffic it adds, in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// The currency of its price.
    #[serde(default = "currency")]
    pub currency: String,
}

impl From<CouponPart> for CouponOffer {
    fn from(part: CouponPart) -> Self {
        let CouponPart { coupon_code, price, bytes, currency } = part;
        Self { coupon_code, bytes, price, currency }
    }
}

/// As `GET /v1/system` answers it, with nothing required.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemPart {
    /// System numbers.
    #[serde(default)]
    pub systems: Vec<NumberPart>,
    /// When plan changes stop being accepted in a month.
    #[serde(default)]
    pub plan_change_cut_off: CutOff,
    /// The most rows of a bulk request.
    #[serde(default)]
    pub bulk_limit: Option<u32>,
    /// Charged when a line is terminated.
    #[serde(default)]
    pub termination_fee: Option<i64>,
    /// What cards and devices cost.
    #[serde(default)]
    pub order_prices: Option<OrderPriceList>,
}

/// A system number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberPart {
    /// The number.
    pub system_no: String,
    /// Its services.
    #[serde(default)]
    pub services: Vec<ServicePart>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePart {
    /// Its code.
    pub service_code: String,
    /// The functions that it offers. Absent: all of them.
    #[serde(default)]
    pub functions: Option<Vec<u8>>,
}

/// A rate plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanPart {
    /// Its code.
    pub plan_code: String,
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// Traffic included, in bytes.
    #[serde(default)]
    pub quota_bytes: u64,
    /// Fee per month, in yen.
    #[serde(default)]
    pub monthly_fee: Option<i64>,
    /// Codes of the coupons it takes, besides those that `couponPrices` has for it.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
    /// The currency of its fee.
    #[serde(default = "currency")]
    pub currency: String,
}

/// What the lists and the file together say that the carrier offers.
pub fn seen(file: ExportCatalogue, lines: &[Line], reading: &ExportReading) -> (SystemAnswer, Vec<PlanOffer>) {
    let ExportCatalogue { format_version: _, system, plans, coupon_prices } = file;
    let mut systems: BTreeMap<String, BTreeMap<String, BTreeSet<u8>>> = BTreeMap::new();
    let all = || Function::ALL.iter().map(|function| function.number()).collect::<BTreeSet<u8>>();
    for number in system.systems {
        let services = systems.entry(number.system_no).or_default();
        for service in number.services {
            services
                .insert(service.service_code, service.functions.map_or_else(all, |functions| functions.into_iter().collect()));
        }
    }
    let of_all = reading.system_number.as_deref().zip(reading.service_code.as_deref());
    let of_lines = lines.iter().map(|line| (line.system_no.as_str(), line.service_code.as_str()));
    let named = of_lines.chain(of_all).filter(|(number, service)| !number.is_empty() && !service.is_empty());
    for (number, service) in named.collect::<BTreeSet<_>>() {
        systems.entry(number.to_owned()).or_default().entry(service.to_owned()).or_insert_with(all);
    }
    let mut offers: BTreeMap<String, PlanOffer> = BTreeMap::new();
    for plan in plans {
        let PlanPart { plan_code, name, quota_bytes, monthly_fee, coupon_codes, currency } = plan;
        let name = name.unwrap_or_else(|| plan_code.clone());
        offers.insert(plan_code.clone(), PlanOffer { plan_code, name, quota_bytes, monthly_fee, currency, coupon_codes });
    }
    for code in lines.iter().map(|line| line.plan_code.as_str()).filter(|code| !code.is_empty()).collect::<BTreeSet<_>>() {
        offers.entry(code.to_owned()).or_insert_with(|| PlanOffer {
            plan_code: code.to_owned(),
            name: code.to_owned(),
            quota_bytes: 0,
            monthly_fee: None,
            currency: currency(),
            coupon_codes: Vec::new(),
        });
    }
    for (plan, coupons) in coupon_prices {
        let Some(offer) = offers.get_mut(plan.as_str()) else { continue };
        let codes = coupons.into_iter().map(|coupon| coupon.coupon_code).chain(std::mem::take(&mut offer.coupon_codes));
        offer.coupon_codes = codes.collect::<BTreeSet<String>>().into_iter().collect();
    }
    let answer = SystemAnswer {
        contractor_id: String::new(),
        systems: systems
            .into_iter()
            .map(|(system_no, services)| SystemInfo {
                system_no,
                services: services
                    .into_iter()
                    .map(|(service_code, functions)| ServiceInfo { service_code, functions: functions.into_iter().collect() })
                    .collect(),
            })
            .collect(),
        plan_change_cut_off: system.plan_change_cut_off,
        bulk_limit: system.bulk_limit.unwrap_or_else(|| u32::try_from(IMEI_FILE_ROWS).unwrap_or(u32::MAX)),
        termination_fee: system.termination_fee,
        order_prices: system.order_prices,
    };
    (answer, offers.into_values().collect())
}

fn currency() -> String {
    crate::domain::money::CURRENCY.to_owned()
}
