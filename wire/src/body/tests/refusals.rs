//! What is refused, and as what.

use super::*;

/// The error of a full report after one change at a path.
fn refused(path: &str, value: Value) -> String {
    let mut report = full();
    *report.pointer_mut(path).unwrap() = value;
    parse(&report).map_or_else(|error| format!("{error:?}"), |_| "accepted".to_owned())
}

fn is_a_field(path: &str, value: Value) {
    let shown = value.to_string();
    assert!(refused(path, value).starts_with("Field"), "{path} {shown}");
}

fn is_inconsistent(path: &str, value: Value, why: &str) {
    assert_eq!(refused(path, value), format!("Inconsistent({why:?})"), "{path}");
}

fn is_too_many(path: &str, value: Value, what: &str) {
    let error = refused(path, value);
    assert!(error.starts_with(&format!("TooMany {{ what: {what:?}")), "{path} {error}");
}

#[test]
fn places_that_are_none_are_refused() {
    let fix = "/sightings/0/observer";
    for lat in [json!(91), json!(-90.000_001), json!("49"), json!(null), json!([1])] {
        is_a_field(&format!("{fix}/lat"), lat);
    }
    for lon in [json!(181), json!(-180.5), json!(1e300)] {
        is_a_field(&format!("{fix}/lon"), lon);
    }
    for metres in [json!(-1), json!(-0.001), json!(40_000_001), json!("near")] {
        is_a_field(&format!("{fix}/accuracy_m"), metres.clone());
        is_a_field("/sightings/0/target/range_m", metres.clone());
        is_a_field("/sightings/0/target/give_or_take_m", metres.clone());
        is_a_field("/sightings/4/target/second/accuracy_m", metres);
    }
    for deg in [json!(400), json!(-1), json!("NE")] {
        is_a_field("/sightings/0/target/bearing/deg", deg.clone());
        is_a_field("/sightings/4/target/first/bearing/deg", deg.clone());
        is_a_field("/sightings/0/target/give_or_take_deg", deg.clone());
        is_a_field("/sightings/4/target/second/give_or_take_deg", deg);
    }
    is_a_field("/sightings/0/target/give_or_take_deg", json!(180.5));
    is_a_field("/sightings/4/target/second/from/lat", json!(90.1));
    is_a_field("/sightings/4/target/second", json!(null));
    is_a_field("/sightings/1/target/lat", json!(90.1));
    is_a_field("/sightings/1/target/kind", json!("beyond"));
    assert_eq!(refused("/sightings/0/target/bearing/deg", json!(360)), "accepted");
    assert_eq!(refused("/sightings/0/observer/lat", json!(49)), "accepted");
}

#[test]
fn numbers_that_are_none_in_json_are_refused() {
    for number in ["NaN", "nan", "Infinity", "-Infinity", "1e999", "-1e999", "+1", "01", "1.", ".5", "0x10"] {
        let mut report = full();
        report["sightings"][0]["observer"]["lat"] = json!("HERE");
        let text = report.to_string().replace("\"HERE\"", number);
        let error = Report::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, BodyError::Json(JsonError::Malformed { .. })), "{number} {error:?}");
    }
    assert_eq!(Position::new(f64::NAN, 0.0), Err(PlaceError::Latitude));
    assert_eq!(Position::new(0.0, f64::INFINITY), Err(PlaceError::Longitude));
    assert_eq!(Metres::new(f64::NAN), Err(PlaceError::Metres));
    assert_eq!(Degrees::new(f64::NAN), Err(PlaceError::Degrees));
    assert_eq!(Bearing::new(f64::NAN, North::True), Err(PlaceError::Bearing));
}

