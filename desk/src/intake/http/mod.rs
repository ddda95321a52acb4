//! HTTP to store and back. No rule lives here; each handler reads a request, calls the store on a thread that may
//! block, and says what came of it.
//!
//! Bodies are received by tasks of their own: when a connection breaks, hyper drops the request, and what had
//! arrived by then must still be counted.

mod answer;
mod attachments;
mod blocks;
mod desk;
mod mailbox;
mod reports;
mod turns;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use tower::limit::GlobalConcurrencyLimitLayer;
use turnstone_wire::answer::DIRECTORY_PATH;

use super::{StoreError, store::Store};
use crate::home::IntakeLimits;
use answer::{Answer, Refused};
use turns::Turns;

/// What every handler needs.
#[derive(Clone)]
pub(super) struct Intake {
    store: Arc<Store>,
    turns: Arc<Turns>,
    /// How long a body may stay silent.
    idle: Duration,
}

/// All that the intake answers to.
pub(super) fn router(store: Arc<Store>, limits: &IntakeLimits) -> Router {
    let intake = Intake { store, turns: Arc::default(), idle: Duration::from_secs(limits.idle_s) };
    let attachments = Router::new()
        .route("/v1/attachments/{name}", put_methods())
        .layer(middleware::from_fn(attachments::speak_tus));
    // Bodies may be slow in coming. Questions without one are never kept waiting by them.
    let bodies = Router::new()
        .route("/v1/reports/{name}", put(reports::put).head(reports::head))
        .merge(attachments)
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests));
    Router::new()
        .route("/healthz", get(health))
        .route(DIRECTORY_PATH, get(directory))
        .route("/v1/mailbox/{address}", get(mailbox::read))
        .route("/v1/desk/objects", get(desk::list))
        .route("/v1/desk/objects/{kind}/{name}", get(desk::object))
        .route("/v1/desk/mailbox/{address}", post(desk::leave))
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests))
        .merge(bodies)
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .with_state(intake)
}

fn put_methods() -> axum::routing::MethodRouter<Intake> {
    post(attachments::create).head(attachments::head).patch(attachments::append).options(attachments::options)
}

async fn health(State(intake): State<Intake>) -> Answer {
    blocking(move || intake.store.check()).await?;
    Ok((StatusCode::OK, [(CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#).into_response())
}

async fn directory(State(intake): State<Intake>) -> Answer {
    let bytes = blocking(move || intake.store.directory()).await?;
    Ok(([(CONTENT_TYPE, "application/json")], bytes).into_response())
}

async fn nothing() -> Response {
    Refused::from(StoreError::NotFound).into_response()
}

/// Calls the store on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Poisoned))
}

/// Runs work to its end even where the request that asked for it is dropped.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refused>> + Send + 'static,
) -> Result<T, Refused> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(StoreError::Poisoned.into()))
}
