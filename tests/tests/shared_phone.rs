//! The life of a team's device, by the real program: who writes, which set-up is in force and which PIN reads change while
//! reports wait, and what waits is the same in every byte; then all of it is at the desk, once.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{collections::BTreeMap, fs};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field},
    outbox::Outbox,
    photo,
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";
const TEAM_PIN: &str = "258025";
const NEW_PIN: &str = "741963";

fn done(done: Done) -> Value {
    assert_eq!(done.code, Some(0), "{} {}", done.said, done.json);
    done.json
}

/// Runs a command with PINs in the environment, each under its variable's name.
fn with(phone: &Field, pins: &[(&str, &str)], arguments: &[&str]) -> Done {
    let mut command = phone.command(arguments);
    command.envs(pins.iter().copied());
    phone.done(command.output().unwrap())
}

/// A team's profile, signed with the desk's keys.
fn make_profile(phone: &Field, team: &str, people: &[&str]) -> String {
    let (desk, to) = (phone.path("desk"), phone.path(&format!("{team}.profile")));
    let mut make = phone.desk_command(&["profile", desk.to_str().unwrap(), "--to", to.to_str().unwrap()]);
    make.args(["--team", team]);
    make.args(people.iter().flat_map(|person| ["--person", person]));
    done(phone.done(make.output().unwrap()));
    to.to_str().unwrap().to_owned()
}

/// A team's device whose desk is not in reach, and the reports that wait there: what was written, and how many originals and
/// copies, by reference.
struct Team {
    phone: Field,
    link: CutLink,
    expected: BTreeMap<String, (String, usize)>,
}

impl Team {
    fn new() -> Self {
        let link = CutLink::listen().unwrap();
        let phone = Field::new(&format!("http://{}", link.address()));
        let profile = make_profile(&phone, "Gull Point Watch", &["A. Lookout", "B. Lookout"]);
        done(phone.turnstone(&["profile", "take", &profile]));
        Self { phone, link, expected: BTreeMap::new() }
    }

    /// Writes a report without unlocking anything.
    fn report(&mut self, what: &str, more: &[&str], photos: usize) -> String {
        let submitted = done(self.phone.turnstone(&[&["report", "kraken", "--what", what], more].concat()));
        assert_eq!(submitted["outcome"], "submitted", "{submitted}");
        self.expect(&submitted, what, photos)
    }

    fn expect(&mut self, submitted: &Value, what: &str, photos: usize) -> String {
        let reference = submitted["reference"].as_str().unwrap().to_owned();
        self.expected.insert(reference.clone(), (what.to_owned(), photos));
        reference
    }

    fn outbox(&self) -> Outbox {
        Outbox::of(&self.phone.home())
    }

    /// Takes a step that must leave every byte of what waits as it is.
    fn untouched<T>(&self, step: &str, take: impl FnOnce(&Field) -> T) -> T {
        let before = self.outbox();
        let came = take(&self.phone);
        self.outbox().assert_same(&before, step);
        came
    }

    /// Sends all, without a PIN, to a real desk, and finds each report there once with all its words and photos.
    fn deliver(&self) {
        self.deliver_and_answer(&[]);
    }

    /// The same, and the desk answers some of them.
    fn deliver_and_answer(&self, answered: &[&str]) {
        let server = self.phone.serve();
        self.link.set_target(Some(server.address()));
        let synced = done(self.phone.turnstone(&["sync"]));
        assert_eq!((&synced["waiting"], &synced["refused"]), (&0.into(), &0.into()), "{synced}");
        self.phone.open();
        let folders = fs::read_dir(self.phone.path("opened")).unwrap().map(|entry| entry.unwrap().path());
        let mut found = BTreeMap::new();
        for folder in folders.filter(|folder| folder.join("report.json").is_file()) {
            let body: Value = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
            let reference = body["reference"].as_str().unwrap().to_owned();
            let photos = body["attachments"].as_array().map_or(0, Vec::len);
            if photos > 0 {
                assert!(fs::read(folder.join("1.jpg")).unwrap() == photo::DEMO_PHOTO, "{reference}");
            }
            let what = body["sightings"][0]["what"].as_str().unwrap().to_owned();
            assert!(found.insert(reference, (what, photos)).is_none(), "a report lies at the desk twice");
        }
        assert_eq!(found, self.expected);
        for reference in answered {
            self.phone.reply(reference, &format!("Thank you for {reference}."));
        }
        done(self.phone.turnstone(&["sync"]));
    }
}

