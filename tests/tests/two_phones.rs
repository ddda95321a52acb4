//! One home folder on two phones, copied with its key file, as by a backup or a clone of a disk: each is a phone of its own from
//! then on, and the desk has one of everything.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Stdio},
};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field, Server},
    photo,
};

/// Two phones, each with a link of its own to the first one's desk.
struct Twins {
    first: Field,
    second: Field,
    links: [CutLink; 2],
    _server: Server,
}

impl Twins {
    /// Does something on a phone, and then copies all that it has.
    fn after(before: impl FnOnce(&Field)) -> Self {
        let links = [CutLink::listen().unwrap(), CutLink::listen().unwrap()];
        let urls = links.each_ref().map(|link| format!("http://{}", link.address()));
        let first = Field::new(&urls[0]);
        before(&first);
        let second = first.again();
        let server = first.serve();
        links.iter().for_each(|link| link.set_target(Some(server.address())));
        let twins = Self { first, second, links, _server: server };
        // By a directory of the same desk with the second link's address, so that each link can be cut on its own.
        twins.first.desk(
            ["directory".as_ref(), twins.first.path("desk").as_os_str(), "url".as_ref()],
            ["--set", &urls[1]],
        );
        twins.take_directory(&twins.second);
        twins
    }

    /// Gives a phone the desk's newest directory.
    fn take_directory(&self, phone: &Field) {
        let [directory, root] = ["desk/directory.json", "desk/root.pub"].map(|name| self.first.path(name));
        let (directory, root) = (directory.to_str().unwrap(), root.to_str().unwrap());
        let taken = phone.turnstone(&["init", "--directory", directory, "--root-key", root]);
        assert_eq!(taken.code, Some(0), "{}", taken.said);
    }

    fn phones(&self) -> [&Field; 2] {
        [&self.first, &self.second]
    }

    fn sync_until_delivered(&self) {
        for phone in self.phones() {
            let synced = phone.turnstone(&["sync"]).json;
            assert_eq!((&synced["waiting"], &synced["refused"]), (&0.into(), &0.into()), "{synced}");
        }
    }

    /// Opens at the desk, fetches what it answered, and checks that both phones have heard that all was read.
    fn open_and_hear(&self) {
        self.first.open();
        for phone in self.phones() {
            phone.turnstone(&["sync"]);
            assert!(states(phone).iter().all(|state| state == "opened"), "{:?}", states(phone));
        }
    }

    /// Folders of opened reports.
    fn opened(&self) -> Vec<String> {
        let names = fs::read_dir(self.first.path("opened")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("KRAKEN")).collect()
    }

    fn stored(&self, kind: &str) -> usize {
        let shelves = fs::read_dir(self.first.path("desk/server/objects").join(kind)).unwrap();
        shelves.map(|shelf| fs::read_dir(shelf.unwrap().path()).unwrap().count()).sum()
    }
}

fn report(phone: &Field, what: &str, more: &[&str]) -> Done {
    let photo = phone.photo();
    let photo = ["--attach", photo.to_str().unwrap()];
    let done = phone.turnstone(&[&["report", "kraken", "--what", what], &photo[..], more].concat());
    assert_eq!(done.code, Some(0), "{}", done.said);
    done
}

fn reference(done: &Done) -> String {
    done.json["reference"].as_str().unwrap().to_owned()
}

