//! What a seed means to happen: the reports that are written, and what goes wrong when.

use fastrand::Rng;
use turnstone_wire::body::Route;

use crate::ground::DESKS;

/// A report to be written.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) number: usize,
    /// Simulated milliseconds since the world began.
    pub(crate) at_ms: u64,
    pub(crate) desk: usize,
    pub(crate) route: Route,
    /// Length of what was seen.
    pub(crate) words: usize,
    pub(crate) photos: Vec<Photo>,
}

/// Sizes of a photo's original and of its copy, of which there is at least one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Photo {
    pub(crate) original: Option<usize>,
    pub(crate) copy: Option<usize>,
}

/// Something that goes wrong, beside what the link does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Misfortune {
    KillPhone,
    BackUpPhone,
    RestorePhone,
    PhoneClock(i64),
    PhoneDisk(u32),
    KillDesk(usize),
    BackUpDesk(usize),
    RestoreDesk { desk: usize, ledger_only: bool },
    DeskClock(i64),
    DeskDisk(bool),
}

/// Within how many milliseconds all of it happens.
pub(crate) const ROUGH_MS: u64 = 6 * 60 * 1000;
const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;

/// Throws a world.
pub(crate) fn plan(rng: &mut Rng) -> (Vec<Planned>, Vec<(u64, Misfortune)>) {
    let both = rng.u8(..4) == 0;
    let mut reports: Vec<_> = (0..rng.usize(5..7))
        .map(|number| {
            let route = match rng.u8(..8) {
                0 => Route::Anonymous,
                1 | 2 => Route::Confidential,
                _ => Route::Police,
            };
            let photos = rng.usize(..3);
            Planned {
                number,
                at_ms: rng.u64(..ROUGH_MS),
                desk: if both { rng.usize(..DESKS) } else { 0 },
                route,
                words: if rng.u8(..16) == 0 { 9_000 } else { rng.usize(10..400) },
                photos: (0..photos).map(|_| photo(rng, route)).collect(),
            }
        })
        .collect();
    reports.sort_by_key(|report| std::cmp::Reverse(report.at_ms));
    let mut to_come: Vec<_> =
        (0..rng.usize(2..6)).map(|_| (rng.u64(..ROUGH_MS), misfortune(rng, both))).collect();
    to_come.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    (reports, to_come)
}

/// Sizes of every order, up to what some chunks hold. Mostly there is a copy; of an anonymous report there is nothing else.
fn photo(rng: &mut Rng, route: Route) -> Photo {
    let mut size = |most: u32| {
        let size = 1 << rng.u32(4..most);
        rng.usize(size / 2..size)
    };
    let (original, copy) = (size(17), size(15));
    let has_copy = !route.is_named() || rng.u8(..4) > 0;
    Photo { original: route.is_named().then_some(original), copy: has_copy.then_some(copy) }
}

fn misfortune(rng: &mut Rng, both: bool) -> Misfortune {
    let desk = if both { rng.usize(..DESKS) } else { 0 };
    match rng.u8(..20) {
        0..4 => Misfortune::KillPhone,
        4..6 => Misfortune::BackUpPhone,
        6..8 => Misfortune::RestorePhone,
        8..11 => Misfortune::PhoneClock(jump(rng)),
        11 => Misfortune::PhoneDisk(rng.u32(1..6)),
        12..14 => Misfortune::KillDesk(desk),
        14..16 => Misfortune::BackUpDesk(desk),
        16..18 => Misfortune::RestoreDesk { desk, ledger_only: rng.bool() },
        18 => Misfortune::DeskClock(jump(rng)),
        _ => Misfortune::DeskDisk(rng.bool()),
    }
}

/// Seconds, hours or years, either way.
fn jump(rng: &mut Rng) -> i64 {
    let by = match rng.u8(..3) {
        0 => rng.i64(1..600_000),
        1 => rng.i64(1..YEAR_MS / 100),
        _ => rng.i64(YEAR_MS..10 * YEAR_MS),
    };
    if rng.bool() { by } else { -by }
}
