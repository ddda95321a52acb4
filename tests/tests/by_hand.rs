//! P2 and P3 where there are two ways to a desk, the network and a stick, through the real programs: whatever the order, and
//! whatever is lost on the way, the desk holds each thing once, byte for byte, and the phone hears of it.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field},
    photo,
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";

/// A phone and a desk with a line between them.
struct World {
    field: Field,
    link: CutLink,
}

impl World {
    fn new() -> Self {
        let link = CutLink::listen().unwrap();
        let field = Field::new(&format!("http://{}", link.address()));
        fs::create_dir(field.path("stick")).unwrap();
        Self { field, link }
    }

    /// The same once more, as it is now, beside the same line.
    fn again(&self) -> Self {
        Self { field: self.field.again(), link: CutLink::listen().unwrap() }
    }

    fn stick(&self, name: &str) -> String {
        self.field.path(&format!("stick/{name}")).to_str().unwrap().to_owned()
    }

    fn report(&self, more: &[&str]) -> String {
        let done = ended(0, self.field.turnstone(&[&["report", "kraken", "--what", WHAT], more].concat()));
        done["reference"].as_str().unwrap().to_owned()
    }

    fn report_with_photo(&self) -> String {
        self.report(&["--attach", self.field.photo().to_str().unwrap()])
    }

    fn export(&self, name: &str) -> Value {
        ended(0, self.field.turnstone(&["export", &self.stick(name), "--force"]))
    }

    /// At the desk, beside whatever serves there.
    fn carry_in(&self, bundle: &str, answer: &str) -> Value {
        ended(0, self.try_carry_in(bundle, answer))
    }

    fn try_carry_in(&self, bundle: &str, answer: &str) -> Done {
        let (server, bundle, answer) =
            (self.field.path("desk/server"), self.stick(bundle), self.stick(answer));
        let arguments = ["import", &bundle, "--to", server.to_str().unwrap(), "--answer", &answer, "--force"];
        self.field.done(self.field.desk_command(&arguments).output().unwrap())
    }

    fn import(&self, answer: &str) -> Value {
        ended(0, self.field.turnstone(&["import", &self.stick(answer)]))
    }

    /// Sends with a desk in reach, over a line that breaks after so many bytes.
    fn sync(&self, cut_after: Option<u64>) -> Value {
        let server = self.field.serve();
        self.link.set_target(Some(server.address()));
        self.link.cut_after(cut_after);
        let came = ended(0, self.field.turnstone(&["sync"]));
        self.link.set_target(None);
        came
    }

    fn states(&self) -> Vec<String> {
        let listed = ended(0, self.field.turnstone(&["list"]));
        let reports = listed["reports"].as_array().unwrap();
        let items = reports.iter().flat_map(|report| report["items"].as_array().unwrap());
        items.map(|item| item["state"].as_str().unwrap().to_owned()).collect()
    }

    /// That the desk holds these reports and their photos, each once and byte for byte.
    fn at_the_desk(&self, references: &[&str], photos: usize, when: &str) {
        let objects = self.field.path("desk/server/objects");
        assert_eq!(count(&objects.join("reports")), references.len(), "{when}");
        // Of each photo its original and its copy.
        assert_eq!(count(&objects.join("attachments")), photos * 2, "{when}");
        let opened = self.field.open();
        assert_eq!(opened["problems"], Value::Array(vec![]), "{when}");
        let folders = fs::read_dir(self.field.path("opened")).unwrap().map(|entry| entry.unwrap().path());
        let found: BTreeSet<_> = folders
            .filter(|folder| folder.join("report.json").is_file())
            .map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, references.iter().map(|&reference| reference.to_owned()).collect(), "{when}");
        let mut whole = 0;
        for folder in found.iter().map(|reference| self.field.opened(reference)) {
            let body: Value = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
            assert_eq!(body["sightings"][0]["what"], WHAT, "{when}");
            if body["attachments"].as_array().is_some_and(|all| !all.is_empty()) {
                assert!(fs::read(folder.join("1.jpg")).unwrap() == photo::DEMO_PHOTO, "{when}");
                assert!(folder.join("1-copy.jpg").is_file(), "{when}");
                whole += 1;
            }
        }
        assert_eq!(whole, photos, "{when}");
    }
}

fn ended(code: i32, done: Done) -> Value {
    assert_eq!(done.code, Some(code), "{} {}", done.said, done.json);
    done.json
}

fn code(done: &Done) -> (Option<i32>, &str) {
    (done.code, done.json["error"]["code"].as_str().unwrap_or_default())
}

