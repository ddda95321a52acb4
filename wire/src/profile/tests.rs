use proptest::prelude::*;

use super::*;
use crate::{
    directory::{KeyEntry, Roots},
    key::{DeskIdentity, Root, Seal, SigningKey},
    shown,
};

fn root(seed: u8) -> SigningKey<Root> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn roots(seeds: &[u8]) -> Roots {
    Roots::new(seeds.iter().map(|seed| root(*seed).public()).collect()).unwrap()
}

fn desk(id: &str) -> Desk {
    let keys = vec![KeyEntry::recipient::<Seal>(&DeskIdentity::generate().public())];
    let desk = serde_json::json!({
        "id": id, "names": {"en": "Gweilo desk"}, "routes": ["police"], "urls": ["https://gweilo.example"], "keys": keys,
    });
    serde_json::from_value(desk).unwrap()
}

fn profile() -> Profile {
    let at: DateTime<Utc> = "2026-05-01T00:00:00Z".parse().unwrap();
    Profile {
        station: Some(Station {
            name: Text::from("Gweilo lookout"),
            position: Position::new(50.606_5, -1.948).unwrap(),
            accuracy_m: Some(Metres::new(5.0).unwrap()),
        }),
        people: vec![Text::from("Gweilo One"), Text::from("Gweilo Two")],
        desks: vec![DeskId::parse("harbour-desk").unwrap()],
        language: Some("cy".into()),
        routes: vec![Route::Police],
        ..Profile::new(Text::from("Gweilo watch"), at, at + chrono::TimeDelta::days(365))
    }
}

fn signed(profile: &Profile, seeds: &[u8]) -> SignedProfile {
    let keys: Vec<_> = seeds.iter().map(|seed| root(*seed)).collect();
    SignedProfile::sign(profile, &keys.iter().collect::<Vec<_>>()).unwrap()
}

fn signer(signed: &SignedProfile, roots: &Roots) -> Signer {
    signed.verify(Some(roots)).unwrap().1
}

#[test]
fn it_comes_back_from_file_and_from_qr_text() {
    let (profile, signed) = (profile(), signed(&profile(), &[1]));
    let text = signed.to_qr_text().unwrap();
    let alphanumeric = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c);
    assert!(text.chars().all(alphanumeric) && text.len() < 1_200, "{} {text}", text.len());
    let folded: String =
        text.as_bytes().chunks(60).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect();
    for bytes in
        [&signed.to_file()[..], text.as_bytes(), format!("\n {text} \n").as_bytes(), folded.as_bytes()]
    {
        let read = SignedProfile::parse(bytes).unwrap();
        assert_eq!(read.to_file(), signed.to_file());
        assert_eq!(read.verify(Some(&roots(&[1]))).unwrap(), (profile.clone(), Signer::Roots));
    }
}

#[test]
fn a_profile_too_large_for_a_qr_code_goes_by_file() {
    let large = Profile { unlisted: (0..4).map(|n| desk(&format!("desk-{n}"))).collect(), ..profile() };
    let crowded = Profile { people: vec![Text::from("Somebody With A Long Name"); 64], ..large };
    let signed = signed(&crowded, &[1]);
    assert_eq!(signed.to_qr_text(), None);
    assert!(SignedProfile::parse(&signed.to_file()).unwrap().verify(None).is_ok());
    // One desk with one key still fits.
    let one = Profile { unlisted: vec![desk("a-desk")], ..profile() };
    assert!(self::signed(&one, &[1]).to_qr_text().unwrap().len() <= limits::PROFILE_QR_CHARS);
}

#[test]
fn it_is_believed_by_as_many_roots_as_a_directory_needs_and_else_from_outside() {
    let profile = profile();
    let three = roots(&[1, 2, 3]);
    assert_eq!(signer(&signed(&profile, &[1, 3]), &three), Signer::Roots);
    for seeds in [&[1][..], &[9], &[1, 9]] {
        assert!(matches!(signer(&signed(&profile, seeds), &three), Signer::Outside(_)), "{seeds:?}");
    }
    assert!(matches!(signed(&profile, &[1]).verify(None).unwrap().1, Signer::Outside(_)));
}

#[test]
fn four_words_hang_on_signers_and_on_every_byte_of_the_payload() {
    let words = |profile: &Profile, seeds: &[u8]| match signed(profile, seeds).verify(None).unwrap().1 {
        Signer::Outside(outside) => (outside.name(), outside.words().unwrap()),
        Signer::Roots => panic!("no roots"),
    };
    let (name, first) = words(&profile(), &[9]);
    assert_eq!(words(&profile(), &[9]), (name, first));
    let (other_name, other) = words(&profile(), &[8]);
    assert!(other_name != name && other != first);
    let (same_name, changed) = words(&Profile { team: Text::from("Gweilo watcH"), ..profile() }, &[9]);
    assert!(same_name == name && changed != first);
    assert_eq!(words(&profile(), &[8, 9]), words(&profile(), &[9, 8]), "in any order");
}