fn states(phone: &Field) -> Vec<String> {
    let listed = phone.turnstone(&["list"]).json;
    let reports = listed["reports"].as_array().unwrap();
    let items = reports.iter().flat_map(|report| report["items"].as_array().unwrap());
    items.map(|item| item["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn p3_both_send_the_same_report_side_by_side_over_cut_links_and_the_desk_has_it_once() {
    let mut sent = String::new();
    let twins = Twins::after(|phone| {
        sent = reference(&report(phone, "Grey RIB", &["--contact", "Ann, 01929 000000"]));
    });
    for cuts in [[30_000, 90_000], [250_000, 100_000], [60_000, 400_000]] {
        for (link, cut) in twins.links.iter().zip(cuts) {
            link.cut_after(Some(cut));
        }
        let running: Vec<Child> = twins
            .phones()
            .map(|phone| phone.command(&["sync"]).stdout(Stdio::null()).spawn().unwrap())
            .into();
        for mut child in running {
            assert!(child.wait().unwrap().success());
        }
    }
    assert!(twins.links.iter().all(|link| link.cuts() > 0), "each was cut in the middle of it");
    twins.links.iter().for_each(|link| link.cut_after(None));
    twins.sync_until_delivered();
    assert_eq!((twins.stored("reports"), twins.stored("attachments")), (1, 2));
    twins.open_and_hear();
    assert_eq!(twins.opened(), [sent.clone()]);
    assert!(fs::read(twins.first.opened(&sent).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
}

#[test]
fn p3_what_is_written_on_either_after_the_copy_is_a_report_of_its_own() {
    let mut draft = String::new();
    let twins = Twins::after(|phone| {
        draft = report(phone, "a draft on both", &["--draft"]).json["draft"].to_string();
    });
    let mut references = BTreeSet::new();
    for (phone, what) in twins.phones().into_iter().zip(["on the first", "on the second"]) {
        references.insert(reference(&report(phone, what, &[])));
        // The very same draft, with the very same sealed photo: two reports, for nobody knows that it was one.
        references.insert(reference(&phone.turnstone(&["draft", "submit", &draft])));
    }
    assert_eq!(references.len(), 4, "nothing of a reference comes from what was copied");
    twins.sync_until_delivered();
    assert_eq!((twins.stored("reports"), twins.stored("attachments")), (4, 6));
    twins.open_and_hear();
    assert_eq!(twins.opened().into_iter().collect::<BTreeSet<_>>(), references);
    for reference in &references {
        assert!(fs::read(twins.first.opened(reference).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
    }
}

#[test]
fn p3_both_seal_a_report_anew_on_their_own_and_the_desk_has_it_once() {
    for contact in [false, true] {
        let mut sent = String::new();
        let twins = Twins::after(|phone| {
            let more: &[&str] = if contact { &["--contact", "Ann, 01929 000000"] } else { &[] };
            sent = reference(&report(phone, "Grey RIB", more));
        });
        let desk = twins.first.path("desk");
        let keys = twins.first.desk(["key".as_ref(), desk.as_os_str(), "list".as_ref()], []);
        let role = if contact { "source" } else { "seal" };
        let dead = keys["keys"].as_array().unwrap().iter().find(|key| key["role"] == role).unwrap();
        let dead = dead["id"].as_str().unwrap();
        // One phone's report arrives before the key dies, and its receipt does not come back.
        let lost = twins.first.again();
        lost.turnstone(&["sync"]);
        twins.first.desk(["key".as_ref(), desk.as_os_str(), "set".as_ref()], [dead, "compromised"]);
        twins.first.desk(["key".as_ref(), desk.as_os_str(), "add".as_ref()], [role]);
        for phone in twins.phones() {
            twins.take_directory(phone);
        }
        twins.sync_until_delivered();
        assert_eq!((twins.stored("reports"), twins.stored("attachments")), (3, 2));
        twins.open_and_hear();
        assert_eq!(twins.opened(), [sent.clone()], "with a contact: {contact}");
        let folder = twins.first.opened(&sent);
        assert_eq!(folder.join("contact.txt").is_file(), contact);
        assert!(!fs::read_to_string(folder.join("report.txt")).unwrap().contains("same report id"));
    }
}

#[test]
fn one_that_is_wiped_takes_nothing_from_the_other() {
    let twins = Twins::after(|phone| {
        report(phone, "Grey RIB", &[]);
        report(phone, "a draft", &["--draft"]);
    });
    let wiped = twins.first.turnstone(&["wipe", "--yes"]);
    assert_eq!(wiped.code, Some(0), "{}", wiped.said);
    assert_eq!(twins.second.turnstone(&["draft", "list"]).json["drafts"].as_array().unwrap().len(), 1);
    let synced = twins.second.turnstone(&["sync"]).json;
    assert_eq!(synced["waiting"], 0, "{synced}");
    twins.first.open();
    assert_eq!(twins.opened().len(), 1);
}

#[test]
fn two_copies_that_share_one_key_file_both_send_though_only_one_can_go_on_reading() {
    let twins = Twins::after(|phone| {
        report(phone, "Grey RIB", &[]);
    });
    // As where a folder is copied beside itself: the second home uses the first one's keys.
    let keys = twins.first.path("user/.local/state/turnstone/keys");
    let keys = keys.to_str().unwrap();
    // A shred on the first ends the vault key that the second's ring is sealed with.
    report(&twins.first, "another", &[]);
    assert_eq!(twins.first.turnstone(&["list"]).json["locked"], false);
    let synced = twins.second.turnstone(&["sync", "--key-file", keys]).json;
    assert_eq!((&synced["waiting"], &synced["outcome"]), (&0.into(), &Value::from("delivered")), "{synced}");
    let listed = twins.second.turnstone(&["list", "--key-file", keys]).json;
    assert_eq!((&listed["locked"], &listed["reason"]), (&true.into(), &"keys_missing".into()), "{listed}");
    twins.first.turnstone(&["sync"]);
    twins.first.open();
    assert_eq!(twins.opened().len(), 2);
}
