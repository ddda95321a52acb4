//! Writes `docs/vectors`: what another client or desk is tested against. `cargo run -p turnstone-wire --example
//! vectors`; files that are there and need randomness (sealed ones) are left as they are. Replayed by
//! `tests/tests/vectors.rs`, which shares no code with this.

use std::{error::Error, fs, path::Path};

use serde_json::{Value, json};
use turnstone_wire::{
    attachment::{AttachmentKey, Sealer},
    body::{Report, ReportId, Scheme},
    bundle::{AnswerKey, AnswerWriter, BundleWriter, Head, ObjectHead, Salt},
    contact::SealedContact,
    desk_call::{Proof, Request},
    directory::{DeskId, Payload, SignedDirectory},
    envelope::Envelope,
    hash::Sha256,
    key::{
        Caller, Courier, DeskIdentity, KeyId, Officer, RecipientKey, Role as _, Root, Seal, SigningKey,
        Source, Stored,
    },
    mailbox::MailboxToken,
    padding,
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
    reply::{Letter, SignedReply},
    text::Text,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;
type Make = fn() -> Outcome<Value>;

/// Test keys: the `age` identities of 32 bytes of 01, 02, 03.
const SEAL: &str = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";
const SOURCE: &str = "AGE-SECRET-KEY-1QGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQ0N3JDM";
const ATTACHMENT: &str = "AGE-SECRET-KEY-1QVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPSXQCRQVPS2PGGME";
const AT: &str = "2026-01-02T03:04:05Z";

fn main() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/vectors");
    fs::create_dir_all(folder.join("hostile"))?;
    let exact: [(&str, Make); 10] = [
        ("body", body),
        ("body-refused", body_refused),
        ("padding", paddings),
        ("reference", references),
        ("keys", keys),
        ("receipt", receipts),
        ("directory", directory),
        ("mailbox", mailbox),
        ("desk-call", desk_call),
        ("reply", replies),
    ];
    for (name, make) in exact {
        let text = serde_json::to_string_pretty(&make()?)?;
        fs::write(folder.join(name).with_extension("json"), text + "\n")?;
    }
    sealed(&folder)?;
    sealed_reply(&folder)?;
    carried(&folder)?;
    hostile(&folder.join("hostile"))
}

fn signing<R: turnstone_wire::key::SigningRole>(seed: u8) -> Outcome<SigningKey<R>> {
    Ok(SigningKey::from_seed([seed; 32])?)
}

fn small() -> Value {
    let id = ReportId::from_bytes([1; 16]);
    json!({
        "format": "turnstone.report/1", "id": id, "reference": Reference::of(Scheme::Kraken, &id), "scheme": "kraken",
        "code_word": "KRAKEN", "language": "en", "route": "police",
        "sightings": [{ "when": { "from": AT }, "what": "RIB without lights" }],
    })
}

/// One of every kind of field, at sea, where nothing happened.
fn large() -> Value {
    let mut report = small();
    report["sightings"][0] = json!({
        "when": { "from": "2026-01-02T03:04:05+01:00", "until": "2026-01-02T03:30:00+01:00", "give_or_take_s": 300 },
        "observer": { "lat": 49.5, "lon": -6.25, "accuracy_m": 12.0, "at": AT, "source": "gnss" },
        "target": { "kind": "bearing-range", "bearing": { "deg": 270.5, "north": "magnetic" }, "range_m": 1852.0 },
        "signs": ["K01"], "what": "RIB without lights", "why": "no fishing gear",
        "subjects": [
            { "kind": "vessel", "silhouette": "RIB", "hull_colour": "grey", "people": "4" },
            { "kind": "person", "clothing": "dry suits" },
        ],
        "conditions": { "visibility": "good", "light": "dusk", "sea": "slight" },
    });
    report["told"] = json!([{ "channel": "coastguard", "at": AT, "number": "42" }]);
    report["mailbox"] = json!({
        "address": MailboxToken::from_bytes([1; 32]).address(),
        "reply_to": "age15nsf9y4k28p83wth93tf7hafhvfajp45d2mge80ems45gz0c5gys3me64l",
    });
    report["clocks"] = json!({ "wall": AT, "draft_to_submit_ms": 90_000 });
    report["app"] = json!({ "name": "example", "version": "1" });
    report
}

