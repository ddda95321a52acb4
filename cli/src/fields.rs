//! The fields of a report as typed, and how they change what a draft holds.

pub(crate) mod conditions;
pub(crate) mod fix;
pub(crate) mod from_photo;
mod place;
mod view;

use clap::Args;
use turnstone_core::{Clock, DraftContent, Error, Invalid, Usual};
use turnstone_wire::{
    body::{
        Aircraft, Person, Relation, RelationKind, Route, Scheme, Sighting, SignCode, Subject, Vehicle,
        Vessel, When,
    },
    limits,
    reference::Reference,
    text::{Moment, Text},
};

use place::Place;

use crate::{
    failure::Failure,
    parse::{self, DeskChoice},
    stdin::Stdin,
};

use view::ViewFields;

/// What can be said of a sighting. All of it is optional, and may be said later.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct Fields {
    /// What you saw; `-` reads it from standard input
    #[arg(long, value_parser = parse::text(), value_name = "TEXT|-")]
    pub(crate) what: Option<Text>,
    /// Why it seemed wrong
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    why: Option<Text>,
    /// Published sign that you spotted, such as K07; may be repeated
    #[arg(long, value_parser = parse::sign, value_name = "CODE")]
    sign: Vec<SignCode>,
    /// Boat or ship, such as '{"silhouette":"RIB","people":"3"}'; may be repeated
    #[arg(long, value_parser = parse::vessel, value_name = "JSON")]
    vessel: Vec<Vessel>,
    /// Aircraft, such as '{"registration":"G-A??B","colour":"white"}'; may be repeated
    #[arg(long, value_parser = parse::aircraft, value_name = "JSON")]
    aircraft: Vec<Aircraft>,
    /// Car, van, lorry or trailer; may be repeated
    #[arg(long, value_parser = parse::vehicle, value_name = "JSON")]
    vehicle: Vec<Vehicle>,
    /// Somebody, such as '{"clothing":"orange oilskins"}'; may be repeated
    #[arg(long, value_parser = parse::person, value_name = "JSON")]
    person: Vec<Person>,
    #[command(flatten)]
    pub(crate) fix: fix::FixFields,
    #[command(flatten)]
    place: Place,
    /// When it was, or began [default: now], such as 2026-05-03T21:40:00+01:00
    #[arg(long, value_parser = parse::moment, value_name = "RFC3339")]
    when: Option<Moment>,
    /// When it ended
    #[arg(long, value_parser = parse::moment, value_name = "RFC3339", requires = "when")]
    until: Option<Moment>,
    /// How it is sent: police [default], confidential (your name is sealed to other people than the words) or anonymous; the
    /// usual one is set with `turnstone settings --route`, or by a team's profile
    #[arg(long, value_parser = parse::route, value_name = "ROUTE")]
    route: Option<Route>,
    /// Which desk it goes to; not needed where only one takes such reports
    #[arg(long, value_parser = parse::desk, value_name = "ID")]
    desk: Option<DeskChoice>,
    /// Who you are and how to reach you; `-` reads it from standard input
    #[arg(long, value_parser = parse::text(), value_name = "TEXT|-")]
    contact: Option<Text>,
    /// A rehearsal: nothing happened
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "true|false")]
    exercise: Option<bool>,
    /// It cannot wait; but danger to life goes to 999
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "true|false")]
    urgent: Option<bool>,
    /// Earlier report that this one adds to
    #[arg(long, value_parser = parse::reference, value_name = "REFERENCE")]
    adds_to: Option<Reference>,
    /// Language you write in: en [default] or cy
    #[arg(long, value_parser = parse::language, value_name = "en|cy")]
    lang: Option<String>,
    /// Let an anonymous report say where you stood
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "true|false")]
    send_fix: Option<bool>,
    #[command(flatten)]
    view: ViewFields,
}

impl Fields {
    /// Reads the fields that were to come from standard input.
    pub(crate) fn read_stdin(&mut self, stdin: &mut Stdin) -> Result<(), Failure> {
        for field in [&mut self.what, &mut self.contact].into_iter().flatten() {
            if field.as_str() == "-" {
                *field = stdin.text()?;
            }
        }
        Ok(())
    }

    /// That there is something to change, and nothing that no desk would take: what it replaced would be gone.
    pub(crate) fn check_change(&self) -> Result<(), Failure> {
        if *self == Self::default() {
            return Err(Failure::Usage(
                "say what to change, such as --why TEXT; --help names all there is".to_owned(),
            ));
        }
        self.fix.check()?;
        if self.what.as_ref().is_some_and(Text::is_blank) {
            return Err(Error::Invalid(Invalid::NothingSeen).into());
        }
        if matches!((self.when, self.until), (Some(from), Some(until)) if until < from) {
            return Err(Error::Invalid(Invalid::EndsBeforeItBegins).into());
        }
        let too_long = |text: &&Text| text.len() > limits::TEXT_BYTES;
        if let Some(text) = [&self.what, &self.why].into_iter().flatten().find(too_long) {
            return Err(Error::Invalid(Invalid::TextTooLong { bytes: text.len() }).into());
        }
        if let Some(bytes) = self.view.too_long() {
            return Err(Error::Invalid(Invalid::TextTooLong { bytes }).into());
        }
        match &self.contact {
            Some(contact) if contact.len() > limits::CONTACT_BYTES => {
                Err(Error::Invalid(Invalid::ContactTooLong { bytes: contact.len() }).into())
            }
            _ => Ok(()),
        }
    }

