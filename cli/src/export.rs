//! `export`: what waits, as files to carry to desks by hand.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use indicatif::HumanBytes;
use serde_json::{Value, json};
use turnstone_core::{Client, Error, Exported, Parcel, Unusable, view};
use turnstone_wire::shown;

use crate::{
    args::{Common, ExportArgs},
    failure::Failure,
    home::{self, Places},
    output::Output,
    whole_file::WholeFile,
};

/// A parcel, and what came of it.
struct Bundle {
    /// None where nothing went in.
    file: Option<PathBuf>,
    /// None where only the PIN would tell.
    desk: Option<String>,
    exported: Exported,
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &ExportArgs, output: &Output) -> Result<(), Failure> {
    not_inside_home(common, &args.file)?;
    let client = home::open(common, output)?;
    let names_desks = may_name_desks(common, &client, output)?;
    if args.desk.is_some() && !names_desks {
        // A file for a desk that was named says that something waits for it.
        return Err(Failure::Locked);
    }
    let parcels = client.parcels()?;
    let chosen = if args.anonymous { &parcels.anonymous } else { &parcels.named };
    let apart = if args.anonymous { Some(0) } else { names_desks.then_some(parcels.anonymous.len()) };
    let mine = |parcel: &&Parcel| args.desk.as_ref().is_none_or(|desk| parcel.desk == *desk);
    let chosen: Vec<_> = chosen.iter().filter(mine).collect();
    let mut told = Told { apart, damaged: parcels.damaged, bundles: Vec::new() };
    let mut first = None;
    for (n, parcel) in chosen.iter().enumerate() {
        let path = if chosen.len() > 1 { numbered(&args.file, n + 1) } else { args.file.clone() };
        match write(&client, parcel, &path, args.force, output) {
            Ok((file, exported)) => {
                let desk = names_desks.then(|| desk_name(&client, parcel));
                told.bundles.push(Bundle { file, desk: desk.transpose()?, exported });
            }
            // The other desks' are wanted all the same.
            Err(failure) => first = first.or(Some(failure)),
        }
    }
    match first {
        None => output.answer(&told.json(), told.words(common)),
        Some(failure) if told.bundles.is_empty() => Err(failure),
        Some(cause) => {
            output.line(told.words(common))?;
            Err(Failure::NotAllExported { cause: Box::new(cause), summary: told.json() })
        }
    }
}

