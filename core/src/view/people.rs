//! Who writes on a team's device, in words. Names are made safe to show here: whoever typed or signed them.

use turnstone_almanac::words::{Arg, Lang, words};
use turnstone_wire::{shown, text::Text};

use crate::{ChangedWriter, PersonView};

/// A name, safe to show.
pub fn person_name(name: &Text, lang: Lang) -> String {
    if name.is_blank() { words(lang).say("writer-damaged", &[]) } else { shown::line(name.as_str()) }
}

/// Who writes now.
pub fn writer_sentence(writer: Option<&PersonView>, lang: Lang) -> String {
    match writer {
        Some(writer) => say_of("writer-now", "name", &writer.name, &[], lang),
        None => words(lang).say("writer-nobody-now", &[]),
    }
}

/// What writing without an unlock means for whoever writes.
pub fn writer_rule(lang: Lang) -> String {
    words(lang).say("writer-rule", &[])
}

/// One line of a list of persons.
pub fn person_row_text(person: &PersonView, lang: Lang) -> String {
    let words = words(lang);
    let facts = [
        Some(words.say("writer-notes", &[("n", person.open_notes.into())])),
        person.listed.then(|| words.say("writer-listed", &[])),
        person.has_pin.then(|| words.say("writer-has-pin", &[])),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    say_of("writer-row", "name", &person.name, &[("facts", facts.join("; ").as_str().into())], lang)
}

/// What a change of person came to: who writes now, and in whose hand the open notes are.
pub fn changed_writer_sentences(changed: &ChangedWriter, lang: Lang) -> Vec<String> {
    let (before, now) = (changed.before.as_ref(), changed.now.as_ref());
    if before.map(|before| before.row) == now.map(|now| now.row) {
        return vec![match now {
            Some(now) => say_of("writer-same", "name", &now.name, &[], lang),
            None => words(lang).say("writer-same-nobody", &[]),
        }];
    }
    let name_of = |person: Option<&PersonView>| person.map(|person| person_name(&person.name, lang));
    let (before, next) = (name_of(before), name_of(now));
    let id = match (&before, &next, changed.handed_over) {
        (Some(_), _, _) if changed.open_notes == 0 => Some("writer-none-open"),
        (None, _, _) if changed.open_notes == 0 => None,
        (Some(_), Some(_), true) => Some("writer-handed-over"),
        (Some(_), None, true) => Some("writer-handed-to-nobody"),
        (None, _, true) => Some("writer-handed-from-nobody"),
        (Some(_), _, false) => Some("writer-kept"),
        (None, _, false) => Some("writer-kept-nobody"),
    };
    let args: [(&str, Arg<'_>); 3] = [
        ("n", changed.open_notes.into()),
        ("before", before.as_deref().unwrap_or_default().into()),
        ("name", next.as_deref().unwrap_or_default().into()),
    ];
    let notes = id.map(|id| words(lang).say(id, &args));
    [Some(writer_sentence(now, lang)), notes].into_iter().flatten().collect()
}

/// That a name was taken off this device, and what became of the notes in its hand.
pub fn forgotten_person_sentences(name: &Text, notes: u32, lang: Lang) -> Vec<String> {
    let gone = say_of("writer-forgotten", "name", name, &[], lang);
    let notes = (notes > 0).then(|| words(lang).say("writer-forgotten-notes", &[("n", notes.into())]));
    [Some(gone), notes].into_iter().flatten().collect()
}

/// In whose hand a note is.
pub fn in_hand_sentence(writer: &Text, lang: Lang) -> String {
    say_of("writer-in-hand", "name", writer, &[], lang)
}

fn say_of(id: &str, what: &str, name: &Text, more: &[(&str, Arg<'_>)], lang: Lang) -> String {
    let name = person_name(name, lang);
    let args: Vec<_> = [(what, Arg::Text(&name))].into_iter().chain(more.iter().copied()).collect();
    words(lang).say(id, &args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonRow;

    fn person(row: i64, name: &str) -> PersonView {
        PersonView {
            row: PersonRow(row),
            name: Text::from(name),
            has_pin: row == 2,
            listed: row == 2,
            writes_now: false,
            open_notes: 2,
        }
    }

    #[test]
    fn a_change_of_person_says_how_many_notes_are_in_whose_hand() {
        let (a, b) = (Some(person(2, "A. Lookout")), Some(person(3, "B. Lookout")));
        let said = |before: &Option<PersonView>, now: &Option<PersonView>, open_notes, handed_over, lang| {
            let changed = ChangedWriter { before: before.clone(), now: now.clone(), open_notes, handed_over };
            changed_writer_sentences(&changed, lang).join(" ")
        };
        let english = |before, now, notes, handed| said(before, now, notes, handed, Lang::En);
        assert_eq!(
            english(&a, &b, 2, true),
            "B. Lookout writes now. 2 notes that A. Lookout had open are handed over to B. Lookout."
        );
        assert_eq!(
            english(&a, &b, 1, false),
            "B. Lookout writes now. One open note stays in the name of A. Lookout."
        );
        assert_eq!(english(&a, &b, 0, true), "B. Lookout writes now. A. Lookout had no note open.");
        assert_eq!(english(&None, &b, 0, true), "B. Lookout writes now.");
        assert!(english(&a, &None, 1, true).contains("whoever writes next gets it"));
        assert!(english(&None, &a, 3, true).contains("3 open notes that were in the hand of nobody"));
        assert!(english(&None, &a, 3, false).contains("stay in the hand of nobody"));
        assert!(english(&a, &a, 3, false).contains("nothing has changed"));
        assert!(english(&None, &None, 3, false).contains("nothing has changed"));
        assert_eq!(
            said(&a, &b, 3, true, Lang::Cy),
            "B. Lookout sy'n ysgrifennu nawr. Trosglwyddwyd tri nodyn agored o law A. Lookout i B. Lookout."
        );
    }

    #[test]
    fn a_person_is_listed_with_what_is_known_of_them_and_a_name_moves_no_cursor() {
        let shown = person_row_text(&person(2, "A\u{202e}. Lookout"), Lang::En);
        assert_eq!(shown, "A\\u{202e}. Lookout: 2 notes open; on the team's list; has a PIN of their own");
        assert!(person_row_text(&person(3, ""), Lang::En).starts_with("somebody whose name is damaged"));
        assert!(person_row_text(&person(3, "B. Lookout"), Lang::Cy).contains("dau nodyn ar agor"));
    }
}
