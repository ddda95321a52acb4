//! Copies on the wire: before originals (P10), and those of anonymous reports by themselves (P7).

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use turnstone_wire::body::Route;

use super::{
    bad_link::{BadLink, Fate, run},
    kit::{Phone, PlayedIntake, content, sync},
};
use crate::{
    Client, Lane,
    sync::{Method, Network, Step, StepBody, Summary, Transport, Wishes},
};

const KIB: usize = 1024;

/// A report of photos with originals and copies of so many bytes; an anonymous one of copies alone.
fn submit(client: &Client, route: Route, photos: &[(usize, usize)], delay: TimeDelta) {
    let mut note = client.note(content(route)).unwrap();
    for (n, (original, copy)) in (1_u8..).zip(photos) {
        let photo =
            route.is_named().then(|| note.attach(&mut &vec![n; *original][..], &mut |_| {}).unwrap().number);
        note.attach_copy_by_hand(photo, &vec![n + 100; *copy]).unwrap();
    }
    note.submit_delayed(delay).unwrap();
}

fn submit_now(client: &Client, route: Route, photos: &[(usize, usize)]) {
    submit(client, route, photos, TimeDelta::zero());
}

fn sync_on(client: &Client, to: &Arc<PlayedIntake>, network: Network, wishes: Wishes) -> Summary {
    let mut sender = client.sender(Arc::clone(to) as Arc<dyn Transport>).unwrap();
    sender.wish(wishes);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sender.run(network, true, &|_| {})).unwrap()
}

/// The lane of each item of the outbox, by the name it has on the intake.
fn lane_of(client: &Client, step: &Step) -> Option<Lane> {
    let (_, name) = step.url.rsplit_once('/').unwrap();
    let reports = client.unlock(None).unwrap().reports(100).unwrap();
    let found = reports.iter().flat_map(|report| &report.items).find(|item| item.sha256.to_string() == name);
    found.map(|item| item.lane)
}

fn lanes(client: &Client, intake: &PlayedIntake) -> Vec<Lane> {
    let requests = std::mem::take(&mut *intake.requests.lock().unwrap());
    requests.iter().filter_map(|step| lane_of(client, step)).collect()
}

fn is_copy(step: &Step) -> bool {
    step.apart && step.url.contains("/attachments/")
}

/// Runs, with a quarter of an hour between two runs, until nothing waits. What was stored in each.
fn run_on(phone: &Phone, intake: &Arc<PlayedIntake>) -> Vec<u32> {
    let mut stored = Vec::new();
    while phone.open().overview().unwrap().waiting > 0 {
        phone.clock.advance(TimeDelta::minutes(15));
        stored.push(sync(&phone.open(), intake).stored);
        assert!(stored.len() < 100, "it never gets there: {stored:?}");
    }
    stored
}

#[test]
fn p10_words_go_before_copies_and_copies_before_originals() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Police, &[(300 * KIB, 9 * KIB), (20, 10)]);
    submit_now(&client, Route::Confidential, &[(200 * KIB, 9 * KIB)]);
    assert_eq!(sync(&client, &intake).waiting, 0);
    let lanes = lanes(&client, &intake);
    assert!(lanes.is_sorted(), "{lanes:?}");
    assert_eq!(lanes.iter().collect::<BTreeSet<_>>().len(), 3, "of each lane something");
}

#[test]
fn p10_a_new_report_overtakes_an_original_with_its_words_and_its_copy() {
    let phone = Phone::new();
    let (client, other) = (phone.open(), phone.open());
    submit_now(&client, Route::Police, &[(2000 * KIB, 10)]);
    let intake = PlayedIntake::of(&phone.desk);
    let mut chunks = 0;
    let link = BadLink::to(&intake, move |step| {
        chunks += usize::from(matches!(step.body, StepBody::Media { len, .. } if len > 1024));
        if chunks == 1 {
            chunks += 1;
            submit_now(&other, Route::Police, &[(10, 10)]);
        }
        Fate::Arrives
    });
    assert_eq!(run(&client, link).unwrap().waiting, 0);
    use Lane::{Copies, Originals, Words};
    let lanes = lanes(&phone.open(), &intake);
    assert_eq!(lanes[..5], [Words, Copies, Originals, Words, Copies]);
    assert!(lanes[5..].iter().all(|lane| *lane == Originals), "{lanes:?}");
}

