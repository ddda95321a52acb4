//! `/v1/desk/...`: the desk tool's signed calls.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::IntoResponse,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use turnstone_wire::{desk_call, hash::Sha256, receipt::ObjectKind};

use super::{
    Intake,
    answer::{Answer, Asked, Named, Refused},
    blocking,
    reports::parse,
};
use crate::intake::{StoreError, ledger::Entry, store::ITEM_BYTES};

/// Bytes sent at a time.
const CHUNK: usize = 64 * 1024;

/// From which number on objects are wanted.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

#[derive(Debug, Serialize)]
struct Listed {
    number: i64,
    kind: &'static str,
    sha256: Sha256,
    size: u64,
}

#[derive(Debug, Serialize)]
struct Objects {
    objects: Vec<Listed>,
}

impl From<Entry> for Listed {
    fn from(Entry { number, object }: Entry) -> Self {
        Self { number, kind: object.kind.name(), sha256: object.sha256, size: object.size }
    }
}

/// `GET /v1/desk/objects?after=N`.
pub(super) async fn list(
    State(intake): State<Intake>,
    Asked(After { after }): Asked<After>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let allowed = allow(&method, &uri, &headers, Sha256::of(b""));
    let entries = blocking(move || {
        allowed(&intake)?;
        intake.store.objects_after(after)
    });
    let objects = entries.await?.into_iter().map(Listed::from).collect();
    Ok(Json(Objects { objects }).into_response())
}

/// `GET /v1/desk/objects/{kind}/{sha256}`: the stored bytes.
pub(super) async fn object(
    State(intake): State<Intake>,
    Named((kind, name)): Named<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let allowed = allow(&method, &uri, &headers, Sha256::of(b""));
    let opened = blocking(move || {
        allowed(&intake)?;
        let kind =
            [ObjectKind::Report, ObjectKind::Attachment].into_iter().find(|known| known.name() == kind);
        let name = name.parse().map_err(|_| StoreError::NotFound)?;
        let file = intake.store.object(kind.ok_or(StoreError::NotFound)?, &name)?;
        let size = file.metadata().map_err(|_| StoreError::NotFound)?.len();
        Ok((file, size))
    });
    let (file, size) = opened.await?;
    let chunks = futures_util::stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    });
    let headers = [(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_LENGTH, size.to_string())];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// `POST /v1/desk/mailbox/{address}`: leaves an item. Another answer where it was there already: so a desk tool finds out
/// that this intake has lost what was left before.
pub(super) async fn leave(
    State(intake): State<Intake>,
    Named(address): Named<String>,
    request: Request,
) -> Answer {
    let (head, body) = request.into_parts();
    let received = tokio::time::timeout(intake.idle, to_bytes(body, ITEM_BYTES)).await;
    let item = match received {
        Ok(Ok(item)) => item,
        Ok(Err(_)) => return Err(StoreError::TooLarge { limit: ITEM_BYTES as u64 }.into()),
        Err(_) => return Err(Refused::bad_request("the item was cut short")),
    };
    let address = turnstone_wire::mailbox::MailboxAddress(parse(&address)?);
    let allowed = allow(&head.method, &head.uri, &head.headers, Sha256::of(&item));
    let new = blocking(move || {
        allowed(&intake)?;
        intake.store.leave(&address, &item)
    })
    .await?;
    let status = if new { StatusCode::NO_CONTENT } else { StatusCode::OK };
    Ok(status.into_response())
}

/// Asks the store whether this very call is allowed.
fn allow(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Sha256,
) -> impl FnOnce(&Intake) -> Result<(), StoreError> + Send + use<> {
    let method = method.as_str().to_owned();
    let path = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    move |intake| {
        let request = desk_call::Request { method: &method, path: &path, body };
        intake.store.allow_call(header.as_deref(), &request)
    }
}
