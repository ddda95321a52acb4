//! Desks that close while reports wait, and reports that a desk refuses: what is said, and what can be typed.

use std::path::PathBuf;

use serde_json::Value;
use turnstone_wire::directory::Payload;

use crate::{
    kit::{Computer, make_desk, sign_directory},
    sending::{refusing_desk, with_desk_at},
};

const SECRET: &str = "Grey RIB, no lights";

/// A computer with three desks in its list, of which nobody is in reach.
struct Coast {
    computer: Computer,
    desks: Vec<PathBuf>,
}

impl Coast {
    fn new() -> Self {
        let computer = Computer::new();
        let desks: Vec<_> = ["east", "north", "west"].iter().map(|id| computer.path(id)).collect();
        desks.iter().for_each(|desk| make_desk(desk, desk.file_name().unwrap().to_str().unwrap()));
        let coast = Self { computer, desks };
        coast.take(1, |_| {});
        coast
    }

    /// The next list of desks.
    fn take(&self, sequence: u64, change: impl FnOnce(&mut Payload)) {
        let folder = self.computer.folder.path();
        sign_directory(&self.desks, folder, |all| {
            all.sequence = sequence;
            change(all);
        });
        self.computer.init_with(0, folder);
    }

    fn report(&self, route: &str) -> String {
        let sent = self
            .computer
            .json(0, &["report", "kraken", "--what", SECRET, "--desk", "east", "--route", route]);
        sent["reference"].as_str().unwrap().to_owned()
    }

    fn listed(&self) -> Value {
        self.computer.json(0, &["list"])["reports"][0].clone()
    }

    fn list_words(&self) -> String {
        String::from_utf8(self.computer.run(0, &["list"]).stdout).unwrap()
    }
}

fn close_east(all: &mut Payload) {
    all.desks[0].closed = true;
}

#[test]
fn where_several_desks_could_take_it_list_says_what_to_type_and_readdress_names_them() {
    let coast = Coast::new();
    let reference = coast.report("police");
    coast.take(2, close_east);
    let report = coast.listed();
    assert_eq!((&report["desk"], &report["held"]["code"]), (&"east".into(), &"several_desks".into()));
    let said = coast.list_words();
    assert!(said.contains(&format!("readdress {reference}")) && said.contains("has closed"), "{said}");
    let sent = coast.computer.json(0, &["sync"]);
    assert_eq!((&sent["outcome"], &sent["items"][0]["reason"]), (&"waiting".into(), &"desk_closed".into()));
    let said = String::from_utf8(coast.computer.run(0, &["sync"]).stdout).unwrap();
    assert!(said.contains("unlock`") && said.contains("list`") && !said.contains("in reach"), "{said}");

    let refused = coast.computer.json(1, &["readdress", &reference]);
    assert_eq!(refused["error"]["code"], "several_desks");
    assert!(refused["error"]["message"].as_str().unwrap().ends_with("The desks are north, west"));
    let wrong = coast.computer.json(1, &["readdress", &reference, "--desk", "east"]);
    assert_eq!(wrong["error"]["code"], "desk_does_not_take");

    let done = coast.computer.json(0, &["readdress", &reference, "--desk", "west"]);
    assert_eq!((&done["outcome"], &done["desk"]), (&"readdressed".into(), &"west".into()));
    let report = coast.listed();
    assert_eq!((&report["desk"], &report["held"]), (&"west".into(), &Value::Null));
    assert_eq!(report["moved"][0]["from"], "east");
    assert!(coast.list_words().contains("was for Harbour until "));
    assert_eq!(coast.computer.json(0, &["sync"])["items"][0]["reason"], "no_connection");
}

#[test]
fn with_one_other_desk_a_police_report_moves_by_itself_and_a_confidential_one_when_asked() {
    for route in ["police", "confidential"] {
        let coast = Coast::new();
        let reference = coast.report(route);
        coast.take(2, |all| {
            all.desks.truncate(2);
            close_east(all);
        });
        // Without a PIN, nobody has to unlock.
        coast.computer.json(0, &["sync"]);
        let report = coast.listed();
        if route == "police" {
            assert_eq!((&report["desk"], &report["held"]), (&"north".into(), &Value::Null));
            assert!(report["items"][0]["resealed_at"].is_string());
        } else {
            assert_eq!((&report["desk"], &report["held"]["code"]), (&"east".into(), &"confidential".into()));
            coast.computer.json(0, &["readdress", &reference]);
            assert_eq!(coast.listed()["desk"], "north");
        }
    }
}

#[test]
fn with_a_pin_set_sync_says_that_an_unlock_is_wanted_and_the_unlock_seals_anew() {
    let coast = Coast::new();
    coast.report("police");
    coast.computer.set_pin("2580");
    coast.take(2, |all| {
        all.desks.truncate(2);
        close_east(all);
    });
    for _ in 0..2 {
        assert_eq!(coast.computer.json(0, &["sync"])["items"][0]["reason"], "desk_closed");
    }
    coast.computer.with_pin("2580", 0, &["unlock"]);
    assert_eq!(coast.computer.json(0, &["sync"])["items"][0]["reason"], "no_connection");
}

#[test]
fn an_anonymous_report_whose_desk_closes_is_said_to_be_written_again() {
    let coast = Coast::new();
    let reference = coast.report("anonymous");
    coast.take(2, close_east);
    assert_eq!(coast.listed()["held"]["code"], "no_copy");
    assert!(coast.list_words().contains(&format!("forget {reference}")));
    assert_eq!(coast.computer.json(1, &["readdress", &reference])["error"]["code"], "no_copy");
    assert_eq!(coast.computer.json(1, &["preview", &reference])["error"]["code"], "no_copy");
    assert_eq!(coast.computer.json(0, &["forget", &reference])["still_waits"], false);
    assert_eq!(coast.computer.json(0, &["sync"])["outcome"], "nothing");
}

#[test]
fn a_refused_report_can_be_read_and_rescued() {
    let computer = with_desk_at(&refusing_desk());
    let sent = computer.json(0, &["report", "kraken", "--what", SECRET, "--contact", "Ann, 01929 000000"]);
    let reference = sent["reference"].as_str().unwrap();
    let early = computer.json(1, &["draft", "rescue", reference]);
    assert_eq!(early["error"]["code"], "invalid", "what is on its way stays on its way");
    let refused = computer.json(1, &["sync"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("draft rescue"));
    let listed = String::from_utf8(computer.run(0, &["list"]).stdout).unwrap();
    assert!(listed.contains(&format!("draft rescue {reference}")), "{listed}");
    let shown = computer.json(0, &["preview", reference]);
    assert_eq!(shown["report"]["sightings"][0]["what"], SECRET);
    assert!(String::from_utf8(computer.run(0, &["preview", reference]).stdout).unwrap().contains(SECRET));

    let draft = computer.json(0, &["draft", "rescue", reference])["draft"].to_string();
    let shown = computer.json(0, &["draft", "show", &draft]);
    assert_eq!(shown["content"]["contact"], "Ann, 01929 000000");
    assert_eq!(computer.json(0, &["list"])["reports"], Value::Array(vec![]));
    assert_eq!(computer.json(0, &["sync"])["outcome"], "nothing");
    let again = computer.json(0, &["draft", "submit", &draft]);
    assert_ne!(again["reference"], reference, "another report");
    assert_eq!(computer.json(1, &["preview", reference])["error"]["code"], "not_found");
}
