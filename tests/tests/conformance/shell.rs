//! A shell that has a system carry for it: each of submitting, taking steps out, carrying and settling is a process of its
//! own, gone before the next begins.

use std::{fs, path::Path, process::Command};

use turnstone_tests::{
    field::Field,
    link::{Link, Terms},
};

use crate::BACKGROUND;

struct Shell {
    field: Field,
    link: Link,
}

impl Shell {
    fn new() -> Self {
        let link = Link::listen(1);
        let field = Field::new(&format!("http://{}", link.address()));
        Self { field, link }
    }

    fn report(&self, photo: bool) {
        let photo_path = self.field.photo();
        let mut arguments = vec!["report", "kraken", "--what", "Grey RIB without lights"];
        if photo {
            arguments.extend(["--attach", photo_path.to_str().unwrap()]);
        }
        assert_eq!(self.field.turnstone(&arguments).json["outcome"], "submitted");
    }

    /// Runs one of the processes, on the phone's home where it is for that; its lines.
    fn background(&self, what: &str) -> Vec<String> {
        let mut command = Command::new(BACKGROUND);
        let keys = self.field.path("user/.local/state/turnstone/keys");
        command.arg(what).arg(self.field.home()).arg(keys).arg(self.field.path("errands"));
        let done = command.output().unwrap();
        assert!(done.status.success(), "{what}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect()
    }

    /// The request's method that an errand is.
    fn method(errand: &str) -> String {
        let step: serde_json::Value =
            serde_json::from_slice(&fs::read(Path::new(errand).join("step")).unwrap()).unwrap();
        step["method"].as_str().unwrap().to_owned()
    }

    fn carry(&self, errand: &str) {
        let done = Command::new(BACKGROUND).args(["carry", errand, "30000", "60000"]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn waiting(&self) -> u64 {
        self.field.turnstone(&["list"]).json["counts"]["waiting"].as_u64().unwrap()
    }

    /// Takes, carries and settles until nothing is given out any more; how many rounds that took.
    fn rounds(&self) -> usize {
        for round in 0..60 {
            let errands = self.background("take");
            if errands.is_empty() {
                return round;
            }
            errands.iter().for_each(|errand| self.carry(errand));
            self.background("settle");
        }
        panic!("steps are given out without an end: {}", self.field.turnstone(&["list"]).json);
    }

    fn objects(&self, kind: &str) -> usize {
        let shelves = fs::read_dir(self.field.path("desk/server/objects").join(kind));
        let shelves = shelves.into_iter().flatten().map(|shelf| shelf.unwrap().path());
        shelves.map(|shelf| fs::read_dir(shelf).unwrap().count()).sum()
    }
}

#[test]
fn p2_p3_p10_a_report_carried_by_processes_that_never_meet_arrives_once_and_its_receipts_come_in() {
    let shell = Shell::new();
    shell.report(true);
    let desk = shell.field.serve();
    shell.link.set_target(Some(desk.address()));
    let errands = shell.background("take");
    assert_eq!(
        errands.iter().map(|errand| Shell::method(errand)).collect::<Vec<_>>(),
        ["PUT"],
        "words first"
    );
    assert!(shell.background("take").is_empty(), "what is under way is not given out again");
    shell.carry(&errands[0]);
    assert_eq!(shell.waiting(), 3, "nothing is settled by having been carried");
    assert_eq!(shell.background("settle"), ["stored"]);
    shell.rounds();
    assert_eq!(shell.waiting(), 0);
    assert_eq!((shell.objects("reports"), shell.objects("attachments")), (1, 2));
    let listed = shell.field.turnstone(&["list"]).json;
    let items = listed["reports"][0]["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["state"] == "stored"), "{listed}");
    shell.field.open();
    let opened = shell.field.opened(listed["reports"][0]["reference"].as_str().unwrap());
    assert!(fs::read(opened.join("1.jpg")).unwrap() == turnstone_tests::photo::DEMO_PHOTO);
}

#[test]
fn p3_answers_that_never_come_back_and_links_that_are_cut_lose_nothing() {
    let shell = Shell::new();
    shell.report(true);
    let desk = shell.field.serve();
    shell.link.set_target(Some(desk.address()));
    shell.link.set_terms(Terms { cut_after: Some(60_000), ..Terms::default() });
    // Carried, and the system forgets what came of it: the words are there, and the phone does not know.
    let errands = shell.background("take");
    shell.carry(&errands[0]);
    fs::remove_dir_all(shell.field.path("errands")).unwrap();
    assert_eq!((shell.objects("reports"), shell.waiting()), (1, 3));
    let mut runs = 0;
    while shell.waiting() > 0 {
        shell.rounds();
        // What a break put off is due when somebody asks, as a shell does when the network comes back.
        let words = rusqlite::Connection::open(shell.field.home().join("words.db")).unwrap();
        words.execute("UPDATE item SET next_try = 0 WHERE state = 0", []).unwrap();
        runs += 1;
        assert!(runs < 20, "{}", shell.field.turnstone(&["list"]).json);
    }
    assert!(shell.link.carried().cuts > 0);
    assert_eq!((shell.objects("reports"), shell.objects("attachments")), (1, 2));
}

#[test]
fn what_is_carried_elsewhere_and_sent_from_here_meanwhile_arrives_once() {
    let shell = Shell::new();
    shell.report(false);
    let desk = shell.field.serve();
    shell.link.set_target(Some(desk.address()));
    let errands = shell.background("take");
    assert_eq!(shell.field.turnstone(&["sync"]).json["outcome"], "delivered");
    shell.carry(&errands[0]);
    assert_eq!(shell.background("settle"), ["stored"]);
    assert_eq!((shell.objects("reports"), shell.waiting()), (1, 0));
}
