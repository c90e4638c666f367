//! Whether what an operation rests on still holds: by a fresh read before R4, R5 and the cancellation of an
//! order (DESIGN 3.5), by the apply's own observation for the rest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::carrier::convert::RowReader;
use crate::carrier::error::CarrierError;
use crate::carrier::observe::ObserveError;
use crate::carrier::query::{ApplicationQuery, ChipQuery, PageQuery};
use crate::carrier::routes::Carrier;
use crate::carrier::wire::Application;
use crate::domain::calendar::YearMonth;
use crate::domain::identifier::ReportedImei;
use crate::domain::{ApplicationNumber, ApplicationStatus, ApplicationType, ChipStatus, Iccid, Msisdn, ObservedSim};
use crate::exec::{evidence, follow};
use crate::plan::{Change, Operation, Precondition};

/// The most chip SIMs that are read one by one, when the filtered list does not show them.
const SINGLE_READS: usize = 20;

/// Judges a precondition by what is observed of the number. The error says what changed.
pub fn holds(precondition: &Precondition, sim: Option<&ObservedSim>) -> Result<(), String> {
    let Precondition { status, rate_plan, imei, system_number, iccid, applications, purchases: _ } = precondition;
    let Some(sim) = sim else { return Err("the carrier no longer lists it".to_owned()) };
    let (line, chip) = (sim.line.as_ref(), sim.chip.as_ref());
    let expect = |what: &str, expected: &str, found: &str, same: bool| {
        if same {
            return Ok(());
        }
        let name = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        Err(format!("{what} is {}, the plan rests on {}", name(found), name(expected)))
    };
    if let Some(expected) = status {
        let found = line.map(|line| line.status.wire()).or(chip.map(|chip| chip.status.wire())).unwrap_or_default();
        expect("the status", expected, found, **expected == *found)?;
    }
    if let Some(expected) = rate_plan {
        let found = line.map(|line| line.plan.as_str()).unwrap_or_default();
        expect("the rate plan", expected.as_str(), found, expected.as_str() == found)?;
    }
    if let Some(expected) = imei {
        let bound = chip.and_then(|chip| chip.imei).map(ReportedImei::from).or(line.and_then(|line| line.imei));
        let found = bound.map(|imei| imei.to_string()).unwrap_or_default();
        let device = |text: &str| text.get(..14).unwrap_or(text).to_owned();
        expect("the IMEI", expected, &found, device(expected) == device(&found))?;
    }
    if let Some(expected) = system_number {
        let found = line.map(|line| &line.system).or(chip.and_then(|chip| chip.system.as_ref())).map(ToString::to_string);
        let found = found.unwrap_or_default();
        expect("the system number", expected, &found, **expected == found)?;
    }
    if let Some(expected) = iccid {
        let found = line.and_then(|line| line.iccid).or(chip.and_then(|chip| chip.iccid));
        let same = match (Iccid::parse(expected), found) {
            (Ok(expected), Some(found)) => expected.same_card(&found),
            (Ok(_) | Err(_), _) => false,
        };
        expect("the card (ICCID)", expected, &found.map(|iccid| iccid.to_string()).unwrap_or_default(), same)?;
    }
    for expected in applications {
        if !sim.pending().any(|pending| pending.application == *expected) {
            return Err(format!("application {expected} is no longer open"));
        }
    }
    Ok(())
}

/// What a fresh read said of each operation: `Ok`, or what changed.
pub(crate) type Verdicts = Vec<Result<(), String>>;

/// How a fresh read can fail to say anything.
#[derive(Debug)]
pub(crate) enum Unchecked {
    /// The carrier did not answer.
    Carrier(CarrierError),
    /// A list shows too little of what is there: it lags. To be read again in a moment.
    Lagging,
}

/// Whether an operation is judged by a fresh read.
pub(crate) fn needs_fresh_read(operation: &Operation) -> bool {
    let of_an_order = operation.subject.order().is_some();
    operation.change.risk().needs_approval() || of_an_order
}

