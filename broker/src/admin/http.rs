//! The HTTP side of the admin port.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use strandline_protocol::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use super::metrics::Metrics;
use super::status;
use crate::diagnostics::Warnings;
use crate::tier::TierInventory;

/// Whether the broker serves clients; shared between the node and the admin port.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Says whether clients are served from now on.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    /// Whether clients are served.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What the admin port shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Figures of `/metrics` and `/status`.
    pub metrics: Arc<Metrics>,
    /// Answer of `/readyz`.
    pub readiness: Readiness,
    /// Answers `/tier/objects`; empty without a tier, and until it is open.
    pub inventory: Arc<OnceLock<TierInventory>>,
    /// Newest warnings, for `/status`.
    pub warnings: Warnings,
    /// Tells how long the process has been up.
    pub clock: Arc<dyn Clock>,
}

/// The admin port. Bound before the broker is ready, so that `/readyz` can say so.
#[derive(Debug)]
pub struct AdminServer {
    address: SocketAddr,
}

impl AdminServer {
    /// Serves on an already bound socket until `shutdown`.
    ///
    /// `/healthz` answers as long as the process runs, `/readyz` once clients are served,
    /// `/metrics` with the Prometheus text format, `/status` with one screen for people,
    /// `/tier/objects?topic=NAME` with what is in the store and why, and `/version` with the version
    /// of the binary.
    ///
    /// # Errors
    /// If the socket has no local address.
    pub fn start(
        listener: TcpListener,
        shown: Shown,
        shutdown: CancellationToken,
    ) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let started = shown.clock.monotonic();
        let router = Router::new()
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics_text))
            .route(
                "/status",
                get(move |State(shown): State<Shown>| async move { status_page(&shown, started) }),
            )
            .route("/tier/objects", get(tier_objects))
            .route(
                "/version",
                get(|| async { concat!(env!("CARGO_PKG_VERSION"), "\n") }),
            )
            .with_state(shown);
        tokio::spawn(async move {
            let served = axum::serve(listener, router)
                .with_graceful_shutdown(async move { shutdown.cancelled().await })
                .await;
            if let Err(error) = served {
                tracing::warn!(%error, "admin port stopped");
            }
        });
        Ok(Self { address })
    }

    /// Where the admin port listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn status_page(shown: &Shown, started: Duration) -> String {
    let uptime = shown.clock.monotonic().saturating_sub(started);
    status::page(&shown.metrics, &shown.warnings.lines(), uptime)
}

async fn readyz(State(shown): State<Shown>) -> impl IntoResponse {
    if shown.readiness.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n")
    }
}

#[derive(Debug, Deserialize)]
struct OfTopic {
    topic: Option<String>,
}

async fn tier_objects(
    State(shown): State<Shown>,
    Query(of): Query<OfTopic>,
) -> Result<Body, (StatusCode, &'static str)> {
    let Some(inventory) = shown.inventory.get() else {
        return Err((StatusCode::NOT_FOUND, "this broker has no object store\n"));
    };
    let lines = inventory.clone().lines(of.topic);
    let next = |mut lines: Receiver<String>| async {
        let line = lines.recv().await?;
        Some((Ok::<_, Infallible>(line), lines))
    };
    Ok(Body::from_stream(futures::stream::unfold(lines, next)))
}

async fn metrics_text(State(shown): State<Shown>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        shown.metrics.encode(),
    )
}
