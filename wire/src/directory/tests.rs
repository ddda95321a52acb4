//! Who may sign, what may follow what, and which keys are believed.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    body::{Route, Scheme},
    key::{Courier, DeskIdentity, Officer, RecipientKey, Seal, SealingRole, Source, Stored},
};

fn root(seed: u8) -> SigningKey<Root> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn three_roots() -> Roots {
    Roots::new([1, 2, 3].map(|seed| root(seed).public()).into()).unwrap()
}

fn signing_entry(role: &str, state: &str, seed: u8) -> Value {
    let public = SigningKey::<Stored>::from_seed([seed; 32]).unwrap().public().to_public_text();
    json!({ "id": KeyId::of(role, &public), "role": role, "state": state, "public": public })
}

fn sealing_entry<R: SealingRole>(state: &str) -> Value {
    let public = DeskIdentity::<R>::generate().public();
    json!({ "id": public.id(), "role": R::NAME, "state": state, "public": public.as_str() })
}

fn payload_json(sequence: u64, keys: &Value) -> Value {
    json!({
        "format": FORMAT, "root_generation": 1, "sequence": sequence,
        "issued": "2026-01-01T00:00:00Z", "expires": "2027-01-01T00:00:00Z",
        "desks": [{
            "id": "test-desk", "names": { "en": "Test desk" }, "routes": ["police", "anonymous"],
            "urls": ["https://intake.example"], "keys": keys,
        }],
    })
}

/// Signs any text at all, as a careless authority would.
fn sign_text(payload: String, keys: &[SigningKey<Root>]) -> SignedDirectory {
    let signed = signed_bytes(&payload);
    let sign =
        |key: &SigningKey<Root>| RootSignature { key: key.public().id(), signature: key.sign(&signed) };
    SignedDirectory { format: FORMAT.into(), payload, signatures: keys.iter().map(sign).collect() }
}

fn verified(payload: &Value) -> Result<Directory, DirectoryError> {
    sign_text(payload.to_string(), &[root(1), root(2)]).verify(&three_roots())
}

fn directory(sequence: u64) -> Directory {
    verified(&payload_json(sequence, &json!([]))).unwrap()
}

#[test]
fn two_different_roots_of_three_must_sign() {
    let payload = payload_json(1, &json!([])).to_string();
    let good = |seeds: &[u8]| {
        let keys: Vec<_> = seeds.iter().map(|&seed| root(seed)).collect();
        match sign_text(payload.clone(), &keys).verify(&three_roots()) {
            Ok(_) => "taken".to_owned(),
            Err(error) => format!("{error:?}"),
        }
    };
    assert_eq!(good(&[]), "Signatures { good: 0, needed: 2 }");
    assert_eq!(good(&[1]), "Signatures { good: 1, needed: 2 }");
    assert_eq!(good(&[1, 1]), "Signatures { good: 1, needed: 2 }", "the same root twice counts once");
    assert_eq!(good(&[9, 8]), "Signatures { good: 0, needed: 2 }", "strangers do not count");
    assert_eq!(good(&[1, 9]), "Signatures { good: 1, needed: 2 }");
    for enough in [[1, 2].as_slice(), &[3, 1], &[9, 2, 3], &[1, 2, 3]] {
        assert_eq!(good(enough), "taken", "{enough:?}");
    }
}

#[test]
fn a_private_deployment_has_one_root() {
    let roots = Roots::new(vec![root(1).public()]).unwrap();
    let payload = payload_json(1, &json!([])).to_string();
    assert!(sign_text(payload.clone(), &[root(1)]).verify(&roots).is_ok());
    assert!(sign_text(payload, &[root(2)]).verify(&roots).is_err());
    assert_eq!(Roots::new(vec![]).unwrap_err(), RootsError::Number);
    assert_eq!(Roots::new([1, 2, 3, 4].map(|s| root(s).public()).into()).unwrap_err(), RootsError::Number);
    assert_eq!(Roots::new([1, 2, 1].map(|s| root(s).public()).into()).unwrap_err(), RootsError::Repeated);
}

