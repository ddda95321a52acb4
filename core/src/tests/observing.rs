//! Following what is sent.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use turnstone_wire::{
    body::Route,
    hash::Sha256,
    mailbox::MailboxItem,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{
    kit::{Link, Phone, PlayedIntake, content, signed_at, sync},
    tls_desk::TlsDesk,
};
use crate::{
    ItemState, Lane, Reason,
    sync::{Http, Network, Observer, Progress},
};

struct Hears(Mutex<mpsc::Sender<Progress>>);

impl Observer for Hears {
    fn progressed(&self, progress: &Progress) {
        self.0.lock().unwrap().send(progress.clone()).unwrap_or(());
    }
}

fn observer() -> (Arc<Hears>, mpsc::Receiver<Progress>) {
    let (tell, hears) = mpsc::channel();
    (Arc::new(Hears(Mutex::new(tell))), hears)
}

/// What comes until so many items have left the queue.
fn until_done(hears: &mpsc::Receiver<Progress>, items: usize) -> Vec<Progress> {
    let (mut all, mut done) = (Vec::new(), 0);
    while done < items {
        let progress = hears.recv_timeout(Duration::from_secs(60)).expect("the last state is always told");
        done += usize::from(progress.state != ItemState::Waits);
        all.push(progress);
    }
    all
}

#[test]
fn whoever_follows_hears_of_each_report_and_lane_how_much_is_sent_and_what_became_of_it() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    for size in [300_000_usize, 10] {
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &vec![7_u8; size][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
    }
    let waiting = client.waiting().unwrap();
    let lanes: Vec<_> = waiting.iter().map(|progress| (progress.report, progress.lane)).collect();
    let [first, second] = [waiting[0].report, waiting[2].report];
    let in_order =
        [(first, Lane::Words), (first, Lane::Originals), (second, Lane::Words), (second, Lane::Originals)];
    assert_eq!(lanes, in_order);
    let (observer, hears) = observer();
    let subscription = client.subscribe(observer);
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    assert_eq!(runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap().stored, 4);
    let heard = until_done(&hears, 4);
    let mut last = BTreeMap::new();
    for progress in &heard {
        assert!(progress.sent <= progress.size);
        last.insert(progress.item, progress.clone());
    }
    assert_eq!(last.len(), 4);
    for progress in last.values() {
        assert_eq!((progress.state, progress.sent), (ItemState::Stored, progress.size));
        assert!(lanes.contains(&(progress.report, progress.lane)));
    }
    // On its way, too: handed to the link, and not there yet.
    let photo = waiting[1].item;
    let on_its_way = heard.iter().filter(|p| p.item == photo && p.state == ItemState::Waits && p.sent > 0);
    assert!(on_its_way.count() > 0, "{heard:?}");
    drop(subscription);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    assert!(hears.recv().is_err(), "told nothing more");
    assert!(!desk.asked().is_empty());
}

#[test]
fn that_the_desk_has_read_it_is_told_as_well() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    let object =
        Object { kind: ObjectKind::Report, sha256: Sha256::of(&envelope), size: envelope.len() as u64 };
    let receipt = SignedReceipt::sign(&object, &phone.desk.desk.id, signed_at(), &phone.desk.officer);
    let address = opened.report.mailbox.unwrap().address.to_string();
    intake.mail.lock().unwrap().insert(address, vec![MailboxItem::Receipt { receipt }]);
    let (observer, hears) = observer();
    let _subscription = client.subscribe(observer);
    sync(&client, &intake);
    let heard = hears.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!((heard.state, heard.sent), (ItemState::Opened, heard.size));
}

#[test]
fn why_something_waits_is_told_and_what_was_said_too_early_is_put_right() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let (observer, hears) = observer();
    let _subscription = client.subscribe(observer);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::LosesAnswers);
    sync(&client, &intake);
    let heard = hears.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!((heard.state, heard.sent, heard.reason), (ItemState::Waits, 0, Some(Reason::NoConnection)));
}
