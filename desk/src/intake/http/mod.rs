//! HTTP to store and back. No rule lives here; each handler reads a request, calls the store on a thread that may
//! block, and says what came of it.
//!
//! Bodies are received by tasks of their own: when a connection breaks, hyper drops the request, and what had
//! arrived by then must still be counted.

mod admit;
mod answer;
mod attachments;
mod blocks;
mod desk;
mod mailbox;
mod reports;
mod turns;
pub(super) mod tus;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use tower::limit::GlobalConcurrencyLimitLayer;
use turnstone_wire::answer::{ATTACHMENTS_PATH, DIRECTORY_PATH};

use super::{StoreError, guard::Guard, store::Store};
use crate::home::IntakeLimits;
use answer::{Answer, Refused};
use blocks::Blocks;
use turns::Turns;

/// Most questions for the state of the server that are looked into at a time.
const HEALTH_AT_ONCE: usize = 4;

/// What every handler needs.
#[derive(Clone)]
pub(super) struct Intake {
    store: Arc<Store>,
    turns: Arc<Turns>,
    guard: Arc<Guard>,
    /// How long a body may stay silent.
    idle: Duration,
    /// How slow it may be.
    least_bytes_per_s: u64,
}

impl Intake {
    /// A request's body, under the server's limits.
    fn blocks(&self, body: Body) -> Blocks {
        Blocks::new(body, self.idle, self.least_bytes_per_s)
    }
}

/// All that the intake answers to.
pub(super) fn router(store: Arc<Store>, guard: Arc<Guard>, limits: &IntakeLimits) -> Router {
    let intake = Intake {
        store,
        turns: Arc::default(),
        guard,
        idle: Duration::from_secs(limits.idle_s),
        least_bytes_per_s: limits.least_bytes_per_s,
    };
    let attachments = Router::new()
        .route(ATTACHMENTS_PATH, post(attachments::create_named).options(attachments::options))
        .route(
            "/v1/attachments/{name}",
            post(attachments::create)
                .head(attachments::head)
                .patch(attachments::append)
                .delete(attachments::end)
                .options(attachments::options),
        )
        .layer(middleware::from_fn(tus::speak));
    // Bodies may be slow in coming. Questions without one are never kept waiting by them.
    let bodies = Router::new()
        .route("/v1/reports/{name}", put(reports::put).head(reports::head))
        .merge(attachments)
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests));
    // Whoever watches over the server learns how it does, whatever the floods: no rates, and few at a time.
    let health = Router::new()
        .route("/healthz", get(health))
        .method_not_allowed_fallback(nothing)
        .layer(GlobalConcurrencyLimitLayer::new(HEALTH_AT_ONCE));
    Router::new()
        .route(DIRECTORY_PATH, get(directory))
        .route("/v1/mailbox/{address}", get(mailbox::read))
        .route("/v1/desk/objects", get(desk::list))
        .route("/v1/desk/objects/{kind}/{name}", get(desk::object))
        .route("/v1/desk/mailbox/{address}", post(desk::leave))
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests))
        .merge(bodies)
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(middleware::from_fn_with_state(intake.clone(), admit::admit))
        .merge(health)
        .with_state(intake)
}

/// For connections beyond what one address may have: whatever is asked, the one answer.
pub(super) fn full(limits: &IntakeLimits) -> Router {
    let (idle, least) = (Duration::from_secs(limits.idle_s), limits.least_bytes_per_s);
    Router::new().fallback(async move |body: Body| admit::full(Blocks::new(body, idle, least)))
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
    if cfg!(feature = "simulation") {
        // One thread, one order of events: a seed is one course.
        return work();
    }
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Poisoned))
}

/// Runs work to its end even where the request that asked for it is dropped.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refused>> + Send + 'static,
) -> Result<T, Refused> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(StoreError::Poisoned.into()))
}