fn body() -> Outcome<Value> {
    let mut newer = small();
    newer["minor"] = json!(1);
    newer["tide"] = json!({ "state": "ebb" });
    let cases = [("the fewest fields", small()), ("many fields", large()), ("a newer minor version", newer)];
    let mut written = Vec::new();
    for (name, report) in cases {
        let padded = Report::parse(&serde_json::to_vec(&report)?)?.to_padded_bytes()?;
        let text = std::str::from_utf8(&padded)?.trim_end();
        let (size, sha256) = (padded.len(), Sha256::of(&padded));
        written.push(json!({ "name": name, "text": text, "padded_size": size, "padded_sha256": sha256 }));
    }
    Ok(
        json!({ "about": "text as written, the size it is padded to with spaces, and the hash of the padded bytes",
        "cases": written }),
    )
}

fn body_refused() -> Outcome<Value> {
    let good = small().to_string();
    let changed = |path: &str, value: Value| {
        let mut report = small();
        if let Some(place) = report.pointer_mut(path) {
            *place = value;
        }
        report.to_string()
    };
    let mut anonymous = large();
    anonymous["route"] = json!("anonymous");
    let fix = |lat: f64| json!({ "when": { "from": AT }, "what": "x", "observer": { "lat": lat, "lon": 0, "source": "hand" } });
    let cases = [
        ("another major version", "unknown_format", changed("/format", json!("turnstone.report/2"))),
        (
            "a field named twice",
            "duplicate_field",
            good.replacen("\"scheme\"", "\"scheme\":\"pegasus\",\"scheme\"", 1),
        ),
        (
            "a field named twice, once escaped",
            "duplicate_field",
            good.replacen("\"what\"", "\"wh\\u0061t\":\"y\",\"what\"", 1),
        ),
        ("cut short", "malformed", good[..good.len() - 1].to_owned()),
        ("something after the end", "malformed", format!("{good} {{}}")),
        (
            "nested 33 deep",
            "malformed",
            good.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(32), "]".repeat(32)), 1),
        ),
        ("a latitude of 91", "field", changed("/sightings/0", fix(91.0))),
        ("an unknown route", "field", changed("/route", json!("post"))),
        ("the reference of another id", "inconsistent", changed("/id", json!(ReportId::from_bytes([2; 16])))),
        ("the other scheme's code word", "inconsistent", changed("/code_word", json!("PEGASUS"))),
        ("no sighting", "inconsistent", changed("/sightings", json!([]))),
        ("anonymous, with clocks and app", "inconsistent", anonymous.to_string()),
        ("33 sightings", "too_many", changed("/sightings", json!(vec![small()["sightings"][0].clone(); 33]))),
    ];
    let cases = cases.map(|(name, error, text)| json!({ "name": name, "error": error, "text": text }));
    Ok(json!({ "about": "bodies that are refused, and as what", "cases": cases }))
}

fn paddings() -> Outcome<Value> {
    let bodies = [0, 1, 1024, 1025, 2048, 2049, 100_000, 262_145, 524_288];
    let bodies = bodies.map(|len| json!([len, padding::body_size(len)]));
    let lens = [
        0,
        1,
        2,
        3,
        8,
        9,
        10,
        17,
        65,
        100,
        1000,
        1024,
        1025,
        65_537,
        1_000_000,
        1_048_577,
        5_000_000,
        67_108_865,
        200_000_001,
        4_000_000_000_u64,
    ];
    let replies =
        [0, 2048, 2049, 8192, 8193, 32_768, 32_769].map(|len| json!([len, padding::reply_size(len)]));
    let padme = lens.map(|len| json!([len, padding::padme(len)]));
    Ok(
        json!({ "about": "pairs of a size and the size it is padded to; null where it is too long", "body": bodies, "padme": padme, "reply": replies }),
    )
}

