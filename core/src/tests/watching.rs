//! Sending for as long as a program runs, on time that only passes when everybody waits: when it wakes, and for what.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};
use turnstone_wire::body::Route;

use super::{
    bad_luck::{fill, free},
    key_store::{Trouble, Troubled},
    kit::{Link, Phone, PlayedIntake, content, signed_at},
};
use crate::{
    Busy, Client, Clock, Error, KeyStoreError, Ports, Unusable,
    sync::{Bodies, Network, Outcome, Pace, Sender, Step, StepBody, Transport, Watched},
};

const DAY: Duration = Duration::from_secs(24 * 3600);
const PACE: Pace = Pace { mail_every: Duration::from_secs(15 * 60), look_every: None };

/// The wall clock of a device on which only the runtime's time passes.
#[derive(Debug)]
struct PassingClock {
    start: Instant,
    jumped: Mutex<TimeDelta>,
}

impl Clock for PassingClock {
    fn wall(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.start.elapsed()).unwrap();
        signed_at() + passed + *self.jumped.lock().unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }
}

/// A phone whose sender watches.
struct Watching {
    client: Client,
    clock: Arc<PassingClock>,
    intake: Arc<PlayedIntake>,
    network: watch::Sender<Network>,
    /// How often it woke and ran.
    ran: Arc<AtomicUsize>,
    troubles: Arc<Mutex<Vec<Error>>>,
    task: tokio::task::JoinHandle<Error>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Watching {
    async fn on(phone: &Phone, network: Network, link: Link, pace: Pace) -> Self {
        Self::with(phone, phone.ports(), network, link, pace, |intake| intake).await
    }

    async fn with(
        phone: &Phone,
        ports: Ports,
        network: Network,
        link: Link,
        pace: Pace,
        transport: impl FnOnce(Arc<PlayedIntake>) -> Arc<dyn Transport>,
    ) -> Self {
        let clock = Arc::new(PassingClock { start: Instant::now(), jumped: Mutex::default() });
        let ports = Ports { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..ports };
        let client = Client::open(&phone.home(), ports).unwrap();
        let intake = PlayedIntake::of(&phone.desk);
        intake.set(link);
        let sender = client.sender(transport(Arc::clone(&intake))).unwrap();
        let (network, changes) = watch::channel(network);
        let (ran, troubles) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<Error>>>::default());
        let task = tokio::spawn(watch_on(sender, changes, pace, Arc::clone(&ran), Arc::clone(&troubles)));
        settle().await;
        Self { client, clock, intake, network, ran, troubles, task }
    }

    fn submit(&self) {
        self.client.note(content(Route::Police)).unwrap().submit().unwrap();
    }

    fn asked(&self) -> usize {
        let requests = self.intake.requests.lock().unwrap();
        requests.iter().filter(|step| step.url.contains("/v1/mailbox/")).count()
    }

    fn stored(&self) -> u32 {
        self.client.overview().unwrap().stored
    }

    fn wakes(&self) -> usize {
        self.ran.load(Ordering::SeqCst)
    }
}

async fn watch_on(
    sender: Sender,
    changes: watch::Receiver<Network>,
    pace: Pace,
    ran: Arc<AtomicUsize>,
    troubles: Arc<Mutex<Vec<Error>>>,
) -> Error {
    let heard = |watched: Watched| match watched {
        Watched::Ran(_) => drop(ran.fetch_add(1, Ordering::SeqCst)),
        Watched::Troubled(error) => troubles.lock().unwrap().push(error),
    };
    match sender.watch(changes, pace, &heard, &|_| {}).await {
        Err(error) => error,
    }
}

/// Lets whatever is due now happen: it takes no time, and time passes only once everybody waits.
async fn settle() {
    sleep(Duration::from_millis(10)).await;
}

fn on_passing_time(test: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(test);
}

#[test]
fn a_day_without_a_network_wakes_nobody() {
    let phone = Phone::new();
    on_passing_time(async {
        let pace = Pace { look_every: Some(Duration::from_secs(2)), ..PACE };
        let watching = Watching::on(&phone, Network::Offline, Link::Good, pace).await;
        watching.submit();
        watching.client.wake();
        sleep(DAY).await;
        assert_eq!((watching.wakes(), watching.asked()), (0, 0));
        watching.network.send(Network::Metered).unwrap();
        settle().await;
        assert_eq!(watching.stored(), 1, "and a network is made use of at once");
    });
}

