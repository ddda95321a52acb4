//! P7's other half: when anonymous reports are sent, so that no moment links them to another report of the phone.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{prelude::*, test_runner::TestRunner};
use turnstone_wire::body::Route;

use super::kit::{Link, Phone, PlayedClock, PlayedIntake, content, sync};
use crate::{
    Client, Clock, Error, Invalid,
    sync::{Bodies, Network, Outcome, Step, StepBody, Transport},
};

fn submit(client: &Client, route: Route) {
    client.note(content(route)).unwrap().submit().unwrap();
}

fn submit_with_copies(client: &Client, route: Route) {
    let mut note = client.note(content(route)).unwrap();
    let original = route.is_named().then(|| note.attach(&mut &[1; 30][..], &mut |_| {}).unwrap().number);
    note.attach_copy_by_hand(original, &[2; 20]).unwrap();
    note.attach_copy_by_hand(None, &[3; 20]).unwrap();
    note.submit().unwrap();
}

fn delayed(client: &Client, route: Route, delay: TimeDelta) -> Result<(), Error> {
    client.note(content(route)).unwrap().submit_delayed(delay).map(drop).map_err(|(_, error)| error)
}

/// Until when a run says that it waits, in minutes from now.
fn wakes_in_minutes(phone: &Phone, wake_ms: Option<i64>) -> i64 {
    (wake_ms.unwrap() - phone.clock.wall().timestamp_millis()) / 60_000
}

#[test]
fn p7_an_anonymous_report_by_itself_goes_at_once() {
    let phone = Phone::new();
    let client = phone.open();
    submit(&client, Route::Anonymous);
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p7_after_a_named_report_an_anonymous_one_waits_for_a_moment_of_its_own() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit(&client, Route::Anonymous);
    submit(&client, Route::Police);
    let first = sync(&client, &intake);
    assert_eq!((first.stored, first.held, first.waiting), (1, 1, 1), "the named one first");
    let pause = wakes_in_minutes(&phone, first.wake_ms);
    assert!((2..15).contains(&pause), "{pause} minutes");
    phone.clock.advance(TimeDelta::minutes(pause));
    // Another program, and a person who asks to send.
    assert_eq!(sync(&phone.open(), &intake).stored, 0);
    phone.clock.advance(TimeDelta::minutes(1));
    assert_eq!(sync(&phone.open(), &intake).stored, 1);
}

#[test]
fn p7_after_an_anonymous_report_everything_else_waits_as_well() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit(&client, Route::Police);
    sync(&client, &intake);
    phone.clock.advance(TimeDelta::minutes(15));
    submit(&client, Route::Anonymous);
    submit(&client, Route::Anonymous);
    let asked = || intake.requests.lock().unwrap().len();
    let before = asked();
    let one = sync(&client, &intake);
    assert_eq!((one.stored, asked()), (1, before + 1), "one of the two, and no mailbox is asked beside it");
    submit(&client, Route::Police);
    let held = sync(&client, &intake);
    assert_eq!((held.stored, asked()), (0, before + 1));
    assert!((1..3).contains(&wakes_in_minutes(&phone, held.wake_ms)));
    phone.clock.advance(TimeDelta::minutes(3));
    assert_eq!(sync(&client, &intake).stored, 1, "words that somebody waits for do not wait long");
}

#[test]
fn p7_where_no_desk_was_reached_nobody_has_to_wait() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Down);
    submit(&client, Route::Anonymous);
    sync(&client, &intake);
    submit(&client, Route::Police);
    intake.set(Link::Good);
    assert_eq!(sync(&client, &intake).stored, 1, "the named one, at once");
}

/// Never answers an anonymous report.
struct Hangs(Arc<PlayedIntake>);

impl Transport for Hangs {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        if step.apart { Box::pin(pending()) } else { self.0.carry(step, bodies) }
    }
}

#[test]
fn p7_a_kill_in_the_middle_of_an_anonymous_report_leaves_its_pause() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    submit(&client, Route::Anonymous);
    let sender = client.sender(Arc::new(Hangs(Arc::clone(&intake)))).unwrap();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let run = async {
        let run = sender.run(Network::Metered, true, &|_| {});
        tokio::time::timeout(Duration::from_secs(5), run).await.map(drop)
    };
    runtime.block_on(run).unwrap_err();
    drop(sender);
    let client = phone.open();
    submit(&client, Route::Police);
    assert_eq!(sync(&client, &intake).stored, 0);
    phone.clock.advance(TimeDelta::minutes(3));
    assert_eq!(sync(&client, &intake).stored, 1);
}

/// Takes an hour for each photo; while the first one runs, an anonymous report is submitted.
struct Slow {
    intake: Arc<PlayedIntake>,
    client: Client,
    clock: Arc<PlayedClock>,
}

impl Transport for Slow {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        if matches!(step.body, StepBody::Media { .. }) {
            if self.client.overview().unwrap().reports == 1 {
                submit(&self.client, Route::Anonymous);
            }
            self.clock.advance(TimeDelta::hours(1));
        }
        self.intake.carry(step, bodies)
    }
}