fn references() -> Outcome<Value> {
    let ids = [[0; 16], [1; 16], [0xFF; 16], *b"sixteen letters."].map(ReportId::from_bytes);
    let made: Vec<_> = ids
        .iter()
        .flat_map(|id| {
            Scheme::ALL
                .map(|scheme| json!({ "id": id, "scheme": scheme, "label": Reference::of(scheme, id) }))
        })
        .collect();
    let label = Reference::of(Scheme::Kraken, &ids[1]).to_string();
    let spoken = label.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let typed = [spoken, label.replace('-', ""), format!("  {label} ")];
    let typed = typed.map(|text| json!({ "typed": text, "label": label }));
    let (head, last) = label.split_at(label.len() - 1);
    let bad = [
        ("", "no_code_word"),
        ("7F3Q-2MXD-9K", "no_code_word"),
        ("KRAKEN", "length"),
        (head, "length"),
        ("KRAKEN-7F3Q-2MXD-9K0", "length"),
        ("KRAKEN-7F3U-2MXD-9K", "symbol"),
        ("KRAKEN-7F3Q_2MXD_9K", "symbol"),
        (&format!("{head}{}", if last == "0" { "2" } else { "0" }), "check"),
    ]
    .map(|(text, error)| json!({ "text": text, "error": error }));
    Ok(json!({ "about": "labels made of ids, labels as people type them, and texts that are none",
        "made": made, "typed": typed, "bad": bad }))
}

fn keys() -> Outcome<Value> {
    let identity = |secret: &str| DeskIdentity::<Seal>::parse(secret).map(|identity| identity.public());
    let (one, two) = (identity(SEAL)?, identity(SOURCE)?);
    let ed25519 = signing::<Stored>(1)?.public().to_public_text();
    let ids: Vec<_> =
        [("seal", one.as_str()), ("source", one.as_str()), ("courier", one.as_str()), ("seal", two.as_str())]
            .into_iter()
            .chain(["stored", "officer", "root", "caller"].map(|role| (role, ed25519.as_str())))
            .map(|(role, public)| json!({ "role": role, "public": public, "id": KeyId::of(role, public) }))
            .collect();
    Ok(
        json!({ "about": "ids of test keys: the age identities of 32 bytes of 01 and 02, the Ed25519 seed of 32 bytes of 01",
        "age_01": SEAL, "age_02": SOURCE, "signing_01": *signing::<Stored>(1)?.to_secret_text(), "ids": ids }),
    )
}

fn receipts() -> Outcome<Value> {
    let desk = DeskId::parse("test-desk")?;
    let sign = |kind, bytes: &[u8], opened: bool| -> Outcome<Value> {
        let object = Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
        let (signed, public) = if opened {
            let key = signing::<Officer>(2)?;
            (SignedReceipt::sign(&object, &desk, AT.parse()?, &key), key.public().to_public_text())
        } else {
            let key = signing::<Stored>(1)?;
            (SignedReceipt::sign(&object, &desk, AT.parse()?, &key), key.public().to_public_text())
        };
        let json: Value = serde_json::from_slice(&signed.to_json())?;
        Ok(
            json!({ "kind": if opened { "opened" } else { "stored" }, "object": kind, "bytes": std::str::from_utf8(bytes)?,
            "public": public, "receipt": json }),
        )
    };
    let cases = [
        sign(ObjectKind::Report, b"an envelope", false)?,
        sign(ObjectKind::Attachment, b"a sealed attachment", false)?,
        sign(ObjectKind::Report, b"an envelope", true)?,
    ];
    Ok(
        json!({ "about": "receipts of the desk test-desk: seed 01 signs as its intake, seed 02 as its officer", "cases": cases }),
    )
}