#[test]
fn p1_p3_a_change_of_profile_or_pin_touches_not_a_byte_of_what_waits() {
    let mut team = Team::new();
    let photo = team.phone.photo();
    team.report(WHAT, &["--attach", photo.to_str().unwrap(), "--contact", "01929 000000"], 2);
    team.report("confidential", &["--route", "confidential"], 0);
    let other = make_profile(&team.phone, "East Quay Watch", &["C. Lookout"]);
    let first = team.phone.path("Gull Point Watch.profile");
    let first = first.to_str().unwrap();

    team.untouched("another profile", |phone| done(phone.turnstone(&["profile", "take", &other])));
    team.untouched("no profile", |phone| done(phone.turnstone(&["profile", "leave"])));
    team.untouched("the first one again", |phone| done(phone.turnstone(&["profile", "take", first])));
    team.untouched("a PIN", |phone| {
        done(with(phone, &[("NEW", TEAM_PIN)], &["pin", "set", "--new-pin-env", "NEW"]))
    });
    // Written at the door of a locked phone, which the next unlock takes in.
    team.report("locked", &[], 0);
    team.untouched("a profile under a PIN", |phone| {
        done(with(phone, &[("OLD", TEAM_PIN)], &["profile", "take", &other, "--pin-env", "OLD"]))
    });
    team.untouched("another PIN", |phone| {
        let pins = [("OLD", TEAM_PIN), ("NEW", NEW_PIN)];
        done(with(phone, &pins, &["pin", "change", "--pin-env", "OLD", "--new-pin-env", "NEW"]))
    });
    team.untouched("no PIN", |phone| {
        done(with(phone, &[("OLD", NEW_PIN)], &["pin", "remove", "--pin-env", "OLD"]))
    });
    assert!(team.outbox().rows("chunk") >= 2 && team.outbox().rows("item") == 5, "{:?}", team.outbox());
    team.deliver();
}

/// Somebody writes from now on; the answer.
fn writer(team: &Team, arguments: &[&str]) -> Value {
    let step = arguments.join(" ");
    team.untouched(&step, |phone| done(phone.turnstone(&[&["writer"], arguments].concat())))
}

/// Who has the note in hand, which the team's PIN tells.
fn in_hand(team: &Team, note: &str) -> Value {
    done(team.phone.turnstone_with_pin(TEAM_PIN, &["draft", "show", note]))["writer"].clone()
}