fn count(folder: &Path) -> usize {
    let shelves = fs::read_dir(folder).into_iter().flatten().map(|shelf| shelf.unwrap().path());
    shelves.map(|shelf| fs::read_dir(shelf).unwrap().count()).sum()
}

/// What may happen to a report with a photo. `Import` needs `CarryIn`, and that needs `Export`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Deed {
    Export,
    CarryIn,
    Import,
    HalfASync,
    Sync,
}

/// Every order of all deeds in which the stick goes there before it comes back.
fn orders() -> Vec<Vec<Deed>> {
    use Deed::{CarryIn, Export, HalfASync, Import, Sync};
    fn go(left: &[Deed], so_far: &[Deed], all: &mut Vec<Vec<Deed>>) {
        if left.is_empty() {
            all.push(so_far.to_vec());
        }
        for (n, deed) in left.iter().enumerate() {
            let needed = match deed {
                CarryIn => Some(Export),
                Import => Some(CarryIn),
                _ => None,
            };
            if needed.is_none_or(|needed| so_far.contains(&needed)) {
                let rest = [&left[..n], &left[n + 1..]].concat();
                go(&rest, &[so_far, &[*deed]].concat(), all);
            }
        }
    }
    let mut all = Vec::new();
    go(&[Export, CarryIn, Import, HalfASync, Sync], &[], &mut all);
    all
}

#[test]
fn p3_in_whatever_order_stick_and_network_come_the_desk_holds_each_thing_once() {
    let before = World::new();
    let reference = before.report_with_photo();
    let orders = orders();
    assert_eq!(orders.len(), 20);
    for order in orders {
        let when = format!("{order:?}");
        let (mut carried, mut told) = (false, false);
        // The line stays the one whose address the directory has.
        let world = World { field: before.field.again(), link: CutLink::listen().unwrap() };
        let World { field, .. } = &world;
        for deed in order {
            match deed {
                Deed::Export => carried = world.export("bundle")["outcome"] == "exported",
                Deed::CarryIn if carried => {
                    world.carry_in("bundle", "answer");
                    told = true;
                }
                Deed::Import if told => {
                    world.import("answer");
                }
                // Where all went by the network first, there is nothing to carry.
                Deed::CarryIn | Deed::Import => {}
                Deed::HalfASync | Deed::Sync => {
                    let server = field.serve();
                    before.link.set_target(Some(server.address()));
                    before.link.cut_after((deed == Deed::HalfASync).then_some(300_000));
                    ended(0, field.turnstone(&["sync"]));
                    before.link.set_target(None);
                }
            }
        }
        assert_eq!(world.states(), ["stored", "stored", "stored"], "{when}");
        world.at_the_desk(&[&reference], 1, &when);
    }
}

#[test]
fn p2_p3_without_any_network_a_stick_there_and_back_is_enough() {
    let world = World::new();
    let reference = world.report_with_photo();
    let exported = world.export("bundle");
    assert_eq!(
        (&exported["bundles"][0]["objects"], &exported["bundles"][0]["desk"]),
        (&3.into(), &"Test Harbour Desk".into())
    );
    assert_eq!(world.states(), ["waits", "waits", "waits"], "nothing is ticked off before the answer");
    let taken = world.carry_in("bundle", "answer");
    assert_eq!((&taken["receipts"], &taken["complete"]), (&3.into(), &true.into()));
    let came = world.import("answer");
    assert_eq!(
        (&came["outcome"], &came["stored"], &came["waiting"]),
        (&"delivered".into(), &3.into(), &0.into())
    );
    let again = world.import("answer");
    assert_eq!((&again["outcome"], &again["known"]), (&"nothing".into(), &3.into()));
    assert_eq!(world.export("bundle")["outcome"], "nothing");
    world.at_the_desk(&[&reference], 1, "by hand alone");
}

#[test]
fn p3_two_bundles_that_overlap_and_come_twice_and_in_the_wrong_order() {
    let world = World::new();
    let first = world.report_with_photo();
    world.export("one");
    let second = world.report(&[]);
    world.export("two");
    // Beside an intake that serves: its folder is the same.
    let server = world.field.serve();
    world.link.set_target(Some(server.address()));
    let taken = world.carry_in("two", "answer-two");
    assert_eq!(taken["stored"], serde_json::json!({"reports": 2, "attachments": 2}));
    for bundle in ["one", "two", "one"] {
        let taken = world.carry_in(bundle, "answer-one");
        assert_eq!(taken["stored"], serde_json::json!({"reports": 0, "attachments": 0}));
    }
    assert_eq!(world.import("answer-one")["stored"], 3);
    let came = world.import("answer-two");
    assert_eq!((&came["stored"], &came["known"]), (&1.into(), &3.into()));
    // What came by hand is there for whoever asks over the network.
    assert_eq!(ended(0, world.field.turnstone(&["sync"]))["waiting"], 0);
    world.at_the_desk(&[&first, &second], 1, "two bundles");
    assert_eq!(ended(0, world.field.turnstone(&["sync"]))["opened"], 4);
}