#[test]
fn a_root_key_file_is_read_back_and_nothing_else_is() {
    let line = Roots::key_line(&root(1).public());
    let read = Roots::parse_key_line(&format!("# a comment\n\n{line}")).unwrap();
    assert_eq!(read.id(), root(1).public().id());
    for bad in [
        "",
        "turnstone-root-1",
        "turnstone-root-2 ed25519:AAAA",
        "ed25519:AAAA",
        "turnstone-root-1 ed25519:AAAA",
    ] {
        assert_eq!(Roots::parse_key_line(bad).unwrap_err(), RootsError::Malformed, "{bad}");
    }
}

#[test]
fn a_signature_by_one_root_under_the_name_of_another_does_not_count() {
    let mut signed = sign_text(payload_json(1, &json!([])).to_string(), &[root(1), root(1)]);
    signed.signatures[1].key = root(2).public().id();
    assert_eq!(signed.verify(&three_roots()).unwrap_err(), DirectoryError::Signatures { good: 1, needed: 2 });
}

#[test]
fn a_changed_payload_or_format_is_not_vouched_for() {
    let signed = sign_text(payload_json(1, &json!([])).to_string(), &[root(1), root(2)]);
    let mut changed = signed.clone();
    changed.payload = changed.payload.replace("intake.example", "intake.invalid");
    assert!(matches!(changed.verify(&three_roots()), Err(DirectoryError::Signatures { good: 0, .. })));
    let text = String::from_utf8(signed.to_json()).unwrap().replacen(FORMAT, "turnstone.directory/2", 1);
    assert_eq!(SignedDirectory::parse(text.as_bytes()).unwrap_err(), DirectoryError::UnknownFormat);
    let mut newer = payload_json(1, &json!([]));
    newer["format"] = json!("turnstone.directory/2");
    assert_eq!(verified(&newer).unwrap_err(), DirectoryError::UnknownFormat);
}

#[test]
fn more_signatures_than_are_verified_are_refused_unread() {
    let mut signed = sign_text("{}".into(), &[]);
    let one = RootSignature { key: root(1).public().id(), signature: vec![0; 64] };
    signed.signatures = vec![one; limits::DIRECTORY_SIGNATURES];
    assert!(SignedDirectory::parse(&signed.to_json()).is_ok());
    signed.signatures.push(signed.signatures[0].clone());
    assert_eq!(SignedDirectory::parse(&signed.to_json()).unwrap_err(), DirectoryError::Shape);
}

