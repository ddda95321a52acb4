//! The main job, through the real programs: `turnstone` on a phone, `turnstone-desk` at a desk, HTTP between them, and a
//! real photograph.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Stdio,
};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field},
    photo,
    scan::Scan,
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";

fn report(field: &Field, more: &[&str]) -> Done {
    let mut arguments = vec![
        "report",
        "kraken",
        "--what",
        WHAT,
        "--at",
        "50.606511,-1.948033",
        "--bearing",
        "140",
        "--range",
        "900",
        "--sign",
        "K09",
        "--vessel",
        r#"{"silhouette":"RIB","hull_colour":"grey","name":"Windhover"}"#,
    ];
    arguments.extend(more);
    field.turnstone(&arguments)
}

fn reference(done: &Done) -> String {
    assert_eq!(done.code, Some(0), "{}", done.said);
    assert_eq!(done.json["outcome"], "submitted", "{}", done.json);
    done.json["reference"].as_str().unwrap().to_owned()
}

fn count(field: &Field, kind: &str) -> usize {
    let folder = field.path("desk/server/objects").join(kind);
    let shelves =
        fs::read_dir(folder).map(|shelves| shelves.map(|shelf| shelf.unwrap().path()).collect::<Vec<_>>());
    shelves.unwrap_or_default().into_iter().map(|shelf| fs::read_dir(shelf).unwrap().count()).sum()
}

fn states(field: &Field) -> Vec<String> {
    let listed = field.turnstone(&["list"]).json;
    let items =
        listed["reports"].as_array().unwrap().iter().flat_map(|report| report["items"].as_array().unwrap());
    items.map(|item| item["state"].as_str().unwrap().to_owned()).collect()
}

fn body(field: &Field, reference: &str) -> Value {
    serde_json::from_slice(&fs::read(field.opened(reference).join("report.json")).unwrap()).unwrap()
}

#[test]
fn a_report_with_a_real_photograph_reaches_its_desk_byte_for_byte_and_once() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let photo = field.photo();
    let submitted =
        report(&field, &["--attach", photo.to_str().unwrap(), "--contact", "Jo Example 07700 900123"]);
    let reference = reference(&submitted);

    let offline = field.turnstone(&["sync"]);
    assert_eq!((offline.code, &offline.json["outcome"]), (Some(0), &Value::from("offline")));

    let server = field.serve();
    link.set_target(Some(server.address()));
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
    assert_eq!(states(&field), ["stored"; 3], "words, copy and original");

    field.open();
    field.open();
    assert_eq!(
        fs::read_dir(field.path("opened"))
            .unwrap()
            .filter(|e| e.as_ref().unwrap().path().is_dir()
                && e.as_ref().unwrap().file_name().to_string_lossy().starts_with("KRAKEN"))
            .count(),
        1
    );
    let body = body(&field, &reference);
    assert_eq!(body["sightings"][0]["what"], WHAT);
    assert_eq!(body["sightings"][0]["target"]["range_m"], 900.0);
    assert_eq!(body["sightings"][0]["subjects"][0]["name"], "Windhover");
    assert!(fs::read(field.opened(&reference).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
    let copy = fs::read(field.opened(&reference).join("1-copy.jpg")).unwrap();
    assert!(copy.starts_with(&[0xff, 0xd8]) && !copy.windows(6).any(|bytes| bytes == b"Exif\0\0"));
    let contact = fs::read_to_string(field.opened(&reference).join("contact.txt")).unwrap();
    assert_eq!(contact.trim(), "Jo Example 07700 900123");

    assert_eq!(field.turnstone(&["sync"]).json["opened"], 3);
    assert_eq!(states(&field), ["opened"; 3]);
    assert_eq!((count(&field, "reports"), count(&field, "attachments")), (1, 2));
}

#[test]
fn what_is_sent_is_told_by_report_and_lane_and_names_no_report() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let server = field.serve();
    link.set_target(Some(server.address()));
    let photo = field.photo();
    let photo = photo.to_str().unwrap();
    let references = [report(&field, &[]), report(&field, &["--attach", photo, "--attach", photo])]
        .map(|done| reference(&done));
    let sent = field.command_in_words(&["sync"]).output().unwrap();
    let said = String::from_utf8(sent.stdout).unwrap();
    for line in [
        "report 1 of 2: words: safe at the desk",
        "report 2 of 2: words: safe at the desk",
        "report 2 of 2: photo 1 of 2: safe at the desk",
        "report 2 of 2: photo 2 of 2: safe at the desk",
    ] {
        assert_eq!(said.lines().filter(|said| *said == line).count(), 1, "{line}: {said}");
    }
    assert!(references.iter().all(|reference| !said.contains(reference.as_str())), "{said}");
}

