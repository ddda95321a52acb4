//! A desk that changes while reports wait on a phone: it moves, it loses a key, it closes. Through the real programs.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::fs;

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{field::Field, photo};

fn report(phone: &Field, more: &[&str]) -> String {
    let photo = phone.photo();
    let words = ["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()];
    let done = phone.turnstone(&[&words[..], more].concat());
    assert_eq!(done.json["outcome"], "submitted", "{}", done.said);
    done.json["reference"].as_str().unwrap().to_owned()
}

/// Runs a command of the desk on its folder.
fn desk<const N: usize>(field: &Field, command: &str, more: [&str; N]) -> Value {
    field.desk([command.as_ref(), field.path("desk").as_os_str()], more)
}

/// Gives the phone a directory, as `init --directory` does.
fn take(field: &Field, folder: &str) {
    let [directory, root] = ["directory.json", "root.pub"].map(|name| field.path(folder).join(name));
    let (directory, root) = (directory.to_str().unwrap(), root.to_str().unwrap());
    let taken = field.turnstone(&["init", "--directory", directory, "--root-key", root]);
    assert_eq!(taken.code, Some(0), "{}", taken.said);
}

fn only_report(field: &Field) -> Value {
    field.turnstone(&["list"]).json["reports"][0].clone()
}

fn states(field: &Field) -> Vec<Value> {
    only_report(field)["items"].as_array().unwrap().iter().map(|item| item["state"].clone()).collect()
}

fn stored(field: &Field, kind: &str) -> usize {
    let shelves = fs::read_dir(field.path("desk/server/objects").join(kind)).unwrap();
    shelves.map(|shelf| fs::read_dir(shelf.unwrap().path()).unwrap().count()).sum()
}

#[test]
fn p3_half_a_photo_is_gone_on_with_at_the_desks_new_address() {
    for scheme in ["http", "https"] {
        let old = CutLink::listen().unwrap();
        let field = Field::new(&format!("{scheme}://127.0.0.1:{}", old.address().port()));
        let sent = report(&field, &[]);
        let server = field.serve();
        old.set_target(Some(server.address()));
        // Within the original, after the words and the copy.
        old.die_after(Some(600_000));
        field.turnstone(&["sync"]);
        assert!(old.cuts() > 0);
        let half = only_report(&field)["items"][2]["sent"].as_u64();
        server.kill();

        // Another name, another port; for https a certificate for it, by the root that the phone knows.
        let new = CutLink::listen().unwrap();
        let url = format!("{scheme}://localhost:{}", new.address().port());
        desk(&field, "directory", ["url", "--set", &url]);
        take(&field, "desk");
        let server = field.serve();
        new.set_target(Some(server.address()));
        let synced = field.turnstone(&["sync"]).json;
        assert_eq!(synced["outcome"], "delivered", "{scheme}: {synced}");
        let whole = photo::DEMO_PHOTO.len() as u64;
        assert!(
            new.carried() < whole - 100_000,
            "{scheme}: {} of {whole} went again after {half:?}",
            new.carried()
        );
        assert_eq!((stored(&field, "reports"), stored(&field, "attachments")), (1, 2));
        field.open();
        assert!(fs::read(field.opened(&sent).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
        assert_eq!(field.turnstone(&["sync"]).json["opened"], 3);
    }
}

#[test]
fn a_desk_that_moved_and_still_answers_at_the_old_address_loses_nothing_of_who_has_not_heard() {
    let old = CutLink::listen().unwrap();
    let field = Field::new(&format!("https://127.0.0.1:{}", old.address().port()));
    let new = CutLink::listen().unwrap();
    desk(&field, "directory", ["url", "--set", &format!("https://localhost:{}", new.address().port())]);
    let server = field.serve();
    [&old, &new].iter().for_each(|link| link.set_target(Some(server.address())));
    report(&field, &[]);
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
    assert_eq!(new.carried(), 0, "the certificate is good for the old name as well");
    // What it hears later changes nothing of what was delivered.
    take(&field, "desk");
    old.set_target(None);
    field.open();
    assert_eq!(field.turnstone(&["sync"]).json["opened"], 3);
    assert!(new.carried() > 0);
}

#[test]
fn p9_what_answers_in_the_old_place_makes_the_phone_look_for_the_new_one() {
    // A web server took over at the old address, and still hands out the directory.
    let (old, new) = (web_server(), CutLink::listen().unwrap());
    let field = Field::new(&format!("http://{}", old.0));
    report(&field, &[]);
    desk(&field, "directory", ["url", "--set", &format!("http://{}", new.address())]);
    *old.1.lock().unwrap() = fs::read(field.path("desk/directory.json")).unwrap();
    let server = field.serve();
    new.set_target(Some(server.address()));
    let first = field.turnstone(&["sync"]).json;
    assert_eq!(first["items"][0]["reason"], "not_the_desk", "{first}");
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
}

/// What a server hands out.
type Page = std::sync::Arc<std::sync::Mutex<Vec<u8>>>;

/// Answers 404 to all but a question for the directory. Ends with the process.
fn web_server() -> (std::net::SocketAddr, Page) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, page) = (listener.local_addr().unwrap(), Page::default());
    let handed_out = page.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut line) = (String::new(), String::new());
            lines.read_line(&mut first).unwrap();
            let mut length = 0;
            while lines.read_line(&mut line).unwrap_or(0) > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            std::io::copy(&mut std::io::Read::take(lines, length), &mut std::io::sink()).unwrap();
            let (status, body) = if first.starts_with("GET /v1/directory ") {
                ("200 OK", handed_out.lock().unwrap().clone())
            } else {
                ("404 Not Found", b"<html>no such page</html>".to_vec())
            };
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    (address, page)
}

