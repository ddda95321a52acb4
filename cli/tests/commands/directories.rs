//! P11 for the list of desks: one that cannot be believed is refused, and the one held stays.

use std::{fs, path::Path};

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use turnstone_wire::{
    directory::{Payload, Roots, SignedDirectory},
    hash::Sha256,
    key::{Root, SigningKey},
};

use crate::kit::{Computer, ended, json, make_desk, sign_directory};

fn root(seed: u8) -> SigningKey<Root> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

/// A computer whose directories need two signatures of three, and what is signed.
struct Three {
    computer: Computer,
    payload: Payload,
}

impl Three {
    fn new() -> Self {
        let computer = Computer::new();
        let made = computer.path("made");
        make_desk(&made, "harbour");
        let own = Roots::parse_key_line(&fs::read_to_string(made.join("root.pub")).unwrap()).unwrap();
        let signed = SignedDirectory::parse(&fs::read(made.join("directory.json")).unwrap()).unwrap();
        let payload = signed.verify(&Roots::new(vec![own]).unwrap()).unwrap().payload().clone();
        for seed in [1, 2, 3] {
            fs::write(computer.path(&format!("root{seed}.pub")), Roots::key_line(&root(seed).public()))
                .unwrap();
        }
        let three = Self { computer, payload };
        assert_eq!(three.init(0, &three.signed(5, &[1, 3]))["outcome"], "set_up");
        three
    }

    /// A directory with a number, signed by some of the keys.
    fn signed(&self, sequence: u64, keys: &[u8]) -> Vec<u8> {
        let payload = Payload { sequence, ..self.payload.clone() };
        let keys: Vec<_> = keys.iter().map(|seed| root(*seed)).collect();
        SignedDirectory::sign(&payload, &keys.iter().collect::<Vec<_>>()).unwrap().to_json()
    }

    /// Any text as the payload, signed by two.
    fn signed_text(&self, payload: &str) -> Vec<u8> {
        let signed = [b"turnstone directory 1\n", payload.as_bytes()].concat();
        let signatures: Vec<_> = [root(1), root(2)]
            .iter()
            .map(|key| {
                let signature = key.sign(&signed);
                serde_json::json!({"key": key.public().id(), "signature": base64(&signature)})
            })
            .collect();
        let document = serde_json::json!({
            "format": "turnstone.directory/1", "payload": payload, "signatures": signatures,
        });
        serde_json::to_vec(&document).unwrap()
    }

    fn init(&self, code: i32, directory: &[u8]) -> Value {
        let file = self.computer.path("directory.json");
        fs::write(&file, directory).unwrap();
        self.init_from(code, &file)
    }

    fn init_from(&self, code: i32, file: &Path) -> Value {
        let mut init = self.computer.command(&["init", "--json"]);
        init.arg("--directory").arg(file);
        for seed in [1, 2, 3] {
            init.arg("--root-key").arg(self.computer.path(&format!("root{seed}.pub")));
        }
        json(&ended(&mut init, code))
    }

    /// Refused, with a sentence; the one held stays, and a report goes by it.
    fn refuses(&self, name: &str, directory: &[u8], says: &str) {
        let refused = self.init(1, directory);
        assert_eq!(refused["error"]["code"], "invalid", "{name}: {refused}");
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.contains(says) && !message.contains('\n'), "{name}: {message}");
        let sent = self.computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
        assert_eq!(sent["outcome"], "submitted", "{name}");
    }
}

/// Standard base 64, for signatures that the kit makes by hand.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |n: u32| char::from(LETTERS[n as usize & 63]);
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        let four = [letter(all >> 18), letter(all >> 12), letter(all >> 6), letter(all)];
        let said = three.len() + 1;
        text.extend(four.iter().take(said));
        text.extend(std::iter::repeat_n('=', 4 - said));
    }
    text
}

