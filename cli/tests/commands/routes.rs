//! How anonymous reports go: later if wished, by a proxy if there is one, and said.

use std::net::TcpListener;

use crate::kit::{Computer, with_desk};

const REPORT: [&str; 4] = ["report", "kraken", "--what", "Grey RIB"];

fn said(computer: &Computer, code: i32, args: &[&str]) -> String {
    let output = computer.run(code, args);
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_delayed_anonymous_report_says_until_when_it_waits_and_waits() {
    let computer = with_desk();
    let delayed = [&REPORT[..], &["--route", "anonymous", "--delay", "2h"]].concat();
    let submitted = computer.json(0, &delayed);
    assert_eq!(submitted["delay_s"], 7200);
    let now = chrono::Utc::now();
    let at = |value: &serde_json::Value| -> chrono::DateTime<chrono::FixedOffset> {
        chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap()
    };
    let listed = &computer.json(0, &["list"])["reports"][0];
    let waits = at(&listed["not_before"]).to_utc() - now;
    assert!((7000..=7200).contains(&waits.num_seconds()), "{waits}");
    assert!(said(&computer, 0, &["list"]).contains("not sent before"));
    let sent = computer.json(0, &["sync"]);
    let waits = (&sent["outcome"], &sent["waiting"], &sent["held"], &sent["items"]);
    assert_eq!(waits, (&"waiting".into(), &1.into(), &1.into(), &serde_json::json!([])));
    assert!((1..=7200).contains(&sent["next_try_in_s"].as_i64().unwrap()), "{sent}");
    let words = said(&computer, 0, &["sync", "--network", "metered"]);
    assert!(words.contains("held back so that nothing is sent beside it: 1"), "{words}");
    assert!(!words.contains("in reach") && !words.contains("Photos wait"), "{words}");
    // One that was not delayed has no such moment.
    assert!(computer.json(0, &REPORT)["delay_s"].is_null());
    // A draft is delayed when it is submitted.
    let draft = [&REPORT[..], &["--route", "anonymous", "--draft"]].concat();
    computer.run(0, &draft);
    assert!(said(&computer, 0, &["draft", "submit", "3", "--delay", "3d"]).contains(" after "));
}

#[test]
fn p11_a_delay_or_a_proxy_that_makes_no_sense_is_refused_and_not_repeated() {
    let computer = with_desk();
    for (args, says) in [
        ([&REPORT[..], &["--delay", "2h"]].concat(), "add --route anonymous"),
        (
            [&REPORT[..], &["--route", "anonymous", "--delay", "soon-quillwort"]].concat(),
            "such as 90m, 2h or 1d",
        ),
        ([&REPORT[..], &["--route", "anonymous", "--delay", "0h"]].concat(), "from one minute to seven days"),
        ([&REPORT[..], &["--route", "anonymous", "--delay", "8d"]].concat(), "from one minute to seven days"),
        (
            [&REPORT[..], &["--route", "anonymous", "--delay", "2h", "--draft"]].concat(),
            "cannot be used with",
        ),
        (vec!["settings", "--proxy", "socks5://quillwort:1"], "looked up by the proxy"),
        (vec!["settings", "--proxy", "http://quillwort:1"], "begin with socks5h://"),
        (vec!["settings", "--proxy", "quillwort"], "it is no address"),
        (vec!["settings", "--proxy-for", "all"], "--proxy"),
        (vec!["settings", "--proxy", "socks5h://a:1", "--no-proxy"], "cannot be used with"),
    ] {
        let words = said(&computer, 2, &args);
        assert!(words.contains(says) && !words.contains("quillwort"), "{args:?}: {words}");
    }
    assert_eq!(computer.json(0, &["list"])["counts"]["drafts"], 0);
    // A draft that is no anonymous one is kept.
    computer.run(0, &[&REPORT[..], &["--draft"]].concat());
    let words = said(&computer, 1, &["draft", "submit", "1", "--delay", "2h"]);
    assert!(words.contains("kept as draft 1") && words.contains("only an anonymous report"), "{words}");
}

#[test]
fn a_proxy_is_shown_without_its_password_and_only_to_whoever_has_the_pin() {
    let computer = with_desk();
    assert!(computer.json(0, &["settings"])["proxy"].is_null());
    let proxy = "socks5h://jo:secret@localhost:9050";
    let set = computer.json(0, &["settings", "--proxy", proxy]);
    let shown = serde_json::json!({"address": "socks5h://localhost:9050", "for": "anonymous"});
    assert_eq!((&set["proxy"], &computer.json(0, &["settings"])["proxy"]), (&shown, &shown));
    assert!(!said(&computer, 0, &["settings"]).contains("secret"));
    let all = computer.json(0, &["settings", "--proxy", proxy, "--proxy-for", "all"]);
    assert_eq!(all["proxy"]["for"], "all");
    let mut set_pin = computer.command(&["pin", "set", "--new-pin-env", "NEW"]);
    crate::kit::ended(set_pin.env("NEW", "258025"), 0);
    for args in [&["settings"][..], &["settings", "--no-proxy"]] {
        assert_eq!(computer.json(1, args)["error"]["code"], "locked");
    }
    let mut none = computer.command(&["settings", "--no-proxy", "--pin-env", "PIN", "--json"]);
    assert!(crate::kit::json(&crate::kit::ended(none.env("PIN", "258025"), 0))["proxy"].is_null());
}

#[test]
fn p7_without_its_proxy_in_reach_an_anonymous_report_waits_and_says_why() {
    let computer = with_desk();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    computer.run(0, &["settings", "--proxy", &format!("socks5h://{nobody}")]);
    computer.run(0, &[&REPORT[..], &["--route", "anonymous"]].concat());
    let sent = computer.json(0, &["sync"]);
    assert_eq!((&sent["outcome"], &sent["items"][0]["reason"]), (&"offline".into(), &"no_proxy".into()));
    assert!(said(&computer, 0, &["sync"]).contains("nothing goes around it"));
}
