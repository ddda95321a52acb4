//! The intake: a server that holds only ciphertext.
//!
//! `store` holds the rules and knows no HTTP; `http` translates and knows no rules; `listen` accepts connections.

mod error;
mod http;
mod idle;
mod ledger;
mod listen;
mod place;
mod salvage;
mod settings;
mod shelf;
mod store;
mod uploads;

use std::{sync::Arc, time::Duration};

pub(crate) use error::StoreError;
use serde::Serialize;
pub(crate) use store::{PAGE, Store};

use crate::{args::ServeArgs, clock::SystemClock, failure::Failure, output::Output};

/// How long running requests may take to end once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

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
        let url = server.url();
        output.answer(&Listening { listening: &url }, format_args!("listening on {url}"))?;
        server.run(stop, FAREWELL).await;
        Ok(())
    });
    runtime.shutdown_timeout(FAREWELL);
    drop(lock);
    served
}

#[cfg(test)]
mod tests;
