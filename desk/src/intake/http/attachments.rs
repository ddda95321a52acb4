//! `/v1/attachments/{sha256}`: tus 1.0, on names made from content.
//!
//! All of tus.io/protocols/resumable-upload but concatenation, save that the client names the upload, that a repeated
//! creation goes on instead of starting anew, and that the answer to a complete upload carries the receipt. Clients that
//! know tus only begin at `/v1/attachments`, with the name in their metadata, and hear 204 at the end, as tus says.

use std::time::Duration;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use turnstone_wire::{answer::attachment_path, hash::Sha256};

use super::{
    Intake,
    answer::{self, Answer, Named, Refused},
    blocking,
    blocks::{Blocks, Next},
    detached,
    reports::parse,
    turns::Turn,
    tus,
};
use crate::intake::{
    StoreError,
    checksum::Checksum,
    guard::Caller,
    uploads::{Announced, Appender, Progress},
};

/// Bytes after which what was received is made durable, though more is coming.
const COMMIT_BYTES: u64 = 1024 * 1024;
/// Silence after which it is.
const PAUSE: Duration = Duration::from_millis(200);

/// `OPTIONS`: what is spoken.
pub(super) async fn options(State(intake): State<Intake>) -> Answer {
    let settings = blocking(move || intake.store.settings()).await?;
    let limit = settings.config.limits.attachment_bytes.min(turnstone_wire::limits::ATTACHMENT_BYTES);
    Ok(tus::spoken(limit))
}

/// `POST` to its own name: begins an upload, or says how far it has come; takes its first bytes where they come along.
pub(super) async fn create(
    State(intake): State<Intake>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    begin(intake, caller, parse(&name), false, headers, body).await
}

/// `POST` to the collection: the same for clients that know tus only.
pub(super) async fn create_named(
    State(intake): State<Intake>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    begin(intake, caller, tus::named(&headers), true, headers, body).await
}

async fn begin(
    intake: Intake,
    caller: Caller,
    name: Result<Sha256, Refused>,
    plain: bool,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let blocks = intake.blocks(body);
    detached(async move {
        let asked = name.and_then(|name| Ok((name, tus::announced(&headers)?, tus::checksum(&headers)?)));
        let (name, length, checksum) = match asked {
            Ok(asked) => asked,
            Err(refused) => return behind(blocks, Err(refused)),
        };
        // The answer must count what a request before this one has brought.
        intake.turns.quiet(&name).await;
        let (store, guard) = (intake.store.clone(), intake.guard.clone());
        let begun = blocking(move || {
            // Those that are known cost nothing new.
            if store.progress(&name)?.is_none() {
                guard.may_begin(caller)?;
            }
            store.begin(&name, Announced { length, plain })
        });
        let progress = match begun.await {
            Ok(progress) => progress,
            Err(error) => return behind(blocks, Err(error.into())),
        };
        // All bytes are there, and a kill came before they were stored: that is made up for now.
        if progress.is_full() {
            blocks.drain();
            let progress = take(&intake, name, progress.offset, intake.blocks(Body::empty()), None).await?;
            return Ok(created(&name, &progress, false));
        }
        if !tus::is_chunk(&headers) || progress.offset > 0 {
            return behind(blocks, Ok(created(&name, &progress, progress.fresh)));
        }
        let progress = take(&intake, name, 0, blocks, checksum).await?;
        Ok(created(&name, &progress, true))
    })
    .await
}

/// `HEAD`: how far an upload has come.
pub(super) async fn head(State(intake): State<Intake>, Named(name): Named<String>) -> Answer {
    let name = parse(&name)?;
    intake.turns.quiet(&name).await;
    let progress =
        blocking(move || intake.store.whole_or_progress(&name)).await?.ok_or(StoreError::NotFound)?;
    let response = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))].into_response();
    Ok(tus::with_length(tus::with_progress(response, &progress), &progress))
}

/// `PATCH`: goes on from the durable offset.
pub(super) async fn append(
    State(intake): State<Intake>,
    Named(name): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let blocks = intake.blocks(body);
    detached(async move {
        let asked = parse(&name).and_then(|name| {
            let (offset, length) = (tus::offset(&headers)?, tus::length(&headers)?);
            Ok((name, offset, length, tus::checksum(&headers)?))
        });
        let (name, offset, length, checksum) = match asked {
            Ok(asked) if tus::is_chunk(&headers) => asked,
            Ok(_) => {
                return behind(
                    blocks,
                    Err(Refused::bad_request("bytes come as application/offset+octet-stream")),
                );
            }
            Err(refused) => return behind(blocks, Err(refused)),
        };
        if let Some(length) = length {
            let store = intake.store.clone();
            if let Err(error) = blocking(move || store.set_length(&name, length)).await {
                return behind(blocks, Err(error.into()));
            }
        }
        let progress = take(&intake, name, offset, blocks, checksum).await?;
        Ok(match &progress.receipt {
            Some(receipt) if !progress.plain => {
                tus::with_progress(answer::receipt(StatusCode::OK, receipt), &progress)
            }
            _ => tus::with_progress(StatusCode::NO_CONTENT.into_response(), &progress),
        })
    })
    .await
}

/// `DELETE`: ends an upload that is not complete, and what is there of it.
pub(super) async fn end(State(intake): State<Intake>, Named(name): Named<String>) -> Answer {
    let name = parse(&name)?;
    // Whoever appends is asked to end first, as by whoever goes on with it.
    let turn = intake.turns.take(&name).await;
    blocking(move || intake.store.end_upload(&name)).await?;
    drop(turn);
    Ok(StatusCode::NO_CONTENT.into_response())
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
    tus::with_progress(response, progress)
}

/// Takes the turn, and the body, from `offset` on. A complete upload at its end needs no bytes.
async fn take(
    intake: &Intake,
    name: Sha256,
    offset: u64,
    blocks: Blocks,
    checksum: Option<Checksum>,
) -> Result<Progress, Refused> {
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
            if offset == progress.offset {
                Ok(Err(progress))
            } else {
                Err(StoreError::WrongOffset { offset: progress.offset })
            }
        }
        Some(_) => match checksum {
            None => store.append(&name, offset),
            checksum => store.append_checked(&name, offset, checksum),
        }
        .map(Ok),
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

/// Appends a body until it ends, breaks, or somebody who came later wants the turn. What arrived counts, save for a chunk
/// with a checksum that is not whole.
async fn receive(mut turn: Turn, mut appender: Appender, mut blocks: Blocks) -> Result<Progress, Refused> {
    let mut handed_over = false;
    let whole = loop {
        let patience = (appender.uncommitted() > 0).then_some(PAUSE);
        let next = tokio::select! {
            biased;
            () = turn.wanted() => {
                handed_over = true;
                break false;
            }
            next = blocks.next(patience) => next,
        };
        let paused = matches!(next, Next::Pause);
        if !paused {
            turn.busy(true);
        }
        let write = match next {
            Next::Block(bytes) => Some(bytes),
            Next::Pause => None,
            Next::End => break true,
            Next::Broken => break false,
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
            blocking(move || appender.break_off()).await?;
            return Err(error.into());
        }
        // Only now is all of it counted: whoever asked meanwhile for the offset is told of it.
        if paused {
            turn.busy(false);
        }
    };
    let progress = blocking(move || if whole { appender.finish() } else { appender.break_off() }).await?;
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
