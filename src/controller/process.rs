//! The controller as a process: loop, leases and the address for probes, started and ended in order.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;

use kube::Client;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::controller::ReconcileAccount;
use crate::controller::health::Health;
use crate::controller::lease::{KubernetesLeases, Replica, Tenure};
use crate::controller::metrics::Metrics;
use crate::controller::run::{Controller, Options};
use crate::controller::serve::{Served, serve};
use crate::exec::Stop;
use crate::exec::stop::stop_pair;
use crate::exec::waiter::RealWaiter;

/// How the process works.
#[derive(Debug)]
pub struct Settings {
    /// The loop.
    pub options: Options,
    /// How it shares accounts with other replicas. None: it has them all.
    pub leases: Option<Leases>,
    /// Where probes and Prometheus ask. None: nowhere.
    pub listener: Option<TcpListener>,
}

/// Where leases are and who writes them.
#[derive(Debug, Clone)]
pub struct Leases {
    /// The namespace, the same for all replicas.
    pub namespace: String,
    /// This process: see [`session`].
    pub session: String,
}

/// A name for this process that no other has, not even the next one in the same pod.
pub fn session(identity: &str) -> String {
    format!("{identity}_{:08x}", random() & 0xffff_ffff)
}

/// A number that is another one in every process. Not for secrets.
pub fn random() -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}

/// Works until `stop`: then no turn begins, those under way end (at most for the grace time), and at last the leases
/// are released.
pub async fn run(
    client: Client,
    settings: Settings,
    reconciler: Arc<dyn ReconcileAccount>,
    metrics: Arc<Metrics>,
    stop: Stop,
) -> std::io::Result<()> {
    let Settings { options, leases, listener } = settings;
    let waiter = RealWaiter::new();
    let (tenure, events) = if leases.is_some() { Tenure::shared(waiter) } else { Tenure::alone(waiter) };
    let tenure = Arc::new(tenure);
    let health = Arc::new(Health::default());
    let (last, the_end) = stop_pair();
    // Sets of tasks, because a dropped set ends its tasks.
    let (mut serving, mut sharing) = (JoinSet::new(), JoinSet::new());
    if let Some(listener) = listener {
        let served = Served { health: Arc::clone(&health), tenure: Arc::clone(&tenure), metrics: Arc::clone(&metrics) };
        serving.spawn(serve(listener, served, the_end.clone()));
    }
    if let Some(Leases { namespace, session }) = leases {
        tracing::info!(%session, %namespace, "shares accounts by leases");
        let scope = scope(&options.namespaces);
        let replica = Replica::new(KubernetesLeases::new(client.clone(), &namespace), Arc::clone(&tenure), &session, &scope);
        sharing.spawn(replica.run(the_end));
    }
    let controller = Controller { client, options, reconciler, tenure, events, health, metrics };
    controller.run(stop).await;
    last.stop();
    while let Some(ended) = sharing.join_next().await {
        if let Err(error) = ended {
            tracing::error!("the leases ended in a panic, which is a mistake in simfleet: {error}");
        }
    }
    serving.join_next().await.map_or(Ok(()), |ended| ended.unwrap_or(Ok(())))
}

/// Replicas that watch the same namespaces share their accounts.
fn scope(namespaces: &[String]) -> String {
    let mut namespaces = namespaces.to_vec();
    namespaces.sort();
    namespaces.dedup();
    if namespaces.is_empty() { "*".to_owned() } else { namespaces.join(",") }
}
