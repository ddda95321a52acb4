//! Steps that are given out and settled later, by another opening of the home.

use std::sync::Arc;

use turnstone_wire::{body::Route, receipt::ObjectKind};

use super::kit::{Phone, PlayedIntake, content};
use crate::{
    Client, ItemState,
    sync::{
        Bodies, Failure, Method, Network, NextSteps, Outcome, Progress, Step, StepBody, Ticket, Transport,
    },
};

/// A home with its intake, and a runtime to ask it by.
struct Apart {
    phone: Phone,
    intake: Arc<PlayedIntake>,
    runtime: tokio::runtime::Runtime,
}

impl Apart {
    fn new() -> Self {
        let phone = Phone::new();
        let intake = PlayedIntake::of(&phone.desk);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        Self { phone, intake, runtime }
    }

    fn sender(&self, client: &Client) -> crate::sync::Sender {
        client.sender(Arc::clone(&self.intake) as Arc<dyn Transport>).unwrap()
    }

    /// As a program does that is started for it and ends.
    fn next(&self, under_way: &[Ticket]) -> NextSteps {
        let client = self.phone.open();
        self.runtime.block_on(self.sender(&client).next_steps(Network::Unmetered, under_way)).unwrap()
    }

    /// The same; and as a shell does, which keeps the ticket as a text.
    fn settle(&self, ticket: &Ticket, outcome: Outcome) -> Option<Progress> {
        let (client, ticket) = (self.phone.open(), ticket.to_string().parse().unwrap());
        self.runtime.block_on(self.sender(&client).settle_ticket(&ticket, outcome)).unwrap()
    }

    /// Has the desk answer a step that was written down, with its body from a file.
    fn carry(&self, step: &Step) -> Outcome {
        let client = self.phone.open();
        let sender = self.sender(&client);
        let mut file = Vec::new();
        sender.write_body(step, &mut file).unwrap();
        let step: Step = serde_json::from_str(&serde_json::to_string(step).unwrap()).unwrap();
        let from = if let StepBody::Media { from, .. } = step.body { from } else { 0 };
        let outcome = self.runtime.block_on(self.intake.carry(step, Arc::new(BodyFile(file, from))));
        serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).unwrap()
    }

    fn report(&self, photo: bool) {
        let mut note = self.phone.open().note(content(Route::Police)).unwrap();
        if photo {
            note.attach(&mut [7_u8; 5000].as_slice(), &mut |_| {}).unwrap();
        }
        note.submit().unwrap();
    }
}

/// The file of a body, which begins where its step's part of the attachment does.
struct BodyFile(Vec<u8>, u64);

impl Bodies for BodyFile {
    fn read(&self, _: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        let from = usize::try_from(from - self.1).unwrap();
        Ok(self.0[from..self.0.len().min(from + len)].to_vec())
    }
}

fn only(next: &NextSteps) -> &(Ticket, Step) {
    assert_eq!(next.start.len(), 1, "{next:?}");
    &next.start[0]
}

#[test]
fn p2_p10_steps_given_out_and_settled_later_deliver_words_first_and_once() {
    let apart = Apart::new();
    apart.report(true);
    let next = apart.next(&[]);
    let (words, step) = only(&next);
    assert_eq!(step.method, Method::Put, "no photo goes while words are due");
    assert!(
        apart.next(std::slice::from_ref(words)).start.is_empty(),
        "what is under way is not given out again"
    );
    let settled = apart.settle(words, apart.carry(step)).unwrap();
    assert_eq!((settled.item, settled.state), (words.item(), ItemState::Stored));
    let mut rounds = 0;
    loop {
        let next = apart.next(&[]);
        let Some((photo, step)) = next.start.first() else { break };
        apart.settle(photo, apart.carry(step)).unwrap();
        rounds += 1;
        assert!(rounds < 10, "a photo comes to its end");
    }
    assert!(rounds > 0);
    assert_eq!(apart.phone.open().overview().unwrap().waiting, 0);
    assert_eq!(apart.intake.of_kind(ObjectKind::Report).len(), 1);
    assert_eq!(apart.intake.of_kind(ObjectKind::Attachment).len(), 1);
}

#[test]
fn p10_words_that_come_have_the_carrier_break_a_photo_off() {
    let apart = Apart::new();
    apart.report(true);
    let (words, step) = only(&apart.next(&[])).clone();
    apart.settle(&words, apart.carry(&step));
    let (photo, _) = only(&apart.next(&[])).clone();
    apart.report(false);
    let next = apart.next(std::slice::from_ref(&photo));
    assert_eq!(next.cancel, [photo]);
    assert_eq!(only(&next).1.method, Method::Put);
}

#[test]
fn p2_a_late_outcome_changes_nothing_but_a_late_receipt_counts() {
    let apart = Apart::new();
    apart.report(false);
    let (ticket, step) = only(&apart.next(&[])).clone();
    let receipt = apart.carry(&step);
    let broken = || Outcome::Failed(Failure::Unreachable);
    let tried = apart.settle(&ticket, broken()).unwrap();
    assert_eq!(tried.state, ItemState::Waits);
    let waits = apart.next(&[]).wake_ms;
    assert!(waits.is_some());
    // The same outcome again, as after a kill between settling and forgetting the ticket.
    assert_eq!(apart.settle(&ticket, broken()), Some(tried));
    assert_eq!(apart.next(&[]).wake_ms, waits, "it does not count as a second failure");
    assert_eq!(apart.settle(&ticket, receipt).unwrap().state, ItemState::Stored);
    assert_eq!(
        apart.settle(&ticket, broken()).unwrap().state,
        ItemState::Stored,
        "a receipt is never undone"
    );
}

#[test]
fn a_ticket_of_another_home_settles_nothing() {
    let (apart, other) = (Apart::new(), Apart::new());
    apart.report(false);
    other.report(false);
    let (ticket, step) = only(&apart.next(&[])).clone();
    assert_eq!(other.settle(&ticket, apart.carry(&step)), None);
    assert_eq!(other.phone.open().overview().unwrap().waiting, 1);
}
