//! A round, played with the real programs.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustix::process::{Signal, kill_process};
use serde_json::Value;
use turnstone_tests::{
    awaited::becomes,
    draw::Draw,
    field::{Field, Server},
    link::{Carried, Link, Way},
    photo,
};

use crate::plan::{Kill, Kind, Plan, Victim};

/// Most runs of `sync` up to a kill, and up to the end: on a link that is cut every 64 KB each run gets that much further.
const RUNS: usize = 60;
/// Most bytes that a connection sends beside what it delivers: its TLS, its requests' heads, words that go again, and what a
/// reset keeps a desk from reading.
const PER_CONNECTION: u64 = 12 * 1024;
const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";

/// What came of a round.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Bytes that were on their way at kills.
    pub(crate) in_flight: u64,
    pub(crate) clients: u64,
    pub(crate) desks: u64,
    /// Bytes at the desk in the end.
    pub(crate) bytes: u64,
    pub(crate) carried: Carried,
}

/// Plays a round; panics where anything is lost, twice or changed.
pub(crate) fn play(plan: &Plan) -> Told {
    let mut world = World::new(plan);
    let mut told = Told::default();
    for kill in &plan.kills {
        world.strike(plan, kill, &mut told);
    }
    world.link.set_terms(plan.last_terms());
    world.finish();
    told.bytes = world.check();
    told.carried = world.link.carried();
    // What had arrived was not sent again. A desk that is killed may lose what it had not made durable yet, and a hole
    // swallows more than it is asked to.
    if told.desks == 0 && !matches!(plan.kind, Kind::HoleUp | Kind::HoleDown) {
        let most = told.bytes + told.carried.connections * PER_CONNECTION;
        assert!(
            told.carried.up <= most,
            "{} bytes sent for {}: {:?}",
            told.carried.up,
            told.bytes,
            told.carried
        );
    }
    told
}

struct World {
    field: Field,
    link: Link,
    desk: Option<Server>,
    photos: Vec<Vec<u8>>,
}

