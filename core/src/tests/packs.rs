//! Newer guidance: taken when it is signed, newer and whole, and never in the way of what is compiled in.

use serde_json::{Value, json};
use turnstone_almanac::{
    guide::{self, GuideError},
    places,
};
use turnstone_wire::pack::{PackError, PackKind};

use super::kit::{Phone, PlayedDesk, found_in};
use crate::{Client, Error, HeldPack, Invalid, SetUp};

const SAID: &str = "boats at strange hours, as Quillwort says";

/// Guidance whose first sign says something else.
fn content() -> Value {
    let mut pack: Value = serde_json::from_slice(&guide::built_in_pack()).unwrap();
    let words = pack["words"]["en"].as_str().unwrap();
    pack["words"]["en"] = json!(words.replacen("boats at odd hours", SAID, 1));
    pack["gathered"] = json!("2027-03-01");
    pack
}

fn newer(desk: &PlayedDesk, sequence: u64) -> Vec<u8> {
    desk.pack(PackKind::Guidance, sequence, content().to_string().as_bytes())
}

fn first_sign(client: &Client) -> String {
    client.guide().signs()[0].text.en.clone()
}

fn refused(client: &Client, bytes: &[u8]) -> Invalid {
    match client.take_pack(bytes).unwrap_err() {
        Error::Invalid(invalid) => invalid,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_newer_pack_is_used_at_once_and_after_a_restart_while_locked() {
    let phone = Phone::new();
    let client = phone.open();
    assert_eq!(*client.guide(), *guide::built_in());
    let held = client.take_pack(&newer(&phone.desk, 2)).unwrap();
    assert_eq!((held.kind, held.sequence), (PackKind::Guidance, 2));
    for client in [client, phone.open()] {
        assert!(first_sign(&client).starts_with(SAID));
        assert_eq!(client.packs().unwrap(), [held]);
        // Everything else is still there.
        assert_eq!(client.guide().codes(), guide::built_in().codes());
    }
}

#[test]
fn the_same_pack_again_changes_nothing_and_an_older_or_another_is_refused() {
    let phone = Phone::new();
    let client = phone.open();
    client.take_pack(&newer(&phone.desk, 3)).unwrap();
    client.take_pack(&newer(&phone.desk, 3)).unwrap();
    let as_compiled_in = |sequence| phone.desk.pack(PackKind::Guidance, sequence, &guide::built_in_pack());
    assert_eq!(refused(&client, &as_compiled_in(3)), Invalid::Pack(PackError::Differs));
    assert_eq!(refused(&client, &as_compiled_in(2)), Invalid::Pack(PackError::Older));
    assert_eq!(refused(&client, &as_compiled_in(2_000_000)), Invalid::Pack(PackError::Jump));
    assert!(first_sign(&client).starts_with(SAID));
    client.take_pack(&as_compiled_in(4)).unwrap();
    assert!(first_sign(&client).starts_with("boats at odd hours"));
}

#[test]
fn going_back_to_what_is_compiled_in_is_one_call_and_can_be_undone() {
    let phone = Phone::new();
    let client = phone.open();
    client.take_pack(&newer(&phone.desk, 2)).unwrap();
    client.drop_pack(PackKind::Guidance).unwrap();
    assert_eq!(*client.guide(), *guide::built_in());
    assert_eq!(client.packs().unwrap(), [] as [HeldPack; 0]);
    client.take_pack(&newer(&phone.desk, 2)).unwrap();
    assert!(first_sign(&client).starts_with(SAID));
}

#[test]
fn p11_a_pack_that_is_not_signed_newer_or_whole_is_refused_and_what_was_there_stays() {
    let phone = Phone::new();
    let client = phone.open();
    client.take_pack(&newer(&phone.desk, 2)).unwrap();
    let good = newer(&phone.desk, 3);
    let other_root = Invalid::Pack(PackError::Signatures { good: 0, needed: 1 });
    let forged = String::from_utf8(good.clone()).unwrap().replace("\"sequence\": 3", "\"sequence\": 4");
    assert_eq!(refused(&client, forged.as_bytes()), other_root);
    assert!(matches!(refused(&client, &good[..good.len() / 2]), Invalid::Pack(PackError::Json(_))));
    assert_eq!(refused(&client, b"{}"), Invalid::Pack(PackError::Shape));
    let mut lacking = content();
    lacking["signs"].as_array_mut().unwrap().pop();
    let lacking = phone.desk.pack(PackKind::Guidance, 3, lacking.to_string().as_bytes());
    assert_eq!(refused(&client, &lacking), Invalid::Guidance(GuideError::Lacks("sign O04".into())));
    let junk = phone.desk.pack(PackKind::Guidance, 3, b"junk");
    assert!(matches!(refused(&client, &junk), Invalid::Guidance(GuideError::Json(_))));
    assert!(first_sign(&client).starts_with(SAID));
    // None of them has used the number up.
    client.take_pack(&good).unwrap();
}

#[test]
fn p9_guidance_is_there_without_a_directory_and_with_the_key_store_gone() {
    let phone = Phone::new();
    let client = phone.open();
    client.take_pack(&newer(&phone.desk, 2)).unwrap();
    drop(client);
    std::fs::remove_file(phone.key_file()).unwrap();
    assert_eq!(*phone.open().guide(), *guide::built_in());
    // A home that knows no roots believes no pack.
    let (bare, folder) = (Phone::new(), tempfile::tempdir().unwrap());
    let ports = crate::Ports {
        key_store: std::sync::Arc::new(crate::KeyFile::new(folder.path().join("keys")).creating()),
        ..bare.ports()
    };
    let client =
        Client::create(&folder.path().join("home"), ports, &SetUp { roots: None, directory: None }).unwrap();
    let unsigned = Invalid::Pack(PackError::Signatures { good: 0, needed: 1 });
    assert_eq!(refused(&client, &newer(&bare.desk, 2)), unsigned);
    assert_eq!(*client.guide(), *guide::built_in());
}

#[test]
fn p9_a_held_pack_that_is_damaged_counts_as_never_taken() {
    let phone = Phone::new();
    phone.open().take_pack(&newer(&phone.desk, 2)).unwrap();
    let conn = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let rows =
        conn.execute("UPDATE setting SET sealed = zeroblob(length(sealed)) WHERE name = 'guidance'", []);
    assert_eq!(rows.unwrap(), 1);
    drop(conn);
    let client = phone.open();
    assert_eq!(*client.guide(), *guide::built_in());
    client.take_pack(&newer(&phone.desk, 2)).unwrap();
    assert!(first_sign(&client).starts_with(SAID));
}

#[test]
fn p8_nothing_of_a_pack_is_readable_on_the_disk() {
    let phone = Phone::new();
    let pack = newer(&phone.desk, 2);
    phone.open().take_pack(&pack).unwrap();
    // Its head, and a piece of its content as it travels.
    let needles = [b"turnstone.pack/1".to_vec(), SAID.into(), pack[2_000..2_040].to_vec()];
    assert_eq!(found_in(&phone.files(), &needles), Vec::<String>::new());
}

#[test]
fn a_newer_table_of_places_is_used_and_one_that_does_not_read_is_refused() {
    let phone = Phone::new();
    let client = phone.open();
    let harbours = |client: &Client| client.places().count(places::Kind::Harbour);
    assert_eq!(harbours(&client), places::built_in().count(places::Kind::Harbour));
    // Signed and newer, and no table.
    let garbage = phone.desk.pack(PackKind::Places, 2, b"turnstone.places/1\n\0\xff");
    assert_eq!(refused(&client, &garbage), Invalid::Places(places::TableError::CutShort));
    assert_eq!(harbours(&client), 1_151);
    // One harbour, and nothing else.
    let table = b"turnstone.places/1\n\0\x01\x02\x02\x00\x04Quay\x00\x00\x00\0\0";
    client.take_pack(&phone.desk.pack(PackKind::Places, 3, table)).unwrap();
    for client in [client, phone.open()] {
        assert_eq!(harbours(&client), 1);
        assert_eq!(client.packs().unwrap()[0].kind, PackKind::Places);
        // What the other kind says is as it was.
        assert_eq!(*client.guide(), *guide::built_in());
    }
}
