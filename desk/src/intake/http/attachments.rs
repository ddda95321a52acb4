//! `/v1/attachments/{sha256}`: the part of tus 1.0 that phones need, on names made from content.
//!
//! Creation, creation with upload, `HEAD` and `PATCH` follow tus.io/protocols/resumable-upload, save that the client
//! names the upload, that a repeated creation goes on instead of starting anew, and that the answer to a complete
//! upload carries the receipt.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
    },
    middleware::Next as Handler,
    response::{IntoResponse, Response},
};
use turnstone_wire::{
    answer::{TUS_CHUNK_TYPE, TUS_VERSION, attachment_path},
    hash::Sha256,
};

use super::{
    Intake,
    answer::{self, Answer, Named, Refused, UPLOAD_LENGTH, UPLOAD_OFFSET},
    blocking,
    blocks::{Blocks, Next},
    detached,
    reports::parse,
    turns::Turn,
};
use crate::intake::{
    StoreError,
    uploads::{Appender, Progress},
};

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderValue = HeaderValue::from_static(TUS_VERSION);
/// Bytes after which what was received is made durable, though more is coming.
const COMMIT_BYTES: u64 = 1024 * 1024;
/// Silence after which it is.
const PAUSE: Duration = Duration::from_millis(200);

/// Names the version in every answer, and refuses clients of another.
pub(super) async fn speak_tus(request: Request, handler: Handler) -> Response {
    let spoken = request.headers().get(TUS_RESUMABLE).is_none_or(|version| version == VERSION);
    let mut response = if spoken {
        handler.run(request).await
    } else {
        let mut refused = Refused::bad_request("this intake speaks tus 1.0.0").into_response();
        *refused.status_mut() = StatusCode::PRECONDITION_FAILED;
        refused.headers_mut().insert("tus-version", VERSION);
        refused
    };
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    response
}

