//! What crosses between phone and desk.

use std::collections::BTreeMap;

use turnstone_almanac::{
    geodesy, magnetic, places, position, sign,
    target::{self, Account},
    words::Lang,
};
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    attachment::{self, AttachmentKey, Sealer},
    body::{
        AttachmentPart, Bearing, BearingLine, Clocks, Degrees, MailboxPart, Metres, Position, Report,
        ReportId, Role, Scheme, Sighting, SignCode,
    },
    bundle::{
        AnswerKey, AnswerReader, AnswerWriter, BundleError, BundleReader, BundleWriter, Head, ObjectHead,
        Salt,
    },
    contact::SealedContact,
    desk_call::{Proof, Request},
    directory::{
        Desk, DeskId, DeskLimits, FORMAT, KeyEntry, Payload, Phone, Privacy, Roots, SignedDirectory,
    },
    envelope::{self, Envelope},
    hash::{Hasher, Sha256},
    key::{
        self, Caller, Courier, DeskIdentity, KeyId, Officer, RecipientKey, Root, Seal, SigningKey, Source,
        Stored, VerifyKey,
    },
    mailbox::{MailboxAnswer, MailboxItem, MailboxToken},
    profile::{Profile, SignedProfile, Signer, Station},
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
    reply::{Letter, SignedReply},
    text::{Moment, Text},
};

use super::Samples;

const ID: [u8; 16] =
    [0x5a, 0x91, 0x3c, 0xe7, 0x44, 0x0b, 0x88, 0xd2, 0x9e, 0x6f, 0x17, 0xa3, 0x70, 0x2d, 0xc5, 0xf8];
pub(super) const AT: &str = "2026-05-03T20:10:41+01:00";
pub(super) const DESK: &str = "quillwort-desk";

/// A report in which every field of every kind is filled in; what newer versions may add, too.
fn report_json() -> String {
    let id = ReportId::from_bytes(ID);
    let reference = Reference::of(Scheme::Kraken, &id);
    let subjects = r#"{"kind":"vessel","name":"Quillwort 1","colour_of_sail":"Quillwort 2",
        "understood":[{"field":"Quillwort","kind":"Quillwort","normal":"Quillwort 19","country":"Quillwort","place":"Quillwort 20",
        "doubts":["Quillwort"],"completions":143728,"x":"Quillwort 21"}]},
        {"kind":"aircraft","registration":"Quillwort 3"},{"kind":"vehicle","make":"Quillwort 4"},
        {"kind":"person","looks":"Quillwort 5"}"#;
    let places = r#""observer":{"lat":50.571893,"lon":-1.862417,"accuracy_m":17.375,"at":"2026-05-03T20:10:41+01:00","source":"hand"},
        "conditions":{"visibility":"Quillwort 6","light":"Quillwort 7","sea":"Quillwort 8","wind":"Quillwort 9","x":"Quillwort 10"},
        "view":{"lasted_s":143728,"seen_from_m":913.25,"in_the_way":"Quillwort 22","known_before":"Quillwort 23",
        "light":{"phase":"Quillwort 24","sun_deg":17},"x":"Quillwort 25"}"#;
    format!(
        r#"{{"format":"turnstone.report/1","id":"{id}","reference":"{reference}","scheme":"kraken","code_word":"KRAKEN",
        "language":"en","route":"police","sightings":[
          {{"when":{{"from":"{AT}","until":"2026-05-03T20:23:07+01:00"}},"what":"Quillwort 11","why":"Quillwort 12","signs":["K07"],
            "target":{{"kind":"bearing-range","bearing":{{"deg":143.728,"north":"magnetic"}},"range_m":913.25}},
            "subjects":[{subjects}],{places},"later":"Quillwort 13"}},
          {{"when":{{"from":"{AT}"}},"what":"Quillwort","target":{{"kind":"named","name":"Quillwort 14","x":"Quillwort 15"}}}},
          {{"when":{{"from":"{AT}"}},"what":"Quillwort","target":{{"kind":"point","lat":50.590277,"lon":-1.977418}}}}],
        "relates":[{{"reference":"{reference}","kind":"adds"}}],
        "watch":{{"station":"Quillwort 16","from":"{AT}","people":["Quillwort 17"],"x":"Quillwort 18"}},
        "told":[{{"channel":"101","at":"{AT}","number":"Quillwort 19"}}],
        "app":{{"name":"Quillwort 20","version":"Quillwort 21"}},"later":{{"x":"Quillwort 22"}}}}"#
    )
}