#[test]
fn copies_go_on_any_network_unless_told_to_wait_and_originals_on_unmetered_ones_unless_asked_for() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Police, &[(30, 10)]);
    let none = Wishes::default();
    let wait = Wishes { copies_wait: true, ..none };
    let waiting = |network, wishes| sync_on(&client, &intake, network, wishes).waiting;
    assert_eq!(waiting(Network::Metered, wait), 2, "words alone");
    assert_eq!(waiting(Network::Metered, none), 1, "the copy as well");
    assert_eq!(waiting(Network::Metered, none), 1);
    assert_eq!(waiting(Network::Metered, Wishes { originals_now: true, ..none }), 0);
    submit_now(&client, Route::Police, &[(30, 10)]);
    assert_eq!(waiting(Network::Unmetered, wait), 0);
}

#[test]
fn p7_an_anonymous_reports_copies_go_one_by_one_each_in_a_moment_of_its_own() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Police, &[(300 * KIB, 30 * KIB)]);
    sync(&client, &intake);
    submit_now(&client, Route::Anonymous, &[(0, 300 * KIB), (0, 20 * KIB)]);
    assert_eq!(sync(&client, &intake).stored, 0);
    assert_eq!(run_on(&phone, &intake), [1, 1, 1], "words, and each copy");
    let requests = intake.requests.lock().unwrap();
    let objects: Vec<_> = requests.iter().filter(|step| !step.url.contains("/mailbox/")).collect();
    let apart: Vec<_> = objects.iter().map(|step| step.apart).collect();
    assert!(apart.is_sorted() && apart.iter().filter(|apart| **apart).count() == 3, "{apart:?}");
    assert!(objects.iter().filter(|step| is_copy(step)).all(|step| step.method == Method::Post));
}

/// The requests that bring an anonymous report's copy, on a phone that has sent this much named before: their methods, names of
/// headers, and how long all but the last are.
fn copy_sent_after(named: usize) -> Vec<(Method, Vec<&'static str>, Option<u64>)> {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Police, &[(named, 10)]);
    sync(&client, &intake);
    submit_now(&client, Route::Anonymous, &[(0, 700 * KIB)]);
    // One program all the time: what it knows of the link it knows still.
    let sender = client.sender(Arc::clone(&intake) as Arc<dyn Transport>).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    submit_now(&client, Route::Police, &[(named, 10)]);
    for _ in 0..9 {
        runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
        phone.clock.advance(TimeDelta::minutes(15));
    }
    let requests = intake.requests.lock().unwrap();
    let copy: Vec<_> = requests.iter().filter(|step| is_copy(step)).collect();
    let shape = |(n, step): (usize, &&Step)| {
        let names = step.headers.iter().map(|(name, _)| *name).collect();
        // `age` puts a stanza of a random length into each file: the last is what is left.
        (step.method, names, (n + 1 < copy.len()).then_some(step.body.len()))
    };
    copy.iter().enumerate().map(shape).collect()
}

#[test]
fn p7_nothing_in_the_requests_of_an_anonymous_copy_is_this_phones_own() {
    let [fresh, seasoned] = [10, 3_000 * KIB].map(copy_sent_after);
    assert_eq!(fresh, seasoned);
    let known = [
        (Method::Post, vec!["tus-resumable", "upload-length", "content-type"], Some(512 * KIB as u64)),
        (Method::Patch, vec!["tus-resumable", "upload-offset", "content-type"], None),
    ];
    assert_eq!(fresh, known);
}

