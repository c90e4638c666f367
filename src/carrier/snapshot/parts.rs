//! The parts of a snapshot, read field by field: rows are converted as they come, so that the wire rows
//! are never all held at once.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::carrier::convert::{RowReader, coupons_of, order_of};
use crate::carrier::snapshot::Listing;
use crate::carrier::wire::{Application, ChipSim, CouponOffer, Line, PlanOffer, SystemAnswer};
use crate::domain::calendar::JstTime;
use crate::domain::{
    ApplicationNumber, ApplicationType, CarrierIdentity, ChipRow, CouponApplication, LineRow, Msisdn, OrderApplication, RatePlan,
};

/// What was read so far.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) format_version: Option<String>,
    pub(super) account: Option<Arc<str>>,
    pub(super) carrier: Option<CarrierIdentity>,
    pub(super) at: Option<JstTime>,
    pub(super) complete: Option<bool>,
    pub(super) system: Option<SystemAnswer>,
    pub(super) plans: Option<Vec<PlanOffer>>,
    pub(super) coupon_prices: Option<BTreeMap<RatePlan, Vec<CouponOffer>>>,
    pub(super) usage_as_of: Option<BTreeMap<Msisdn, JstTime>>,
    pub(super) lines: Listing<LineRow>,
    pub(super) chips: Listing<ChipRow>,
    pub(super) coupons: Option<Listing<CouponApplication, (Msisdn, ApplicationNumber)>>,
    pub(super) orders: Option<Listing<OrderApplication, ApplicationNumber>>,
    pub(super) reader: RowReader,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    FormatVersion,
    Account,
    Carrier,
    At,
    Complete,
    System,
    Plans,
    CouponPrices,
    UsageAsOf,
    Sims,
    ChipSims,
    CouponApplications,
    OrderApplications,
    #[serde(other)]
    Unknown,
}

/// A row of `couponApplications`. One that names no line would be a purchase that nobody made.
#[derive(Deserialize)]
#[serde(try_from = "Application")]
struct CouponRow(Vec<CouponApplication>);

impl TryFrom<Application> for CouponRow {
    type Error = &'static str;

    fn try_from(row: Application) -> Result<Self, Self::Error> {
        if row.kind != ApplicationType::Coupon {
            return Err("an application that buys no coupon");
        }
        let coupons: Vec<_> = coupons_of(&row).collect();
        if coupons.is_empty() { Err("a coupon without a line (`items`)") } else { Ok(Self(coupons)) }
    }
}

/// A row of `orderApplications`.
#[derive(Deserialize)]
#[serde(try_from = "Application")]
struct OrderRow(OrderApplication);

impl TryFrom<Application> for OrderRow {
    type Error = &'static str;

    fn try_from(row: Application) -> Result<Self, Self::Error> {
        if row.kind == ApplicationType::Order { Ok(Self(order_of(&row))) } else { Err("an application that orders nothing") }
    }
}

/// Reads a document into its parts.
pub(super) struct PartsSeed<'p>(pub(super) &'p mut Parts);

impl<'de> DeserializeSeed<'de> for PartsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PartsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot as `simfleet observe` writes it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Parts {
            format_version,
            account,
            carrier,
            at,
            complete,
            system,
            plans,
            coupon_prices,
            usage_as_of,
            lines,
            chips,
            coupons,
            orders,
            reader,
        } = self.0;
        while let Some(key) = map.next_key()? {
            match key {
                Key::FormatVersion => once("formatVersion", format_version, map.next_value()?)?,
                Key::Account => once("account", account, map.next_value()?)?,
                Key::Carrier => once("carrier", carrier, map.next_value()?)?,
                Key::At => once("at", at, map.next_value()?)?,
                Key::Complete => once("complete", complete, map.next_value()?)?,
                Key::System => once("system", system, map.next_value()?)?,
                Key::Plans => once("plans", plans, map.next_value()?)?,
                Key::Sims => map.next_value_seed(Rows::new(|row: Line| lines.push(row.msisdn, reader.line(&row))))?,
                Key::ChipSims => map.next_value_seed(Rows::new(|row: ChipSim| chips.push(row.msisdn, reader.chip(&row))))?,
                Key::CouponPrices => once("couponPrices", coupon_prices, map.next_value()?)?,
                Key::UsageAsOf => once("usageAsOf", usage_as_of, map.next_value()?)?,
                Key::CouponApplications => {
                    let coupons = coupons.get_or_insert_default();
                    map.next_value_seed(Rows::new(|CouponRow(row)| {
                        for coupon in row {
                            coupons.push((coupon.msisdn, coupon.application.clone()), coupon);
                        }
                    }))?;
                }
                Key::OrderApplications => {
                    let orders = orders.get_or_insert_default();
                    map.next_value_seed(Rows::new(|OrderRow(order)| orders.push(order.application.clone(), order)))?;
                }
                Key::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

fn once<T, E: serde::de::Error>(name: &'static str, slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// Hands each row of an array to a function.
struct Rows<R, F> {
    take: F,
    row: PhantomData<fn() -> R>,
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> Rows<R, F> {
    fn new(take: F) -> Self {
        Self { take, row: PhantomData }
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> DeserializeSeed<'de> for Rows<R, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R)> Visitor<'de> for Rows<R, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<R>()? {
            (self.take)(row);
        }
        Ok(())
    }
}