fn directory() -> Outcome<Value> {
    let seal = DeskIdentity::<Seal>::parse(SEAL)?.public();
    let source = DeskIdentity::<Source>::parse(SOURCE)?.public();
    let entry = |role: &str, state: &str, public: &str| json!({ "id": KeyId::of(role, public), "role": role, "state": state, "public": public });
    let payload: Payload = serde_json::from_value(json!({
        "format": "turnstone.directory/1", "root_generation": 1, "sequence": 7, "issued": AT, "expires": "2027-01-02T03:04:05Z",
        "desks": [{
            "id": "test-desk", "names": { "cy": "Desg brawf", "en": "Test desk" }, "areas": [], "schemes": ["kraken"],
            "routes": ["police", "anonymous"], "urls": ["https://intake.example"], "hours": { "en": "always" },
            "privacy": { "controller": "Test desk", "notice": "https://intake.example/privacy", "retention_days": 30 },
            "phones": [{ "code": "police", "number": "101" }],
            "keys": [
                entry("seal", "active", seal.as_str()),
                entry("source", "active", source.as_str()),
                entry("courier", "active", RecipientKey::<Courier>::parse(seal.as_str())?.as_str()),
                entry("stored", "active", &signing::<Stored>(1)?.public().to_public_text()),
                entry("officer", "retired", &signing::<Officer>(2)?.public().to_public_text()),
            ],
        }],
    }))?;
    let roots = [signing::<Root>(1)?, signing::<Root>(2)?, signing::<Root>(3)?];
    let signed = SignedDirectory::sign(&payload, &[&roots[0], &roots[2]])?;
    Ok(json!({ "about": "a directory signed by the first and third of three roots, of seeds 01, 02 and 03",
        "roots": roots.each_ref().map(|root| root.public().to_public_text()),
        "directory": serde_json::from_slice::<Value>(&signed.to_json())? }))
}

fn mailbox() -> Outcome<Value> {
    let cases = [[1; 32], [0xFF; 32]].map(|bytes| {
        let token = MailboxToken::from_bytes(bytes);
        json!({ "token": *token.to_secret_text(), "address": token.address() })
    });
    Ok(json!({ "about": "tokens and the addresses they read", "cases": cases }))
}

fn desk_call() -> Outcome<Value> {
    let key = signing::<Caller>(1)?;
    let calls =
        [("GET", "/v1/desk/objects?after=7", ""), ("POST", "/v1/desk/mailbox/00", "{\"kind\":\"receipt\"}")];
    let mut cases = Vec::new();
    for (method, path, body) in calls {
        let proof = Proof::sign(
            &Request { method, path, body: Sha256::of(body.as_bytes()) },
            [1; 16],
            AT.parse()?,
            &key,
        );
        cases.push(
            json!({ "method": method, "path": path, "body": body, "authorization": proof.to_header() }),
        );
    }
    Ok(json!({ "about": "calls signed by seed 01 at the time in the header",
        "public": key.public().to_public_text(), "at": AT, "cases": cases }))
}

fn reply(counter: u64, words: &str) -> Outcome<SignedReply> {
    let (report, desk) = (ReportId::from_bytes([1; 16]), DeskId::parse("test-desk")?);
    let letter = Letter { report, counter, at: AT.parse()?, desk: &desk, words: &Text::from(words) };
    Ok(SignedReply::sign(&letter, &signing::<Officer>(2)?)?)
}

const ANSWER: &str = "Thank you.\nPlease ring 101 about \"the RIB\".";

