//! Reads applications: a few one by one, many by pages of the list. Never one request per line per poll.

use jiff::civil::Date;

use crate::carrier::error::CarrierError;
use crate::carrier::observe::{ObserveError, complete_applications};
use crate::carrier::query::{ApplicationQuery, PageQuery};
use crate::carrier::routes::Carrier;
use crate::carrier::wire::Application;
use crate::domain::{ApplicationNumber, ApplicationType};

/// Up to so many applications are read one by one.
const SINGLE_READS: usize = 3;

/// Pages of one list that are read at most: a list without end is no answer.
const MOST_PAGES: u64 = 1_000;

/// All applications that match, and what they ask for: proven complete, so that what is not among them does
/// not exist. What is concluded from an absence is concluded from this.
///
/// A list may hold less of an application than the application itself: those that `matter` and do not say whose
/// they are, are read one by one.
pub(crate) async fn complete(
    carrier: &dyn Carrier,
    query: &ApplicationQuery,
    matter: impl Fn(&Application) -> bool,
) -> Result<Vec<Application>, ObserveError> {
    let mut found: Vec<Application> = complete_applications(carrier, "applications", query).await?.collect();
    for application in found.iter_mut().filter(|application| !tells_whose(application) && matter(application)) {
        *application = carrier.application(&ApplicationNumber::new(application.application_no.as_str())).await?;
    }
    Ok(found)
}

/// Whether an application says for which lines it is, or what it orders.
pub(crate) fn tells_whose(application: &Application) -> bool {
    if application.kind == ApplicationType::Order { application.order.is_some() } else { !application.items.is_empty() }
}

/// All applications that match, as far as the pages show them: for looking again later.
async fn list(carrier: &dyn Carrier, mut query: ApplicationQuery) -> Result<Vec<Application>, CarrierError> {
    let mut found = Vec::new();
    loop {
        let page = carrier.applications(&query).await?;
        let seen = query.page.page.saturating_mul(page.page_size.max(1));
        let ended = page.result.is_empty() || seen >= page.total_size || query.page.page >= MOST_PAGES;
        found.extend(page.result);
        if ended {
            return Ok(found);
        }
        query.page = PageQuery { page: query.page.page + 1, page_size: page.page_size.max(1) };
    }
}

/// These applications, as they are now; those that the carrier does not know are left out. `since` is the day (JST) of the oldest.
pub(crate) async fn read(
    carrier: &dyn Carrier,
    numbers: &[ApplicationNumber],
    since: Option<Date>,
) -> Result<Vec<Application>, CarrierError> {
    if numbers.len() > SINGLE_READS {
        let all = list(carrier, ApplicationQuery { from: since, ..ApplicationQuery::default() }).await?;
        let mut wanted: Vec<&str> = numbers.iter().map(ApplicationNumber::as_str).collect();
        wanted.sort_unstable();
        return Ok(all
            .into_iter()
            .filter(|application| wanted.binary_search(&application.application_no.as_str()).is_ok())
            .collect());
    }
    let mut found = Vec::new();
    for number in numbers {
        match carrier.application(number).await {
            Ok(application) => found.push(application),
            // One that the carrier no longer keeps must not stand in the way of the others.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
