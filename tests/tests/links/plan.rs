//! What happens in a round, drawn from its seed.

use std::time::Duration;

use turnstone_tests::{
    draw::Draw,
    link::{Terms, Way},
};

/// What is wrong with the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every connection is cut after 64 KB.
    Cut,
    /// 9.6 kbit/s, a second of round trip.
    Narrow,
    /// Half of all connections are reset.
    Resets,
    /// What a client sends is swallowed, from a byte on.
    HoleUp,
    /// What the desk answers is swallowed, from a byte on.
    HoleDown,
    /// Nothing, but for the kills.
    Good,
}

pub(crate) const KINDS: [(Kind, &str); 6] = [
    (Kind::Cut, "cut every 64 KB"),
    (Kind::Narrow, "at 9.6 kbit/s with 1 s of round trip"),
    (Kind::Resets, "with half of all connections reset"),
    (Kind::HoleUp, "with a hole that swallows what is sent"),
    (Kind::HoleDown, "with a hole that swallows answers"),
    (Kind::Good, "on a good link"),
];

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Victim {
    Client,
    Desk,
    Both,
}

/// A kill, and after how many bytes of which way it comes, counted from the last one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kill {
    pub(crate) victim: Victim,
    pub(crate) way: Way,
    pub(crate) after: u64,
}

/// A round.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    pub(crate) tls: bool,
    /// Sizes of the photos, in bytes.
    pub(crate) photos: Vec<usize>,
    pub(crate) kills: Vec<Kill>,
}

impl Plan {
    /// The round of a number.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        let mut draw = Draw::nth(seed, number);
        // In turn, so that few rounds have each kind as well.
        let kind = KINDS[usize::try_from(number % KINDS.len() as u64).unwrap()].0;
        let (photos, longest) = match kind {
            // A few seconds on that link.
            Kind::Narrow => (draw.between(0, 1), 1_500),
            Kind::Cut => (1, 500_000),
            _ => (draw.between(0, 2), 250_000),
        };
        let photos = (0..photos).map(|_| usize::try_from(draw.between(600, longest)).unwrap()).collect();
        let mut plan = Self { seed, number, kind, tls: draw.percent(50), photos, kills: Vec::new() };
        let kills = if kind == Kind::Narrow { 1 } else { draw.between(1, 3) };
        plan.kills = (0..kills).map(|_| plan.kill(&mut draw)).collect();
        plan
    }

    fn kill(&self, draw: &mut Draw) -> Kill {
        // An envelope of a short report has some 2 KB; half of the kills strike while it goes, or near its receipt.
        let whole = 1_500 + self.photos.iter().map(|&bytes| bytes as u64).sum::<u64>();
        let up = Kill {
            victim: draw.one_of(&[Victim::Client, Victim::Desk, Victim::Both]),
            way: Way::Up,
            after: if draw.percent(50) { draw.between(1, 1_500) } else { draw.between(1, whole) },
        };
        match self.kind {
            // Only the client can end a wait for what is swallowed in less than its patience of a minute.
            Kind::HoleUp => Kill { victim: draw.one_of(&[Victim::Client, Victim::Both]), ..up },
            Kind::HoleDown => Kill {
                victim: draw.one_of(&[Victim::Client, Victim::Both]),
                way: Way::Down,
                after: draw.between(1, 400),
            },
            _ if draw.percent(20) => Kill { way: Way::Down, after: draw.between(1, 300), ..up },
            _ => up,
        }
    }

    /// The link's terms while a kill is awaited; `passed` is what has passed on the kill's way by then.
    pub(crate) fn terms(&self, kill: &Kill, passed: u64) -> Terms {
        let good = Terms::default();
        match self.kind {
            Kind::Cut => Terms { cut_after: Some(64 * 1024), ..good },
            Kind::Narrow => {
                Terms { one_way: Duration::from_millis(500), bytes_per_s: Some(9_600 / 8), ..good }
            }
            Kind::Resets => Terms { reset_percent: 50, reset_within: 4_000, ..good },
            // It opens at the byte before the kill's, which is thus the first to be swallowed.
            Kind::HoleUp | Kind::HoleDown => {
                Terms { hole: Some((kill.way, (passed + kill.after).saturating_sub(1))), ..good }
            }
            Kind::Good => good,
        }
    }

    /// The link's terms once the kills are over: still bad, but for what never ends.
    pub(crate) fn last_terms(&self) -> Terms {
        match self.kind {
            Kind::HoleUp | Kind::HoleDown => Terms::default(),
            _ => self.terms(&self.kills[0], 0),
        }
    }
}