/// Writes one bundle, whole or not at all; where nothing can go in, no file.
fn write(
    client: &Client,
    parcel: &Parcel,
    path: &Path,
    force: bool,
    output: &Output,
) -> Result<(Option<PathBuf>, Exported), Failure> {
    let mut file = WholeFile::begin(path, force)?;
    let bar = output.bar(parcel.bytes, "writing {wide_bar} {percent} %");
    let exported = client.export(parcel, &mut file, &mut |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let exported = exported.map_err(|error| match error {
        // The stick's, not the home's: nothing is written there.
        Error::StorageFull => Failure::path(path, &std::io::ErrorKind::StorageFull.into()),
        Error::Unusable(Unusable::Files { what: "the bundle", kind }) => Failure::path(path, &kind.into()),
        error => error.into(),
    })?;
    if exported.objects == 0 {
        return Ok((None, exported));
    }
    file.finish()?;
    Ok((Some(path.to_owned()), exported))
}

/// A home without the PIN says of what waits how much there is, and no more: not for whom, nor by which route.
fn may_name_desks(common: &Common, client: &Client, output: &Output) -> Result<bool, Failure> {
    if !client.has_pin()? {
        return Ok(true);
    }
    if common.pin_env.is_none() {
        return Ok(false);
    }
    home::unlock(client, common, output).map(|_| true)
}

fn desk_name(client: &Client, parcel: &Parcel) -> Result<String, Failure> {
    let directory = client.directory()?;
    let desk = directory.as_deref().and_then(|directory| directory.desk(&parcel.desk));
    Ok(desk.map_or(parcel.desk.as_str(), |desk| desk.name("en")).to_owned())
}

/// `reports.bundle` as `reports-2.bundle`: a name says nothing of a desk.
fn numbered(path: &Path, n: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{n}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// A bundle in the home folder would be taken for a part of it.
pub(crate) fn not_inside_home(common: &Common, path: &Path) -> Result<(), Failure> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let home = Places::of(common)?.home;
    match parent.canonicalize() {
        Ok(folder) if folder.starts_with(&home) => Err(Failure::Usage(
            "the file would lie inside the home folder: name another place, such as a stick".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// What the command did.
struct Told {
    bundles: Vec<Bundle>,
    /// Anonymous reports that wait and were not asked for; none where only the PIN would tell.
    apart: Option<usize>,
    /// What waits and is damaged, so that nobody knows for which desk.
    damaged: u32,
}

impl Told {
    fn json(&self) -> Value {
        let bundles = self.bundles.iter().map(|bundle| {
            let Exported { objects, bytes, left_out, more } = &bundle.exported;
            let left_out: Vec<_> = left_out
                .iter()
                .map(|(_, reason)| json!({"reason": reason, "reason_text": view::reason_sentence(reason)}))
                .collect();
            json!({
                "file": bundle.file, "desk": bundle.desk, "objects": objects, "bytes": bytes,
                "left_out": left_out, "more": more,
            })
        });
        json!({
            "outcome": if self.bundles.iter().any(|bundle| bundle.file.is_some()) { "exported" } else { "nothing" },
            "bundles": bundles.collect::<Vec<_>>(),
            "anonymous_waiting": self.apart,
            "damaged": self.damaged,
        })
    }

    fn words(&self, common: &Common) -> String {
        let mut words = String::new();
        for bundle in &self.bundles {
            let Exported { objects, bytes, left_out, more } = &bundle.exported;
            if let Some(file) = &bundle.file {
                let file = shown::line(&file.display().to_string());
                let _ = write!(words, "{file}: {objects} words and photos, {}", HumanBytes(*bytes));
                if let Some(desk) = &bundle.desk {
                    let _ = write!(words, ", for {}", shown::line(desk));
                }
                words.push('\n');
            }
            for (_, reason) in left_out {
                let _ = writeln!(words, "- left out, and waits as before: {}", view::reason_sentence(reason));
            }
            if *more > 0 {
                let _ = writeln!(words, "- {more} more wait: export again once the desk's answer is here");
            }
        }
        if self.bundles.iter().any(|bundle| bundle.file.is_some()) {
            let import = common.typed("import FILE");
            let _ = writeln!(
                words,
                "Carry it to the desk. Nothing is ticked off before the desk's answer is here: `{import}` takes it."
            );
            if self.bundles.len() > 1 && self.bundles.iter().all(|bundle| bundle.desk.is_none()) {
                words.push_str("Which file is for which desk is said with the PIN: add --pin-env VAR.\n");
            }
        } else if self.apart.is_none_or(|apart| apart == 0) && self.bundles.is_empty() {
            words.push_str("Nothing waits that could be carried.\n");
        }
        let apart = match self.apart {
            Some(0) => None,
            Some(apart) => Some(format!("{apart} anonymous reports wait as well and are not in it")),
            None => Some("Anonymous reports, where any wait, are not in it".to_owned()),
        };
        if let Some(apart) = apart {
            let export = common.typed("export --anonymous FILE");
            let _ = writeln!(
                words,
                "{apart}: carried together they could be taken for one person's. `{export}` writes them, each into a file of its own."
            );
        }
        if self.damaged > 0 {
            let _ = writeln!(
                words,
                "{} words and photos are damaged on this device, and are not in it: `{}` says more.",
                self.damaged,
                common.typed("list")
            );
        }
        words.truncate(words.trim_end().len());
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_numbered_before_their_ending() {
        for (given, expected) in [
            ("/stick/reports.bundle", "/stick/reports-2.bundle"),
            ("reports", "reports-2"),
            (".hidden", ".hidden-2"),
        ] {
            assert_eq!(numbered(Path::new(given), 2), Path::new(expected));
        }
    }
}