#[test]
fn p1_a_client_killed_inside_the_transaction_of_a_photo_keeps_the_words_and_takes_the_photo_again() {
    let field = Field::new("http://127.0.0.1:9");
    let draft = report(&field, &["--draft"]).json["draft"].to_string();
    let mut child = field
        .command(&["draft", "attach", &draft, "/dev/stdin", "--progress"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&photo::DEMO_PHOTO[..700_000]).unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    // The pipe stays open, so the program can only wait for more once it has stored what it got.
    let stored =
        said.lines().map(Result::unwrap).filter_map(|line| line.strip_prefix("stored ")?.parse::<u64>().ok());
    assert!(stored.into_iter().any(|bytes| bytes >= 512 * 1024), "so many bytes lie in the open transaction");
    assert!(fs::metadata(field.home().join("media.db-journal")).unwrap().len() > 0, "a transaction is open");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(pipe);

    let shown = field.turnstone(&["draft", "show", &draft]).json;
    assert!(shown.to_string().contains(WHAT));
    assert_eq!(shown["attachments"].as_array().unwrap().len(), 0);
    let photo = field.photo();
    assert_eq!(field.turnstone(&["draft", "attach", &draft, photo.to_str().unwrap()]).code, Some(0));
    reference(&field.turnstone(&["draft", "submit", &draft]));
}

#[test]
fn p3_cut_links_and_a_killed_desk_leave_one_report_and_one_photo() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let photo = field.photo();
    let reference = reference(&report(&field, &["--attach", photo.to_str().unwrap()]));
    let mut rounds = 0;
    for cut in [100, 3_000, 60_000, 200_000, 300_000] {
        let server = field.serve();
        link.set_target(Some(server.address()));
        link.cut_after(Some(cut));
        rounds += 1;
        field.turnstone(&["sync"]);
        server.kill();
    }
    assert!(link.cuts() >= rounds, "each round was cut: {}", link.cuts());
    let server = field.serve();
    link.set_target(Some(server.address()));
    link.cut_after(None);
    let last = field.turnstone(&["sync"]).json;
    assert_eq!(
        (&last["waiting"], &states(&field)[..]),
        (&Value::from(0), &["stored".into(), "stored".into(), "stored".into()][..])
    );
    field.open();
    assert!(fs::read(field.opened(&reference).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
    assert_eq!((count(&field, "reports"), count(&field, "attachments")), (1, 2));
}

#[test]
fn p2_a_sign_in_page_that_answers_everything_takes_nothing_from_the_queue() {
    let portal = TcpListener::bind("127.0.0.1:0").unwrap();
    let field = Field::new(&format!("http://{}", portal.local_addr().unwrap()));
    reference(&report(&field, &[]));
    // Ends with the process; it answers whoever comes.
    std::thread::spawn(move || {
        for stream in portal.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 65_536];
            let _ = stream.read(&mut buffer);
            let page = "<html>Welcome to the marina's network</html>";
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    let synced = field.turnstone(&["sync"]);
    assert_eq!((synced.code, &synced.json["waiting"]), (Some(0), &Value::from(1)));
    assert_eq!(states(&field), ["waits"]);
}

#[test]
fn p6_a_locked_phone_writes_and_sends_and_reads_nothing() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let mut set = field.command(&["pin", "set", "--new-pin-env", "NEW"]);
    assert!(set.env("NEW", "258025").output().unwrap().status.success());
    let photo = field.photo();
    let reference = reference(&report(&field, &["--attach", photo.to_str().unwrap()]));
    let server = field.serve();
    link.set_target(Some(server.address()));
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
    let locked = field.turnstone(&["list"]);
    assert_eq!((locked.code, &locked.json["locked"]), (Some(0), &Value::from(true)));
    assert!(!locked.json.to_string().contains(&reference));
    assert_eq!(field.turnstone(&["draft", "list"]).code, Some(1));
    assert_eq!(field.turnstone_with_pin("000000", &["unlock"]).code, Some(1));
    let unlocked = field.turnstone_with_pin("258025", &["list"]);
    assert_eq!(unlocked.json["reports"][0]["reference"], reference.as_str());
}

#[test]
fn p9_where_no_desk_takes_reports_the_note_is_kept_and_told_about() {
    let field = Field::bare();
    assert_eq!(field.turnstone(&["init"]).code, Some(0));
    let kept = report(&field, &[]);
    assert_eq!(
        (kept.code, &kept.json["outcome"], &kept.json["reference"]),
        (Some(0), &Value::from("kept"), &Value::Null)
    );
    let draft = kept.json["draft"].to_string();
    let told = field.turnstone(&["told", &draft, "--channel", "101", "--number", "CAD 123"]);
    assert_eq!(told.code, Some(0), "{}", told.said);
    let shown = field.turnstone(&["draft", "show", &draft]).json.to_string();
    assert!(shown.contains("CAD 123") && shown.contains(WHAT), "{shown}");
}

#[test]
fn p5_nothing_of_a_report_is_readable_in_any_file_of_the_intake() {
    // A phone each: one phone would send the two some minutes apart.
    for anonymous in [false, true] {
        let link = CutLink::listen().unwrap();
        let field = Field::new(&format!("http://{}", link.address()));
        let photo = field.photo();
        let named = ["--attach", photo.to_str().unwrap(), "--contact", "Jo Example 07700 900123"];
        report(&field, if anonymous { &["--route", "anonymous"] } else { &named });
        let server = field.serve();
        link.set_target(Some(server.address()));
        assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
        is_blind(&field);
    }
}

#[track_caller]
fn is_blind(field: &Field) {
    // Its own name stands in its own receipts.
    let scan = Scan::of([
        ("words", WHAT.as_bytes()),
        ("latitude", b"50.606511"),
        ("longitude", b"1.948033"),
        ("vessel", b"Windhover"),
        ("contact", b"07700 900123"),
        ("photo", &photo::DEMO_PHOTO[400_000..400_012]),
        ("secret key", b"AGE-SECRET-KEY"),
    ]);
    let mut findings = scan.folder(&field.path("desk/server")).unwrap();
    // The one key it has opens the wrapping of what is carried by hand, and nothing within (ADR 13).
    findings.retain(|finding| !finding.place.ends_with("server/courier.key"));
    assert!(findings.is_empty(), "intake: {findings:?}");
}

#[test]
fn p11_bad_arguments_are_refused_and_change_nothing() {
    let field = Field::new("http://127.0.0.1:9");
    for (arguments, code) in [
        (vec!["report", "kraken", "--what", "x", "--at", "91,0"], 2),
        (vec!["report", "kraken", "--what", "x", "--at", "NaN,0"], 2),
        (vec!["report", "kraken", "--what", "x", "--at", "50,-1", "--bearing", "400", "--range", "10"], 2),
        (vec!["report", "kraken", "--what", "x", "--sign", "K99"], 2),
        (vec!["report", "kraken", "--what", "x", "--vessel", r#"{"colour":"red"}"#], 2),
        (vec!["report", "kraken", "--what", "x", "--when", "yesterday"], 2),
        (vec!["report", "submarine", "--what", "x"], 2),
        (vec!["told", "KRAKEN-0000-0000-01", "--channel", "101"], 2),
        (vec!["draft", "show", "77"], 1),
    ] {
        let done = field.turnstone(&arguments);
        assert_eq!(done.code, Some(code), "{arguments:?}: {} {}", done.said, done.json);
        assert!(!done.said.is_empty(), "{arguments:?}");
    }
    let counts = &field.turnstone(&["list"]).json["counts"];
    assert_eq!((&counts["drafts"], &counts["reports"]), (&Value::from(0), &Value::from(0)));
}

#[test]
fn a_photo_that_cannot_be_read_keeps_the_words_as_a_draft() {
    let field = Field::new("http://127.0.0.1:9");
    let done = report(&field, &["--attach", "/nowhere/photo.jpg"]);
    assert_eq!(done.code, Some(1), "{}", done.said);
    assert_eq!(field.turnstone(&["list"]).json["counts"]["drafts"], 1);
}

/// Run by the interop stage, which provides Debian's programs.
#[test]
#[ignore = "needs Debian's age and jq; the interop stage of xtask runs it"]
fn interop_debians_age_and_jq_show_a_delivered_report() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let photo = field.photo();
    let reference = reference(&report(&field, &["--attach", photo.to_str().unwrap()]));
    let server = field.serve();
    link.set_target(Some(server.address()));
    field.turnstone(&["sync"]);
    let script = r#"
        age -d -i desk/officer/seal.key desk/server/objects/reports/*/*.age > report.json
        jq -r .reference,.sightings[0].what report.json
        for role in original copy; do
            part() { jq -r ".attachments[] | select(.role == \"$role\") | .$1" report.json; }
            part key > $role.key
            age -d -i $role.key desk/server/objects/attachments/*/$(part sealed_sha256).age | head -c $(part size) > $role
            echo "$(part sha256)  $role" | sha256sum --check --quiet
        done
        cmp original photo.jpg"#;
    let shown =
        std::process::Command::new("sh").args(["-euc", script]).current_dir(field.path("")).output().unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    assert_eq!(String::from_utf8_lossy(&shown.stdout), format!("{reference}\n{WHAT}\n"));
}