#[test]
fn p7_a_copy_that_broke_off_goes_on_in_another_moment_by_its_name_alone() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Anonymous, &[(0, 300 * KIB)]);
    sync(&client, &intake);
    phone.clock.advance(TimeDelta::minutes(15));
    let mut cuts = 0;
    let cut = BadLink::to(&intake, move |step| {
        cuts += usize::from(is_copy(step));
        if cuts == 1 { Fate::CutAfter(40 * KIB as u64) } else { Fate::Arrives }
    });
    let first = run(&client, Arc::clone(&cut) as Arc<dyn Transport>).unwrap();
    assert_eq!((first.stored, first.waiting, first.held), (0, 1, 1), "it waits for quiet again");
    let pause_ms = first.wake_ms.unwrap() - phone.clock.0.lock().unwrap().timestamp_millis();
    assert!((2 * 60_000..15 * 60_000).contains(&pause_ms), "{pause_ms}");
    phone.clock.advance(TimeDelta::minutes(15));
    // Another program.
    assert_eq!(run(&phone.open(), cut).unwrap().waiting, 0);
    let requests = intake.requests.lock().unwrap();
    let copy: Vec<_> = requests.iter().filter(|step| is_copy(step)).collect();
    let methods: Vec<_> = copy.iter().map(|step| step.method).collect();
    assert_eq!(methods, [Method::Post, Method::Head, Method::Patch]);
    let names: Vec<_> = copy[1].headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["tus-resumable", "cache-control"]);
    assert!(
        copy.iter().all(|step| step.url == copy[0].url),
        "and nothing else says that they belong together"
    );
    let bytes = copy.iter().map(|step| step.body.len()).sum::<u64>();
    let sealed = copy[0].headers.iter().find(|(name, _)| *name == "upload-length").unwrap().1.clone();
    assert_eq!(bytes.to_string(), sealed, "each byte once");
}

#[test]
fn p10_new_words_break_an_anonymous_copy_off_and_do_not_follow_it_at_once() {
    let phone = Phone::new();
    let (client, other) = (phone.open(), phone.open());
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Anonymous, &[(0, 300 * KIB)]);
    sync(&client, &intake);
    phone.clock.advance(TimeDelta::minutes(15));
    // The copy takes ten minutes, and no end is in sight, when something else is written.
    let clock = Arc::clone(&phone.clock);
    let slow = BadLink::to(&intake, move |step| {
        if is_copy(step) {
            clock.advance(TimeDelta::minutes(10));
            submit_now(&other, Route::Police, &[]);
        }
        Fate::HangsAfter(40 * KIB as u64)
    });
    let broken_off = run(&client, slow).expect("the run ends, for the copy does");
    assert_eq!((broken_off.stored, broken_off.waiting), (0, 2));
    let pause_ms = broken_off.wake_ms.unwrap() - phone.clock.0.lock().unwrap().timestamp_millis();
    assert!((60_000..3 * 60_000).contains(&pause_ms), "{pause_ms}");
    phone.clock.advance(TimeDelta::minutes(3));
    assert_eq!(sync(&client, &intake).stored, 1, "the words");
    assert_eq!(run_on(&phone, &intake), [1], "and the copy, by its rest");
}

#[test]
fn p9_what_is_delayed_for_days_holds_no_photos_of_others_back() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    for _ in 0..3 {
        submit(&client, Route::Anonymous, &[(0, 10); 24], TimeDelta::days(7));
    }
    submit_now(&client, Route::Police, &[(30, 10)]);
    let first = sync(&client, &intake);
    assert_eq!((first.stored, first.waiting), (3, 75), "though it is for the same desk, and fills a window");
    assert!(first.held >= 3);
    submit_now(&client, Route::Anonymous, &[(0, 10)]);
    for left in [76, 75] {
        phone.clock.advance(TimeDelta::minutes(15));
        assert_eq!(sync(&client, &intake).waiting, left, "nor an anonymous one that is not delayed");
    }
    phone.clock.advance(TimeDelta::days(7));
    assert_eq!(run_on(&phone, &intake).iter().sum::<u32>(), 75);
}

