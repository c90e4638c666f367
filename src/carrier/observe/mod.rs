//! Observes an account by its two lists, and proves that they are complete.
//!
//! Never one GET per line: N lines cost ⌈N/10,000⌉ requests per list, plus token, system and plans.

mod list;
mod purchases;
mod readings;
mod traces;

use crate::carrier::convert::{RowReader, catalogue_from};
use crate::carrier::error::CarrierError;
use crate::carrier::query::{ChipQuery, LARGEST_PAGE, LineQuery, PageQuery};
use crate::carrier::routes::Carrier;
use crate::carrier::snapshot::{Listing, join};
use crate::domain::{ApplicationNumber, Catalogue, Observed, Purchases};

#[cfg(feature = "exec")]
pub(crate) use purchases::complete_applications;
pub use purchases::{all_purchases, observe_all_purchases, observe_purchases};
pub use readings::{ReadingsOptions, read_lines, read_suspensions};
pub use traces::{observe_traces, observe_traces_once};

/// How to observe.
#[derive(Debug, Clone)]
pub struct ObserveOptions {
    /// Rows asked for per page.
    pub page_size: u64,
    /// Pages on their way at the same time.
    pub parallel: usize,
    /// How often a list that does not add up is listed again.
    pub relists: u32,
    /// A catalogue from before: systems and plans change rarely.
    pub catalogue: Option<Catalogue>,
}

impl Default for ObserveOptions {
    fn default() -> Self {
        Self { page_size: LARGEST_PAGE, parallel: 4, relists: 2, catalogue: None }
    }
}

/// Why there is no observation. A partial one is none: it never becomes a plan.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The carrier did not answer, or not what it should.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// A list that does not add up, however often it is listed.
    #[error("the carrier's list of {list} is incomplete: it says {said} but delivered {delivered}{}", details(*.duplicates, *.moving))]
    Incomplete {
        /// `lines`, `chip SIMs`, `coupon applications`, `orders` or `suspensions`.
        list: &'static str,
        /// `totalSize`.
        said: u64,
        /// Distinct rows delivered.
        delivered: u64,
        /// Rows that came twice.
        duplicates: u64,
        /// Whether `totalSize` changed between the pages.
        moving: bool,
    },
    /// A purchase that could be any line's: nothing can be bought while nobody knows whose it is.
    #[error("the carrier does not say for which line its application {0} bought a coupon; nothing is planned from that")]
    Unattributed(ApplicationNumber),
    /// No answer told the carrier's time.
    #[error("the carrier's answers have no `Date` header, so its clock is not known")]
    NoClock,
}

fn details(duplicates: u64, moving: bool) -> String {
    let twice = if duplicates > 0 { format!(", and {duplicates} of them twice") } else { String::new() };
    let moved = if moving { ", and it changed while it was read" } else { "" };
    format!("{twice}{moved}; nothing is planned from it, try again later")
}

/// Observes an account.
pub async fn observe(carrier: &dyn Carrier, options: &ObserveOptions) -> Result<Observed, ObserveError> {
    let catalogue = match &options.catalogue {
        Some(catalogue) => {
            // The clock has to be read before the lists: what happens while they are read is later.
            if carrier.now().is_none() {
                carrier.system().await?;
            }
            catalogue.clone()
        }
        None => observe_catalogue(carrier).await?,
    };
    let at = carrier.now().ok_or(ObserveError::NoClock)?;
    let mut reader = RowReader::new();
    let lines = list::complete(
        "lines",
        options,
        |page, page_size| {
            let query = LineQuery { page: PageQuery { page, page_size }, ..LineQuery::default() };
            async move { carrier.lines(&query).await }
        },
        |row, rows: &mut Listing<_>| rows.push(row.msisdn, reader.line(&row)),
        |row| row.version,
    )
    .await?;
    let chips = list::complete(
        "chip SIMs",
        options,
        |page, page_size| {
            let query = ChipQuery { page: PageQuery { page, page_size }, ..ChipQuery::default() };
            async move { carrier.chips(&query).await }
        },
        |row, rows: &mut Listing<_>| rows.push(row.msisdn, reader.chip(&row)),
        |row| row.version,
    )
    .await?;
    Ok(Observed {
        carrier: carrier.identity().clone(),
        at,
        complete: true,
        sims: join(lines, chips),
        catalogue,
        purchases: Purchases::default(),
    })
}

/// Systems, services and plans. Coupon prices are not part of it: they are served per plan.
pub async fn observe_catalogue(carrier: &dyn Carrier) -> Result<Catalogue, ObserveError> {
    let system = carrier.system().await?;
    let plans = carrier.plans().await?;
    Ok(catalogue_from(&system, &plans.result))
}
