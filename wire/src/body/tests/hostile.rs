//! Bytes that nobody meant well, and words that must not come out of errors.

use proptest::prelude::*;

use super::*;

const PLANTED: [&str; 6] = ["Gweilo", "zzsecret", "49.512345", "6.254321", "2031-07-08", "07700900123"];

/// A full report with planted words wherever there is room for words, a position and a moment.
fn planted() -> Value {
    fn plant(value: &mut Value, name: &str) {
        match value {
            Value::Object(fields) => fields.iter_mut().for_each(|(name, inner)| plant(inner, name)),
            Value::Array(items) => items.iter_mut().for_each(|inner| plant(inner, name)),
            Value::String(text) if matches!(name, "from" | "until" | "at" | "wall") => {
                *text = "2031-07-08T01:02:03Z".into();
            }
            Value::Number(number) if name == "lat" => {
                *number = serde_json::Number::from_f64(49.512_345).unwrap()
            }
            Value::Number(number) if name == "lon" => {
                *number = serde_json::Number::from_f64(-6.254_321).unwrap()
            }
            Value::String(text) => {
                let fixed = [
                    "kind",
                    "format",
                    "id",
                    "reference",
                    "scheme",
                    "code_word",
                    "route",
                    "source",
                    "north",
                    "signs",
                    "role",
                    "sha256",
                    "sealed_sha256",
                    "key",
                    "address",
                    "contact",
                    "channel",
                    "directory_sha256",
                ];
                if !fixed.contains(&name) {
                    *text = "Gweilo zzsecret 07700900123".into();
                }
            }
            _ => {}
        }
    }
    let mut report = full();
    plant(&mut report, "");
    report["Gweilo"] = json!("zzsecret");
    report
}

fn shows_nothing(shown: &str) {
    for word in PLANTED.into_iter().chain([KEY_01, hash(2).as_str(), hash(3).as_str(), RECIPIENT_01]) {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}

#[test]
fn p8_a_parsed_report_prints_nothing_of_itself() {
    let report = parse(&planted()).unwrap();
    let text = String::from_utf8(report.to_padded_bytes().unwrap()).unwrap();
    for word in PLANTED {
        assert!(text.contains(word), "{word} is not in the report");
    }
    shows_nothing(&format!("{report:?} {report:#?}"));
    let Report {
        sightings, relates, watch, told, contact, mailbox, attachments, clocks, app, unknown, ..
    } = &report;
    shows_nothing(&format!("{sightings:?} {relates:?} {watch:?} {told:?} {contact:?} {mailbox:?}"));
    shows_nothing(&format!(
        "{attachments:?} {clocks:?} {app:?} {unknown:?} {:?} {:?}",
        report.id, report.reference
    ));
}

#[test]
fn p8_no_error_of_a_report_shows_its_content() {
    let good = planted().to_string();
    let mut seen = std::collections::BTreeSet::new();
    let mut refuse = |bytes: &[u8]| {
        if let Err(error) = Report::parse(bytes) {
            let shown = format!("{error} {error:?} {error:#?}");
            shows_nothing(&shown);
            let source = std::error::Error::source(&error).map(|source| format!("{source} {source:?}"));
            shows_nothing(&source.unwrap_or_default());
            seen.insert(format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned());
        }
    };
    // Planted words in the place of every value, and as the name of every field.
    let names: Vec<&str> = good.split('"').collect();
    for name in names {
        for other in ["Gweilo zzsecret", "49.512345", "turnstone.report/9Gweilo", ""] {
            refuse(good.replace(&format!("\"{name}\""), &format!("\"{other}\"")).as_bytes());
            refuse(
                good.replace(&format!("\"{name}\":"), &format!("\"{name}\":\"{other}\",\"x\":")).as_bytes(),
            );
        }
    }
    for (from, to) in
        [(":", ":49.512345,"), ("{", "[\"Gweilo\","), ("Gweilo", "Gweilo\u{7}"), ("[", "{\"zzsecret\":")]
    {
        refuse(good.replace(from, to).as_bytes());
    }
    for end in 0..good.len() {
        refuse(&good.as_bytes()[..end]);
    }
    assert!(
        ["Field", "Inconsistent", "Json", "UnknownFormat"].iter().all(|kind| seen.contains(*kind)),
        "{seen:?}"
    );
}

#[test]
fn p11_no_cut_and_no_flipped_bit_makes_it_panic() {
    let body = small().to_string().into_bytes();
    for end in 0..body.len() {
        assert!(Report::parse(&body[..end]).is_err());
    }
    let mut body = full().to_string().into_bytes();
    for at in 0..body.len() {
        for bit in 0..8 {
            body[at] ^= 1 << bit;
            let _ = Report::parse(&body);
            body[at] ^= 1 << bit;
        }
        if at > 1500 {
            break;
        }
    }
}

#[test]
fn p11_many_small_things_cost_little() {
    let begun = std::time::Instant::now();
    let room = limits::BODY_BYTES - 2;
    for filler in ["[]", "{}", "0", "\"\"", "{\"a\":[{\"b\":0}]}"] {
        let body = format!("[{}", [filler, ","].concat().repeat(room / (filler.len() + 1)));
        let body = body.trim_end_matches(',').to_owned() + "]";
        assert!(Report::parse(body.as_bytes()).is_err());
        let mut report = small().to_string();
        report.truncate(report.len() - 1);
        let inside = format!("{report},\"newer\":{}}}", &body[..]);
        let _ = Report::parse(&inside.as_bytes()[..inside.len().min(limits::BODY_BYTES)]);
    }
    let names: String = (0..30_000).map(|n| format!(",\"n{n}\":{n}")).collect();
    let mut report = small().to_string();
    report.truncate(report.len() - 1);
    assert!(Report::parse(format!("{report}{names}}}").as_bytes()).is_ok());
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn p11_parsing_arbitrary_bytes_never_panics(bytes: Vec<u8>, at in 0_usize..1000, text in "\\PC*") {
        let _ = Report::parse(&bytes);
        let _ = Report::parse(text.as_bytes());
        let mut body = full().to_string().into_bytes();
        let at = at % body.len();
        body.splice(at..at, bytes);
        let _ = Report::parse(&body);
    }

    #[test]
    fn any_words_come_back(what in "\\PC*", why in any::<String>(), lat in -90.0..=90.0, lon in -180.0..=180.0) {
        let mut report = small();
        report["sightings"][0]["what"] = json!(what);
        report["sightings"][0]["why"] = json!(why);
        report["sightings"][0]["observer"] = json!({ "lat": lat, "lon": lon, "source": "photo" });
        let read = Report::parse(&parse(&report).unwrap().to_padded_bytes().unwrap()).unwrap();
        prop_assert_eq!(read.sightings[0].what.as_str(), what);
        prop_assert_eq!(read.sightings[0].why.as_ref().unwrap().as_str(), why);
        let position = read.sightings[0].observer.as_ref().unwrap().position;
        prop_assert_eq!((position.lat_deg(), position.lon_deg()), (lat, lon));
    }
}
