//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::controller::health::Health;
use crate::controller::lease::Tenure;
use crate::controller::metrics::Metrics;
use crate::exec::Stop;
use crate::exec::waiter::RealWaiter;

/// What is served.
#[derive(Debug, Clone)]
pub struct Served {
    /// What probes ask.
    pub health: Arc<Health>,
    /// Whether the leases run.
    pub tenure: Arc<Tenure<RealWaiter>>,
    /// What Prometheus asks.
    pub metrics: Arc<Metrics>,
}

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, served: Served, mut stop: Stop) -> std::io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(served);
    axum::serve(listener, router).with_graceful_shutdown(async move { stop.asked().await }).await
}

async fn alive(State(served): State<Served>) -> (StatusCode, &'static str) {
    if served.health.is_alive() { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "the loop hangs\n") }
}

async fn ready(State(served): State<Served>) -> (StatusCode, &'static str) {
    if !served.health.has_seen_all() {
        (StatusCode::SERVICE_UNAVAILABLE, "not all watches have told what there is\n")
    } else if !served.tenure.is_live() {
        (StatusCode::SERVICE_UNAVAILABLE, "the leases cannot be written\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}

async fn metrics(State(served): State<Served>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], served.metrics.render())
}