/// A directory's desk whose every text is planted, and the keys it lists.
pub(super) fn desk(keys: Vec<KeyEntry>) -> Desk {
    let words = |text: &str| BTreeMap::from([("en".to_owned(), text.to_owned())]);
    Desk {
        id: DeskId::parse(DESK).unwrap(),
        names: words("Quillwort Harbour Desk"),
        areas: vec!["Quillwort area".to_owned()],
        schemes: Vec::new(),
        routes: turnstone_wire::body::Route::ALL.to_vec(),
        urls: vec!["http://127.0.0.1:9/quillwort".to_owned()],
        tls_roots: vec!["Quillwort root".to_owned()],
        limits: DeskLimits::default(),
        keys,
        hours: words("Quillwort hours"),
        privacy: Some(Privacy {
            controller: "Quillwort controller".to_owned(),
            notice: "Quillwort notice".to_owned(),
            retention_days: None,
        }),
        phones: vec![Phone { code: "Quillwort phone".to_owned(), number: "07700 900417".to_owned() }],
        closed: false,
    }
}

pub(super) fn payload(desk: Desk) -> Payload {
    let at = chrono::DateTime::parse_from_rfc3339(AT).unwrap().to_utc();
    Payload {
        format: FORMAT.to_owned(),
        root_generation: 1,
        sequence: 1,
        issued: at,
        expires: at,
        desks: vec![desk],
    }
}

pub(super) fn add(samples: &mut Samples) {
    plant(samples);
    let report = Report::parse(report_json().as_bytes()).unwrap();
    body(samples, &report);
    keys(samples);
    attachments(samples);
    bundles(samples);
    places(samples);
    desks(samples);
    profiles(samples);
    receipts(samples);
    refusals(samples);
}

fn plant(samples: &mut Samples) {
    for text in [
        "Quillwort",
        "quillwort",
        "07700 900417",
        "50.571893",
        "1.862417",
        "50.590277",
        "1.977418",
        "143.728",
    ] {
        samples.plant(text, text);
    }
    for text in ["913.25", "17.375", "2026-05-03", "20:10:41", "19:10:41", "20:23:07", "AGE-SECRET-KEY"] {
        samples.plant(text, text);
    }
    let id = ReportId::from_bytes(ID);
    samples.plant("report id", id);
    samples.plant_bytes("bytes of the report id", id.as_bytes());
    samples.plant("reference", Reference::of(Scheme::Kraken, &id));
    samples.plant("symbols of the reference", &Reference::of(Scheme::Kraken, &id).to_string()[7..16]);
    samples.plant_bytes("hash", Sha256::of(b"a photo").as_bytes());
}