impl World {
    fn new(plan: &Plan) -> Self {
        let link = Link::listen(plan.seed ^ plan.number);
        let port = link.address().port();
        let url =
            if plan.tls { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
        let field = Field::new(&url);
        let (mut photos, mut arguments) = (Vec::new(), vec!["report".into(), "kraken".into()]);
        arguments.extend(["--what".into(), WHAT.into()]);
        for (n, &bytes) in plan.photos.iter().enumerate() {
            let drawn = Draw::nth(plan.seed, plan.number + n as u64).bytes(bytes - 300);
            photos.push([&photo::DEMO_PHOTO[..300], &drawn].concat());
            let path = field.path(&format!("photo-{n}.jpg"));
            fs::write(&path, &photos[n]).unwrap();
            arguments.extend(["--attach".into(), path.to_str().unwrap().to_owned()]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let reported = field.turnstone(&arguments);
        assert_eq!(reported.json["outcome"], "submitted", "{}", reported.said);
        let mut world = Self { field, link, desk: None, photos };
        world.serve();
        world
    }

    fn serve(&mut self) {
        self.desk = None;
        let desk = self.field.serve();
        self.link.set_target(Some(desk.address()));
        self.desk = Some(desk);
    }

    /// Syncs until the kill is struck, or everything is delivered before it can be.
    fn strike(&mut self, plan: &Plan, kill: &Kill, told: &mut Told) {
        let carried = self.link.carried();
        let passed = if kill.way == Way::Up { carried.up } else { carried.down };
        self.link.set_terms(plan.terms(kill, passed));
        let client: Arc<Mutex<Option<Child>>> = Arc::default();
        let (victim, desk) = (Arc::clone(&client), self.desk.as_ref().unwrap().pid());
        let who = kill.victim;
        self.link.strike_after(kill.way, kill.after, move || {
            if who != Victim::Desk
                && let Some(client) = victim.lock().unwrap().as_mut()
            {
                // One that has ended by itself just now is as dead.
                client.kill().unwrap_or_default();
            }
            if who != Victim::Client {
                kill_process(desk, Signal::KILL).unwrap_or_default();
            }
        });
        for _ in 0..RUNS {
            {
                // Held while it starts, so that a kill finds it.
                let mut client = client.lock().unwrap();
                let mut command = self.field.command(&["sync"]);
                *client = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
            }
            let ended = ended(&client);
            assert!(ended.is_none_or(|code| code == 0), "a sync ends well or is killed: {ended:?}");
            if self.link.in_flight_at_strike().is_some() || self.waiting() == 0 {
                break;
            }
        }
        self.link.call_off();
        let Some(in_flight) = self.link.in_flight_at_strike() else { return };
        // What a hole has swallowed never arrives: it is on its way for good.
        let swallowed = matches!(plan.kind, Kind::HoleUp | Kind::HoleDown);
        told.in_flight += in_flight + u64::from(swallowed);
        told.clients += u64::from(who != Victim::Desk);
        if who != Victim::Client {
            told.desks += 1;
            self.serve();
        } else if !swallowed {
            // What a client sent before it was killed still arrives. Whoever asks before that is told of less, and sends it again:
            // how soon a busy desk reads it is not what is tested here.
            assert!(
                becomes(|| self.link.is_idle()),
                "the desk closes what its client has left: {:?}",
                self.link
            );
        }
    }

    fn waiting(&self) -> u64 {
        let listed = self.field.turnstone(&["list"]);
        listed.json["counts"]["waiting"].as_u64().unwrap_or_else(|| panic!("{} {}", listed.said, listed.json))
    }

    fn finish(&self) {
        for _ in 0..RUNS {
            let synced = self.field.turnstone(&["sync"]);
            assert_eq!(synced.code, Some(0), "{} {}", synced.said, synced.json);
            if synced.json["waiting"] == 0 {
                return;
            }
        }
        panic!("not delivered in {RUNS} runs: {}", self.field.turnstone(&["list"]).json);
    }

    /// One report with exactly its words and its photos at the desk, and nothing else; and the phone knows.
    fn check(&self) -> u64 {
        let listed = self.field.turnstone(&["list"]).json;
        let items = listed["reports"][0]["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["state"] == "stored"), "{listed}");
        assert_eq!(items.len(), 1 + self.photos.len());
        let objects = self.field.path("desk/server/objects");
        let (reports, attachments) = (files(&objects.join("reports")), files(&objects.join("attachments")));
        assert_eq!((reports.len(), attachments.len()), (1, self.photos.len()), "once, and nothing else");
        self.field.open();
        let opened: Vec<_> =
            fs::read_dir(self.field.path("opened")).unwrap().map(|e| e.unwrap().path()).collect();
        let opened: Vec<_> = opened.iter().filter(|path| path.join("report.json").is_file()).collect();
        assert_eq!(opened.len(), 1, "{opened:?}");
        let body: Value = serde_json::from_slice(&fs::read(opened[0].join("report.json")).unwrap()).unwrap();
        assert_eq!(
            (&body["sightings"][0]["what"], body["attachments"].as_array().map_or(0, Vec::len)),
            (&WHAT.into(), self.photos.len())
        );
        for (n, photo) in self.photos.iter().enumerate() {
            let there = fs::read(opened[0].join(format!("{}.jpg", n + 1))).unwrap();
            assert!(there == *photo, "photo {} differs", n + 1);
        }
        reports.union(&attachments).map(|(_, bytes)| bytes).sum()
    }
}

/// How a client ended; none where a signal ended it.
fn ended(client: &Mutex<Option<Child>>) -> Option<i32> {
    loop {
        let status = client.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
        match status {
            Some(status) => return status.code(),
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Every file below a folder of shelves, with its size.
fn files(folder: &Path) -> BTreeSet<(String, u64)> {
    let shelves = fs::read_dir(folder).into_iter().flatten().map(|shelf| shelf.unwrap().path());
    let files = shelves.flat_map(|shelf| fs::read_dir(shelf).unwrap());
    let file = |file: fs::DirEntry| {
        (file.file_name().to_string_lossy().into_owned(), file.metadata().unwrap().len())
    };
    files.map(|entry| file(entry.unwrap())).collect()
}
