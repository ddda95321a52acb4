//! Directories: hostile bytes as a signed one, and hostile payloads that the root keys have signed.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use turnstone_wire::{
    directory::{Desk, Directory, FORMAT, KeyRefused, KeyState, Roots, SignedDirectory},
    key::{Courier, Officer, Role, Root, Seal, SealingRole, SigningKey, SigningRole, Source, Stored},
    limits,
};

use crate::{
    made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// Nothing is believed that two roots of three have not signed, and what they signed is read as it was meant.
pub fn check(data: &[u8]) {
    let keys = [1, 2, 3].map(|seed| made(SigningKey::<Root>::from_seed([seed; 32])));
    let roots = made(Roots::new(keys.iter().map(SigningKey::public).collect()));
    for bytes in variants(data) {
        match SignedDirectory::parse(&bytes) {
            Ok(signed) => travels(&signed, &roots),
            Err(error) => error_says_nothing(&error),
        }
        let Ok(payload) = str::from_utf8(&bytes) else { continue };
        assert!(sign(payload, &keys[..1]).verify(&roots).is_err(), "one root of three is believed");
        match sign(payload, &keys[1..]).verify(&roots) {
            Ok(directory) => holds(&directory, &roots, &keys),
            Err(error) => error_says_nothing(&error),
        }
    }
}

/// As bytes that anyone may have sent.
fn travels(signed: &SignedDirectory, roots: &Roots) {
    says_nothing(&format!("{signed:?}"));
    let believed = signed.verify(roots);
    if let Err(error) = &believed {
        error_says_nothing(error);
    }
    let written = signed.to_json();
    if written.len() <= limits::DIRECTORY_BYTES {
        let again = SignedDirectory::parse(&written).and_then(|again| again.verify(roots));
        assert!(again == believed, "a directory changes by being written");
    }
}

fn holds(directory: &Directory, roots: &Roots, keys: &[SigningKey<Root>; 3]) {
    says_nothing(&format!("{directory:?} {:?} {:?}", directory.payload(), directory.desks()));
    assert!(directory.may_replace(Some(directory)).is_ok(), "the same again is harmless");
    let first = directory.may_replace(None).is_ok();
    assert_eq!(first, directory.sequence() <= limits::SEQUENCE_JUMP, "a first one must leave room");
    directory.desks().iter().for_each(keeps_roles);
    let signed = made(SignedDirectory::sign(directory.payload(), &[&keys[0], &keys[2]]));
    let Ok(again) = signed.verify(roots) else { panic!("a payload that was read is not read once written") };
    assert!(again.payload() == directory.payload(), "a payload changes by being written");
}

/// A key is used in its own role and state, and in no other.
fn keeps_roles(desk: &Desk) {
    seals::<Seal>(desk);
    seals::<Source>(desk);
    seals::<Courier>(desk);
    vouches::<Stored>(desk);
    vouches::<Officer>(desk);
}

fn seals<R: SealingRole>(desk: &Desk) {
    let active = desk.keys.iter().filter(|key| key.role == R::NAME && key.state == KeyState::Active);
    let used = desk.recipients::<R>();
    assert!(active.map(|key| key.public.as_str()).eq(used.iter().map(|key| key.as_str())));
}

fn vouches<R: SigningRole>(desk: &Desk) {
    for entry in &desk.keys {
        let expected = match entry.state {
            _ if entry.role != <R as Role>::NAME => Some(KeyRefused::WrongRole),
            KeyState::Active | KeyState::Retired => None,
            dead => Some(KeyRefused::Dead(dead)),
        };
        assert_eq!(desk.verify_key::<R>(&entry.id).err(), expected);
        let lost = matches!(entry.state, KeyState::Lost | KeyState::Compromised);
        assert_eq!(desk.is_dead(&entry.id), lost);
    }
}

/// Signs any text at all, as a careless authority would.
fn sign(payload: &str, keys: &[SigningKey<Root>]) -> SignedDirectory {
    let message = [b"turnstone directory 1\n", payload.as_bytes()].concat();
    let signature = |key: &SigningKey<Root>| {
        let signature = BASE64_STANDARD.encode(key.sign(&message));
        json!({ "key": key.public().id(), "signature": signature })
    };
    let signatures: Vec<_> = keys.iter().map(signature).collect();
    made(serde_json::from_value(json!({ "format": FORMAT, "payload": payload, "signatures": signatures })))
}
