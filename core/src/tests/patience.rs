//! What waiting costs: how often a device is woken by what cannot go, whatever keeps it from going, and what a clock that jumps
//! does to it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use chrono::TimeDelta;
use turnstone_wire::{answer, body::Route};

use super::kit::{Link, Phone, PlayedIntake, content};
use crate::{
    Client, ItemState, Ports, Random, Reason, SystemRandom,
    random::NoRandomness,
    sync::{Bodies, Failure, Network, Outcome, Step, Summary, Transport},
};

/// What the jitter is.
#[derive(Debug, Clone, Copy)]
enum Jitter {
    Least,
    Most,
    Spread,
}

/// The system's randomness but for jitter, the only thing that takes four bytes.
#[derive(Debug)]
struct PlayedJitter {
    jitter: Jitter,
    seed: AtomicU32,
    system: SystemRandom,
}

impl Random for PlayedJitter {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        match (self.jitter, buffer.len()) {
            (Jitter::Least, 4) => buffer.fill(0),
            (Jitter::Most, 4) => buffer.fill(u8::MAX),
            (Jitter::Spread, 4) => {
                // Numerical Recipes' linear congruential generator: evenly spread, and the same each time.
                let next = |seed: u32| seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let seed =
                    self.seed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |seed| Some(next(seed)));
                buffer.copy_from_slice(&next(seed.unwrap()).to_be_bytes());
            }
            _ => return self.system.fill(buffer),
        }
        Ok(())
    }
}

/// Whatever it is asked, the same comes of it.
struct Always(Outcome, Mutex<usize>);

impl Transport for Always {
    fn carry(
        &self,
        step: Step,
        _: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        // Where another answers in the desk's place, each run asks once for a newer directory as well.
        *self.1.lock().unwrap() += usize::from(!step.url.ends_with(answer::DIRECTORY_PATH));
        Box::pin(async { self.0.clone() })
    }
}

/// A phone with so many reports, each with a photo.
fn waiting(jitter: Jitter, reports: u32) -> (Phone, Client) {
    let phone = Phone::new();
    let random = Arc::new(PlayedJitter { jitter, seed: AtomicU32::new(7), system: SystemRandom::default() });
    let client = Client::open(&phone.home(), Ports { random, ..phone.ports() }).unwrap();
    for _ in 0..reports {
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[5_u8; 1000][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
    }
    (phone, client)
}

fn run(client: &Client, transport: Arc<dyn Transport>, network: Network, wake: bool) -> Summary {
    let sender = client.sender(transport).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sender.run(network, wake, &|_| {})).unwrap()
}

/// How often the sender wakes in a day, as it asks to be woken, and how many requests it makes where the same comes of each.
fn a_day(phone: &Phone, client: &Client, comes: &Outcome, network: Network) -> (u32, usize) {
    let transport = Arc::new(Always(comes.clone(), Mutex::default()));
    let wakes = wakes_of_a_day(phone, client, &(transport.clone() as Arc<dyn Transport>), network);
    let requests = *transport.1.lock().unwrap();
    (wakes, requests)
}

fn wakes_of_a_day(phone: &Phone, client: &Client, transport: &Arc<dyn Transport>, network: Network) -> u32 {
    let end = phone.clock.0.lock().unwrap().timestamp_millis() + TimeDelta::days(1).num_milliseconds();
    let mut wakes = 0;
    loop {
        let summary = run(client, Arc::clone(transport), network, false);
        assert_eq!(summary.stored, 0);
        let Some(wake_ms) = summary.wake_ms.filter(|wake_ms| *wake_ms < end) else { return wakes };
        wakes += 1;
        let mut now = phone.clock.0.lock().unwrap();
        assert!(wake_ms > now.timestamp_millis(), "a wake-up that is over already is no wait");
        *now = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
    }
}

/// Most wake-ups of a day without a connection, for each desk that something waits for: 384 waits of the least there may be,
/// and the way there. This number stands in docs/architecture.md.
const MOST_WAKES: u32 = 400;
/// And most where the jitter is evenly spread, as it is.
const USUAL_WAKES: u32 = 80;

