//! What the emulated carrier sells: plans, coupons, cards and devices, with prices. Data only
//! (DOMAIN 4); sizes are decimal, prices whole yen.

use crate::carrier::wire::{CouponOffer, OrderPriceList, PlanOffer};
use crate::domain::money::CURRENCY;

const MB: u64 = 1_000_000;
const GB: u64 = 1_000 * MB;

/// A rate plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Its code.
    pub(crate) code: &'static str,
    /// Traffic included, or the ceiling, in bytes.
    pub(crate) quota: u64,
    /// Fee per month.
    pub(crate) monthly: i64,
}

/// A coupon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coupon {
    /// Its code.
    pub(crate) code: &'static str,
    /// Traffic it adds, in bytes.
    pub(crate) bytes: u64,
    /// Paid at once.
    pub(crate) price: i64,
    /// Beginnings of the codes of the plans that take it.
    pub(crate) plans: &'static [&'static str],
}

const fn plan(code: &'static str, quota: u64, monthly: i64) -> Plan {
    Plan { code, quota, monthly }
}

/// The plans, cheapest family first.
pub(crate) const PLANS: &[Plan] = &[
    plan("fixed-3mb", 3 * MB, 150),
    plan("fixed-10mb", 10 * MB, 180),
    plan("fixed-30mb", 30 * MB, 210),
    plan("fixed-50mb", 50 * MB, 240),
    plan("fixed-100mb", 100 * MB, 280),
    plan("fixed-200mb", 200 * MB, 340),
    plan("fixed-300mb", 300 * MB, 390),
    plan("fixed-500mb", 500 * MB, 450),
    plan("fixed-1gb", GB, 600),
    plan("fixed-2gb", 2 * GB, 800),
    plan("fixed-3gb", 3 * GB, 950),
    plan("fixed-5gb", 5 * GB, 1_250),
    plan("fixed-7gb", 7 * GB, 1_500),
    plan("fixed-10gb", 10 * GB, 1_900),
    plan("fixed-20gb", 20 * GB, 2_800),
    plan("fixed-30gb", 30 * GB, 3_500),
    plan("fixed-50gb", 50 * GB, 4_800),
    plan("payg-0", 0, 100),
    plan("payg-1gb", GB, 120),
    plan("payg-3gb", 3 * GB, 140),
    plan("payg-5gb", 5 * GB, 160),
    plan("payg-10gb", 10 * GB, 200),
    plan("payg-30gb", 30 * GB, 300),
    plan("uplink-3gb", 3 * GB, 500),
    plan("uplink-5gb", 5 * GB, 600),
    plan("uplink-10gb", 10 * GB, 800),
    plan("uplink-30gb", 30 * GB, 1_300),
    plan("uplink-50gb", 50 * GB, 1_700),
    plan("uplink-100gb", 100 * GB, 2_500),
    plan("uplink-200gb", 200 * GB, 3_900),
    plan("uplink-300gb", 300 * GB, 5_200),
    plan("uplink-500gb", 500 * GB, 7_800),
];

/// The coupons. Pay-as-you-go plans take none: they have nothing to run out of before their ceiling.
pub(crate) const COUPONS: &[Coupon] = &[
    Coupon { code: "add-100mb", bytes: 100 * MB, price: 200, plans: &["fixed-"] },
    Coupon { code: "add-500mb", bytes: 500 * MB, price: 600, plans: &["fixed-"] },
    Coupon { code: "add-1gb", bytes: GB, price: 1_000, plans: &["fixed-", "uplink-"] },
];

/// What a card costs, by form factor; these are also the form factors on offer.
pub(crate) const CARDS: &[(&str, i64)] = &[("nano", 300), ("micro", 300), ("mini", 300), ("chip", 500)];

/// What a device costs, by model; these are also the models on offer.
pub(crate) const DEVICES: &[(&str, i64)] = &[("rtr-100", 12_000), ("rtr-200", 24_000), ("usb-10", 8_000)];

/// The plan of that code.
pub(crate) fn plan_of(code: &str) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.code == code)
}

/// The coupon of that code.
pub(crate) fn coupon_of(code: &str) -> Option<&'static Coupon> {
    COUPONS.iter().find(|coupon| coupon.code == code)
}

/// The price of a card of that form factor.
pub(crate) fn card_price(form_factor: &str) -> Option<i64> {
    CARDS.iter().find(|(name, _)| *name == form_factor).map(|(_, price)| *price)
}

/// The price of a device of that model.
pub(crate) fn device_price(model: &str) -> Option<i64> {
    DEVICES.iter().find(|(name, _)| *name == model).map(|(_, price)| *price)
}

/// What can be ordered, as function 13 serves it.
pub(crate) fn order_prices() -> OrderPriceList {
    let list = |prices: &[(&str, i64)]| prices.iter().map(|(name, price)| ((*name).to_owned(), *price)).collect();
    OrderPriceList { cards: list(CARDS), devices: list(DEVICES) }
}

impl Coupon {
    /// Whether lines on that plan can buy it.
    pub(crate) fn fits(&self, plan_code: &str) -> bool {
        self.plans.iter().any(|prefix| plan_code.starts_with(prefix))
    }

    /// As the catalogue serves it.
    pub(crate) fn offer(&self) -> CouponOffer {
        CouponOffer { coupon_code: self.code.to_owned(), bytes: self.bytes, price: self.price, currency: CURRENCY.to_owned() }
    }
}

impl Plan {
    /// The coupons it takes.
    pub(crate) fn coupons(&self) -> impl Iterator<Item = &'static Coupon> {
        COUPONS.iter().filter(|coupon| coupon.fits(self.code))
    }

    /// As the catalogue serves it.
    pub(crate) fn offer(&self) -> PlanOffer {
        PlanOffer {
            plan_code: self.code.to_owned(),
            name: self.name(),
            quota_bytes: self.quota,
            monthly_fee: Some(self.monthly),
            currency: CURRENCY.to_owned(),
            coupon_codes: self.coupons().map(|coupon| coupon.code.to_owned()).collect(),
        }
    }

    fn name(&self) -> String {
        let (family, size) = self.code.split_once('-').unwrap_or((self.code, ""));
        let family = match family {
            "fixed" => "Fixed quota",
            "payg" => "Pay as you go up to",
            "uplink" => "Uplink",
            other => other,
        };
        format!("{family} {}", size.to_uppercase())
    }
}
