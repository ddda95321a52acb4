//! Pictures: what a camera wrote of one, its points, its copy, and where something of it is covered.

use turnstone_core::media::{Carried, Copied, Facts, Pixels, Region, Survey, Taken};
use turnstone_wire::{
    body::Position,
    text::{Moment, Text},
};

use super::Samples;

const CAMERA: &str = "Quillwort Reflex 7";
const POINTS: &[u8] = b"points of a picture!";

pub(super) fn add(samples: &mut Samples) {
    samples.plant("camera", CAMERA);
    samples.plant_bytes("points of a picture", POINTS);
    samples.plant("latitude of a picture", "50.123457");
    samples.plant("longitude of a picture", "-1.987653");
    samples.plant("time of a picture", "2026-02-03");
    samples.plant("side of a region", 918_273_u32);
    let taken = Taken::At(Moment::parse("2026-02-03T04:05:06Z").unwrap());
    let clock = chrono::NaiveDate::from_ymd_opt(2026, 2, 3).unwrap().and_hms_opt(4, 5, 6).unwrap();
    let facts = Facts {
        position: Some(Position::new(50.123_457, -1.987_653).unwrap()),
        taken: Some(taken.clone()),
        camera: Some(Text::new(CAMERA)),
        ..Facts::default()
    };
    samples.add(&Survey { facts: facts.clone(), carries: vec![Carried::Place], size: Some((4000, 3000)) });
    samples.add(&facts);
    samples.add(&taken);
    samples.add(&Taken::Clock(clock));
    samples.add(&Pixels { width: 5, height: 1, rgba: POINTS.to_vec().into() });
    samples.add(&Copied { jpeg: POINTS.to_vec().into(), width: 5, height: 1 });
    samples.add(&Region { x: 918_273, y: 918_273, width: 918_273, height: 918_273 });
}