fn replies() -> Outcome<Value> {
    let cases = [(1_767_322_000, ANSWER), (u64::MAX, " Diolch \u{1F426} ")];
    let mut written = Vec::new();
    for (counter, words) in cases {
        let reply = serde_json::to_value(reply(counter, words)?)?;
        written.push(json!({ "counter": counter.to_string(), "words": words, "reply": reply }));
    }
    Ok(
        json!({ "about": "replies of the desk test-desk, whose officer signs with seed 02, to the report of sixteen bytes 01; the first lies in reply.age, sealed to the age identity of 32 bytes of 01",
        "report": ReportId::from_bytes([1; 16]), "public": signing::<Officer>(2)?.public().to_public_text(), "at": AT,
        "cases": written }),
    )
}

/// `reply.age`: a reply as it lies in a mailbox, but for the base 64.
fn sealed_reply(folder: &Path) -> Outcome {
    let path = folder.join("reply.age");
    if !path.exists() {
        let witness = DeskIdentity::<turnstone_wire::key::Reply>::parse(SEAL)?;
        fs::write(path, reply(1_767_322_000, ANSWER)?.seal(&witness.public())?.as_bytes())?;
    }
    Ok(())
}

/// A report with a contact and an attachment, sealed: `report.age`, `attachment.age`, and what comes out of them.
fn sealed(folder: &Path) -> Outcome {
    if folder.join("report.age").exists() {
        return Ok(());
    }
    let photo: Vec<u8> = (0..3000_u32).map(|i| (i % 251).to_le_bytes()[0]).collect();
    let mut sealer = Sealer::new(Vec::new(), &AttachmentKey::parse(ATTACHMENT)?)?;
    sealer.write(&photo)?;
    let (file, facts) = sealer.finish()?;
    let mut report = large();
    report["attachments"] = json!([{
        "number": 1, "role": "copy", "media_type": "image/jpeg", "size": facts.size, "sha256": facts.sha256,
        "sealed_size": facts.sealed_size, "sealed_sha256": facts.sealed_sha256, "key": ATTACHMENT,
    }]);
    report["sightings"][0]["attachments"] = json!([1]);
    let source = DeskIdentity::<Source>::parse(SOURCE)?;
    report["contact"] = json!(SealedContact::seal(&Text::from("VHF 77"), &[source.public()])?);
    let body = Report::parse(&serde_json::to_vec(&report)?)?.to_padded_bytes()?;
    fs::write(folder.join("report.age"), seal(&body)?)?;
    fs::write(folder.join("report.json"), &body)?;
    fs::write(folder.join("attachment.age"), file)?;
    fs::write(folder.join("attachment.bin"), photo)?;
    Ok(())
}

/// What is carried by hand: `bundle.age` with `bundle.txt` inside, `answer.bin` with `answer.txt` behind its 16 bytes.
fn carried(folder: &Path) -> Outcome {
    if folder.join("bundle.age").exists() {
        return Ok(());
    }
    let courier = DeskIdentity::<Courier>::parse(SEAL)?.public();
    let phone = AnswerKey::from_secret([2; 32])?;
    let desk = DeskId::parse("quay")?;
    let head = Head { desk: desk.clone(), salt: Salt::from_bytes([5; 16]), answer_to: phone.recipient() };
    let things =
        [(ObjectKind::Report, "sealed words\n", true), (ObjectKind::Attachment, "a sealed photo", false)];
    let stored = signing::<Stored>(1)?;
    let mut bundle = BundleWriter::new(Vec::new(), std::slice::from_ref(&courier), &head)?;
    let mut answer = AnswerWriter::new(Vec::new(), &head)?;
    let recipient = DeskIdentity::<Source>::parse(SOURCE)?.public();
    let recipient = recipient.as_str();
    let mut inside =
        format!("turnstone bundle 1\ndesk quay\nanswer 05050505050505050505050505050505 {recipient}\n");
    let mut answered = "turnstone answer 1\ndesk quay\n".to_owned();
    for (kind, bytes, names_keys) in things {
        let object = Object { kind, sha256: Sha256::of(bytes.as_bytes()), size: bytes.len() as u64 };
        let keys: Vec<KeyId> = if names_keys {
            vec![KeyId::of(Seal::NAME, courier.as_str()), KeyId::of(Seal::NAME, recipient)]
        } else {
            vec![]
        };
        let named = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let space = if named.is_empty() { "" } else { " " };
        inside += &format!("object {} {} {}{space}{named}\n{bytes}", kind.name(), object.sha256, object.size);
        bundle.begin(&ObjectHead { object, keys })?;
        bundle.write(bytes.as_bytes())?;
        let receipt = SignedReceipt::sign(&object, &desk, AT.parse()?, &stored);
        answered += &format!("{}\n", String::from_utf8(receipt.to_json())?);
        answer.receipt(&receipt)?;
    }
    fs::write(folder.join("bundle.txt"), inside + "end 2\n")?;
    fs::write(folder.join("bundle.age"), bundle.finish()?)?;
    fs::write(folder.join("answer.txt"), answered + "end 2\n")?;
    fs::write(folder.join("answer.bin"), answer.finish()?)?;
    Ok(())
}

