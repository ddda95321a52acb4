//! Tables of places, and what is asked of them.

use turnstone_almanac::places::{Kind, Places};
use turnstone_wire::body::{Position, Scheme};

use crate::{made, marker::error_says_nothing};

const HEAD: &[u8] = b"turnstone.places/1\n";

/// Whatever is read answers every question with what is possible; whatever is not is refused without a word of it.
pub fn check(data: &[u8]) {
    // As it is, and as what follows the head line.
    for bytes in [data.to_vec(), [HEAD, data].concat()] {
        match Places::read(&bytes) {
            Ok(places) => [(0.0, 0.0), (51.0, -2.0), (90.0, 180.0), (-90.0, -180.0)]
                .iter()
                .for_each(|(lat, lon)| answers(&places, &made(Position::new(*lat, *lon)))),
            Err(error) => error_says_nothing(&error),
        }
    }
}

fn answers(places: &Places, position: &Position) {
    for kind in Kind::ALL {
        let near = places.nearest(position, kind, 4);
        assert_eq!(near.len(), places.count(kind).min(4));
        assert!(near.windows(2).all(|pair| pair[0].metres <= pair[1].metres));
        for near in near {
            assert!(near.kind == kind && (0.0..360.0).contains(&near.bearing_deg_true));
            let found = places.search(&near.name, Some(position), usize::MAX);
            let letters = near.name.chars().any(char::is_alphanumeric);
            assert!(!letters || found.iter().any(|found| found.place == near.place));
        }
    }
    if let Some(area) = places.police_area(position) {
        assert!(area.nearest || area.metres == 0.0);
        assert!(places.area_name(&area.code) == Some(area.name.as_str()));
        assert!(area.runner_up.is_none_or(|next| next.code != area.code));
    }
    let suggested = places.scheme_for(position);
    assert!(matches!(suggested.scheme, None | Some(Scheme::Kraken | Scheme::Pegasus)));
}
