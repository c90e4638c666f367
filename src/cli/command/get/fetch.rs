//! Reads rows. Lists come page by page; named rows one by one.
//!
//! The outer `Result` is the command line's, the inner one the carrier's.

use super::names;
use crate::carrier::query::{LARGEST_PAGE, PageQuery};
use crate::carrier::wire::{Application, ChipSim, Line, Page, ServiceDetail, Usage};
use crate::carrier::{ApplicationQuery, Carrier, CarrierError, ChipQuery, LineQuery, UsageQuery, UsageUnit};
use crate::cli::args::{self, Get};
use crate::cli::failure::Failure;
use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, ServiceCode, SystemNumber};
use crate::render::record::LineSession;

type Fetched<T> = Result<Result<T, CarrierError>, Failure>;

pub(super) async fn lines(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<Line>> {
    let named = names::numbers(&args.names)?;
    if !named.is_empty() {
        return Ok(each(&named, |msisdn| carrier.line(*msisdn)).await);
    }
    let query = |page| LineQuery {
        system: args.system.as_deref().map(SystemNumber::from),
        status: args.status.clone(),
        plan_code: args.rate_plan.clone(),
        page,
    };
    Ok(all(async |page| carrier.lines(&query(page)).await).await)
}

pub(super) async fn chips(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<ChipSim>> {
    let named = names::numbers(&args.names)?;
    if !named.is_empty() {
        return Ok(each(&named, |msisdn| carrier.chip(*msisdn)).await);
    }
    let query = |page| ChipQuery { system: args.system.as_deref().map(SystemNumber::from), status: args.status.clone(), page };
    Ok(all(async |page| carrier.chips(&query(page)).await).await)
}

pub(super) async fn usage(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<Usage>> {
    let query = UsageQuery {
        from: names::day(args.from.as_deref(), "--from")?,
        to: names::day(args.to.as_deref(), "--to")?,
        unit: match args.unit {
            args::UsageUnit::Day => UsageUnit::Day,
            args::UsageUnit::Month => UsageUnit::Month,
        },
    };
    let named = names::some_numbers(&args.names, "usage")?;
    Ok(each(&named, |msisdn| carrier.usage(*msisdn, query)).await)
}

pub(super) async fn sessions(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<LineSession>> {
    let named = names::some_numbers(&args.names, "sessions")?;
    let sessions = each(&named, |msisdn| carrier.session(*msisdn)).await;
    Ok(sessions
        .map(|sessions| named.into_iter().zip(sessions).map(|(msisdn, session)| LineSession { msisdn, session }).collect()))
}

pub(super) async fn applications(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<Application>> {
    // A phone number stands for the applications of its line, anything else for an application.
    let (lines, numbers): (Vec<_>, Vec<_>) = args.names.iter().cloned().partition(|name| Msisdn::parse(name).is_ok());
    let (from, to) = (names::day(args.from.as_deref(), "--from")?, names::day(args.to.as_deref(), "--to")?);
    let query = |msisdn, page| ApplicationQuery {
        kind: args.kind.as_deref().map(ApplicationType::from_wire),
        status: args.status.as_deref().map(ApplicationStatus::from_wire),
        msisdn,
        from,
        to,
        page,
    };
    if args.names.is_empty() {
        return Ok(all(async |page| carrier.applications(&query(None, page)).await).await);
    }
    let mut found = match each(&names::applications(&numbers), |number| carrier.application(number)).await {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    for msisdn in names::numbers(&lines)? {
        match all(async |page| carrier.applications(&query(Some(msisdn), page)).await).await {
            Ok(more) => found.extend(more),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(found))
}

pub(super) async fn services(carrier: &dyn Carrier, args: &Get) -> Fetched<Vec<ServiceDetail>> {
    let mut named = names::services(&args.names)?;
    if named.is_empty() {
        match carrier.system().await {
            Ok(answer) => {
                for system in answer.systems {
                    let number = SystemNumber::from(system.system_no.as_str());
                    named.extend(
                        system.services.iter().map(|service| (number.clone(), ServiceCode::from(service.service_code.as_str()))),
                    );
                }
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(each(&named, |(system, service)| carrier.service_detail(system, service, args.from.as_deref())).await)
}

/// One request a name, in order.
async fn each<'n, N, T, F>(names: &'n [N], get: impl Fn(&'n N) -> F) -> Result<Vec<T>, CarrierError>
where
    F: Future<Output = Result<T, CarrierError>>,
{
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        found.push(get(name).await?);
    }
    Ok(found)
}

/// Every page of a list.
async fn all<T>(get: impl AsyncFn(PageQuery) -> Result<Page<T>, CarrierError>) -> Result<Vec<T>, CarrierError> {
    let mut rows = Vec::new();
    for page in 1.. {
        let answer = get(PageQuery { page, page_size: LARGEST_PAGE }).await?;
        let last = answer.result.is_empty() || page * LARGEST_PAGE >= answer.total_size;
        rows.extend(answer.result);
        if last {
            break;
        }
    }
    Ok(rows)
}
