//! The `strandline` binary.

use std::process::ExitCode;

use strandline::config::own::THREADS;
use strandline::config::{Loader, Machine, Profile, Settings};
use strandline::node::Node;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let mut loader = Loader::new(Profile::Dev, Machine::detect());
    let settings = loader
        .environment(std::env::vars())
        .map_err(|e| e.to_string());
    let settings = settings.and_then(|_| loader.finish().map_err(|e| e.to_string()));
    let run = settings.and_then(serve);
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(settings: Settings) -> Result<(), String> {
    let threads = usize::try_from(settings.get(&THREADS)).unwrap_or(1);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("broker")
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let node = Node::start(settings).await.map_err(|e| e.to_string())?;
        tracing::info!(bootstrap = node.bootstrap(), admin = node.admin(), "ready");
        let interrupted = tokio::signal::ctrl_c().await;
        node.shutdown().await;
        interrupted.map_err(|e| e.to_string())
    })
}