#[test]
fn p7_photos_stand_back_for_an_anonymous_report_that_has_waited_for_long() {
    let phone = Phone::new();
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    let mut note = client.note(content(Route::Police)).unwrap();
    for photo in [1_u8, 2, 3] {
        note.attach(&mut &[photo; 10][..], &mut |_| {}).unwrap();
    }
    note.submit().unwrap();
    let (clock, other) = (Arc::clone(&phone.clock), phone.open());
    let slow = Slow { intake: Arc::clone(&intake), client: other, clock };
    let sender = client.sender(Arc::new(slow)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = || runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    let first = run();
    assert_eq!((first.stored, first.held, first.waiting), (2, 1, 3), "words and one photo, then quiet");
    phone.clock.advance(TimeDelta::minutes(15));
    let second = run();
    assert_eq!((second.stored, second.held, second.waiting), (1, 0, 2), "the anonymous one");
    assert!(intake.requests.lock().unwrap().last().unwrap().apart);
    phone.clock.advance(TimeDelta::minutes(3));
    assert_eq!(run().waiting, 0, "and then the other photos");
}

#[test]
fn a_chosen_delay_is_kept_and_a_clock_that_jumps_makes_it_no_longer() {
    let hours = TimeDelta::hours(2);
    // Set back a little, as clocks are when they are put right: nothing changes. Set back by years: it is over.
    for (jump, stored) in [(TimeDelta::zero(), 0), (TimeDelta::minutes(-5), 0), (TimeDelta::days(-900), 1)] {
        let phone = Phone::new();
        let client = phone.open();
        let intake = PlayedIntake::of(&phone.desk);
        delayed(&client, Route::Anonymous, hours).unwrap();
        let first = sync(&client, &intake);
        assert_eq!((first.stored, first.held), (0, 1));
        assert_eq!(wakes_in_minutes(&phone, first.wake_ms), 120);
        phone.clock.advance(TimeDelta::minutes(119) + jump);
        assert_eq!(sync(&phone.open(), &intake).stored, stored, "{jump}");
        if stored == 0 {
            phone.clock.advance(TimeDelta::minutes(1) - jump);
            assert_eq!(sync(&phone.open(), &intake).stored, 1, "{jump}");
        }
    }
}

#[test]
fn a_delay_is_for_anonymous_reports_and_ends() {
    let phone = Phone::new();
    let client = phone.open();
    let refused = |route, delay| delayed(&client, route, delay).unwrap_err();
    assert_eq!(refused(Route::Police, TimeDelta::hours(1)), Error::Invalid(Invalid::DelayOfNamed));
    assert_eq!(refused(Route::Anonymous, TimeDelta::days(8)), Error::Invalid(Invalid::DelayTooLong));
    assert_eq!(client.overview().unwrap().drafts, 2, "both are kept");
    delayed(&client, Route::Anonymous, TimeDelta::days(7)).unwrap();
    let shown = client.unlock(None).unwrap().reports(1).unwrap()[0].not_before;
    assert_eq!(shown.map(|at| at.at().to_utc()), Some(phone.clock.wall() + TimeDelta::days(7)));
}

/// What was sent, when, and whether apart.
#[derive(Default)]
struct Log(Mutex<Vec<(DateTime<Utc>, Option<String>)>>);

struct Logged {
    intake: Arc<PlayedIntake>,
    clock: Arc<PlayedClock>,
    log: Log,
}

impl Transport for Logged {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        let name = step.apart.then(|| step.url.clone());
        self.log.0.lock().unwrap().push((self.clock.wall(), name));
        self.intake.carry(step, bodies)
    }
}

#[test]
fn p7_in_no_order_of_events_is_anything_sent_beside_an_anonymous_report() {
    // What happens, and how many seconds pass after it.
    let events = proptest::collection::vec((0..6_u8, 0..400_i64), 5..25);
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let told = TestRunner::new(config).run(&events, |events| {
        let phone = Phone::new();
        let intake = PlayedIntake::of(&phone.desk);
        let logged =
            Logged { intake: Arc::clone(&intake), clock: Arc::clone(&phone.clock), log: Log::default() };
        let logged = Arc::new(logged);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let run = |client: &Client| {
            let sender = client.sender(Arc::clone(&logged) as Arc<dyn Transport>).unwrap();
            runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
        };
        for (event, seconds) in events {
            let client = phone.open();
            match event {
                0 => submit(&client, Route::Police),
                1 => submit(&client, Route::Anonymous),
                2 => submit_with_copies(&client, Route::Police),
                3 => submit_with_copies(&client, Route::Anonymous),
                _ => drop(run(&client)),
            }
            phone.clock.advance(TimeDelta::seconds(seconds));
        }
        // Everything gets through in the end: a quarter of an hour each, and the named ones in between.
        let mut left = 300;
        while run(&phone.open()).waiting > 0 {
            phone.clock.advance(TimeDelta::minutes(5));
            left -= 1;
            prop_assert!(left > 0, "it never gets quiet enough");
        }
        let log = logged.log.0.lock().unwrap();
        for pair in log.windows(2) {
            let gap = pair[1].0 - pair[0].0;
            let least = match (&pair[0].1, &pair[1].1) {
                (_, Some(_)) => TimeDelta::minutes(2),
                (Some(_), None) => TimeDelta::minutes(1),
                (None, None) => TimeDelta::zero(),
            };
            prop_assert!(gap >= least, "{gap} between {:?} and {:?}", pair[0].1, pair[1].1);
        }
        Ok(())
    });
    told.unwrap();
}