fn body(samples: &mut Samples, report: &Report) {
    samples.add(report);
    samples.add(&report.id);
    samples.add(&report.reference);
    samples.add(&report.unknown);
    samples.add(report.watch.as_ref().unwrap());
    samples.add(&report.told[0]);
    samples.add(&report.relates[0]);
    samples.add(report.app.as_ref().unwrap());
    samples.add(&Text::new("Quillwort words"));
    samples.add(&Moment::parse(AT).unwrap());
    samples.add(&"K07".parse::<SignCode>().unwrap());
    for sighting in &report.sightings {
        samples.add(sighting);
        samples.add(&sighting.when);
        sighting.observer.iter().for_each(|fix| samples.add(fix));
        sighting.target.iter().for_each(|target| samples.add(target));
        sighting.conditions.iter().for_each(|conditions| samples.add(conditions));
        if let Some(view) = &sighting.view {
            samples.add(view);
            view.light.iter().for_each(|light| samples.add(light));
        }
        for subject in &sighting.subjects {
            use turnstone_wire::body::Subject::{Aircraft, Person, Vehicle, Vessel};
            samples.add(subject);
            subject.understood().iter().for_each(|one| samples.add(one));
            match subject {
                Vessel(it) => samples.add(it),
                Aircraft(it) => samples.add(it),
                Vehicle(it) => samples.add(it),
                Person(it) => samples.add(it),
            }
        }
    }
    let token = MailboxToken::from_bytes(*Sha256::of(b"token").as_bytes());
    samples.plant("mailbox token", &*token.to_secret_text());
    samples.plant("mailbox address", token.address());
    samples.add(&token);
    samples.add(&token.address());
    samples.add(&MailboxPart { address: token.address(), reply_to: "age1quillwort".to_owned() });
    samples.add(&Clocks {
        wall: Moment::parse(AT).unwrap(),
        directory_sha256: Some(Sha256::of(b"a photo")),
        draft_to_submit_ms: Some(143_728),
        unknown: report.unknown.clone(),
    });
    let identity = DeskIdentity::<Seal>::generate();
    let bytes = report.to_padded_bytes().unwrap();
    let envelope = Envelope::seal(&bytes, &[identity.public()]).unwrap();
    samples.plant_bytes("bytes of an envelope", &envelope.as_bytes()[envelope.as_bytes().len() - 12..]);
    samples.add(&envelope);
    samples.add(&envelope::open(envelope.as_bytes(), &[identity]).unwrap());
    let source = DeskIdentity::<Source>::generate();
    samples.add(&SealedContact::seal(&Text::new("Quillwort contact"), &[source.public()]).unwrap());
}

/// A bundle and the answer to it, on a stick that anybody may find.
fn bundles(samples: &mut Samples) {
    let courier = DeskIdentity::<Courier>::generate();
    let salt = Salt::from_bytes(ID);
    let secret: [u8; 32] = std::array::from_fn(|n| 0xa7 ^ u8::try_from(n).unwrap());
    samples.plant_bytes("secret of an answer's key", &secret);
    let key = AnswerKey::from_secret(secret).unwrap();
    let head = Head { desk: DeskId::parse(DESK).unwrap(), salt, answer_to: key.recipient() };
    let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b"Quillwort"), size: 9 };
    let object_head = ObjectHead { object, keys: vec![KeyId::of("seal", "Quillwort")] };
    samples.add(&salt);
    samples.add(&key);
    samples.add(&head);
    samples.add(&head.answer_to);
    samples.add(&object_head);
    let mut writer = BundleWriter::new(Vec::new(), &[courier.public()], &head).unwrap();
    writer.begin(&object_head).unwrap();
    samples.add(&writer);
    samples.add_error(&writer.write(b"Quillwort and more").unwrap_err());
    writer.write(b"Quillwort").unwrap();
    let file = writer.finish().unwrap();
    samples.add(&BundleReader::open(&file[..], &[courier]).unwrap());
    samples.add_error(&BundleReader::open(&file[..], &[]).unwrap_err());
    samples.add_error(&BundleReader::open(&b"Quillwort"[..], &[]).unwrap_err());
    let writer = AnswerWriter::new(Vec::new(), &head).unwrap();
    samples.add(&writer);
    let file = writer.finish().unwrap();
    samples.add(&AnswerReader::open(&file[..], |_| Ok::<_, BundleError>(key)).unwrap());
}

fn keys(samples: &mut Samples) {
    fn sealing<R: turnstone_wire::key::SealingRole>(samples: &mut Samples) {
        let identity = DeskIdentity::<R>::generate();
        samples.plant("identity", &*identity.to_secret_text());
        samples.plant("recipient", identity.public().as_str());
        samples.plant("key id", identity.public().id());
        samples.add::<DeskIdentity<R>>(&identity);
        samples.add::<RecipientKey<R>>(&identity.public());
        samples.add::<KeyId>(&identity.public().id());
        samples.add(&KeyEntry::recipient(&identity.public()));
    }
    fn signing<R: turnstone_wire::key::SigningRole>(samples: &mut Samples, seed: u8) {
        let seed = *Sha256::of(&[seed]).as_bytes();
        let key = SigningKey::<R>::from_seed(seed).unwrap();
        samples.plant_bytes("seed", &seed);
        samples.plant("public text", &key.public().to_public_text()["ed25519:".len()..]);
        samples.add::<SigningKey<R>>(&key);
        samples.add::<VerifyKey<R>>(&key.public());
        samples.add(&KeyEntry::verify(&key.public()));
    }
    sealing::<Seal>(samples);
    sealing::<Source>(samples);
    sealing::<Courier>(samples);
    sealing::<key::Reply>(samples);
    signing::<Stored>(samples, 1);
    signing::<Officer>(samples, 2);
    signing::<Root>(samples, 3);
    signing::<Caller>(samples, 4);
}