#[test]
fn p6_p9_anyone_writes_without_unlocking_and_open_notes_are_handed_over_or_kept_and_never_dropped() {
    let mut team = Team::new();
    let photo = team.phone.photo();
    let photo = ["--attach", photo.to_str().unwrap()];
    team.untouched("a PIN", |phone| {
        done(with(phone, &[("NEW", TEAM_PIN)], &["pin", "set", "--new-pin-env", "NEW"]))
    });
    writer(&team, &["is", "A. Lookout"]);
    team.report("by A", &photo, 2);
    let begun = done(team.phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    let note = begun["draft"].to_string();

    // From the list, however it is typed: what A has open is B's now.
    let changed = writer(&team, &["is", " b.  LOOKOUT"]);
    assert_eq!((&changed["open_notes"], &changed["handed_over"]), (&1.into(), &true.into()), "{changed}");
    assert_eq!(in_hand(&team, &note), "B. Lookout");
    team.report("by B", &[], 0);
    // Typed, and on no list; the note stays with B.
    let changed = writer(&team, &["is", "C. Visitor", "--keep"]);
    assert_eq!((&changed["open_notes"], &changed["handed_over"]), (&1.into(), &false.into()), "{changed}");
    assert_eq!(in_hand(&team, &note), "B. Lookout");
    team.report("by C", &photo, 2);
    writer(&team, &["nobody"]);
    team.report("by nobody", &["--route", "confidential"], 0);

    // Another set-up, none, and the first again: no name and no note is lost.
    let other = make_profile(&team.phone, "East Quay Watch", &["D. Lookout"]);
    let first = team.phone.path("Gull Point Watch.profile");
    for change in [vec!["take", other.as_str()], vec!["leave"], vec!["take", first.to_str().unwrap()]] {
        let step = [vec!["profile"], change].concat();
        team.untouched(&step.join(" "), |phone| done(phone.turnstone_with_pin(TEAM_PIN, &step)));
        assert_eq!(in_hand(&team, &note), "B. Lookout", "{step:?}");
    }
    let shown = done(team.phone.turnstone(&["writer", "show"]));
    let names = shown["people"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap());
    let names: Vec<_> = names.collect();
    assert!(["A. Lookout", "B. Lookout", "C. Visitor"].iter().all(|name| names.contains(name)), "{names:?}");

    // B is taken off the device: their note goes to whoever writes.
    writer(&team, &["is", "A. Lookout"]);
    writer(&team, &["forget", "B. Lookout"]);
    assert_eq!(in_hand(&team, &note), "A. Lookout");
    let submitted = done(team.phone.turnstone_with_pin(TEAM_PIN, &["draft", "submit", &note]));
    team.expect(&submitted, WHAT, 0);
    team.deliver();
}

const A: &str = "A. Lookout";
const B: &str = "B. Lookout";
const OF_A: &str = "137946";
const OF_B: &str = "460213";
const NEW_OF_A: &str = "778899";

/// Gives somebody a PIN of their own, by the team's, or another by theirs.
fn own_pin(phone: &Field, action: &str, name: &str, (pin, new): (&str, &str)) -> Value {
    let arguments = ["pin", action, "--as", name, "--pin-env", "PIN", "--new-pin-env", "NEW"];
    done(with(phone, &[("PIN", pin), ("NEW", new)], &arguments))
}

/// Why a report cannot be read with a PIN; nothing where it says what was written.
fn unread(team: &Team, (pin, person): (&str, Option<&str>), reference: &str, what: &str) -> Option<String> {
    let of = person.map_or(vec![], |name| vec!["--as", name]);
    let shown = team.phone.turnstone_with_pin(pin, &[vec!["preview", reference], of].concat());
    if shown.code == Some(0) {
        assert_eq!(shown.json["report"]["sightings"][0]["what"], what);
        return None;
    }
    assert!(!shown.json.to_string().contains(what));
    Some(shown.json["error"]["code"].as_str().unwrap().to_owned())
}

#[test]
fn p3_p4_a_copy_opens_for_its_writers_pin_or_for_nobody_and_what_waits_goes_on_whatever_becomes_of_pins() {
    let mut team = Team::new();
    team.untouched("a PIN", |phone| {
        done(with(phone, &[("NEW", TEAM_PIN)], &["pin", "set", "--new-pin-env", "NEW"]))
    });
    let photo = team.phone.photo();
    writer(&team, &["is", B]);
    let by_b = team.report("written by B without a PIN", &["--attach", photo.to_str().unwrap()], 2);
    team.untouched("a PIN of A's", |phone| own_pin(phone, "set", A, (TEAM_PIN, OF_A)));
    writer(&team, &["is", A]);
    let by_a = team.report(WHAT, &["--attach", photo.to_str().unwrap()], 2);
    team.untouched("a PIN of B's", |phone| own_pin(phone, "set", B, (TEAM_PIN, OF_B)));

    // The writer's PIN and no other; what was written without one, none at all.
    assert_eq!(unread(&team, (OF_A, Some(A)), &by_a, WHAT), None);
    assert_eq!(unread(&team, (TEAM_PIN, None), &by_a, WHAT).unwrap(), "writers_own");
    assert_eq!(unread(&team, (OF_B, Some(B)), &by_a, WHAT).unwrap(), "not_found");
    assert_eq!(unread(&team, (OF_B, Some(A)), &by_a, WHAT).unwrap(), "wrong_pin");
    assert_eq!(unread(&team, (TEAM_PIN, None), &by_b, "written by B").unwrap(), "no_copy");
    assert_eq!(unread(&team, (OF_B, Some(B)), &by_b, "written by B").unwrap(), "not_found");

    team.untouched("another PIN of A's", |phone| own_pin(phone, "change", A, (OF_A, NEW_OF_A)));
    team.untouched("another PIN of the team's", |phone| {
        let pins = [("PIN", TEAM_PIN), ("NEW", NEW_PIN)];
        done(with(phone, &pins, &["pin", "change", "--pin-env", "PIN", "--new-pin-env", "NEW"]))
    });
    team.untouched("B forgets theirs", |phone| done(phone.turnstone(&["pin", "forget", "--as", B, "--yes"])));
    assert_eq!(unread(&team, (NEW_OF_A, Some(A)), &by_a, WHAT), None);
    assert_eq!(unread(&team, (NEW_PIN, None), &by_a, WHAT).unwrap(), "writers_own");
    // What the desk answers is read by whoever wrote, and by the team where nobody's PIN is beside it.
    team.deliver_and_answer(&[&by_a, &by_b]);
    let answers = |pin: &str, of: &[&str]| {
        let shown = done(team.phone.turnstone_with_pin(pin, &[&["messages"], of].concat()));
        let messages = shown["messages"].as_array().unwrap().iter();
        messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(answers(NEW_OF_A, &["--as", A]), [format!("Thank you for {by_a}.")]);
    assert_eq!(answers(NEW_PIN, &[]), [format!("Thank you for {by_b}.")]);
}

#[test]
fn p3_p6_a_forgotten_pin_of_the_team_leaves_persons_and_every_sealed_byte_of_what_waits() {
    let mut team = Team::new();
    team.untouched("a PIN", |phone| {
        done(with(phone, &[("NEW", TEAM_PIN)], &["pin", "set", "--new-pin-env", "NEW"]))
    });
    team.untouched("a PIN of A's", |phone| own_pin(phone, "set", A, (TEAM_PIN, OF_A)));
    writer(&team, &["is", A]);
    let by_a = team.report(WHAT, &[], 0);
    writer(&team, &["is", "C. Visitor"]);
    team.report("by C", &[], 0);
    let before = Outbox::sealed_of(&team.phone.home());
    done(team.phone.turnstone(&["pin", "forget", "--yes"]));
    Outbox::sealed_of(&team.phone.home()).assert_same(&before, "the team's PIN is forgotten");
    assert_eq!(done(team.phone.turnstone(&["writer", "show"]))["writer"]["name"], "C. Visitor");
    assert_eq!(unread(&team, (OF_A, Some(A)), &by_a, WHAT), None);
    team.deliver();
}
