//! `simfleet controller`: reconciles a cluster's accounts until it is told to end.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::cli::args::{Cluster, Controller as Args};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::stop::Signals;
use crate::cli::{cluster, exit};
use crate::controller::metrics::Metrics;
use crate::controller::process::{self, Leases, Settings};
use crate::controller::reconcile::{ReconcileOptions, Reconciler};
use crate::controller::run::Options;
use crate::exec::stop::stop_pair;

/// A resync observes the whole account.
const SHORTEST_RESYNC: Duration = Duration::from_secs(1);

pub(crate) async fn run(shell: &Shell, args: &Args) -> Result<u8, Failure> {
    let Args { context, namespace, resync, concurrency, parallelism, leader_elect, lease_namespace, identity, listen, grace } =
        args;
    if *resync < SHORTEST_RESYNC {
        return Err(Failure::usage(format!("--resync {resync:?}: at least {SHORTEST_RESYNC:?}; carriers forbid heavy load")));
    }
    let client = cluster::client(&Cluster { context: context.clone(), namespace: None }).await?;
    let identity = identity.clone().unwrap_or_else(|| gethostname::gethostname().to_string_lossy().into_owned());
    let session = process::session(&identity);
    let leases = leader_elect.then(|| Leases {
        namespace: lease_namespace.clone().unwrap_or_else(|| client.default_namespace().to_owned()),
        session: session.clone(),
    });
    let listener = TcpListener::bind(listen).await.map_err(|error| Failure::from(error).while_(&format!("--listen {listen}")))?;
    let address = listener.local_addr()?;
    tracing::info!(%session, listen = %address, "the controller begins");
    let (handle, stop) = stop_pair();
    let signals = Signals::listen(handle, shell.global.log_format);
    let metrics = Arc::new(Metrics::new());
    let options = ReconcileOptions { session, namespaces: namespace.clone(), parallelism: usize::from(*parallelism) };
    let reconciler = Reconciler::new(client.clone(), options, Arc::clone(&metrics));
    let options = Options {
        namespaces: namespace.clone(),
        resync: *resync,
        concurrency: usize::from(*concurrency),
        grace: *grace,
        seed: process::random(),
        ..Options::default()
    };
    let settings = Settings { options, leases, listener: Some(listener) };
    process::run(client, settings, Arc::new(reconciler), metrics, stop).await?;
    tracing::info!("the controller has ended");
    Ok(signals.exit_code().unwrap_or(exit::DONE))
}