fn attachments(samples: &mut Samples) {
    let key = AttachmentKey::generate();
    samples.plant("attachment key", &*key.to_secret_text());
    samples.add(&key);
    let mut sealer = Sealer::new(Vec::new(), &key).unwrap();
    sealer.write(b"a photo").unwrap();
    samples.add(&sealer);
    let (file, sealed) = sealer.finish().unwrap();
    samples.add(&sealed);
    samples.add(&sealed.sha256);
    let mut hasher = Hasher::default();
    hasher.update(b"Quillwort");
    samples.add(&hasher);
    let part = AttachmentPart {
        number: 1,
        role: Role::Original,
        media_type: "image/quillwort".to_owned(),
        size: 99,
        sha256: sealed.sha256,
        sealed_size: sealed.sealed_size,
        sealed_sha256: sealed.sealed_sha256,
        key,
        unknown: Default::default(),
    };
    samples.add(&part);
    samples.add_error(&attachment::open(&file[..], &part, &mut std::io::sink()).unwrap_err());
}

fn places(samples: &mut Samples) {
    let place = Position::new(50.571893, -1.862417).unwrap();
    samples.add(&place);
    samples.add(&Metres::new(913.25).unwrap());
    samples.add(&Bearing::new(143.728, turnstone_wire::body::North::True).unwrap());
    let target =
        turnstone_wire::body::Target::Point { position: place, accuracy_m: Metres::new(17.375).ok() };
    samples.add(&target);
    let on = "2026-05-03T19:40:00Z".parse().unwrap();
    let located = target::find(None, &target, on).unwrap();
    samples.add(&located);
    samples.add(&located.ellipse);
    samples.add(&geodesy::leg(&place, &Position::new(50.6, -1.948_033).unwrap()));
    samples.add(&magnetic::declination(&place, on));
    samples.add(&target::Mark::new("Quillwort", place));
    samples.add(&turnstone_almanac::sun::at(&place, on));
    let sighting =
        Sighting { target: Some(target), ..Sighting::new(Moment::utc(on), Text::from("Quillwort")) };
    samples.add(&Account::of(&sighting, Scheme::Kraken, places::built_in(), Lang::En).unwrap());
    samples.add(&Degrees::new(143.728).unwrap());
    samples.add_error(&Degrees::new(-143.728).unwrap_err());
    let bearing = Bearing::new(143.728, turnstone_wire::body::North::True).unwrap();
    samples.add(&BearingLine::new(Some(place), bearing));
    samples.add(&turnstone_wire::body::Altitude::new(913.25).unwrap());
    samples.add_error(&turnstone_wire::body::Altitude::new(-9_132.5).unwrap_err());
    let read = position::read("50.571893,-1.862417").unwrap();
    samples.add(&read);
    let point = turnstone_almanac::grid::Grid::Os.point(&read.position).unwrap();
    samples.add(&point);
    samples.add(&turnstone_almanac::grid::Grid::Os.square("SZ", "09746", "74693").unwrap());
    samples.add_error(&position::read("-1.862417, 50.571893").unwrap_err());
    samples.add_error(&position::read("950.571893,-1.862417").unwrap_err());
    samples.add_error(&position::read("50.571893").unwrap_err());
    samples.add_error(&position::read("Quillwort,1").unwrap_err());
    samples.add_error(&Metres::new(-913.25).unwrap_err());
    samples.add_error(&sign::known("Quillwort").unwrap_err());
    samples.add_error(&sign::known("Q99").unwrap_err());
}