#[test]
fn a_day_with_no_desk_in_reach_wakes_seldom_however_much_waits() {
    let mut counted = Vec::new();
    for reports in [1, 60] {
        let phone = Phone::new();
        on_passing_time(async {
            let watching = Watching::on(&phone, Network::Metered, Link::Down, PACE).await;
            (0..reports).for_each(|_| watching.submit());
            sleep(DAY).await;
            let wakes = watching.wakes();
            assert!((24..=62).contains(&wakes), "{reports} reports: {wakes} times");
            counted.push((reports, wakes));
            // Somebody who asks is not made to wait for that.
            watching.intake.set(Link::Good);
            watching.client.wake();
            settle().await;
            assert_eq!(watching.stored(), reports);
        });
    }
    println!("wakes in a day with no desk in reach, by reports: {counted:?}");
}

#[test]
fn mail_is_asked_for_at_its_interval_more_seldom_where_nobody_answers_and_never_for_nothing() {
    let phone = Phone::new();
    on_passing_time(async {
        let watching = Watching::on(&phone, Network::Metered, Link::Good, PACE).await;
        sleep(DAY).await;
        assert_eq!((watching.wakes(), watching.asked()), (1, 0), "there is no mailbox to ask");
        watching.submit();
        settle().await;
        let before = watching.asked();
        sleep(DAY).await;
        assert!((94..=97).contains(&(watching.asked() - before)), "{}", watching.asked() - before);
        watching.intake.set(Link::Down);
        let before = watching.asked();
        sleep(DAY).await;
        assert!((23..=27).contains(&(watching.asked() - before)), "{}", watching.asked() - before);
    });
}

#[test]
fn what_is_submitted_in_this_process_goes_at_once_and_by_another_at_the_next_look() {
    let phone = Phone::new();
    on_passing_time(async {
        let pace = Pace { look_every: Some(Duration::from_secs(2)), ..PACE };
        let watching = Watching::on(&phone, Network::Metered, Link::Good, pace).await;
        let before = Instant::now();
        watching.submit();
        settle().await;
        assert_eq!(watching.stored(), 1);
        assert!(before.elapsed() < Duration::from_secs(1));
        phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
        settle().await;
        assert_eq!(watching.stored(), 1);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(watching.stored(), 2);
    });
}