fn no_connection() -> Vec<(&'static str, Outcome)> {
    let answer = |status, retry_after_s, body: &[u8]| Outcome::Answer {
        status,
        offset: None,
        retry_after_s,
        body: body.to_vec(),
    };
    vec![
        ("no connection", Outcome::Failed(Failure::Unreachable)),
        ("one that breaks", Outcome::Failed(Failure::Broken)),
        ("another server", Outcome::Failed(Failure::NotTrusted)),
        ("a sign-in page", answer(200, None, b"<html>Sign in</html>")),
        ("a redirection", answer(302, None, b"")),
        ("a network that asks to sign in", answer(511, None, b"<html>")),
        ("a desk that is down behind its front", answer(503, None, b"<html>")),
        ("a desk that says at once, and again", answer(429, Some(0), b"")),
    ]
}

#[test]
fn a_day_without_a_connection_wakes_the_device_so_often_and_not_once_for_each_report() {
    let mut cases = Vec::new();
    for (at, (name, comes)) in no_connection().into_iter().enumerate() {
        let usual = if at == 0 { vec![1, 70] } else { vec![3] };
        cases
            .extend(usual.iter().map(|reports| (name, comes.clone(), Jitter::Spread, *reports, USUAL_WAKES)));
        cases.push((name, comes.clone(), Jitter::Most, 2, USUAL_WAKES));
        if at == 0 {
            cases.push((name, comes, Jitter::Least, 12, MOST_WAKES));
        }
    }
    for (name, comes, jitter, reports, most) in cases {
        let (phone, client) = waiting(jitter, reports);
        let (wakes, requests) = a_day(&phone, &client, &comes, Network::Unmetered);
        println!(
            "{name}: {reports} reports with photos, {jitter:?} jitter: {wakes} wake-ups, {requests} requests"
        );
        assert!(wakes <= most, "{name}, {jitter:?}, {reports} reports: {wakes} wake-ups");
        assert!(wakes >= 20, "{name}, {jitter:?}: it goes on trying");
        assert!(requests <= (wakes + reports) as usize + 1, "{name}, {jitter:?}: {requests} requests");
    }
}

#[test]
fn what_is_stored_wakes_the_device_once_an_hour_at_most_to_be_asked_after() {
    let (phone, client) = waiting(Jitter::Spread, 0);
    let intake = PlayedIntake::of(&phone.desk);
    for _ in 0..48 {
        phone.clock.advance(TimeDelta::minutes(30));
        client.note(content(Route::Police)).unwrap().submit().unwrap();
        assert_eq!(run(&client, intake.clone(), Network::Metered, false).stored, 1);
    }
    let heads = || {
        let requests = std::mem::take(&mut *intake.requests.lock().unwrap());
        requests.iter().filter(|step| step.method == crate::sync::Method::Head).count()
    };
    heads();
    for _ in 0..3 {
        let wakes =
            wakes_of_a_day(&phone, &client, &(intake.clone() as Arc<dyn Transport>), Network::Metered);
        assert!((1..=24).contains(&wakes), "{wakes}");
        assert!((40..=60).contains(&heads()), "about once each");
    }
    intake.set(Link::Down);
    let wakes = wakes_of_a_day(&phone, &client, &(intake.clone() as Arc<dyn Transport>), Network::Metered);
    assert!((1..=24).contains(&wakes), "{wakes}");
}

#[test]
fn a_day_that_the_device_knows_to_be_without_a_network_wakes_it_never() {
    let (phone, client) = waiting(Jitter::Least, 12);
    let down = Outcome::Failed(Failure::Unreachable);
    assert_eq!(a_day(&phone, &client, &down, Network::Offline), (0, 0));
}

#[test]
fn many_that_waited_for_one_desk_are_each_tried_in_their_turn_and_all_go_once_it_is_there() {
    let (phone, client) = waiting(Jitter::Spread, 12);
    let down = Arc::new(Always(Outcome::Failed(Failure::Unreachable), Mutex::default()));
    let mut tried = std::collections::BTreeSet::new();
    for _ in 0..30 {
        let wake_ms = run(&client, down.clone(), Network::Unmetered, false).wake_ms.unwrap();
        *phone.clock.0.lock().unwrap() = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        let latest = "SELECT id FROM item WHERE state = 0 AND lane = 0 ORDER BY next_try DESC LIMIT 1";
        tried.insert(words.query_row(latest, [], |row| row.get::<_, i64>(0)).unwrap());
    }
    assert_eq!(tried.len(), 12, "each was the one that tried");
    let summary = run(&client, PlayedIntake::of(&phone.desk), Network::Unmetered, false);
    assert_eq!((summary.stored, summary.waiting), (24, 0));
}

