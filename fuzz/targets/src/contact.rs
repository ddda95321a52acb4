//! A witness's contact, sealed inside a report.

use base64::{Engine, prelude::BASE64_STANDARD};
use turnstone_wire::{
    contact::SealedContact,
    key::{DeskIdentity, Source},
    limits,
    text::Text,
};

use crate::{
    IDENTITY, made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// Hostile bytes in its place end in errors that say nothing; words that are sealed come out as they were.
pub fn check(data: &[u8]) {
    let source: DeskIdentity<Source> = made(DeskIdentity::parse(IDENTITY));
    for bytes in variants(data) {
        opens(serde_json::from_slice(&bytes), &source);
        opens(serde_json::from_value(BASE64_STANDARD.encode(&bytes).into()), &source);
    }
    let Ok(words) = str::from_utf8(data) else { return };
    match SealedContact::seal(&Text::from(words), &[source.public()]) {
        Ok(sealed) => {
            let opened = sealed.open(&[source]);
            assert!(opened.is_ok_and(|text| text.as_str() == words.trim_end_matches(' ')));
        }
        Err(error) => assert!(words.len() > limits::CONTACT_BYTES, "not sealed: {error}"),
    }
}

fn opens(sealed: Result<SealedContact, serde_json::Error>, source: &DeskIdentity<Source>) {
    let Ok(sealed) = sealed else { return };
    match sealed.open(std::slice::from_ref(source)) {
        Ok(words) => says_nothing(&format!("{words:?}")),
        Err(error) => error_says_nothing(&error),
    }
    says_nothing(&format!("{sealed:?}"));
}