#[test]
fn another_network_ends_waits_at_once_and_brings_what_it_carries() {
    let phone = Phone::new();
    on_passing_time(async {
        let watching = Watching::on(&phone, Network::Metered, Link::Down, PACE).await;
        let mut note = watching.client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[1_u8; 10][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
        sleep(DAY).await;
        watching.intake.set(Link::Good);
        // Another one of the same class.
        watching.network.send(Network::Metered).unwrap();
        settle().await;
        assert_eq!(watching.stored(), 1, "words go on any");
        watching.network.send(Network::Unmetered).unwrap();
        settle().await;
        assert_eq!(watching.stored(), 2);
    });
}

/// Never answers a photo, and notes when the request for it was given up.
struct Hangs(Arc<PlayedIntake>, Arc<AtomicUsize>);

struct Under(Arc<AtomicUsize>);

impl Drop for Under {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Hangs {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        if !matches!(step.body, StepBody::Media { .. }) {
            return self.0.carry(step, bodies);
        }
        self.1.fetch_add(1, Ordering::SeqCst);
        let under = Under(Arc::clone(&self.1));
        Box::pin(async move {
            let _under = under;
            pending().await
        })
    }
}

#[test]
fn a_network_that_begins_to_cost_breaks_a_running_photo_off_at_once_and_none_breaks_all() {
    let phone = Phone::new();
    on_passing_time(async {
        let running = Arc::<AtomicUsize>::default();
        let hangs = Arc::clone(&running);
        let watching =
            Watching::with(&phone, phone.ports(), Network::Unmetered, Link::Good, PACE, |intake| {
                Arc::new(Hangs(intake, hangs))
            })
            .await;
        let mut note = watching.client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[1_u8; 10][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
        let running = || running.load(Ordering::SeqCst);
        settle().await;
        assert_eq!((watching.stored(), running()), (1, 1));
        for (network, runs) in
            [(Network::Metered, 0), (Network::Unmetered, 1), (Network::Offline, 0), (Network::Unmetered, 1)]
        {
            watching.network.send(network).unwrap();
            settle().await;
            assert_eq!(running(), runs, "{network:?}");
        }
    });
}

/// The first request goes out on a network that is about to be gone: nothing comes back.
struct LosesFirst(Arc<PlayedIntake>, AtomicUsize);

impl Transport for LosesFirst {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        match self.1.fetch_add(1, Ordering::SeqCst) {
            0 => Box::pin(pending()),
            _ => self.0.carry(step, bodies),
        }
    }
}

#[test]
fn what_went_out_on_a_network_that_is_gone_is_sent_again_at_once_on_the_next() {
    let phone = Phone::new();
    on_passing_time(async {
        let watching = Watching::with(&phone, phone.ports(), Network::Metered, Link::Good, PACE, |intake| {
            Arc::new(LosesFirst(intake, AtomicUsize::new(0)))
        })
        .await;
        watching.submit();
        sleep(Duration::from_secs(30)).await;
        assert_eq!(watching.stored(), 0);
        watching.network.send(Network::Metered).unwrap();
        settle().await;
        assert_eq!(watching.stored(), 1);
    });
}

#[test]
fn a_clock_that_jumps_either_way_keeps_nothing_waiting_for_more_than_an_hour() {
    for days in [-3000, 3000] {
        let phone = Phone::new();
        on_passing_time(async {
            let watching = Watching::on(&phone, Network::Metered, Link::Down, PACE).await;
            watching.submit();
            sleep(DAY).await;
            *watching.clock.jumped.lock().unwrap() = TimeDelta::days(days);
            watching.intake.set(Link::Good);
            sleep(Duration::from_secs(3600)).await;
            assert_eq!(watching.stored(), 1, "{days} days");
            let before = watching.wakes();
            sleep(DAY).await;
            assert!(watching.wakes() - before <= 97, "mail, and nothing else");
        });
    }
}

#[test]
fn a_full_disk_a_busy_database_and_a_key_store_out_of_reach_are_told_and_waited_for() {
    let phone = Phone::new();
    let words = phone.home().join("words.db");
    let expected = [
        Error::StorageFull,
        Error::Busy(Busy::Database),
        Error::Unusable(Unusable::KeyStore(KeyStoreError::Unavailable)),
    ];
    for trouble in expected {
        let reports = phone.open().overview().unwrap().reports;
        on_passing_time(async {
            let key_store = Troubled::of(&phone);
            let ports = super::key_store::ports(&phone, &key_store);
            phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
            let other = rusqlite::Connection::open(&words).unwrap();
            match &trouble {
                Error::StorageFull => fill(&words, "UPDATE OF state ON item WHEN NEW.state = 1"),
                Error::Busy(_) => other.execute_batch("BEGIN IMMEDIATE").unwrap(),
                _ => key_store.set(Trouble::Fails(KeyStoreError::Unavailable)),
            }
            let watching =
                Watching::with(&phone, ports, Network::Metered, Link::Good, PACE, |intake| intake).await;
            let told = || watching.troubles.lock().unwrap().clone();
            timeout(DAY, async {
                while told().len() < 3 {
                    sleep(Duration::from_secs(1)).await;
                }
            })
            .await
            .unwrap();
            assert!(told().iter().all(|error| *error == trouble), "{:?}", told());
            assert_eq!((watching.wakes(), watching.stored()), (0, reports));
            match &trouble {
                Error::StorageFull => free(&words),
                Error::Busy(_) => other.execute_batch("ROLLBACK").unwrap(),
                _ => key_store.set(Trouble::None),
            }
            sleep(Duration::from_secs(3600)).await;
            assert_eq!((watching.stored(), watching.task.is_finished()), (reports + 1, false));
        });
    }
}

#[test]
fn a_trouble_that_does_not_pass_by_itself_ends_the_watch_with_its_name() {
    let phone = Phone::new();
    on_passing_time(async {
        let mut watching = Watching::on(&phone, Network::Metered, Link::Good, PACE).await;
        rusqlite::Connection::open(phone.home().join("words.db"))
            .unwrap()
            .execute_batch("DROP TABLE item")
            .unwrap();
        watching.client.wake();
        let ended = timeout(DAY, &mut watching.task).await.unwrap().unwrap();
        assert_eq!(ended, Error::Unusable(Unusable::Damaged("the database of this folder")));
    });
}