#[test]
fn an_unknown_major_version_is_refused_by_its_name_and_no_other_word() {
    for (format, name) in [
        ("turnstone.report/2", "turnstone.report/2"),
        ("turnstone.report/10", "turnstone.report/10"),
        ("turnstone.report/1 a black rib", "(not one of ours)"),
        ("turnstone.report/", "(not one of ours)"),
        ("Turnstone.report/1", "(not one of ours)"),
        ("a-black-rib", "(not one of ours)"),
        ("", "(not one of ours)"),
    ] {
        let error = refused("/format", json!(format));
        assert_eq!(error, format!("UnknownFormat({name:?})"));
    }
    is_a_field("/format", json!(1));
    // Of a newer major version nothing else is looked at.
    let newer = json!({ "format": "turnstone.report/2", "sightings": "elsewhere" });
    assert!(matches!(parse(&newer), Err(BodyError::UnknownFormat(_))));
}

#[test]
fn a_field_named_twice_is_refused_at_every_level() {
    let text = small().to_string();
    for (field, twice) in [
        ("\"scheme\":", "\"scheme\":\"kraken\",\"scheme\":"),
        ("\"what\":", "\"what\":\"x\",\"wh\\u0061t\":"),
        ("\"from\":", "\"from\":\"2026-01-02T03:04:05Z\",\"from\":"),
        ("\"language\":", "\"new\":1,\"new\":1,\"language\":"),
    ] {
        let error = Report::parse(text.replacen(field, twice, 1).as_bytes()).unwrap_err();
        assert!(matches!(error, BodyError::Json(JsonError::DuplicateField { .. })), "{field} {error:?}");
    }
}

#[test]
fn missing_fields_and_other_codes_are_refused() {
    for name in ["format", "id", "reference", "scheme", "code_word", "language", "route", "sightings"] {
        let mut report = small();
        report.as_object_mut().unwrap().remove(name);
        assert!(matches!(parse(&report), Err(BodyError::Field { .. })), "{name}");
    }
    for (path, value) in [
        ("/scheme", json!("Kraken")),
        ("/route", json!("post")),
        ("/id", json!("1")),
        ("/reference", json!("KRAKEN-1")),
        ("/sightings/0/signs/0", json!("K1")),
        ("/sightings/0/subjects/0/kind", json!("ghost")),
        ("/sightings/0/when/from", json!("yesterday")),
        ("/relates/0/kind", json!("likes")),
        ("/told/0/channel", json!("112")),
        ("/attachments/0/role", json!("sketch")),
        ("/attachments/0/key", json!("AGE-SECRET-KEY-1X")),
        ("/attachments/0/size", json!(-1)),
        ("/attachments/0/sha256", json!("00")),
        ("/mailbox/address", json!("00")),
        ("/contact", json!("!")),
    ] {
        is_a_field(path, value);
    }
}

#[test]
fn a_report_that_contradicts_itself_is_refused() {
    is_inconsistent("/reference", json!(label(9)), "its reference is not the one of its id");
    is_inconsistent("/code_word", json!("PEGASUS"), "its code word is not the one of its scheme");
    is_inconsistent("/scheme", json!("pegasus"), "its reference is not the one of its id");
    is_inconsistent("/sightings", json!([]), "it holds no sighting");
    let unlisted = "a sighting names an attachment that is not listed";
    is_inconsistent("/sightings/3/attachments", json!([1, 3]), unlisted);
    is_inconsistent("/attachments", json!([]), unlisted);
    let twice = "two attachments have one number and one role";
    is_inconsistent("/attachments/1/role", json!("original"), twice);
    is_inconsistent(
        "/sightings/0/when/until",
        json!("2026-01-02T03:04:04+01:00"),
        "a sighting ends before it begins",
    );
    let larger = "an attachment is larger than the file it is sealed in";
    is_inconsistent("/attachments/0/size", json!(1241), larger);
    is_inconsistent("/attachments/0/sealed_size", json!(u64::MAX), "an attachment is larger than any may be");
}