#[test]
fn what_one_finds_that_tries_for_all_is_said_of_all() {
    let (phone, client) = waiting(Jitter::Most, 3);
    let intake = PlayedIntake::of(&phone.desk);
    for (link, reason, asked) in [
        (Link::Down, Reason::NoConnection, 3),
        (Link::CaptivePortal, Reason::NotTheDesk, 1),
        (Link::DeskFull, Reason::DeskTrouble, 1),
    ] {
        intake.set(link);
        intake.requests.lock().unwrap().clear();
        let wake_ms = run(&client, intake.clone(), Network::Metered, false).wake_ms.unwrap();
        let requests = std::mem::take(&mut *intake.requests.lock().unwrap());
        let (directories, others): (Vec<_>, Vec<_>) =
            requests.iter().partition(|step| step.url.ends_with(answer::DIRECTORY_PATH));
        assert_eq!(others.len(), asked, "{link:?}");
        assert_eq!(directories.len(), usize::from(reason == Reason::NotTheDesk), "{link:?}");
        let reports = client.unlock(None).unwrap().reports(9).unwrap();
        assert!(reports.iter().all(|report| report.items[0].reason.as_ref() == Some(&reason)), "{link:?}");
        *phone.clock.0.lock().unwrap() = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
    }
}

#[test]
fn one_that_goes_through_takes_those_along_that_waited_for_its_desk() {
    let (phone, client) = waiting(Jitter::Most, 5);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Down);
    for _ in 0..12 {
        let wake_ms = run(&client, intake.clone(), Network::Unmetered, false).wake_ms.unwrap();
        *phone.clock.0.lock().unwrap() = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
    }
    run(&client, intake.clone(), Network::Unmetered, false);
    intake.set(Link::Good);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    // Those five wait for an hour from now: the new one shows that there is nothing to wait for.
    let summary = run(&client, intake, Network::Unmetered, false);
    assert_eq!((summary.stored, summary.waiting), (11, 0));
}

#[test]
fn a_clock_that_jumps_by_years_strands_nothing_and_wakes_nobody_without_an_end() {
    for days in [-40_000_i64, -365, -1, 1, 365, 40_000] {
        let (phone, client) = waiting(Jitter::Spread, 2);
        let intake = PlayedIntake::of(&phone.desk);
        intake.set(Link::Down);
        for _ in 0..12 {
            let wake_ms = run(&client, intake.clone(), Network::Unmetered, false).wake_ms.unwrap();
            *phone.clock.0.lock().unwrap() = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
        }
        phone.clock.advance(TimeDelta::days(days));
        let asked = Outcome::Answer { status: 429, offset: None, retry_after_s: Some(3000), body: vec![] };
        run(&client, Arc::new(Always(asked, Mutex::default())), Network::Unmetered, false);
        phone.clock.advance(TimeDelta::days(-days));
        let (wakes, _) = a_day(&phone, &client, &Outcome::Failed(Failure::Unreachable), Network::Unmetered);
        assert!((1..=USUAL_WAKES).contains(&wakes), "{days}: {wakes}");
        phone.clock.advance(TimeDelta::hours(1));
        intake.set(Link::Good);
        let summary = run(&client, intake.clone(), Network::Unmetered, false);
        assert_eq!((summary.stored, summary.waiting), (4, 0), "{days}");

        // Nor does it keep a desk from being asked after what it stored, or have it asked again and again.
        let heads = || {
            let requests = intake.requests.lock().unwrap();
            requests.iter().filter(|step| step.method == crate::sync::Method::Head).count()
        };
        phone.clock.advance(TimeDelta::days(days));
        run(&client, intake.clone(), Network::Unmetered, false);
        let at_once = heads();
        run(&client, intake.clone(), Network::Unmetered, false);
        assert_eq!(heads(), at_once, "{days}: once");
        phone.clock.advance(TimeDelta::hours(26));
        run(&client, intake.clone(), Network::Unmetered, false);
        // After thirty days by this clock and the desk's the bytes have had their time, and so have the questions.
        let held = if days < 30 { 4 } else { 0 };
        assert_eq!(heads(), at_once + held, "{days}: a day later");
        let reports = client.unlock(None).unwrap().reports(9).unwrap();
        let mut items = reports.iter().flat_map(|report| &report.items);
        assert!(items.all(|item| item.state == ItemState::Stored));
    }
}
