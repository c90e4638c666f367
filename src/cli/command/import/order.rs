//! `simfleet import --order NAME`: the SIMs of an order that was shipped, as a manifest.

use std::path::Path;

use tracing::Level;

use super::then;
use super::write::write;
use crate::cli::account::{Session, Target, journal_path, remembered, targets};
use crate::cli::args::Import;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::count::counted;
use crate::domain::{Catalogue, Observed, OrderApplication, Purchases, Wants};
use crate::manifest::export::{Export, ExportFile, order_manifest};
use crate::plan::Memory;

pub(super) async fn run(shell: &Shell, args: &Import, name: &str, folder: &Path) -> Result<u8, Failure> {
    let targets = targets(shell, &args.paths, &args.connection)?;
    for target in &targets {
        let session = Session::open(shell, &args.connection, target, targets.len()).await?;
        let identity = session.carrier().identity().clone();
        let path = journal_path(shell, &args.connection, target, &identity)?;
        let memory = remembered(&path, &identity, None).await?;
        let is_known = memory.orders.iter().any(|order| *order.name == *name);
        if is_known || target.desired.orders.iter().any(|order| *order.name == *name) {
            let orders = orders(&session, target).await?;
            return import(shell, (folder, args), name, (target, &targets), find(name, target, &memory, &orders)?);
        }
    }
    Err(Failure::error(format!("no order {name}: no journal knows it, and no manifest declares it"))
        .help("name the manifests that declare it: simfleet import PATH --order NAME -o DIR"))
}

/// All orders of an account. Its lines are not needed for that.
async fn orders(session: &Session, target: &Target) -> Result<Vec<OrderApplication>, Failure> {
    let mut observed = Observed {
        carrier: session.carrier().identity().clone(),
        at: session.carrier().now().unwrap_or_default(),
        complete: false,
        sims: Vec::new(),
        catalogue: Catalogue::default(),
        purchases: Purchases::default(),
    };
    session.observe_purchases(target, &mut observed, &Wants { orders: true, ..Wants::default() }).await?;
    Ok(observed.purchases.orders.unwrap_or_default())
}

/// By the number that the journal knows, else by what the manifest declares: the one order of that content that
/// is no other name's.
fn find<'a>(
    name: &str,
    target: &Target,
    memory: &Memory,
    orders: &'a [OrderApplication],
) -> Result<&'a OrderApplication, Failure> {
    let remembered = |order: &&OrderApplication| {
        memory.orders.iter().any(|known| *known.name == *name && known.application.as_ref() == Some(&order.application))
    };
    if let Some(order) = orders.iter().find(remembered) {
        return Ok(order);
    }
    let not_placed = || {
        Failure::error(format!("order {name} was not placed so far; nothing was written")).help("simfleet apply PATH places it")
    };
    let declared = target.desired.orders.iter().find(|order| *order.name == *name).ok_or_else(not_placed)?;
    let is_anothers = |order: &OrderApplication| {
        memory.orders.iter().any(|known| *known.name != *name && known.application.as_ref() == Some(&order.application))
    };
    let same: Vec<&OrderApplication> = orders
        .iter()
        .filter(|order| order.content.as_ref() == Some(&declared.content) && !is_anothers(order))
        .filter(|order| !order.status.came_to_nothing())
        .collect();
    match same.as_slice() {
        [] => Err(not_placed()),
        [order] => Ok(order),
        several => {
            let numbers: Vec<&str> = several.iter().map(|order| order.application.as_str()).collect();
            let numbers = numbers.join(", ");
            Err(Failure::error(format!("order {name}: applications {numbers} have its content, and no journal says which it is"))
                .help("nothing was written; import with the journal that placed it"))
        }
    }
}

fn import(
    shell: &Shell,
    (folder, args): (&Path, &Import),
    name: &str,
    (target, targets): (&Target, &[Target]),
    order: &OrderApplication,
) -> Result<u8, Failure> {
    let OrderApplication { application, status, msisdns, iccids, content, .. } = order;
    if msisdns.is_empty() {
        let void = status.came_to_nothing();
        let then = if void { "it never will have SIMs" } else { "its numbers are known once it is shipped" };
        return Err(Failure::error(format!("order {name} (application {application}) is {status}: {then}; nothing was written")));
    }
    let declared = target.desired.orders.iter().find(|order| *order.name == *name).map(|order| &order.content);
    let content = content.as_ref().or(declared).ok_or_else(|| {
        Failure::error(format!("order {name} (application {application}): the carrier does not say what was ordered"))
            .help("name the manifest that declares it; nothing was written")
    })?;
    let file = ExportFile { path: format!("{name}.yaml"), content: order_manifest(&target.name, name, content, msisdns, iccids) };
    let path = folder.join(&file.path).display().to_string();
    write(folder, &args.paths, &Export { files: vec![file], notes: Vec::new() }, args.force)?;
    if let Some(note) = then::note(folder, &args.paths, targets) {
        shell.tell(Level::INFO, &format!("note: {note}"));
    }
    let count = counted(msisdns.len(), "SIM");
    shell.tell(Level::INFO, &format!("imported {count} of order {name} (application {application}, {status}) into {path}"));
    Ok(exit::DONE)
}
