//! What the planner asks for besides the two lists: what was bought, coupon prices, and how fresh the
//! traffic figures are.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::carrier::convert::{coupons_from, coupons_of, order_of};
use crate::carrier::error::CarrierError;
use crate::carrier::observe::{ObserveError, ObserveOptions, list};
use crate::carrier::query::{ApplicationQuery, PageQuery, UsageQuery, UsageUnit};
use crate::carrier::routes::Carrier;
use crate::carrier::snapshot::Listing;
use crate::carrier::wire::{Application, ErrorCode};
use crate::domain::calendar::YearMonth;
use crate::domain::{
    ApplicationNumber, ApplicationType, CouponApplication, CouponCode, CouponPrice, Msisdn, Observed, OrderApplication, RatePlan,
    Wants,
};

/// Single reads on their way at the same time. The rate budget is the driver's: this only has to be
/// enough to keep it busy.
const PARALLEL: usize = 8;

/// Reads what is wanted into an observation: all of it, or an error and nothing.
///
/// The lists of applications are proven complete as the lists of SIMs are. Rejected and cancelled
/// applications are delivered too: what counts is not judged here. Of a line that the carrier does not
/// know any more, or does not tell the traffic of, there is no figure afterwards.
pub async fn observe_purchases(carrier: &dyn Carrier, observed: &mut Observed, wants: &Wants) -> Result<(), ObserveError> {
    let Wants { coupons_from, orders, prices_of, usage_of } = wants;
    let (coupons, orders, prices, usage) = tokio::try_join!(
        async {
            match coupons_from {
                Some(from) => coupons_since(carrier, *from).await.map(Some),
                None => Ok(None),
            }
        },
        async { if *orders { all_orders(carrier).await.map(Some) } else { Ok(None) } },
        async {
            // A plan that is not sold any more has no prices, and no entry to write them to.
            let known = prices_of.iter().filter(|plan| observed.catalogue.plans.contains_key(*plan));
            coupon_prices(carrier, known).await
        },
        usage_as_of(carrier, usage_of.iter().copied()),
    )?;
    for (plan, coupons) in prices {
        if let Some(price) = observed.catalogue.plans.get_mut(&plan) {
            price.coupons = coupons;
        }
    }
    let purchases = &mut observed.purchases;
    purchases.coupons = coupons.or(purchases.coupons.take());
    purchases.orders = orders.or(purchases.orders.take());
    purchases.usage_as_of.extend(usage);
    Ok(())
}

/// Everything there is to ask for, as far as it is not there yet: for an observation that is to be
/// planned from without a carrier. Asked twice, it is complete: which lines' traffic figures matter is
/// known once the coupons are.
///
/// A top-up policy needs fresh figures (`asOf`) only for lines that bought a coupon this month, so only
/// these cost a request each.
pub fn all_purchases(observed: &Observed) -> Wants {
    let purchases = &observed.purchases;
    let buyers = purchases.coupons.iter().flatten().filter(|coupon| {
        !coupon.status.came_to_nothing()
            && !purchases.usage_as_of.contains_key(&coupon.msisdn)
            // Terminated lines leave the list, and then nobody buys for them.
            && observed.get(coupon.msisdn).is_some_and(|sim| sim.line.is_some())
    });
    let unpriced = observed.catalogue.plans.iter().filter(|(_, price)| price.coupons.values().any(Option::is_none));
    Wants {
        coupons_from: purchases.coupons.is_none().then(|| YearMonth::of(observed.at).first_day()),
        orders: purchases.orders.is_none(),
        prices_of: unpriced.map(|(plan, _)| plan.clone()).collect(),
        usage_of: buyers.map(|coupon| coupon.msisdn).collect(),
    }
}

/// Reads all of [`all_purchases`].
pub async fn observe_all_purchases(carrier: &dyn Carrier, observed: &mut Observed) -> Result<(), ObserveError> {
    for _ in 0..2 {
        let wants = all_purchases(observed);
        observe_purchases(carrier, observed, &wants).await?;
    }
    Ok(())
}

