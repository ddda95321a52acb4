//! Desks that close, or are listed no more, while reports wait for them.

use super::*;

/// A phone with a report for a desk that then closes, and a directory with these others.
fn closed_with(
    route: Route,
    contact: bool,
    others: &[&PlayedDesk],
    before: impl FnOnce(&mut Desk),
) -> (Phone, Client) {
    let mut phone = Phone::new();
    before(&mut phone.desk.desk);
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    submitted(&client, route, contact, true);
    phone.desk.desk.closed = true;
    let desks =
        [vec![phone.desk.desk.clone()], others.iter().map(|desk| desk.desk.clone()).collect()].concat();
    client.take_directory(&phone.desk.directory_of(3, desks)).unwrap();
    (phone, client)
}

#[test]
fn a_police_report_whose_desk_closes_is_sealed_for_the_one_other_desk_of_its_area() {
    for closes in [true, false] {
        let (mut other, mut elsewhere) = (another_desk("other", 10), another_desk("elsewhere", 11));
        other.desk.areas = vec!["E23000039".into(), "E2".into()];
        elsewhere.desk.areas = vec!["E3".into()];
        let (phone, client) = closed_with(Route::Police, true, &[&other, &elsewhere], |desk| {
            desk.areas = vec!["E23000039".into()];
        });
        if !closes {
            let desks = vec![other.desk.clone(), elsewhere.desk.clone()];
            client.take_directory(&phone.desk.directory_of(4, desks)).unwrap();
        }
        let desks = Desks::of(&[&phone.desk, &other, &elsewhere]);
        assert_eq!(desks.sync(&client).waiting, 2, "nothing goes to a closed desk");
        assert!(desks.at(&phone.desk).requests.lock().unwrap().is_empty());

        let report = only_report(&client);
        assert_eq!((report.desk.as_str(), report.held), ("other", None));
        assert_eq!(report.moved[0].from.as_str(), "harbour-desk");
        assert_eq!(desks.sync(&client).waiting, 0);
        assert!(desks.at(&phone.desk).requests.lock().unwrap().is_empty());
        let at_other = desks.at(&other);
        assert_eq!(at_other.of_kind(ObjectKind::Attachment).len(), 1);
        let report = opened(&other, &at_other.of_kind(ObjectKind::Report)[0]).report;
        assert_eq!(report.sightings[0].what.as_str(), WHAT);
        let contact = report.contact.unwrap();
        assert_eq!(contact.open(std::slice::from_ref(&other.source)).unwrap().as_str(), CONTACT);
        assert!(contact.open(std::slice::from_ref(&phone.desk.source)).is_err());
    }
}

#[test]
fn a_half_sent_photo_goes_to_the_other_desk_from_its_beginning() {
    let other = another_desk("other", 10);
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, false, true);
    // The closed desk has a part of the photo and none of the words.
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    assert_eq!(words.execute("UPDATE item SET offset = 100000 WHERE lane = 2", []).unwrap(), 1);
    phone.desk.desk.closed = true;
    let both = vec![phone.desk.desk.clone(), other.desk.clone()];
    client.take_directory(&phone.desk.directory_of(2, both)).unwrap();
    assert_eq!(only_report(&client).items[1].sent, 0);
    let desks = Desks::of(&[&phone.desk, &other]);
    assert_eq!(desks.sync(&client).waiting, 0);
    assert_eq!(desks.at(&other).of_kind(ObjectKind::Attachment).len(), 1);
}

#[test]
fn where_no_desk_or_several_or_none_large_enough_could_take_it_it_is_held() {
    let (one, two) = (another_desk("one", 10), another_desk("two", 11));
    let changed = |change: fn(&mut Desk)| {
        let mut desk = another_desk("one", 10);
        change(&mut desk.desk);
        desk
    };
    let cases: [(Vec<PlayedDesk>, Held); 7] = [
        (vec![], Held::NoOtherDesk),
        (vec![changed(|desk| desk.routes = vec![Route::Confidential])], Held::NoOtherDesk),
        (vec![changed(|desk| desk.closed = true)], Held::NoOtherDesk),
        (vec![changed(|desk| desk.areas = vec!["E9".into()])], Held::NoOtherDesk),
        (vec![changed(|desk| desk.keys.truncate(2))], Held::NoOtherDesk),
        (vec![changed(|desk| desk.limits.attachment_bytes = 1000)], Held::TooLarge),
        (vec![one, two], Held::SeveralDesks),
    ];
    for (others, held) in cases {
        let others: Vec<_> = others.iter().collect();
        let (phone, client) = closed_with(Route::Police, true, &others, |_| {});
        let report = only_report(&client);
        assert_eq!((report.held, report.desk.as_str()), (Some(held), "harbour-desk"));
        let desks = Desks::of(&[&phone.desk]);
        assert_eq!(desks.sync(&client).waiting, 2, "{held:?}");
        assert_eq!(only_report(&client).items[0].reason, Some(Reason::DeskClosed));
    }
}