#[test]
fn p2_an_answer_that_is_lost_is_made_good_by_the_network_and_nothing_is_stored_again() {
    let world = World::new();
    let reference = world.report_with_photo();
    world.export("bundle");
    world.carry_in("bundle", "answer");
    fs::remove_file(world.stick("answer")).unwrap();
    assert_eq!(world.states(), ["waits", "waits", "waits"]);
    assert_eq!(world.sync(None)["stored"], 3);
    world.at_the_desk(&[&reference], 1, "the answer was lost");
}

#[test]
fn p2_an_answer_for_another_phone_or_by_another_desk_changes_nothing() {
    let world = World::new();
    world.report_with_photo();
    world.export("bundle");
    world.carry_in("bundle", "answer");
    // Another phone with another desk: each answer is for one of them.
    let other = World::new();
    other.report(&[]);
    other.export("bundle");
    fs::copy(world.stick("answer"), other.stick("theirs")).unwrap();
    let refused = other.field.turnstone(&["import", &other.stick("theirs")]);
    assert_eq!(code(&refused), (Some(1), "invalid"));
    assert!(refused.said.contains("another device"), "{}", refused.said);
    // And a desk takes no bundle of another.
    fs::copy(world.stick("bundle"), other.stick("theirs")).unwrap();
    let refused = other.try_carry_in("theirs", "none");
    assert_eq!(code(&refused), (Some(1), "not_for_this_key"));
    assert_eq!(other.states(), ["waits"]);
    // The very phone, copied: it is the same one, and what it knows of it counts.
    let twin = world.again();
    assert_eq!(twin.import("answer")["stored"], 3);
}

#[test]
fn p11_a_damaged_bundle_gives_what_is_whole_and_the_network_or_another_bundle_the_rest() {
    let world = World::new();
    let reference = world.report_with_photo();
    world.export("bundle");
    let bundle = fs::read(world.stick("bundle")).unwrap();
    fs::write(world.stick("cut"), &bundle[..bundle.len() / 2]).unwrap();
    let done = world.try_carry_in("cut", "answer");
    assert_eq!(code(&done), (Some(1), "damaged_bundle"));
    // The words and the copy, which go before the original.
    assert_eq!((&done.json["stored"]["reports"], &done.json["receipts"]), (&1.into(), &2.into()));
    assert_eq!(world.import("answer")["stored"], 2);
    assert_eq!(world.states(), ["stored", "stored", "waits"]);
    // What is exported now is what still waits.
    assert_eq!(world.export("rest")["bundles"][0]["objects"], 1);
    world.carry_in("rest", "answer");
    assert_eq!(world.import("answer")["stored"], 1);
    world.at_the_desk(&[&reference], 1, "a damaged bundle");
}

#[test]
fn p6_a_locked_phone_exports_and_imports_and_says_of_no_desk() {
    let world = World::new();
    let reference = world.report_with_photo();
    let mut set = world.field.command(&["pin", "set", "--new-pin-env", "NEW"]);
    ended(0, world.field.done(set.env("NEW", "258025").output().unwrap()));
    let exported = world.export("bundle");
    assert_eq!((&exported["outcome"], &exported["bundles"][0]["desk"]), (&"exported".into(), &Value::Null));
    assert!(!exported.to_string().contains("arbour"), "{exported}");
    world.carry_in("bundle", "answer");
    assert_eq!(world.import("answer")["stored"], 3);
    world.at_the_desk(&[&reference], 1, "locked");
}

#[test]
fn an_officer_opens_a_bundle_that_no_intake_ever_saw() {
    let world = World::new();
    let reference = world.report_with_photo();
    world.export("bundle");
    let (key, out) = (world.field.path("desk/officer"), world.field.path("opened"));
    let (key, out, bundle) = (key.to_str().unwrap(), out.to_str().unwrap(), world.stick("bundle"));
    let opening = world.field.desk_command(&["open", "--key", key, "--from", &bundle, "--out", out]).output();
    assert_eq!(ended(0, world.field.done(opening.unwrap()))["opened"].as_array().unwrap().len(), 1);
    assert!(fs::read(world.field.opened(&reference).join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
    // It still goes by the network, is opened once, and the phone hears that it was.
    assert_eq!(world.sync(None)["stored"], 3);
    world.at_the_desk(&[&reference], 1, "opened before it was stored");
    assert_eq!(world.sync(None)["opened"], 3);
}