/// `OPTIONS`: what is spoken.
pub(super) async fn options(State(intake): State<Intake>) -> Answer {
    let settings = blocking(move || intake.store.settings()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", VERSION);
    headers.insert("tus-extension", HeaderValue::from_static("creation,creation-with-upload"));
    headers.insert("tus-max-size", settings.config.limits.attachment_bytes.into());
    Ok(response)
}

/// `POST`: begins an upload, or says how far it has come; takes its first bytes where they come along.
pub(super) async fn create(
    State(intake): State<Intake>,
    Named(name): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let blocks = Blocks::new(body, intake.idle);
    detached(async move {
        let (name, length) = match parse(&name).and_then(|name| Ok((name, number(&headers, &UPLOAD_LENGTH)?)))
        {
            Ok(named) => named,
            Err(refused) => return behind(blocks, Err(refused)),
        };
        // The answer must count what a request before this one has brought.
        intake.turns.quiet(&name).await;
        let store = intake.store.clone();
        let progress = match blocking(move || store.begin_upload(&name, length)).await {
            Ok(progress) => progress,
            Err(error) => return behind(blocks, Err(error.into())),
        };
        if !is_chunk(&headers) || progress.offset > 0 {
            return behind(blocks, Ok(created(&name, &progress, progress.fresh)));
        }
        let progress = take(&intake, name, 0, blocks).await?;
        Ok(created(&name, &progress, true))
    })
    .await
}

/// `HEAD`: how far an upload has come.
pub(super) async fn head(State(intake): State<Intake>, Named(name): Named<String>) -> Answer {
    let name = parse(&name)?;
    intake.turns.quiet(&name).await;
    let progress = blocking(move || intake.store.progress(&name)).await?.ok_or(StoreError::NotFound)?;
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, progress.offset.into());
    headers.insert(UPLOAD_LENGTH, progress.length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `PATCH`: goes on from the durable offset.
pub(super) async fn append(
    State(intake): State<Intake>,
    Named(name): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let blocks = Blocks::new(body, intake.idle);
    detached(async move {
        let asked = parse(&name).and_then(|name| Ok((name, number(&headers, &UPLOAD_OFFSET)?)));
        let (name, offset) = match asked {
            Ok(asked) if is_chunk(&headers) => asked,
            Ok(_) => {
                return behind(
                    blocks,
                    Err(Refused::bad_request("bytes come as application/offset+octet-stream")),
                );
            }
            Err(refused) => return behind(blocks, Err(refused)),
        };
        let progress = take(&intake, name, offset, blocks).await?;
        Ok(match &progress.receipt {
            Some(receipt) => with_offset(answer::receipt(StatusCode::OK, receipt), &progress),
            None => with_offset(StatusCode::NO_CONTENT.into_response(), &progress),
        })
    })
    .await
}

/// Answers without the body, which is read and thrown away.
fn behind(blocks: Blocks, answer: Answer) -> Answer {
    blocks.drain();
    answer
}

fn created(name: &Sha256, progress: &Progress, fresh: bool) -> Response {
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = match &progress.receipt {
        Some(receipt) => answer::receipt(status, receipt),
        None => status.into_response(),
    };
    if let Ok(location) = HeaderValue::from_str(&attachment_path(name)) {
        response.headers_mut().insert(LOCATION, location);
    }
    with_offset(response, progress)
}

fn with_offset(mut response: Response, progress: &Progress) -> Response {
    response.headers_mut().insert(UPLOAD_OFFSET, progress.offset.into());
    response
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Refused> {
    let value =
        headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.starts_with('+'));
    value
        .and_then(|value| value.parse().ok())
        .ok_or(Refused::bad_request("Upload-Length or Upload-Offset is missing"))
}

fn is_chunk(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value == TUS_CHUNK_TYPE)
}

/// Takes the turn, and the body, from `offset` on. A complete upload at its end needs no bytes.
async fn take(intake: &Intake, name: Sha256, offset: u64, blocks: Blocks) -> Result<Progress, Refused> {
    let Some(turn) = intake.turns.take(&name).await else {
        let store = intake.store.clone();
        let held = blocking(move || store.progress(&name)).await?.map_or(0, |progress| progress.offset);
        blocks.drain();
        return Err(StoreError::WrongOffset { offset: held }.into());
    };
    let store = intake.store.clone();
    let begun = blocking(move || match store.progress(&name)? {
        None => Err(StoreError::NotFound),
        Some(progress) if progress.receipt.is_some() => {
            if offset == progress.length {
                Ok(Err(progress))
            } else {
                Err(StoreError::WrongOffset { offset: progress.offset })
            }
        }
        Some(_) => store.append(&name, offset).map(Ok),
    });
    match begun.await {
        Ok(Ok(appender)) => receive(turn, appender, blocks).await,
        Ok(Err(complete)) => {
            blocks.drain();
            Ok(complete)
        }
        Err(error) => {
            blocks.drain();
            Err(error.into())
        }
    }
}

/// Appends a body until it ends, breaks, or somebody who came later wants the turn. What arrived counts.
async fn receive(mut turn: Turn, mut appender: Appender, mut blocks: Blocks) -> Result<Progress, Refused> {
    let mut handed_over = false;
    loop {
        let patience = (appender.uncommitted() > 0).then_some(PAUSE);
        let next = tokio::select! {
            biased;
            () = turn.wanted() => {
                handed_over = true;
                break;
            }
            next = blocks.next(patience) => next,
        };
        turn.busy(!matches!(next, Next::Pause));
        let write = match next {
            Next::Block(bytes) => Some(bytes),
            Next::Pause => None,
            Next::End | Next::Broken => break,
        };
        let (returned, written) = work(appender, move |appender| match write {
            Some(bytes) => {
                appender.write(&bytes)?;
                if appender.uncommitted() >= COMMIT_BYTES { appender.commit().map(drop) } else { Ok(()) }
            }
            None => appender.commit().map(drop),
        })
        .await?;
        appender = returned;
        if let Err(error) = written {
            blocks.drain();
            blocking(move || appender.finish()).await?;
            return Err(error.into());
        }
    }
    let progress = blocking(move || appender.finish()).await?;
    drop(turn);
    if handed_over && progress.receipt.is_none() {
        blocks.drain();
        return Err(StoreError::WrongOffset { offset: progress.offset }.into());
    }
    Ok(progress)
}

/// Lends the appender to a thread that may block.
async fn work(
    mut appender: Appender,
    work: impl FnOnce(&mut Appender) -> Result<(), StoreError> + Send + 'static,
) -> Result<(Appender, Result<(), StoreError>), StoreError> {
    blocking(move || {
        let result = work(&mut appender);
        Ok((appender, result))
    })
    .await
}