#[test]
fn p2_a_report_refused_for_a_key_that_died_meanwhile_goes_sealed_anew_by_the_next_syncs() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let sent = report(&field, &["--contact", "Ann, 01929 000000"]);
    let keys = desk(&field, "key", ["list"]);
    let dead =
        keys["keys"].as_array().unwrap().iter().find(|key| key["role"] == "seal").unwrap()["id"].clone();
    desk(&field, "key", ["set", dead.as_str().unwrap(), "compromised"]);
    desk(&field, "key", ["add", "seal"]);
    let server = field.serve();
    link.set_target(Some(server.address()));
    // The phone learns it by the refusal, fetches the directory, and seals anew at the next unlock: without a PIN, at once.
    let first = field.turnstone(&["sync"]);
    assert_eq!((first.code, &first.json["refused"]), (Some(1), &1.into()), "{}", first.json);
    let second = field.turnstone(&["sync"]);
    assert_eq!((second.code, &second.json["waiting"]), (Some(0), &0.into()), "{}", second.json);
    assert_eq!(states(&field), ["stored", "stored", "stored"]);
    fs::remove_file(field.path("desk/officer/seal.key")).unwrap();
    field.open();
    assert_eq!(
        fs::read_to_string(field.opened(&sent).join("contact.txt")).unwrap().trim(),
        "Ann, 01929 000000"
    );
    assert_eq!((stored(&field, "reports"), stored(&field, "attachments")), (1, 2));
}

#[test]
fn a_desk_that_has_closed_gets_the_photos_of_words_that_it_has() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let sent = report(&field, &[]);
    let server = field.serve();
    link.set_target(Some(server.address()));
    field.turnstone(&["sync", "--network", "metered"]);
    assert_eq!(states(&field), ["stored", "stored", "waits"]);
    let closed = desk(&field, "directory", ["close"]);
    assert_eq!(closed["closed"], true);
    take(&field, "desk");
    assert_eq!(only_report(&field)["held"]["code"], "halfway");
    let new = field.turnstone(&["report", "kraken", "--what", "another"]);
    assert_eq!((&new.json["outcome"], &new.json["reason"]), (&"kept".into(), &"no_desk".into()));
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
    field.open();
    assert!(fs::read(field.opened(&sent).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
    desk(&field, "directory", ["reopen"]);
    take(&field, "desk");
    let drafts = field.turnstone(&["draft", "list"]).json;
    let draft = drafts["drafts"][0]["draft"].to_string();
    assert_eq!(field.turnstone(&["draft", "submit", &draft]).json["outcome"], "submitted");
}