#[test]
fn a_confidential_report_goes_to_another_organisation_only_when_its_witness_says_so() {
    let (one, two) = (another_desk("one", 10), another_desk("two", 11));
    let (phone, client) = closed_with(Route::Confidential, true, &[&one, &two], |_| {});
    let (notebook, report) = unlocked(&client);
    assert_eq!((report.held, report.desk.as_str()), (Some(Held::Confidential), "harbour-desk"));
    let refused = |desk: &str| notebook.readdress(&report.reference, DeskId::parse(desk).ok().as_ref());
    let several = notebook.readdress(&report.reference, None);
    assert_eq!(several, Err(Error::NotSendable(NotSendable::SeveralDesks)));
    assert_eq!(refused("nobody"), Err(Error::NotSendable(NotSendable::DeskDoesNotTake)));
    assert_eq!(refused("harbour-desk"), Err(Error::NotSendable(NotSendable::DeskDoesNotTake)));
    assert_eq!(only_report(&client).desk.as_str(), "harbour-desk", "asking changes nothing");

    notebook.readdress(&report.reference, DeskId::parse("two").ok().as_ref()).unwrap();
    let desks = Desks::of(&[&phone.desk, &one, &two]);
    assert_eq!(desks.sync(&client).waiting, 0);
    assert_eq!(only_report(&client).items.iter().filter(|item| item.state == ItemState::Stored).count(), 2);
    opened(&two, &desks.at(&two).of_kind(ObjectKind::Report)[0]);
    let again = notebook.readdress(&report.reference, None);
    assert_eq!(again, Err(Error::NotSendable(NotSendable::AlreadyThere)));
}

#[test]
fn a_closed_desk_gets_the_photos_of_words_that_it_has_and_another_desk_all_of_it_if_its_witness_says_so() {
    let other = another_desk("other", 10);
    let mut phone = Phone::new();
    let client = phone.open();
    let reference = submitted(&client, Route::Police, false, true).reference;
    let desks = Desks::of(&[&phone.desk, &other]);
    let sender = client.sender(desks.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Photos wait for a network that does not cost.
    runtime.block_on(sender.run(Network::Metered, true, &|_| {})).unwrap();
    drop(sender);
    phone.desk.desk.closed = true;
    let both = vec![phone.desk.desk.clone(), other.desk.clone()];
    client.take_directory(&phone.desk.directory_of(2, both)).unwrap();
    let (notebook, report) = unlocked(&client);
    assert_eq!((report.held, report.desk.as_str()), (Some(Held::Halfway), "harbour-desk"));
    let receipt = report.items[0].stored_receipt.clone().unwrap();

    desks.at(&phone.desk).set(Link::Down);
    assert_eq!(desks.sync(&client).waiting, 1);
    notebook.readdress(&reference, None).unwrap();
    assert_eq!(desks.sync(&client).waiting, 0);
    assert_eq!(desks.at(&other).objects.lock().unwrap().len(), 2);
    assert_eq!(only_report(&client).moved[0].stored, [receipt], "what the first desk vouched for is kept");
}

#[test]
fn a_closed_desk_that_still_answers_gets_the_rest() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Confidential, false, true);
    let desks = Desks::of(&[&phone.desk]);
    let sender = client.sender(desks.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sender.run(Network::Metered, true, &|_| {})).unwrap();
    drop(sender);
    phone.desk.desk.closed = true;
    client.take_directory(&phone.desk.directory(2)).unwrap();
    assert_eq!(desks.sync(&client).waiting, 0);
    assert_eq!(only_report(&client).held, None);
}
