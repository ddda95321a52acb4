//! Everything short that is read from text: keys, hashes, ids, moments.

use std::{fmt::Debug, str::FromStr};

use turnstone_wire::{
    attachment::AttachmentKey,
    body::{ReportId, SignCode},
    directory::{DeskId, Roots},
    envelope::{Envelope, SealError},
    hash::Sha256,
    key::{Caller, DeskIdentity, KeyId, RecipientKey, Seal, SigningKey, Stored, VerifyKey},
    mailbox::{MailboxAddress, MailboxToken},
    text::Moment,
};

use crate::{
    made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// What is read is written and read again alike, one spelling where there is one, and shows nothing of itself.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let Ok(text) = str::from_utf8(&bytes) else { continue };
        public(text);
        secret(text);
        one_spelling::<KeyId>(text);
        one_spelling::<SignCode>(text);
        one_spelling::<MailboxAddress>(text);
        if let Ok(hash) = text.parse::<Sha256>() {
            assert_eq!(hash.to_string(), text);
        }
        match DeskId::parse(text) {
            Ok(id) => {
                assert_eq!(id.as_str(), text);
                says_nothing(&format!("{id:?}"));
            }
            Err(error) => error_says_nothing(&error),
        }
        if let Ok(id) = serde_json::from_value::<ReportId>(text.into()) {
            assert_eq!(made(serde_json::from_value::<ReportId>(id.to_string().into())), id);
        }
        moment(text);
    }
}

fn one_spelling<T: FromStr<Err: std::error::Error> + ToString + Debug>(text: &str) {
    match text.parse::<T>() {
        Ok(read) => {
            assert_eq!(read.to_string(), text);
            says_nothing(&format!("{read:?}"));
        }
        Err(error) => error_says_nothing(&error),
    }
}

fn public(text: &str) {
    match RecipientKey::<Seal>::parse(text) {
        Ok(key) => {
            says_nothing(&format!("{key:?}"));
            assert_eq!(key.as_str(), text);
            let sealed = Envelope::seal(b"words", std::slice::from_ref(&key));
            let refused = matches!(sealed, Err(SealError::NoUsableKey));
            assert!(
                sealed.is_ok() == key.is_known_kind() || !refused,
                "a key that is neither known nor unknown"
            );
        }
        Err(error) => error_says_nothing(&error),
    }
    match VerifyKey::<Stored>::parse(text) {
        Ok(key) => {
            assert_eq!(key.to_public_text(), text);
            assert!(key.verify(b"words", &[0; 64]).is_err() && key.verify(b"words", b"").is_err());
        }
        Err(error) => error_says_nothing(&error),
    }
    match Roots::parse_key_line(text) {
        Ok(key) => {
            let again = Roots::parse_key_line(&Roots::key_line(&key));
            assert!(again.is_ok_and(|again| again.id() == key.id()));
        }
        Err(error) => error_says_nothing(&error),
    }
}

fn secret(text: &str) {
    match DeskIdentity::<Seal>::parse(text) {
        Ok(identity) => {
            says_nothing(&format!("{identity:?}"));
            let again = made(DeskIdentity::<Seal>::parse(&identity.to_secret_text()));
            assert_eq!(again.public().id(), identity.public().id());
        }
        Err(error) => error_says_nothing(&error),
    }
    match AttachmentKey::parse(text) {
        Ok(key) => assert!(AttachmentKey::parse(&key.to_secret_text()).is_ok_and(|again| again == key)),
        Err(error) => error_says_nothing(&error),
    }
    match SigningKey::<Caller>::parse(text) {
        Ok(key) => {
            let again = made(SigningKey::<Caller>::parse(&key.to_secret_text()));
            assert_eq!(again.public().id(), key.public().id());
            assert!(key.public().verify(b"words", &key.sign(b"words")).is_ok());
        }
        Err(error) => error_says_nothing(&error),
    }
    if let Some(token) = MailboxToken::parse(text) {
        assert_eq!(token.to_secret_text().as_str(), text.to_lowercase());
        assert_eq!(format!("{token:?}{:?}", token.address()), "[redacted][mailbox address]");
    }
}

fn moment(text: &str) {
    match Moment::parse(text) {
        Ok(moment) => {
            let written = moment.to_rfc3339();
            let again = Moment::parse(&written);
            assert!(again == Ok(moment), "a moment changes by being written: {written}");
            assert_eq!(made(again).to_rfc3339(), written);
        }
        Err(error) => error_says_nothing(&error),
    }
}
