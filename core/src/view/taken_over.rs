//! What was taken over of a picture, in words.

use turnstone_wire::text::Moment;

use crate::report::{TakenOver, Taking};

/// A sentence for each fact that was asked for, and what is to be said of it. `from` is when the sighting was, now.
pub fn taken_over_sentences(taken: &TakenOver, from: Moment) -> Vec<String> {
    let place = match taken.place {
        Taking::NotAsked => None,
        Taking::Taken | Taking::TakenInOwnZone => Some("Where you stood is where the camera was.".to_owned()),
        _ => Some("The photo does not say where it was taken.".to_owned()),
    };
    let time = match taken.time {
        Taking::NotAsked => None,
        Taking::Taken => Some("When it was is when the photo was taken.".to_owned()),
        Taking::TakenInOwnZone => Some(format!(
            "When it was is when the photo was taken. The camera's clock does not say its zone: it was read in this device's, as {}.",
            from.to_rfc3339()
        )),
        Taking::WrongClock => Some(
            "The time in the photo cannot be right, and was not taken: the camera's clock was wrong."
                .to_owned(),
        ),
        Taking::NotSaid | Taking::NoRange => Some("The photo does not say when it was taken.".to_owned()),
    };
    let bearing = match taken.bearing {
        Taking::NotAsked => None,
        Taking::Taken | Taking::TakenInOwnZone => {
            Some("The direction of what you saw is where the camera pointed.".to_owned())
        }
        Taking::NoRange => Some(
            "The direction in which the camera pointed was not taken: it leads nowhere without a distance."
                .to_owned(),
        ),
        Taking::NotSaid | Taking::WrongClock => {
            Some("The photo does not say in which direction the camera pointed.".to_owned())
        }
    };
    [place, time, bearing].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_spoken_of() {
        let at = Moment::parse("2026-05-03T20:10:00+01:00").unwrap();
        assert!(taken_over_sentences(&TakenOver::default(), at).is_empty());
        let said = taken_over_sentences(
            &TakenOver { time: Taking::TakenInOwnZone, bearing: Taking::NoRange, ..TakenOver::default() },
            at,
        );
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("2026-05-03T20:10:00+01:00") && said[1].contains("distance"), "{said:?}");
    }
}
