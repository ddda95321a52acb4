//! `/v1/mailbox/{address}`: what waits for a witness. Nobody learns from it whether a mailbox exists.

use axum::{
    extract::State,
    http::{
        HeaderMap,
        header::{AUTHORIZATION, CACHE_CONTROL},
    },
    response::IntoResponse,
};
use serde::Serialize;
use serde_json::value::RawValue;
use turnstone_wire::mailbox::{MailboxAddress, MailboxToken};

use super::{
    Intake,
    answer::{Answer, Named},
    blocking,
};
use crate::intake::StoreError;

/// As [`turnstone_wire::mailbox::MailboxAnswer`], with items of newer kinds as they were left.
#[derive(Serialize)]
struct Items {
    items: Vec<Box<RawValue>>,
}

/// `GET`, with `Authorization: Bearer` and the token.
pub(super) async fn read(
    State(intake): State<Intake>,
    Named(address): Named<String>,
    headers: HeaderMap,
) -> Answer {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = token.and_then(|token| MailboxToken::parse(token.trim()));
    let items = match address.parse::<MailboxAddress>() {
        Ok(address) => blocking(move || intake.store.mailbox(&address, token.as_ref())).await?,
        Err(_) => Vec::new(),
    };
    let items = items.into_iter().map(RawValue::from_string).collect::<Result<_, _>>();
    let items = items.map_err(|_| StoreError::Damaged)?;
    Ok(([(CACHE_CONTROL, "no-store")], axum::Json(Items { items })).into_response())
}
