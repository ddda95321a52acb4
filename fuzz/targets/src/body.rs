//! The body of a report.

use turnstone_wire::{
    body::{BodyError, Report},
    limits, padding,
};

use crate::marker::{error_says_nothing, says_nothing, variants};

/// What is read is within its limits, shows nothing of itself, and survives being written and read again.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        match Report::parse(&bytes) {
            Ok(report) => holds(&report),
            Err(error) => error_says_nothing(&error),
        }
    }
}

fn holds(report: &Report) {
    says_nothing(&shown(report));
    assert!(report.check().is_ok(), "it was read, and does not keep the rules");
    match report.to_padded_bytes() {
        Ok(padded) => {
            assert!(padded.len() <= limits::BODY_BYTES && padding::body_size(padded.len()) == padded.len());
            let Ok(again) = Report::parse(&padded) else { panic!("what was written is not read") };
            assert!(again == *report, "a report changes by being written");
            assert!(again.to_padded_bytes().is_ok_and(|twice| twice == padded), "it is written in two ways");
        }
        // Numbers may be longer as they are written than as they were read: 1e5 is 100000.0.
        Err(BodyError::TooLarge { .. }) => {}
        Err(error) => panic!("what was read is not written: {error}"),
    }
}

/// Every part's own `Debug`: the report's shows numbers only.
fn shown(report: &Report) -> String {
    let carriage = (&report.contact, &report.mailbox, &report.attachments, &report.clocks, &report.app);
    let parts = (&report.sightings, &report.relates, &report.watch, &report.told, &report.unknown);
    format!("{report:?} {:?} {:?} {carriage:?} {parts:?}", report.id, report.reference)
}
