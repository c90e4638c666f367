//! One list, page by page, until it adds up.

use futures_util::StreamExt as _;
use futures_util::stream;

use super::{ObserveError, ObserveOptions};
use crate::carrier::error::CarrierError;
use crate::carrier::snapshot::Listing;
use crate::carrier::wire::Page;

/// What a pass over the pages found.
struct Pass<R, K> {
    rows: Listing<R, K>,
    said: u64,
    duplicates: u64,
    moving: bool,
    short: bool,
}

impl<R, K: Ord> Pass<R, K> {
    /// Complete: as many distinct keys as the list says it has, by one `totalSize` on all pages.
    /// Rows that came twice do not matter then.
    fn is_complete(&self) -> bool {
        self.rows.len() == self.said && !self.moving && !self.short
    }
}

/// Lists everything. A pass that does not add up is repeated: somebody may have changed something
/// while it ran, and pages are no snapshot (DOMAIN 5).
pub(super) async fn complete<T, R, K: Ord, F>(
    list: &'static str,
    options: &ObserveOptions,
    fetch: impl Fn(u64, u64) -> F,
    mut take: impl FnMut(T, &mut Listing<R, K>),
    version: impl Fn(&R) -> u64,
) -> Result<Listing<R, K>, ObserveError>
where
    F: Future<Output = Result<Page<T>, CarrierError>>,
{
    let mut again = options.relists;
    loop {
        let pass = pass(options, &fetch, &mut take, &version).await?;
        if pass.is_complete() {
            tracing::debug!(list, rows = pass.said, duplicates = pass.duplicates, "listed");
            return Ok(pass.rows);
        }
        let (said, delivered) = (pass.said, pass.rows.len());
        if again == 0 {
            return Err(ObserveError::Incomplete { list, said, delivered, duplicates: pass.duplicates, moving: pass.moving });
        }
        again -= 1;
        tracing::warn!(list, said, delivered, "the list does not add up; listing it again");
    }
}

async fn pass<T, R, K: Ord, F>(
    options: &ObserveOptions,
    fetch: &impl Fn(u64, u64) -> F,
    take: &mut impl FnMut(T, &mut Listing<R, K>),
    version: &impl Fn(&R) -> u64,
) -> Result<Pass<R, K>, ObserveError>
where
    F: Future<Output = Result<Page<T>, CarrierError>>,
{
    let first = fetch(1, options.page_size).await?;
    let said = first.total_size;
    // A carrier may hold less on a page than it was asked for, and says so. Nobody promises room for
    // `said` rows before they came: it is only a number in an answer.
    let page_size = first.page_size.clamp(1, options.page_size.max(1));
    let pages = said.div_ceil(page_size).max(1);
    let mut pass = Pass { rows: Listing::default(), said, duplicates: 0, moving: false, short: false };
    let mut add = |page: Page<T>, number: u64, pass: &mut Pass<R, K>| {
        pass.moving |= page.total_size != said || page.page != number;
        let rows = u64::try_from(page.result.len()).unwrap_or(u64::MAX);
        pass.short |= rows < said.saturating_sub((number - 1).saturating_mul(page_size)).min(page_size);
        for row in page.result {
            take(row, &mut pass.rows);
        }
    };
    add(first, 1, &mut pass);
    if pages > 1 {
        let mut answers = stream::iter(2..=pages)
            .map(|number| {
                let answer = fetch(number, page_size);
                async move { (number, answer.await) }
            })
            .buffer_unordered(options.parallel.max(1));
        while let Some((number, answer)) = answers.next().await {
            let page = answer?;
            // What an endless list says of its size is not worth following.
            let ended = page.result.is_empty();
            add(page, number, &mut pass);
            if ended {
                break;
            }
        }
    }
    pass.duplicates = pass.rows.settle(version);
    Ok(pass)
}
