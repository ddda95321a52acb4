//! Every message, read in each language: no syntax that is skipped, none missing, no variable that only one has.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The messages of a language as they are written: id, and the variables in it and in its attributes.
fn written(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    for file in lang.files() {
        assert!(FluentResource::try_new((*file).to_owned()).is_ok(), "a message does not read: {file}");
        let mut current = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                current = id.to_owned();
                let twice = messages.insert(current.clone(), BTreeSet::new());
                assert!(twice.is_none(), "{current} stands twice in {}", lang.code());
            }
            let names = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
            if let Some(variables) = messages.get_mut(&current) {
                variables.extend(names.map(str::to_owned));
            }
        }
    }
    messages
}

#[test]
fn every_message_is_there_in_each_language_with_the_same_variables() {
    assert_eq!(written(Lang::En), written(Lang::Cy));
}

#[test]
fn every_message_is_said_with_nothing_missing() {
    for lang in Lang::ALL {
        for (id, variables) in written(lang) {
            for number in [0.0, 1.0, 2.0, 3.0, 6.0, 11.0] {
                let args: Vec<_> =
                    variables.iter().map(|name| (name.as_str(), Arg::Number(number))).collect();
                let said = words(lang).say(&id, &args);
                assert!(!said.is_empty() && said != id && !said.contains(['{', '}', '$']), "{id}: {said}");
            }
        }
    }
}

#[test]
fn no_welsh_message_passes_for_reviewed() {
    let reviewed: Vec<_> = written(Lang::Cy).into_keys().filter(|id| words(Lang::Cy).reviewed(id)).collect();
    assert_eq!(reviewed, [""; 0], "name here who signed them, and when");
}

#[test]
fn what_a_language_lacks_is_said_in_english_and_not_as_reviewed() {
    let welsh = Words::new(Lang::Cy, &[]);
    assert_eq!(welsh.say("compass-ne", &[]), "north-east");
    assert!(!welsh.reviewed("compass-ne"));
    assert_eq!(welsh.say("no-such-message", &[]), "no-such-message");
}

#[test]
fn each_of_the_six_welsh_plural_forms_is_chosen() {
    let file = "dogs = { $n ->\n [zero] zero\n [one] one\n [two] two\n [few] few\n [many] many\n *[other] other\n }\n";
    let welsh = Words::new(Lang::Cy, &[file]);
    // CLDR: zero 0, one 1, two 2, few 3, many 6, other the rest.
    let forms: Vec<_> = (0..=7).map(|n: u32| welsh.say("dogs", &[("n", n.into())])).collect();
    assert_eq!(forms, ["zero", "one", "two", "few", "other", "other", "many", "other"]);
}

#[test]
fn a_language_is_known_by_its_code_and_english_stands_for_others() {
    let codes = ["en", "cy", "CY", "cy-GB", "en-GB", "de", ""];
    let langs = [Lang::En, Lang::Cy, Lang::Cy, Lang::Cy, Lang::En, Lang::En, Lang::En];
    assert_eq!(codes.map(Lang::of), langs);
}