#[test]
fn p7_an_anonymous_report_that_says_who_wrote_it_is_refused() {
    let mut report = full();
    report["route"] = json!("anonymous");
    let parts = ["contact", "app", "clocks", "watch"];
    for kept in parts {
        let mut report = report.clone();
        parts.iter().filter(|part| **part != kept).for_each(|part| {
            report.as_object_mut().unwrap().remove(*part);
        });
        let error = parse(&report).unwrap_err();
        assert!(error.to_string().contains("says who or what wrote it"), "{kept} {error}");
    }
    parts.iter().for_each(|part| {
        report.as_object_mut().unwrap().remove(*part);
    });
    let error = parse(&report).unwrap_err();
    assert!(error.to_string().contains("lists a camera's original"), "{error}");
    report["attachments"] = json!([attachment(1, "copy"), attachment(2, "copy")]);
    assert!(parse(&report).is_ok());
}

#[test]
fn there_may_be_so_many_and_no_more() {
    let sighting = small()["sightings"][0].clone();
    let relation = full()["relates"][0].clone();
    let told = full()["told"][0].clone();
    let parts = |count: u16| (1..=count).map(|n| attachment(n, "copy")).collect::<Vec<_>>();
    assert_eq!(refused("/sightings", json!(vec![sighting.clone(); 32])), "accepted");
    is_too_many("/sightings", json!(vec![sighting; 33]), "sightings");
    assert_eq!(refused("/attachments", json!(parts(64))), "accepted");
    is_too_many("/attachments", json!(parts(65)), "attachments");
    is_too_many("/relates", json!(vec![relation; 17]), "related reports");
    is_too_many("/told", json!(vec![told; 33]), "people told");
    is_too_many("/watch/people", json!(vec!["x"; 65]), "people on watch");
    is_too_many("/sightings/0/signs", json!(vec!["K01"; 33]), "signs in one sighting");
    is_too_many(
        "/sightings/0/subjects",
        json!(vec![json!({ "kind": "person" }); 33]),
        "subjects in one sighting",
    );
    is_too_many("/sightings/0/attachments", json!(vec![1; 65]), "attachments in one sighting");
}

#[test]
fn every_text_has_an_end() {
    let (fits, long) = (json!("w".repeat(limits::TEXT_BYTES)), json!("w".repeat(limits::TEXT_BYTES + 1)));
    for path in [
        "/sightings/0/what",
        "/sightings/0/why",
        "/sightings/2/target/name",
        "/sightings/0/subjects/0/marks",
        "/sightings/0/conditions/visibility",
        "/sightings/0/conditions/light",
        "/sightings/0/conditions/sea",
        "/sightings/0/conditions/wind",
        "/watch/station",
        "/watch/people/1",
        "/told/4/number",
        "/app/name",
        "/app/version",
    ] {
        assert_eq!(refused(path, fits.clone()), "accepted", "{path}");
        is_too_many(path, long.clone(), "bytes in one text");
    }
    is_too_many("/language", json!("x".repeat(257)), "bytes in its language");
    is_too_many("/mailbox/reply_to", json!("x".repeat(4097)), "bytes in its reply key");
    is_too_many("/attachments/0/media_type", json!("x".repeat(257)), "bytes in one media type");
}

#[test]
fn a_body_has_an_end() {
    let huge = "w".repeat(1024 * 1024);
    assert!(refused("/sightings/0/what", json!(huge)).starts_with("TooLarge"));
    let mut report = parse(&small()).unwrap();
    report.sightings[0].what = Text::new(huge);
    assert!(matches!(report.to_padded_bytes(), Err(BodyError::TooMany { .. })));
    report.sightings[0].what = Text::new("w".repeat(60_000));
    report.sightings = vec![report.sightings[0].clone(); 10];
    let error = report.to_padded_bytes().unwrap_err();
    assert!(matches!(error, BodyError::TooLarge { bytes: 1_048_576, .. }), "{error:?}");
    report.sightings.truncate(8);
    assert_eq!(report.to_padded_bytes().unwrap().len(), limits::BODY_BYTES);
}