#[test]
fn p11_a_list_of_desks_that_cannot_be_believed_is_refused_and_the_one_held_stays() {
    let three = Three::new();
    let good = three.signed(6, &[1, 2]);
    let text = String::from_utf8(good.clone()).unwrap();
    let payload = serde_json::to_string(&Payload { sequence: 6, ..three.payload.clone() }).unwrap();
    let unsigned =
        serde_json::json!({"format": "turnstone.directory/1", "payload": payload, "signatures": []});
    let many = "(0 of 2)";
    for (name, bytes, says) in [
        ("not signed", serde_json::to_vec(&unsigned).unwrap(), many),
        ("signed by one of three", three.signed(6, &[2]), "(1 of 2)"),
        ("signed twice by one", three.signed(6, &[2, 2]), "(1 of 2)"),
        ("signed by others", three.signed(6, &[7, 8, 9]), many),
        ("signed by one and another", three.signed(6, &[1, 9]), "(1 of 2)"),
        ("changed", text.replace("harbour", "harb0ur").into(), many),
        ("older", three.signed(4, &[1, 2]), "older than the one held"),
        ("far ahead", three.signed(u64::MAX, &[1, 2]), "jumps by more than 1000000"),
        ("one too far ahead", three.signed(1_000_006, &[1, 2]), "jumps by more than 1000000"),
        ("cut short", good[..good.len() / 2].to_vec(), "cut short or damaged"),
        ("cut by a byte", good[..good.len() - 1].to_vec(), "cut short or damaged"),
        ("20 MB", vec![b' '; 20_000_000], "a directory of more than 4194304 bytes"),
        ("20 MB of it", [good.as_slice(), &vec![b' '; 20_000_000]].concat(), "more than 4194304 bytes"),
        ("a field twice", text.replacen('{', r#"{"payload":"","#, 1).into(), "a field is named twice"),
        (
            "another format",
            text.replacen("directory/1", "directory/9", 1).into(),
            "a format this program does not",
        ),
        ("a page", b"<html>".to_vec(), "cut short or damaged"),
        ("a photo", b"\xff\xd8\xff\xe0".to_vec(), "cut short or damaged"),
        ("a list", b"[]".to_vec(), "not a directory"),
        ("nothing", Vec::new(), "is empty"),
    ] {
        three.refuses(name, &bytes, says);
    }
    assert_eq!(three.init(0, &good)["outcome"], "updated");
}

#[test]
fn p11_what_two_roots_signed_by_mistake_is_refused_all_the_same() {
    let three = Three::new();
    let good = serde_json::to_string(&Payload { sequence: 6, ..three.payload.clone() }).unwrap();
    let keys = three.payload.desks[0].keys.iter().map(|entry| serde_json::to_value(entry).unwrap());
    let stored = keys.clone().find(|entry| entry["role"] == "stored").unwrap();
    let (role, id) = (r#""role":"stored""#, stored["id"].as_str().unwrap());
    assert!(good.contains(role) && good.contains(id));
    for (name, payload, says) in [
        ("a key in the wrong role", good.replace(role, r#""role":"officer""#), "a key of the directory is"),
        ("a field twice", good.replacen('{', r#"{"sequence":7,"#, 1), "a field is named twice"),
        (
            "another generation",
            good.replace(r#""root_generation":1"#, r#""root_generation":2"#),
            "other root keys",
        ),
        ("no desks", good.replacen(r#""desks""#, r#""d""#, 1), "a field is missing"),
        ("no number", good.replacen(":6,", ":-6,", 1), "a field is missing or out of its range"),
        ("words", "Dear all,".to_owned(), "cut short or damaged"),
    ] {
        three.refuses(name, &three.signed_text(&payload), says);
    }
    assert_eq!(three.init(0, &three.signed_text(&good))["outcome"], "updated");
}

#[test]
fn p11_a_new_home_is_not_made_with_a_directory_that_is_refused() {
    let three = Three::new();
    let second = Computer::new();
    let file = three.computer.path("directory.json");
    for (bytes, says) in
        [(three.signed(6, &[2]), "(1 of 2)"), (three.signed(u64::MAX, &[1, 2]), "jumps by more than 1000000")]
    {
        fs::write(&file, bytes).unwrap();
        let mut init = second.command(&["init", "--json"]);
        init.arg("--directory").arg(&file);
        for seed in [1, 2, 3] {
            init.arg("--root-key").arg(three.computer.path(&format!("root{seed}.pub")));
        }
        let refused = json(&ended(&mut init, 1));
        assert!(refused["error"]["message"].as_str().unwrap().contains(says), "{refused}");
        assert_eq!(second.json(1, &["list"])["error"]["code"], "not_set_up");
    }
    assert_eq!(second.json(0, &["init"])["outcome"], "set_up", "nothing of it is in the way");
}

#[test]
fn p9_an_expired_list_of_desks_goes_on_and_says_so() {
    let computer = Computer::new();
    let made = computer.path("made");
    make_desk(&made, "harbour");
    sign_directory(&[made], &computer.path("desk"), |all| {
        all.issued = Utc::now() - TimeDelta::days(800);
        all.expires = Utc::now() - TimeDelta::days(400);
    });
    assert_eq!(computer.init_with(0, &computer.path("desk"))["outcome"], "set_up");
    let sent = computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!(sent["outcome"], "submitted");
    assert!(sent["notices"].to_string().contains("The list of desks is out of date"), "{sent}");
}

#[test]
fn p11_a_root_key_that_is_none_is_wrong_usage_and_takes_nothing() {
    let three = Three::new();
    let directory = three.computer.path("directory.json");
    let wrong = three.computer.path("wrong.pub");
    let line = Roots::key_line(&root(1).public());
    for (text, says) in [
        ("", "is no root key"),
        ("turnstone-root-1 ed25519:AAAA", "is no root key"),
        (&line.replace("root", "officer"), "is no root key"),
    ] {
        fs::write(&wrong, text).unwrap();
        let mut init = three.computer.command(&["init", "--json"]);
        init.arg("--directory").arg(&directory).arg("--root-key").arg(&wrong);
        let refused = json(&ended(&mut init, 2));
        assert!(refused["error"]["message"].as_str().unwrap().contains(says), "{refused}");
    }
    let mut init = three.computer.command(&["init", "--json"]);
    let one = three.computer.path("root1.pub");
    init.arg("--directory").arg(&directory).arg("--root-key").arg(&one).arg("--root-key").arg(&one);
    assert!(json(&ended(&mut init, 2))["error"]["message"].as_str().unwrap().contains("given twice"));
    assert_eq!(Sha256::of(&fs::read(&directory).unwrap()), Sha256::of(&three.signed(5, &[1, 3])));
}