/// Reads afresh what the operations of one request rest on, and judges. `ours` are the applications of
/// orders that the journal knows; `patient` is whether a list may be suspected to lag.
pub(crate) async fn check(
    carrier: &dyn Carrier,
    operations: &[&Operation],
    ours: &[ApplicationNumber],
    patient: bool,
) -> Result<Verdicts, Unchecked> {
    let Some(first) = operations.first() else { return Ok(Verdicts::new()) };
    match &first.change {
        Change::PlaceOrder { .. } => {
            let query = ApplicationQuery { kind: Some(ApplicationType::Order), ..ApplicationQuery::default() };
            let orders = match follow::complete(carrier, &query, |order| !is_known(operations, ours, order)).await {
                Ok(orders) => orders,
                Err(ObserveError::Carrier(error)) => return Err(Unchecked::Carrier(error)),
                Err(ObserveError::Incomplete { .. }) if patient => return Err(Unchecked::Lagging),
                Err(error @ (ObserveError::Incomplete { .. } | ObserveError::Unattributed(_) | ObserveError::NoClock)) => {
                    return Ok(operations.iter().map(|_| Err(error.to_string())).collect());
                }
            };
            Ok(operations.iter().map(|operation| nobody_was_faster(operation, &orders, ours)).collect())
        }
        Change::CancelApplication { application, of: _ } if first.subject.order().is_some() => {
            let found = match carrier.application(application).await {
                Ok(found) => Some(found),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(Unchecked::Carrier(error)),
            };
            Ok(operations.iter().map(|_| is_cancellable(application, found.as_ref())).collect())
        }
        Change::BindImei { .. } => check_chips(carrier, operations, chip_query(&ChipStatus::Ordered), patient).await,
        Change::StartUse { system, .. } => {
            let query = ChipQuery { system: Some(system.clone()), ..chip_query(&ChipStatus::Allocated) };
            check_chips(carrier, operations, query, patient).await
        }
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Terminate { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::BuyCoupon { .. }
        | Change::CancelApplication { .. } => {
            let mut verdicts = Verdicts::new();
            for operation in operations {
                let sim = match operation.subject.msisdn() {
                    Some(msisdn) => read_line(carrier, msisdn).await.map_err(Unchecked::Carrier)?,
                    None => None,
                };
                let verdict = holds(&operation.precondition, sim.as_ref());
                verdicts.push(verdict.and_then(|()| in_its_month(operation, carrier.now())));
            }
            Ok(verdicts)
        }
    }
}

/// A coupon is credited to the month in which it is bought.
fn in_its_month(operation: &Operation, now: Option<Timestamp>) -> Result<(), String> {
    match (&operation.change, now) {
        (Change::BuyCoupon { purchase }, Some(now)) if !purchase.month.contains(now) => {
            Err(format!("the coupon is for {}, and it is {} at the carrier", purchase.month, YearMonth::of(now)))
        }
        (_, _) => Ok(()),
    }
}

fn is_known(operations: &[&Operation], ours: &[ApplicationNumber], order: &Application) -> bool {
    let planned = operations.iter().flat_map(|operation| operation.precondition.purchases.iter().flatten());
    planned.chain(ours).any(|known| known.as_str() == order.application_no)
}

/// An order is not placed if the carrier has one like it that neither the plan nor the journal knows.
fn nobody_was_faster(operation: &Operation, orders: &[Application], ours: &[ApplicationNumber]) -> Result<(), String> {
    let Change::PlaceOrder { placement } = &operation.change else { return Ok(()) };
    let other = orders.iter().find(|order| {
        !order.status.came_to_nothing()
            && evidence::is_order_on_the_wire(&placement.content, order)
            && !is_known(&[operation], ours, order)
    });
    other.map_or(Ok(()), |other| Err(format!("application {} orders the same, and came meanwhile", other.application_no)))
}

fn is_cancellable(number: &ApplicationNumber, found: Option<&Application>) -> Result<(), String> {
    let Some(found) = found else { return Err(format!("the carrier no longer knows application {number}")) };
    still_open(number, &found.status)
}

/// Whether an order can still be cancelled: only while it is accepted (DOMAIN 4).
pub(crate) fn still_open(number: &ApplicationNumber, status: &ApplicationStatus) -> Result<(), String> {
    if *status == ApplicationStatus::Accepted {
        return Ok(());
    }
    Err(format!("application {number} is {} and can no longer be cancelled", status.wire()))
}

fn chip_query(status: &ChipStatus) -> ChipQuery {
    ChipQuery { status: Some(status.wire().to_owned()), ..ChipQuery::default() }
}

async fn check_chips(
    carrier: &dyn Carrier,
    operations: &[&Operation],
    mut query: ChipQuery,
    patient: bool,
) -> Result<Verdicts, Unchecked> {
    let mut reader = RowReader::new();
    let wanted: BTreeSet<Msisdn> = operations.iter().filter_map(|operation| operation.subject.msisdn()).collect();
    let mut found: BTreeMap<Msisdn, ObservedSim> = BTreeMap::new();
    loop {
        let page = carrier.chips(&query).await.map_err(Unchecked::Carrier)?;
        let ended = page.result.is_empty() || query.page.page.saturating_mul(page.page_size.max(1)) >= page.total_size;
        for row in page.result.iter().filter(|row| wanted.contains(&row.msisdn)) {
            let sim = ObservedSim { msisdn: row.msisdn, line: None, chip: Some(reader.chip(row)) };
            found.insert(row.msisdn, sim);
        }
        if ended || found.len() == wanted.len() {
            break;
        }
        query.page = PageQuery { page: query.page.page + 1, page_size: page.page_size.max(1) };
    }
    let mut verdicts: Verdicts = operations
        .iter()
        .map(|operation| holds(&operation.precondition, operation.subject.msisdn().and_then(|msisdn| found.get(&msisdn))))
        .collect();
    let doubtful = verdicts.iter().filter(|verdict| verdict.is_err()).count();
    if doubtful > SINGLE_READS && patient {
        return Err(Unchecked::Lagging);
    }
    if doubtful <= SINGLE_READS {
        // Lists may lag single reads (DOMAIN 5): before something is called stale it is read by itself.
        for (operation, verdict) in operations.iter().zip(&mut verdicts).filter(|(_, verdict)| verdict.is_err()) {
            let Some(msisdn) = operation.subject.msisdn() else { continue };
            let sim = read_chip(carrier, msisdn).await.map_err(Unchecked::Carrier)?;
            *verdict = holds(&operation.precondition, sim.as_ref());
        }
    }
    Ok(verdicts)
}

async fn read_line(carrier: &dyn Carrier, msisdn: Msisdn) -> Result<Option<ObservedSim>, CarrierError> {
    match carrier.line(msisdn).await {
        Ok(row) => Ok(Some(ObservedSim { msisdn, line: Some(RowReader::new().line(&row)), chip: None })),
        Err(error) => gone(error),
    }
}

async fn read_chip(carrier: &dyn Carrier, msisdn: Msisdn) -> Result<Option<ObservedSim>, CarrierError> {
    match carrier.chip(msisdn).await {
        Ok(row) => Ok(Some(ObservedSim { msisdn, line: None, chip: Some(RowReader::new().chip(&row)) })),
        Err(error) => gone(error),
    }
}

fn gone(error: CarrierError) -> Result<Option<ObservedSim>, CarrierError> {
    if error.is_not_found() { Ok(None) } else { Err(error) }
}
