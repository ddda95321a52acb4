//! What is taken over of a photo, and what of it was typed besides.

use clap::ValueEnum;
use serde_json::{Value, json};
use turnstone_core::{
    Clock, DraftAttachment, DraftContent, Error, Missing, SystemClock, TakenOver, Taking, Wanted, view,
};
use turnstone_wire::body::Metres;

use super::Fields;
use crate::failure::Failure;

/// What can be taken over of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Take {
    /// Where the camera was
    Place,
    /// When it was taken
    Time,
    /// Where the camera pointed
    Bearing,
    /// All of it that is not typed
    All,
}

/// What somebody wants of a photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FromPhoto {
    wanted: Wanted,
    /// Each of it was named: it is missed where it is not there.
    each: bool,
    range_m: Option<Metres>,
}

impl FromPhoto {
    /// What is to be taken, beside what was typed.
    pub(crate) fn beside(fields: &Fields, take: &[Take]) -> Result<Self, Failure> {
        let each = !(take.is_empty() || take.contains(&Take::All));
        let named = |one: Take| !each || take.contains(&one);
        let typed = [
            (Take::Place, fields.fix.is_said(), "--at"),
            (Take::Time, fields.when.is_some(), "--when"),
            (Take::Bearing, fields.place.is_target(), "where the thing was"),
        ];
        if let Some((_, _, option)) = typed.iter().find(|(one, said, _)| each && *said && take.contains(one))
        {
            return Err(Failure::Usage(format!(
                "either the photo says it, or you do: leave out {option}, or that part of --take"
            )));
        }
        let [place, time, bearing] = typed.map(|(one, said, _)| named(one) && !said);
        let range_m = fields.place.range_alone();
        if range_m.is_some() && !bearing {
            return Err(Failure::Usage(
                "--range needs a direction: type --bearing, or take it of the photo".to_owned(),
            ));
        }
        Ok(Self { wanted: Wanted { place, time, bearing }, each, range_m })
    }

    /// Takes it over into the last sighting. Where that gives nothing of what was asked for, nothing is to be changed.
    pub(crate) fn apply(self, content: &mut DraftContent, photo: &DraftAttachment) -> Result<Said, Failure> {
        let last = content.sightings.len().saturating_sub(1);
        let now = SystemClock::default().wall();
        let became = content.take_over(last, &photo.facts, self.wanted, self.range_m, now);
        let from = content.sightings.last().map(|sighting| sighting.when.from);
        let sentences = from.map_or_else(Vec::new, |from| view::taken_over_sentences(&became, from));
        let said = Said { photo: photo.number, became, sentences };
        let misses = [became.place, became.time, became.bearing]
            .into_iter()
            .any(|taking| taking != Taking::NotAsked && !taking.is_taken());
        if !became.any() || (self.each && misses) { Err(said.missed()) } else { Ok(said) }
    }
}

/// The photo of a number as the camera took it: only that says anything.
pub(crate) fn original(attachments: &[DraftAttachment], number: u16) -> Result<&DraftAttachment, Failure> {
    let of_number = || attachments.iter().filter(move |attachment| attachment.number == number);
    let found = of_number().find(|attachment| is_original(attachment)).or_else(|| of_number().next());
    found.ok_or_else(|| Error::NotFound(Missing::Attachment).into())
}

/// The first of some photos that says anything, or else the first.
pub(crate) fn first_that_says(attachments: &[DraftAttachment]) -> Option<&DraftAttachment> {
    let originals = || attachments.iter().filter(|attachment| is_original(attachment));
    let says = |attachment: &&DraftAttachment| {
        let facts = &attachment.facts;
        facts.position.is_some() || facts.taken.is_some() || facts.bearing.is_some()
    };
    originals().find(says).or_else(|| originals().next())
}

fn is_original(attachment: &DraftAttachment) -> bool {
    attachment.role == turnstone_wire::body::Role::Original
}

/// What was taken over, to be said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    photo: u16,
    became: TakenOver,
    pub(crate) sentences: Vec<String>,
}

impl Said {
    /// The same for scripts.
    pub(crate) fn json(&self) -> Value {
        json!({
            "photo": self.photo,
            "place": code(self.became.place),
            "time": code(self.became.time),
            "bearing": code(self.became.bearing),
            "text": self.sentences,
        })
    }

    fn missed(self) -> Failure {
        let mut sentence = self.sentences.join(" ");
        if sentence.ends_with('.') {
            sentence.pop();
        }
        if sentence.is_empty() {
            sentence = "all that the photo could say was typed".to_owned();
        }
        Failure::NothingTaken { photo: self.photo, sentence }
    }
}

fn code(taking: Taking) -> Option<&'static str> {
    match taking {
        Taking::NotAsked => None,
        Taking::Taken => Some("taken"),
        Taking::TakenInOwnZone => Some("taken_in_own_zone"),
        Taking::NotSaid => Some("not_said"),
        Taking::WrongClock => Some("wrong_clock"),
        Taking::NoRange => Some("no_range"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[arg(long, group = "direction")]
        from_photo: bool,
        #[arg(long, value_enum, requires = "from_photo")]
        take: Vec<Take>,
        #[command(flatten)]
        fields: Fields,
    }

    fn typed(args: &[&str]) -> Result<FromPhoto, Failure> {
        let typed = Typed::try_parse_from([&["x", "--from-photo"], args].concat()).unwrap();
        assert!(typed.from_photo);
        FromPhoto::beside(&typed.fields, &typed.take)
    }

    fn wanted(args: &[&str]) -> [bool; 3] {
        let Wanted { place, time, bearing } = typed(args).unwrap().wanted;
        [place, time, bearing]
    }

    #[test]
    fn what_is_typed_goes_before_what_the_photo_says() {
        assert_eq!(wanted(&[]), [true; 3]);
        assert_eq!(wanted(&["--take", "all", "--at", "50.6,-1.9"]), [false, true, true]);
        assert_eq!(wanted(&["--when", "2026-05-03T21:40:00+01:00"]), [true, false, true]);
        assert_eq!(wanted(&["--bearing", "10", "--range", "9"]), [true, true, false]);
        assert_eq!(wanted(&["--take", "place", "--take", "time"]), [true, true, false]);
    }

    #[test]
    fn what_contradicts_itself_is_wrong_usage() {
        for args in [
            &["--take", "place", "--at", "50.6,-1.9"][..],
            &["--take", "time", "--when", "2026-05-03T21:40:00+01:00"],
            &["--take", "bearing", "--same-place"],
            &["--range", "800", "--same-place"],
            &["--range", "800", "--take", "place"],
        ] {
            assert_eq!(typed(args).unwrap_err().exit_code(), 2, "{args:?}");
        }
        assert!(Typed::try_parse_from(["x", "--range", "800"]).is_err());
        assert!(Typed::try_parse_from(["x", "--take", "all"]).is_err());
        assert_eq!(typed(&["--range", "800"]).unwrap().range_m, Metres::new(800.0).ok());
    }
}