/// Coupon applications of the month that begins on a day.
async fn coupons_since(carrier: &dyn Carrier, from: Date) -> Result<Vec<CouponApplication>, ObserveError> {
    let query = ApplicationQuery { kind: Some(ApplicationType::Coupon), from: Some(from), ..ApplicationQuery::default() };
    let listed = complete_applications(carrier, "coupon applications", &query).await?;
    // A carrier need not know the filters, and a month may have ended since it was asked for.
    let month = YearMonth::of(crate::domain::calendar::jst_midnight(from));
    let wanted = listed.filter(|application| month.contains(application.requested_at.0));
    let mut coupons: Vec<CouponApplication> = stream::iter(wanted)
        .map(|application| async move {
            let application = if application.items.is_empty() { in_full(carrier, &application).await? } else { application };
            let coupons: Vec<_> = coupons_of(&application).collect();
            if coupons.is_empty() {
                return Err(ObserveError::Unattributed(ApplicationNumber::new(application.application_no)));
            }
            Ok(coupons)
        })
        .buffer_unordered(PARALLEL)
        .try_concat()
        .await?;
    coupons.sort();
    Ok(coupons)
}

async fn all_orders(carrier: &dyn Carrier) -> Result<Vec<OrderApplication>, ObserveError> {
    let query = ApplicationQuery { kind: Some(ApplicationType::Order), ..ApplicationQuery::default() };
    let listed = complete_applications(carrier, "orders", &query).await?;
    let mut orders: Vec<OrderApplication> = stream::iter(listed)
        .map(|application| async move {
            let application = if application.order.is_none() { in_full(carrier, &application).await? } else { application };
            Ok::<_, ObserveError>(order_of(&application))
        })
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await?;
    orders.sort_by(|left, right| left.application.cmp(&right.application));
    Ok(orders)
}

/// A list may hold less of an application than the application itself.
async fn in_full(carrier: &dyn Carrier, application: &Application) -> Result<Application, CarrierError> {
    carrier.application(&ApplicationNumber::new(application.application_no.as_str())).await
}

/// Every application that matches, proven complete: one that is not among them does not exist. `list` names
/// them in an error.
pub(crate) async fn complete_applications(
    carrier: &dyn Carrier,
    list: &'static str,
    query: &ApplicationQuery,
) -> Result<impl Iterator<Item = Application> + use<>, ObserveError> {
    let listing: Listing<Application, String> = list::complete(
        list,
        &ObserveOptions::default(),
        |page, page_size| {
            let query = ApplicationQuery { page: PageQuery { page, page_size }, ..query.clone() };
            async move { carrier.applications(&query).await }
        },
        |application: Application, rows| rows.push(application.application_no.clone(), application),
        // It was read twice while it moved on: the end is later than the beginning.
        |application| u64::from(application.status.is_final()),
    )
    .await?;
    let kind = query.kind.clone();
    Ok(listing.into_rows().filter(move |application| kind.as_ref().is_none_or(|kind| application.kind == *kind)))
}

async fn coupon_prices(
    carrier: &dyn Carrier,
    plans: impl Iterator<Item = &RatePlan>,
) -> Result<Vec<(RatePlan, BTreeMap<CouponCode, Option<CouponPrice>>)>, ObserveError> {
    stream::iter(plans.cloned())
        .map(|plan| async move {
            let offers = carrier.coupons(&plan).await?;
            Ok((plan, coupons_from(&offers.result)))
        })
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await
}

async fn usage_as_of(
    carrier: &dyn Carrier,
    lines: impl Iterator<Item = Msisdn>,
) -> Result<Vec<(Msisdn, Timestamp)>, ObserveError> {
    // A row a month: the figures themselves are in the list of lines.
    let query = UsageQuery { unit: UsageUnit::Month, ..UsageQuery::default() };
    let answers: Vec<Option<(Msisdn, Timestamp)>> = stream::iter(lines)
        .map(|msisdn| async move {
            match carrier.usage(msisdn, query).await {
                Ok(usage) => Ok(Some((msisdn, usage.as_of.0))),
                Err(error) if tells_nothing(&error) => Ok(None),
                Err(error) => Err(ObserveError::from(error)),
            }
        })
        .buffer_unordered(PARALLEL)
        .try_collect()
        .await?;
    Ok(answers.into_iter().flatten().collect())
}

/// One line without figures is that line's affair.
fn tells_nothing(error: &CarrierError) -> bool {
    matches!(error.code(), Some(ErrorCode::LineNotFound | ErrorCode::FunctionNotAvailable | ErrorCode::NotOwner))
}
