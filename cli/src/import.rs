//! `import`: a desk's answer to what was carried there by hand.

use std::fs::File;

use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{Client, Error, Imported, Unusable, view};

use crate::{
    args::{Common, ImportArgs},
    failure::Failure,
    home,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: &ImportArgs, output: &Output) -> Result<(), Failure> {
    let file = File::open(&args.file).map_err(|error| Failure::path(&args.file, &error))?;
    let metadata = file.metadata().map_err(|error| Failure::path(&args.file, &error))?;
    if metadata.is_dir() {
        return Err(Failure::path(&args.file, &std::io::ErrorKind::IsADirectory.into()));
    }
    let client = home::open(common, output)?;
    let bar = output.bar(metadata.len(), "taking receipts {wide_bar} {percent} %");
    let imported = client.import(&mut bar.wrap_read(file));
    bar.finish_and_clear();
    let imported = imported.map_err(|error| match error {
        Error::Unusable(Unusable::Files { what: "the answer", kind }) => {
            Failure::path(&args.file, &kind.into())
        }
        error => error.into(),
    })?;
    tell(&client, &imported, common, output)
}

fn tell(client: &Client, imported: &Imported, common: &Common, output: &Output) -> Result<(), Failure> {
    let waiting = if imported.wiped { 0 } else { client.overview()?.waiting };
    let (json, mut words) = (json(imported, waiting), words(imported, waiting));
    if imported.wiped {
        words = format!("{words}\n{}", view::left_sentence(Lang::En));
    }
    let Some(why) = trouble(imported, common) else { return output.answer(&json, words) };
    output.line(words)?;
    Err(Failure::Answer { why, summary: json })
}

/// What is wrong with an answer of which the rest was taken.
fn trouble(imported: &Imported, common: &Common) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(why) = &imported.broken_off {
        parts.push(format!("the answer could not be read to its end ({why}): ask the desk for it again"));
    }
    if imported.not_believed > 0 {
        let why = imported.why_not.join("; ");
        parts.push(format!("{} receipts are not believed ({why})", imported.not_believed));
    }
    if imported.list_is_old {
        let init = common.typed("init --directory FILE --root-key FILE");
        parts.push(format!("a newer list of desks may explain them, from the network or by `{init}`"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn json(imported: &Imported, waiting: u32) -> Value {
    let Imported { stored, opened, known, others, not_believed, why_not, broken_off, .. } = imported;
    json!({
        "outcome": match () {
            () if imported.wiped => "wiped",
            () if *not_believed > 0 => "not_believed",
            () if broken_off.is_some() => "damaged",
            () if stored + opened > 0 => "delivered",
            () => "nothing",
        },
        "stored": stored,
        "opened": opened,
        "known": known,
        "others": others,
        "not_believed": not_believed,
        "why_not": why_not,
        "complete": broken_off.is_none(),
        "waiting": waiting,
    })
}

fn words(imported: &Imported, waiting: u32) -> String {
    let parts = [
        (imported.stored, "now safe at the desk"),
        (imported.opened, "now read by the desk"),
        (imported.known, "known before"),
        (imported.others, "of no report that waits here"),
        (waiting, "still waiting"),
    ];
    let said: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if said.is_empty() {
        "There is nothing new in it.".into()
    } else {
        format!("Words and photos: {}.", said.join(", "))
    }
}