    /// What a new draft holds: what was named, and else what is usual here.
    pub(crate) fn into_content(
        self,
        scheme: Scheme,
        usual: &Usual,
        clock: &dyn Clock,
    ) -> Result<DraftContent, Failure> {
        let mut content = DraftContent {
            when_from_clock: true,
            ..DraftContent::new(scheme, usual.begin_with(), vec![empty_sighting(clock)])
        };
        if let Some(language) = &usual.language {
            content.language.clone_from(language);
        }
        self.apply(&mut content, clock)?;
        Ok(content)
    }

    /// Changes what was named; the rest stays. A list that is named is replaced.
    pub(crate) fn apply(self, content: &mut DraftContent, clock: &dyn Clock) -> Result<(), Failure> {
        if self.when.is_some() {
            content.when_from_clock = false;
        }
        content.route = self.route.unwrap_or(content.route);
        content.exercise = self.exercise.unwrap_or(content.exercise);
        content.urgent = self.urgent.unwrap_or(content.urgent);
        content.send_fix = self.send_fix.unwrap_or(content.send_fix);
        if let Some(language) = &self.lang {
            content.language.clone_from(language);
        }
        match &self.desk {
            Some(DeskChoice::Desk(id)) => content.desk = Some(id.clone()),
            Some(DeskChoice::None) => content.desk = None,
            None => {}
        }
        if let Some(contact) = &self.contact {
            content.contact = Some(contact.clone()).filter(|contact| !contact.is_blank());
        }
        if let Some(reference) = self.adds_to {
            content.relates = vec![Relation { reference, kind: RelationKind::Adds }];
        }
        if content.sightings.is_empty() {
            content.sightings.push(empty_sighting(clock));
        }
        match content.sightings.last_mut() {
            Some(sighting) => self.apply_to_sighting(sighting),
            None => Ok(()),
        }
    }

    fn apply_to_sighting(self, sighting: &mut Sighting) -> Result<(), Failure> {
        if let Some(target) = self.place.target()? {
            sighting.target = Some(target);
        }
        if let Some(from) = self.when {
            sighting.when = When { from, until: self.until, give_or_take_s: None };
        }
        self.fix.apply(sighting);
        if let Some(what) = self.what {
            sighting.what = what;
        }
        sighting.why = self.why.or(sighting.why.take());
        self.view.apply(sighting);
        if !self.sign.is_empty() {
            sighting.signs = self.sign;
        }
        let vessels = self.vessel.into_iter().map(Subject::Vessel);
        let aircraft = self.aircraft.into_iter().map(Subject::Aircraft);
        let vehicles = self.vehicle.into_iter().map(Subject::Vehicle);
        let persons = self.person.into_iter().map(Subject::Person);
        let named: Vec<_> = vessels.chain(aircraft).chain(vehicles).chain(persons).collect();
        sighting.subjects.retain(|old| named.iter().all(|new| new.kind() != old.kind()));
        sighting.subjects.extend(named);
        Ok(())
    }
}

/// Puts what was typed in the place of a text; an empty one takes out what stood there.
fn change(text: &mut Option<Text>, typed: Option<Text>) {
    if let Some(typed) = typed {
        *text = Some(typed).filter(|typed| !typed.is_blank());
    }
}

/// A sighting of now, by this device's clock.
fn empty_sighting(clock: &dyn Clock) -> Sighting {
    Sighting::new(now(clock), Text::default())
}

/// Now, in the offset people here live by: a desk reads it as the witness did.
pub(crate) fn now(clock: &dyn Clock) -> Moment {
    Moment::new(clock.wall().with_timezone(&chrono::Local).fixed_offset())
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use turnstone_core::SystemClock;
    use turnstone_wire::body::{North, Target};

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        fields: Fields,
    }

    fn typed(args: &[&str]) -> Fields {
        Typed::try_parse_from([&["x"], args].concat()).unwrap().fields
    }

    #[test]
    fn where_the_witness_stood_and_where_the_thing_was_never_mix() {
        let fields =
            typed(&["--what", "w", "--at", "-50.1,-1.9", "--bearing", "210", "--magnetic", "--range", "800"]);
        let content =
            fields.into_content(Scheme::Kraken, &Usual::default(), &SystemClock::default()).unwrap();
        let sighting = &content.sightings[0];
        assert_eq!(sighting.observer.as_ref().unwrap().position.lat_deg(), -50.1);
        let Some(Target::BearingRange { bearing, range_m, .. }) = &sighting.target else {
            panic!("no bearing")
        };
        assert_eq!((bearing.deg(), bearing.north(), range_m.metres()), (210.0, North::Magnetic, 800.0));
        assert!(content.when_from_clock);
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let clock = SystemClock::default();
        let first = typed(&[
            "--what",
            "w",
            "--vessel",
            r#"{"people":"3"}"#,
            "--person",
            r#"{"did":"ran"}"#,
            "--urgent",
        ]);
        let mut content = first.into_content(Scheme::Kraken, &Usual::default(), &clock).unwrap();
        let change = typed(&["--why", "y", "--vessel", r#"{"people":"4"}"#, "--urgent=false"]);
        change.apply(&mut content, &clock).unwrap();
        let sighting = &content.sightings[0];
        assert_eq!((sighting.what.as_str(), sighting.why.as_ref().unwrap().as_str()), ("w", "y"));
        let kinds: Vec<_> = sighting.subjects.iter().map(Subject::kind).collect();
        assert_eq!(kinds, ["person", "vessel"]);
        assert!(!content.urgent);
    }

    #[test]
    fn a_bearing_without_a_range_is_wrong_usage() {
        assert!(Typed::try_parse_from(["x", "--bearing", "210"]).is_err());
        assert!(
            Typed::try_parse_from(["x", "--bearing", "210", "--range", "9", "--target-at", "1,1"]).is_err()
        );
    }
}
