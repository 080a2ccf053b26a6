//! The HTTP side of the admin port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::metrics::Metrics;

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

#[derive(Debug, Clone)]
struct Shared {
    metrics: Arc<Metrics>,
    readiness: Readiness,
    status: Arc<str>,
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
    /// `/metrics` with the Prometheus text format and `/version` with the version of the binary.
    ///
    /// # Errors
    /// If the socket has no local address.
    pub fn start(
        listener: TcpListener,
        metrics: Arc<Metrics>,
        readiness: Readiness,
        shutdown: CancellationToken,
    ) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let shared = Shared {
            metrics,
            readiness,
            status: Arc::from(env!("CARGO_PKG_VERSION")),
        };
        let router = Router::new()
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics_text))
            .route(
                "/version",
                get(|State(shared): State<Shared>| async move { format!("{}\n", shared.status) }),
            )
            .with_state(shared);
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

async fn readyz(State(shared): State<Shared>) -> impl IntoResponse {
    if shared.readiness.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n")
    }
}

async fn metrics_text(State(shared): State<Shared>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        shared.metrics.encode(),
    )
}