#[test]
fn what_a_team_must_not_do_is_refused_when_signed_and_when_read() {
    let twice = DeskId::parse("a-desk").unwrap();
    let one_key = desk("a-desk");
    let mut two_keys = desk("b-desk");
    two_keys.keys.push(two_keys.keys[0].clone());
    let mut not_its_own = desk("c-desk");
    not_its_own.keys[0].id = one_key.keys[0].id;
    let long = Text::new("x".repeat(limits::NAME_BYTES + 1));
    for (wrong, error) in [
        (Profile { routes: vec![Route::Anonymous], ..profile() }, ProfileError::Anonymous),
        (Profile { desks: vec![twice.clone(), twice], ..profile() }, ProfileError::Repeated),
        (Profile { unlisted: vec![one_key.clone(), one_key], ..profile() }, ProfileError::Repeated),
        (Profile { unlisted: vec![two_keys], ..profile() }, ProfileError::Repeated),
        (
            Profile { unlisted: vec![not_its_own], ..profile() },
            ProfileError::Key(crate::key::KeyError::Malformed),
        ),
        (Profile { team: Text::from(" "), ..profile() }, ProfileError::Shape),
        (Profile { people: vec![long], ..profile() }, ProfileError::Shape),
        (
            Profile { people: vec![Text::from("x"); limits::WATCH_PEOPLE + 1], ..profile() },
            ProfileError::Shape,
        ),
    ] {
        assert_eq!(SignedProfile::sign(&wrong, &[&root(1)]).unwrap_err(), error);
        // Signed by a program that does not check.
        let payload = serde_json::to_string(&wrong).unwrap();
        let head = format!("turnstone profile 1\n{payload}\n");
        use base64::{Engine, prelude::BASE64_STANDARD};
        let signature = BASE64_STANDARD.encode(root(1).sign(head.as_bytes()));
        let file = format!("{head}{} {signature}\n", root(1).public().to_public_text());
        let read = SignedProfile::parse(file.as_bytes()).unwrap();
        assert_eq!(read.verify(None).unwrap_err(), error);
    }
    let four: Vec<_> = (1..=4).map(root).collect();
    assert_eq!(
        SignedProfile::sign(&profile(), &four.iter().collect::<Vec<_>>()).unwrap_err(),
        ProfileError::Signature
    );
    assert_eq!(SignedProfile::sign(&profile(), &[&root(1), &root(1)]).unwrap_err(), ProfileError::Signature);
    assert_eq!(SignedProfile::sign(&profile(), &[]).unwrap_err(), ProfileError::Signature);
}

#[test]
fn p11_damage_ends_in_an_error() {
    let signed = signed(&profile(), &[1]);
    for whole in [signed.to_file(), signed.to_qr_text().unwrap().into_bytes()] {
        for end in 0..whole.len() {
            assert!(SignedProfile::parse(&whole[..end]).is_err(), "{end}");
        }
        let mut flipped = whole.clone();
        for at in 0..whole.len() {
            flipped[at] ^= 1;
            let read = SignedProfile::parse(&flipped).map(|read| read.to_file());
            assert!(read.is_err(), "{at}");
            flipped[at] ^= 1;
        }
    }
    assert_eq!(
        SignedProfile::parse(&vec![b' '; limits::PROFILE_BYTES + 1]).unwrap_err(),
        ProfileError::TooLarge
    );
    let twice =
        String::from_utf8(signed.to_file()).unwrap().replacen("\"team\"", "\"team\":\"x\",\"team\"", 1);
    assert_eq!(SignedProfile::parse(twice.as_bytes()).unwrap_err(), ProfileError::Signature);
}

#[test]
fn p8_neither_profile_nor_errors_show_whose_it_is() {
    let profile = Profile { unlisted: vec![desk("gweilo-desk")], ..profile() };
    let signed = signed(&profile, &[1]);
    let (_, signer) = signed.verify(None).unwrap();
    let shown = format!("{profile:?}{:?}{signed:?}{signer:?}", profile.station).to_lowercase();
    assert!(!shown.contains("gweilo") && !shown.contains("50.6"), "{shown}");
    let broken = String::from_utf8(signed.to_file()).unwrap().replace("Gweilo watch", "Gweilo watcH");
    let error = SignedProfile::parse(broken.as_bytes()).unwrap_err();
    assert!(!shown::line(&format!("{error:?}{error}")).to_lowercase().contains("gweilo"));
}

proptest! {
    #[test]
    fn p11_never_panics(bytes: Vec<u8>, text in "[0-9A-Z $%*+\\-./:]{0,200}", payload in "\\PC*") {
        let _ = SignedProfile::parse(&bytes);
        let _ = SignedProfile::parse(format!("TURNSTONE-PROFILE-1:{text}.").as_bytes());
        let _ = SignedProfile::parse(format!("turnstone profile 1\n{payload}\n").as_bytes());
    }

    #[test]
    fn any_team_comes_back(team in "[a-zŵ]{1,40}", lat in -90.0..90.0_f64, lon in -180.0..180.0_f64, people in prop::collection::vec("[a-z]{1,20}", 0..8)) {
        let mut profile = profile();
        profile.team = Text::new(team);
        profile.people = people.into_iter().map(Text::new).collect();
        profile.station.as_mut().unwrap().position = Position::new(lat, lon).unwrap();
        let text = signed(&profile, &[1]).to_qr_text().unwrap();
        prop_assert_eq!(SignedProfile::parse(text.as_bytes()).unwrap().verify(None).unwrap().0, profile);
    }
}
