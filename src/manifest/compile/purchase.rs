//! Coupons: named grants and top-up policies.

use crate::api::{CouponGrant, MsisdnText, TopUpPolicy};
use crate::domain::calendar::YearMonth;
use crate::domain::name::Interner;
use crate::domain::{CouponCode, DesiredGrant, DesiredTopUp, Msisdn, Source};
use crate::manifest::places::{Places, ValuePlaces};
use crate::manifest::sink::{Place, Sink};
use crate::manifest::validate::{amounts, grants, identifiers};

/// A grant, with the places of its numbers: they are judged when every line is known.
#[derive(Debug)]
pub(crate) struct GrantDraft {
    /// Its fleet is a draft's number.
    pub(crate) grant: DesiredGrant,
    pub(crate) name_place: Place,
    /// Its numbers, sorted, each once, with their places among the values.
    pub(crate) numbers: Vec<(Msisdn, usize)>,
    pub(crate) places: ValuePlaces,
}

/// Compiles a grant. `None`: its month was refused.
pub(super) fn grant(
    entry: &CouponGrant,
    (file, fleet): (u32, u32),
    places: &impl Places,
    nth: usize,
    interner: &mut Interner,
    sink: &mut Sink,
) -> Option<GrantDraft> {
    let CouponGrant { name, month, code, msisdns } = entry;
    let values = places.entry_values("coupons", nth, "msisdns");
    let mut numbers: Vec<(Msisdn, usize)> = Vec::with_capacity(msisdns.len());
    for (nth, MsisdnText(text)) in msisdns.iter().enumerate() {
        numbers.extend(sink.keep(identifiers::msisdn(text, || values.place(nth))).map(|msisdn| (msisdn, nth)));
    }
    numbers.sort_unstable();
    grants::twice(&numbers, &values, sink);
    numbers.dedup_by_key(|(msisdn, _)| *msisdn);
    let spot = places.entry("coupons", nth);
    Some(GrantDraft {
        grant: DesiredGrant {
            fleet,
            name: interner.intern(name),
            month: YearMonth::parse(month)?,
            code: CouponCode::from(interner.intern(code)),
            msisdns: numbers.iter().map(|(msisdn, _)| *msisdn).collect(),
            source: Source { file, line: spot.line, column: spot.column },
        },
        name_place: places.entry_field("coupons", nth, "name"),
        numbers,
        places: values,
    })
}

/// Compiles a policy. `None`: its amounts were refused.
pub(super) fn top_up(
    entry: &TopUpPolicy,
    (file, fleet): (u32, u32),
    places: &impl Places,
    nth: usize,
    interner: &mut Interner,
) -> Option<DesiredTopUp> {
    let TopUpPolicy { name, code, when_remaining_below, max_per_line_per_month, max_spend_per_month } = entry;
    let spot = places.entry("topUps", nth);
    Some(DesiredTopUp {
        fleet,
        name: interner.intern(name),
        code: CouponCode::from(interner.intern(code)),
        below: amounts::bytes(when_remaining_below)?,
        per_line: *max_per_line_per_month,
        spend: amounts::money(max_spend_per_month)?,
        source: Source { file, line: spot.line, column: spot.column },
    })
}