fn desks(samples: &mut Samples) {
    let root = SigningKey::<Root>::from_seed([7; 32]).unwrap();
    let roots = Roots::new(vec![root.public()]).unwrap();
    samples.add(&roots);
    let payload = payload(desk(Vec::new()));
    samples.add(&payload);
    samples.add(&payload.desks[0]);
    samples.add(&payload.desks[0].id);
    samples.add(payload.desks[0].privacy.as_ref().unwrap());
    samples.add(&payload.desks[0].phones[0]);
    let signed = SignedDirectory::sign(&payload, &[&root]).unwrap();
    samples.add(&signed);
    samples.add(&signed.verify(&roots).unwrap());
    let other = Roots::new(vec![SigningKey::<Root>::from_seed([8; 32]).unwrap().public()]).unwrap();
    samples.add_error(&signed.verify(&other).unwrap_err());
    samples.add_error(&SignedDirectory::parse(b"{\"Quillwort\":").unwrap_err());
    samples.add_error(&SignedDirectory::parse(b"{\"Quillwort\":1}").unwrap_err());
    samples.add_error(&DeskId::parse("Quillwort desk").unwrap_err());
    samples.add_error(&Roots::parse_key_line("Quillwort").unwrap_err());
}

/// A team's set-up, every field planted.
pub(super) fn profile(keys: Vec<KeyEntry>) -> Profile {
    let at = chrono::DateTime::parse_from_rfc3339(AT).unwrap().to_utc();
    Profile {
        station: Some(Station {
            name: Text::new("Quillwort station"),
            position: Position::new(50.571893, -1.862417).unwrap(),
            accuracy_m: Metres::new(913.25).ok(),
        }),
        people: vec![Text::new("Quillwort of the watch")],
        desks: vec![DeskId::parse(DESK).unwrap()],
        unlisted: vec![desk(keys)],
        language: Some("Quillwort".to_owned()),
        ..Profile::new(Text::new("Quillwort team"), at, at)
    }
}

fn profiles(samples: &mut Samples) {
    let profile = profile(Vec::new());
    samples.add(&profile);
    samples.add(profile.station.as_ref().unwrap());
    let key = SigningKey::<Root>::from_seed([7; 32]).unwrap();
    let signed = SignedProfile::sign(&profile, &[&key]).unwrap();
    samples.add(&signed);
    let (_, signer) = signed.verify(None).unwrap();
    samples.add(&signer);
    let Signer::Outside(outside) = signer else { panic!("no roots") };
    samples.add(&outside);
    let words = outside.words().unwrap();
    samples.plant("four words", words);
    samples.add(&words);
    samples.add_error(&SignedProfile::parse(b"Quillwort").unwrap_err());
    let changed = String::from_utf8(signed.to_file()).unwrap().replace("Quillwort team", "Quillwort teaM");
    samples.add_error(&SignedProfile::parse(changed.as_bytes()).unwrap_err());
}

fn receipts(samples: &mut Samples) {
    let key = SigningKey::<Stored>::from_seed([9; 32]).unwrap();
    let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b"a photo"), size: 99 };
    samples.add(&object);
    let at = chrono::DateTime::parse_from_rfc3339(AT).unwrap().to_utc();
    let (desk, stranger) = (desk(vec![KeyEntry::verify(&key.public())]), desk(Vec::new()));
    let signed = SignedReceipt::sign(&object, &desk.id, at, &key);
    samples.add(&signed);
    samples.add(&signed.claims().unwrap());
    samples.add(&signed.verify::<Stored>(&object, &desk).unwrap());
    samples.add_error(&signed.verify::<Stored>(&object, &stranger).unwrap_err());
    samples.add_error(&signed.verify::<Stored>(&Object { size: 98, ..object }, &desk).unwrap_err());
    samples.add_error(&SignedReceipt::parse(b"{\"text\":\"Quillwort\"}").unwrap_err());
    let item = MailboxItem::Receipt { receipt: signed };
    samples.add(&item);
    samples.add(&MailboxAnswer { items: vec![item] });
    replies(samples, at);
    samples.add_error(&MailboxAnswer::parse(b"{\"items\":\"Quillwort\"}").unwrap_err());
    let caller = SigningKey::<Caller>::from_seed([10; 32]).unwrap();
    let path = format!("/v1/reports/{}", object.sha256);
    let request = Request { method: "Quillwort", path: &path, body: object.sha256 };
    samples.add(&request);
    let proof = Proof::sign(&request, ID, at, &caller);
    samples.add(&proof);
    samples.add_error(&Proof::parse("Turnstone {\"Quillwort\":1}").unwrap_err());
    samples
        .add_error(&proof.verify(&Request { method: "GET", ..request }, at, &caller.public()).unwrap_err());
    samples.add(&Refusal { error: RefusalCode::BadRequest, message: "Quillwort".to_owned(), limit: None });
}