fn seal(body: &[u8]) -> Outcome<Vec<u8>> {
    Ok(Envelope::seal(body, &[DeskIdentity::<Seal>::parse(SEAL)?.public()])?.into_bytes())
}

/// Envelopes that are refused; each file is called by the error and what is wrong.
fn hostile(folder: &Path) -> Outcome {
    let first = "age-encryption.org/v1\n";
    let text = |name: &str, text: String| fs::write(folder.join(name).with_extension("age"), text);
    text("not_age--empty", String::new())?;
    text("not_age--version-2", "age-encryption.org/v2\n-> X25519 x\n\n--- mac\n".into())?;
    text("not_age--carriage-returns", "age-encryption.org/v1\r\n-> X25519 x\r\n".into())?;
    text(
        "not_age--armoured",
        "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n".into(),
    )?;
    text("too_many_stanzas--flood", format!("{first}{}--- mac\n", "-> x\n\n".repeat(2000)))?;
    text("too_many_stanzas--21", format!("{first}{}--- mac\n", "-> x\n\n".repeat(21)))?;
    text("too_long--endless-body", format!("{first}-> x\n{}", format!("{}\n", "A".repeat(64)).repeat(200)))?;
    text("too_long--endless-line", format!("{first}-> {}", "x".repeat(10_000)))?;
    text("too_long--ends-early", format!("{first}-> X25519 x\n"))?;
    text("bad_line--no-stanza", format!("{first}hello\n"))?;
    text("bad_line--body-of-65", format!("{first}-> x\n{}\n\n--- mac\n", "A".repeat(65)))?;
    text("damaged--mac-of-4", format!("{first}-> X25519 x\n\n--- mac\n"))?;
    let good = small().to_string().into_bytes();
    let duplicate = small().to_string().replacen("\"scheme\"", "\"scheme\":\"pegasus\",\"scheme\"", 1);
    let other = DeskIdentity::<Seal>::parse(ATTACHMENT)?.public();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 1].to_vec();
    let flipped = |mut bytes: Vec<u8>| {
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        bytes
    };
    let sealed = [
        ("damaged--last-byte-flipped", flipped(seal(&good)?)),
        ("damaged--last-byte-cut", cut(seal(&good)?)),
        ("not_for_this_key--another-recipient", Envelope::seal(&good, &[other])?.into_bytes()),
        ("duplicate_field--inside", seal(duplicate.as_bytes())?),
        ("malformed--no-json-inside", seal(b"\xff\xfe")?),
        ("malformed--nested-deeply-inside", seal("[".repeat(100_000).as_bytes())?),
        ("unknown_format--inside", seal(br#"{"format":"turnstone.report/2"}"#)?),
    ];
    for (name, bytes) in sealed {
        let path = folder.join(name).with_extension("age");
        if !path.exists() {
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}