#[test]
fn what_may_follow_what() {
    let may = |new: u64, held: Option<u64>| match directory(new).may_replace(held.map(directory).as_ref()) {
        Ok(()) => "yes".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    assert_eq!(may(2, Some(1)), "yes");
    assert_eq!(may(2, Some(2)), "yes", "the same again is harmless");
    assert_eq!(may(1, Some(2)), "Older");
    assert_eq!(may(0, Some(u64::MAX)), "Older");
    assert_eq!(may(1_000_000, None), "yes");
    assert_eq!(may(1_000_001, None), "Jump", "a first one, too, must leave room for later ones");
    assert_eq!(may(u64::MAX, None), "Jump");
    assert_eq!(may(u64::MAX, Some(1)), "Jump");
    assert_eq!(may(1_000_005, Some(5)), "yes");
    assert_eq!(may(1_000_006, Some(5)), "Jump");
    assert_eq!(may(u64::MAX, Some(u64::MAX - 1)), "yes");
    let mut other = payload_json(2, &json!([]));
    other["expires"] = json!("2028-01-01T00:00:00Z");
    let other = verified(&other).unwrap();
    assert_eq!(other.may_replace(Some(&directory(2))), Err(DirectoryError::Differs));
}

#[test]
fn another_generation_of_roots_is_refused() {
    for generation in [0, 2, u32::MAX] {
        let mut payload = payload_json(1, &json!([]));
        payload["root_generation"] = json!(generation);
        assert_eq!(verified(&payload).unwrap_err(), DirectoryError::Generation, "{generation}");
    }
}

#[test]
fn a_key_that_is_not_what_it_says_is_refused() {
    let with = |entry: Value| verified(&payload_json(1, &json!([entry])));
    for (field, value) in [
        ("id", json!("0000000000000000")),
        ("public", json!("ed25519:AAAA")),
        ("public", json!("age1qqqq")),
        ("role", json!("officer")),
        ("role", json!("seal")),
    ] {
        let mut entry = signing_entry("stored", "active", 7);
        entry[field] = value.clone();
        assert!(matches!(with(entry), Err(DirectoryError::Key(_))), "{field} {value}");
    }
    let mut upper = signing_entry("stored", "active", 7);
    upper["id"] =
        json!(upper["id"].as_str().unwrap().to_uppercase().replace(|c: char| c.is_ascii_digit(), "A"));
    assert_eq!(with(upper).unwrap_err(), DirectoryError::Shape);
}

#[test]
fn one_name_for_two_things_is_refused() {
    let (active, mut dead) =
        (signing_entry("stored", "active", 7), signing_entry("stored", "compromised", 7));
    let twice = verified(&payload_json(1, &json!([active, dead])));
    assert_eq!(twice.unwrap_err(), DirectoryError::Repeated);
    // A role this version does not know could carry any id: it must not shadow a known key's.
    dead["role"] = json!("herald");
    assert_eq!(verified(&payload_json(1, &json!([dead, active]))).unwrap_err(), DirectoryError::Repeated);
    let mut payload = payload_json(1, &json!([]));
    payload["desks"] = json!([payload["desks"][0], payload["desks"][0]]);
    assert_eq!(verified(&payload).unwrap_err(), DirectoryError::Repeated);
}

#[test]
fn roles_states_and_fields_of_a_newer_version_are_tolerated() {
    let mut herald = signing_entry("herald", "active", 8);
    herald["public"] = json!("whatever comes next");
    let mut payload = payload_json(1, &json!([herald, signing_entry("stored", "asleep", 7)]));
    payload["newer"] = json!({ "a": 1 });
    payload["desks"][0]["newer"] = json!([1]);
    let directory = verified(&payload).unwrap();
    let desk = &directory.desks()[0];
    let asleep =
        KeyId::of("stored", &SigningKey::<Stored>::from_seed([7; 32]).unwrap().public().to_public_text());
    assert_eq!(desk.verify_key::<Stored>(&asleep).unwrap_err(), KeyRefused::Dead(KeyState::Unknown));
    assert_eq!(desk.limits, DeskLimits::default());
    assert!(desk.takes(Scheme::Kraken, Route::Police) && !desk.takes(Scheme::Kraken, Route::Confidential));
    assert_eq!((desk.name("cy"), desk.id.as_str()), ("Test desk", "test-desk"));
}

#[test]
fn only_active_keys_of_the_role_are_sealed_to_and_unknown_kinds_are_skipped() {
    let newer = RecipientKey::<Seal>::parse("age1pq1qqqq").unwrap();
    let active = sealing_entry::<Seal>("active");
    let directory = verified(&payload_json(
        1,
        &json!([
            { "id": newer.id(), "role": "seal", "state": "active", "public": newer.as_str() },
            active,
            sealing_entry::<Seal>("retired"),
            sealing_entry::<Seal>("lost"),
            sealing_entry::<Seal>("compromised"),
            sealing_entry::<Seal>("asleep"),
            sealing_entry::<Source>("active"),
            sealing_entry::<Courier>("retired"),
            signing_entry("stored", "active", 7),
        ]),
    ))
    .unwrap();
    let desk = &directory.desks()[0];
    let found: Vec<_> = desk.recipients::<Seal>().iter().map(|key| key.as_str().to_owned()).collect();
    assert_eq!(found, ["age1pq1qqqq", active["public"].as_str().unwrap()]);
    assert!(crate::envelope::Envelope::seal(b"words", &desk.recipients()).is_ok());
    assert_eq!((desk.recipients::<Source>().len(), desk.recipients::<Courier>().len()), (1, 0));
}

#[test]
fn a_key_vouches_in_its_role_and_state_only() {
    let states = ["active", "retired", "lost", "compromised"];
    let entries: Vec<_> =
        (10..).zip(states).map(|(seed, state)| signing_entry("stored", state, seed)).collect();
    let directory = verified(&payload_json(1, &json!(entries))).unwrap();
    let desk = directory.desk(&DeskId::parse("test-desk").unwrap()).unwrap();
    let key = |seed: u8| SigningKey::<Stored>::from_seed([seed; 32]).unwrap().public().id();
    assert!(desk.verify_key::<Stored>(&key(10)).is_ok() && desk.verify_key::<Stored>(&key(11)).is_ok());
    assert_eq!(desk.verify_key::<Stored>(&key(12)).unwrap_err(), KeyRefused::Dead(KeyState::Lost));
    assert_eq!(desk.verify_key::<Stored>(&key(13)).unwrap_err(), KeyRefused::Dead(KeyState::Compromised));
    assert_eq!(desk.verify_key::<Stored>(&key(14)).unwrap_err(), KeyRefused::Unlisted);
    assert_eq!(desk.verify_key::<Officer>(&key(10)).unwrap_err(), KeyRefused::WrongRole);
}

#[test]
fn p11_damage_ends_in_an_error() {
    let signed =
        sign_text(payload_json(1, &json!([signing_entry("stored", "active", 7)])).to_string(), &[root(1)]);
    let roots = Roots::new(vec![root(1).public()]).unwrap();
    let json = serde_json::to_vec(&signed).unwrap();
    let taken = |bytes: &[u8]| SignedDirectory::parse(bytes).and_then(|signed| signed.verify(&roots));
    let whole = taken(&json).unwrap();
    for end in 0..json.len() {
        assert!(matches!(taken(&json[..end]), Err(DirectoryError::Json(_))), "{end}");
    }
    let mut flipped = json.clone();
    for at in 0..json.len() {
        for bit in 0..8 {
            flipped[at] ^= 1 << bit;
            // A flip may change the spelling of what is not signed, but never what is believed.
            assert!(taken(&flipped).is_ok_and(|directory| directory == whole) || taken(&flipped).is_err());
            flipped[at] ^= 1 << bit;
        }
    }
    assert_eq!(taken(&vec![b' '; limits::DIRECTORY_BYTES + 1]).unwrap_err(), DirectoryError::TooLarge);
    let twice = String::from_utf8(json).unwrap().replacen("\"payload\"", "\"payload\":\"\",\"payload\"", 1);
    assert!(matches!(taken(twice.as_bytes()), Err(DirectoryError::Json(JsonError::DuplicateField { .. }))));
    let twice =
        payload_json(1, &json!([])).to_string().replacen("\"sequence\"", "\"sequence\":9,\"sequence\"", 1);
    let twice = sign_text(twice, &[root(1)]).verify(&roots).unwrap_err();
    assert!(matches!(twice, DirectoryError::Json(JsonError::DuplicateField { .. })));
}

#[test]
fn p8_neither_directory_nor_errors_show_which_desk_it_is() {
    let mut payload =
        payload_json(1, &json!([signing_entry("stored", "active", 7), sealing_entry::<Seal>("lost")]));
    let names = json!({ "en": "Gweilo constabulary" });
    for (field, value) in [
        ("id", json!("gweilo")),
        ("names", names.clone()),
        ("hours", names),
        ("urls", json!(["https://gweilo.example"])),
        ("areas", json!(["gweilo"])),
        ("privacy", json!({ "controller": "gweilo", "notice": "gweilo" })),
        ("phones", json!([{ "code": "gweilo", "number": "07700900123" }])),
    ] {
        payload["desks"][0][field] = value;
    }
    let directory = verified(&payload).unwrap();
    let desk = &directory.desks()[0];
    let signed = sign_text(payload.to_string(), &[root(1), root(2)]);
    let shown =
        format!("{signed:?}{directory:?}{:?}{desk:?}{:?}{:?}", directory.payload(), desk.id, desk.keys);
    let shown = shown + &format!("{:?}{:?}{:?}", desk.privacy, desk.phones, three_roots());
    payload["desks"][0]["id"] = json!("Gweilo 07700900123");
    let error = verified(&payload).unwrap_err();
    let shown = (shown + &format!("{error:?}{error}")).to_lowercase();
    assert!(
        !shown.contains("gweilo") && !shown.contains("07700900123") && !shown.contains("age1"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn p11_never_panics(bytes: Vec<u8>, payload in "\\PC*") {
        let _ = SignedDirectory::parse(&bytes);
        let _ = sign_text(payload, &[root(1), root(2)]).verify(&three_roots());
    }
}