#[test]
fn p10_a_clock_set_back_a_little_after_words_were_written_changes_no_order_and_delays_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Police, &[(30, 10)]);
    submit_now(&client, Route::Confidential, &[(30, 10)]);
    phone.clock.advance(TimeDelta::minutes(-5));
    assert_eq!(sync(&client, &intake).waiting, 0);
    let lanes = lanes(&client, &intake);
    assert!(lanes.is_sorted(), "{lanes:?}");
    submit_now(&client, Route::Anonymous, &[]);
    // Set back again, it is still a quarter of an hour after what was named: any pause that can be drawn is over.
    phone.clock.advance(TimeDelta::minutes(20));
    submit_now(&client, Route::Anonymous, &[]);
    phone.clock.advance(TimeDelta::minutes(-5));
    assert_eq!(sync(&client, &intake).held, 1, "one goes, and the other follows");
}

#[test]
fn named_photos_stand_back_for_an_anonymous_copy_only_once_that_has_waited_for_long() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Anonymous, &[(0, 10)]);
    assert_eq!(sync(&client, &intake).stored, 1, "its words");
    submit_now(&client, Route::Police, &[(30, 10)]);
    phone.clock.advance(TimeDelta::minutes(3));
    let soon = sync_on(&client, &intake, Network::Metered, Wishes::default());
    assert_eq!((soon.stored, soon.held, soon.waiting), (2, 1, 2), "words and copy");
    let again = sync(&client, &intake);
    assert_eq!((again.stored, again.held), (1, 1), "and its original");
}

#[test]
fn an_anonymous_copy_that_is_to_wait_for_another_network_keeps_nothing_else_waiting() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Anonymous, &[(0, 10)]);
    sync_on(&client, &intake, Network::Metered, Wishes { copies_wait: true, ..Wishes::default() });
    // Long enough to be overdue.
    phone.clock.advance(TimeDelta::hours(2));
    submit_now(&client, Route::Police, &[(30, 10)]);
    let wishes = Wishes { copies_wait: true, originals_now: true, ..Wishes::default() };
    let summary = sync_on(&client, &intake, Network::Metered, wishes);
    assert_eq!((summary.stored, summary.held, summary.waiting), (2, 0, 2), "words and original");
    let asked = |intake: &PlayedIntake| {
        intake.requests.lock().unwrap().iter().filter(|step| step.url.contains("/mailbox/")).count()
    };
    let before = asked(&intake);
    phone.clock.advance(TimeDelta::hours(2));
    sync_on(&client, &intake, Network::Metered, wishes);
    assert_eq!(asked(&intake), before + 1, "and mailboxes are asked");
}

#[test]
fn p7_each_copy_is_asked_after_once_and_alone() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit_now(&client, Route::Anonymous, &[(0, 10), (0, 10), (0, 10)]);
    submit_now(&client, Route::Police, &[(30, 10)]);
    sync(&client, &intake);
    run_on(&phone, &intake);
    intake.requests.lock().unwrap().clear();
    let mut asked = Vec::new();
    for _ in 0..4 * 24 * 12 {
        phone.clock.advance(TimeDelta::minutes(5));
        sync(&client, &intake);
        let steps = std::mem::take(&mut *intake.requests.lock().unwrap());
        let heads: Vec<_> = steps.iter().filter(|step| step.method == Method::Head && step.apart).collect();
        assert!(heads.len() <= 1, "two in one moment");
        assert!(heads.is_empty() || steps.len() == 1, "beside something named");
        asked.extend(heads.iter().map(|step| step.url.clone()));
    }
    asked.sort();
    assert_eq!(asked.len(), 4, "words and copies, each once");
    asked.dedup();
    assert_eq!(asked.len(), 4);
}