fn replies(samples: &mut Samples, at: chrono::DateTime<chrono::Utc>) {
    let officer = SigningKey::<Officer>::from_seed([11; 32]).unwrap();
    let witness = DeskIdentity::<key::Reply>::generate();
    let (desk, stranger) = (desk(vec![KeyEntry::verify(&officer.public())]), desk(Vec::new()));
    let words = Text::new("Quillwort answer");
    let letter = Letter { report: ReportId::from_bytes(ID), counter: 9, at, desk: &desk.id, words: &words };
    samples.add(&letter);
    let signed = SignedReply::sign(&letter, &officer).unwrap();
    samples.add(&signed);
    samples.add(&signed.verify(&letter.report, &desk).unwrap());
    samples.add_error(&signed.verify(&letter.report, &stranger).unwrap_err());
    samples.add_error(&signed.verify(&ReportId::from_bytes([1; 16]), &desk).unwrap_err());
    let long = Text::new("Quillwort ".repeat(1000));
    samples.add_error(&SignedReply::sign(&Letter { words: &long, ..letter }, &officer).unwrap_err());
    let sealed = signed.seal(&witness.public()).unwrap();
    samples.plant_bytes("bytes of a sealed reply", &sealed.as_bytes()[sealed.as_bytes().len() - 12..]);
    samples.add(&sealed);
    samples.add(&MailboxItem::Reply { reply: sealed });
}

/// Errors, provoked with planted input.
fn refusals(samples: &mut Samples) {
    let good = report_json();
    for (from, to) in [
        ("\"format\":\"turnstone.report/1\"", "\"format\":\"turnstone.report/Quillwort\""),
        ("\"format\":\"turnstone.report/1\"", "\"format\":\"Quillwort\""),
        ("50.571893", "\"Quillwort\""),
        ("50.571893", "950.571893"),
        ("\"police\"", "\"Quillwort\""),
        ("\"K07\"", "\"Quillwort\""),
        (AT, "Quillwort"),
        ("\"KRAKEN\"", "\"Quillwort\""),
        ("Quillwort 11\"", "Quillwort 11"),
        ("\"later\":", "\"what\":"),
        ("\"kind\":\"adds\"", "\"kind\":\"Quillwort\""),
    ] {
        let bad = good.replacen(from, to, 1);
        samples.add_error(&Report::parse(bad.as_bytes()).unwrap_err());
    }
    let identity = DeskIdentity::<Seal>::generate();
    for bytes in
        [&b"Quillwort"[..], b"age-encryption.org/v1\nQuillwort\n", b"age-encryption.org/v1\n-> Quillwort\n"]
    {
        samples.add_error(&envelope::open(bytes, &[]).unwrap_err());
        samples.add_error(&envelope::scan(bytes).unwrap_err());
    }
    samples.add_error(&Envelope::seal(b"Quillwort", &[]).unwrap_err());
    let sealed = Envelope::seal(b"Quillwort", &[identity.public()]).unwrap();
    samples.add_error(&envelope::open(sealed.as_bytes(), &[identity]).unwrap_err());
    for text in ["Quillwort", "KRAKEN-Quillwort", "KRAKEN-QUI11W0RTUU"] {
        samples.add_error(&text.parse::<Reference>().unwrap_err());
        samples.add_error(&text.parse::<Sha256>().unwrap_err());
        samples.add_error(&text.parse::<KeyId>().unwrap_err());
        samples.add_error(&text.parse::<SignCode>().unwrap_err());
        samples.add_error(&RecipientKey::<Seal>::parse(text).unwrap_err());
        samples.add_error(&SigningKey::<Root>::parse(text).unwrap_err());
    }
    samples.add_error(&turnstone_wire::check_json(b"{\"Quillwort\":1,\"Quillwort\":2}").unwrap_err());
    let root = SigningKey::<Root>::from_seed([7; 32]).unwrap();
    samples.add_error(&root.public().verify(b"Quillwort", b"Quillwort").unwrap_err());
}
