//! `/v1/reports/{sha256}`: words.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
    response::IntoResponse,
};
use turnstone_wire::{answer::KEYS_HEADER, hash::Sha256, key::KeyId, receipt::ObjectKind};

use super::{
    Intake,
    answer::{self, Answer, Named, Refused},
    blocking,
    blocks::{Blocks, Next},
    detached,
};
use crate::intake::{StoreError, ledger::Recorded};

/// `PUT`: answers with the receipt; 201 where the report is new, 200 where it was there.
pub(super) async fn put(
    State(intake): State<Intake>,
    Named(name): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let blocks = intake.blocks(body);
    let recorded = match parse(&name) {
        Ok(name) => detached(receive(intake, name, headers, blocks)).await?,
        Err(refused) => {
            blocks.drain();
            return Err(refused);
        }
    };
    let status = if recorded.fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer::receipt(status, &recorded.receipt))
}

/// `HEAD`: whether the report is here, for a phone that wonders whether the desk was restored from a backup.
pub(super) async fn head(State(intake): State<Intake>, Named(name): Named<String>) -> Answer {
    let name = parse(&name)?;
    match blocking(move || intake.store.heal(ObjectKind::Report, &name)).await? {
        Some(_) => Ok(StatusCode::OK.into_response()),
        None => Err(StoreError::NotFound.into()),
    }
}

pub(super) fn parse(name: &str) -> Result<Sha256, Refused> {
    name.parse().map_err(|_| Refused::bad_request("a name is a SHA-256 in 64 lower-case hexadecimal digits"))
}

async fn receive(
    intake: Intake,
    name: Sha256,
    headers: HeaderMap,
    mut blocks: Blocks,
) -> Result<Recorded, Refused> {
    let store = intake.store;
    let keys = keys(&headers);
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let begun = {
        let store = store.clone();
        blocking(move || store.begin_report(name, &keys, announced)).await
    };
    let mut incoming = match begun {
        Ok(incoming) => incoming,
        Err(error) => {
            blocks.drain();
            return Err(error.into());
        }
    };
    loop {
        match blocks.next(None).await {
            Next::Block(bytes) => {
                let written = blocking(move || incoming.write(&bytes).map(|()| incoming)).await;
                incoming = match written {
                    Ok(incoming) => incoming,
                    Err(error) => {
                        blocks.drain();
                        return Err(error.into());
                    }
                };
            }
            Next::End => break,
            Next::Pause => {}
            Next::Broken => return Err(Refused::bad_request("the report was cut short")),
        }
    }
    Ok(blocking(move || store.finish_report(incoming)).await?)
}

/// The keys a report says it is sealed to. What is no key id is none that could be dead.
fn keys(headers: &HeaderMap) -> Vec<KeyId> {
    let values = headers.get_all(KEYS_HEADER).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|id| id.trim().parse().ok()).collect()
}
