//! The intake: a server that holds only ciphertext.
//!
//! `store` holds the rules and knows no HTTP; `http` translates and knows no rules; `listen` accepts connections.

mod carried;
mod checksum;
mod error;
mod guard;
mod http;
mod idle;
mod ledger;
mod listen;
mod pace;
mod place;
mod room;
mod salvage;
mod settings;
mod shelf;
mod store;
mod uploads;

use std::{sync::Arc, time::Duration};

pub(crate) use carried::Begun;
pub(crate) use error::StoreError;
use guard::Guard;
use serde::Serialize;
pub(crate) use store::{PAGE, Store};
use tokio::time::Instant;

use crate::{args::ServeArgs, clock::SystemClock, failure::Failure, output::Output};

/// How long running requests may take to end once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How often addresses are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(10);
/// How often uploads are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

#[derive(Serialize)]
struct Listening<'a> {
    listening: &'a str,
}

/// Runs the command `serve` until SIGTERM or SIGINT.
pub(crate) fn serve(args: &ServeArgs, output: &mut Output) -> Result<(), Failure> {
    let tls = listen::tls(args)?;
    let store = Arc::new(Store::open(&args.server, Arc::new(SystemClock))?);
    let lock = store.serve()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
    let served = runtime.block_on(async {
        let server = listen::Server::bind(&args.listen, tls, Arc::clone(&store)).await?;
        let stop = listen::stop_signal().map_err(Failure::Runtime)?;
        let tidying = tokio::spawn(tidy(server.guard(), Arc::clone(&store)));
        let url = server.url();
        output.answer(&Listening { listening: &url }, format_args!("listening on {url}"))?;
        server.run(stop, FAREWELL).await;
        tidying.abort();
        Ok(())
    });
    runtime.shutdown_timeout(FAREWELL);
    drop(lock);
    served
}

/// What answers for a store, without a socket.
#[cfg(feature = "simulation")]
pub(crate) fn router(store: &Arc<Store>) -> Result<axum::Router, StoreError> {
    let settings = store.settings()?;
    let limits = &settings.config.limits;
    let guard = Arc::new(Guard::new(&limits.rates));
    let caller = guard.caller(std::net::Ipv4Addr::LOCALHOST.into());
    Ok(http::router(Arc::clone(store), guard, limits).layer(axum::Extension(caller)))
}

/// Forgets addresses that are owed nothing, and drops uploads whose time is over, for as long as the server runs.
async fn tidy(guard: Arc<Guard>, store: Arc<Store>) {
    let mut forgetting = tokio::time::interval(FORGET_EVERY);
    let mut sweeping = tokio::time::interval_at(Instant::now() + SWEEP_EVERY, SWEEP_EVERY);
    loop {
        tokio::select! {
            _ = forgetting.tick() => guard.forget(),
            _ = sweeping.tick() => {
                let store = Arc::clone(&store);
                // What cannot be swept now is swept an hour later.
                let _ = tokio::task::spawn_blocking(move || store.sweep_uploads()).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
