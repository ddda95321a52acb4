//! `reply`: an officer answers whoever sent a report.

use std::{
    fmt, io,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use serde::Serialize;
use turnstone_wire::{
    body::{Report, Route},
    key::KeyId,
    reference::Reference,
    shown,
    text::Text,
};

use super::{
    index::{self, Index},
    open,
    replies::{Replies, TEXT_BYTES, is_full},
    session::OfficerKeys,
    source::Source,
};
use crate::{
    args::ReplyArgs,
    clock::{Clock, SystemClock},
    failure::Failure,
    output::Output,
};

/// What came of a reply.
#[derive(Debug, Serialize)]
struct Told {
    outcome: &'static str,
    reference: Reference,
    folder: String,
    counter: u64,
    at: DateTime<Utc>,
    route: Route,
    /// Replies left now, earlier ones that had waited among them.
    left: usize,
}

/// A reply, as it is listed.
#[derive(Serialize)]
struct Listed {
    reference: Reference,
    folder: String,
    counter: u64,
    at: DateTime<Utc>,
    key: KeyId,
    text: Text,
    left: bool,
}

#[derive(Serialize)]
struct List {
    replies: Vec<Listed>,
}

/// Runs the command.
pub(crate) fn run(args: &ReplyArgs, output: &mut Output) -> Result<(), Failure> {
    if args.list {
        let list = list(&args.out, args.report.as_deref())?;
        return output.answer(&list, &list);
    }
    let (Some(key), Some(from), Some(report), Some(text)) = (&args.key, &args.from, &args.report, &args.text)
    else {
        // The parser asks for all of them; this is for whoever changes it.
        return Err(Failure::Usage("a reply needs --key, --from, a report and --text".into()));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = OfficerKeys::read(key)?;
    let words = words(text)?;
    let mut source = open::source(from, key, &keys, Arc::clone(&clock))?;
    let told = reply(&args.out, report, words, &keys, source.as_mut(), &*clock)?;
    output.answer(&told, &told)
}

/// What is to be said, from the argument or from standard input.
fn words(argument: &str) -> Result<Text, Failure> {
    if argument != "-" {
        return Ok(Text::from(argument));
    }
    let mut text = String::new();
    let read = io::stdin().take(TEXT_BYTES as u64 + 2).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("standard input cannot be read as text: {error}")))?;
    Ok(Text::from(text.trim_end_matches(['\r', '\n'])))
}

/// Writes a reply down and leaves it.
fn reply(
    out: &Path,
    wanted: &str,
    words: Text,
    keys: &OfficerKeys,
    source: &mut dyn Source,
    clock: &dyn Clock,
) -> Result<Told, Failure> {
    let _lock = open::lock(out)?;
    let (folder, report) = find(out, wanted)?;
    let path = out.join(&folder);
    let mut replies = Replies::read(&path)?;
    let at = clock.now();
    let counter = replies.add(&path, &report, words, &keys.desk.id, at, &keys.officer)?;
    let left = replies.leave(&path, &report, source);
    let mut told = Told {
        outcome: "left",
        reference: report.reference,
        folder,
        counter,
        at,
        route: report.route,
        left: 0,
    };
    match left {
        Ok(left) => Ok(Told { left, ..told }),
        Err(cause) => {
            told.outcome = if is_full(&cause) { "full" } else { "kept" };
            let summary = serde_json::to_value(&told).map_err(|_| Failure::Unwritable)?;
            Err(Failure::Told { summary, cause: Box::new(Failure::NotLeft(Box::new(cause))) })
        }
    }
}

/// The folder of a report by its name or by its reference, and the report in it.
fn find(out: &Path, wanted: &str) -> Result<(String, Report), Failure> {
    let index = read_index(out)?;
    let names = matching(&index, wanted);
    let name = match &names[..] {
        [] => return Err(Failure::NoReport(out.to_owned())),
        [name] => name.clone(),
        names => {
            let names = names.join("/, ");
            return Err(Failure::Usage(format!(
                "several reports bear that reference; name one of the folders: {names}/"
            )));
        }
    };
    if index.damaged.contains(&name) {
        let reason = "its report.json is not what came; run `open`, which mends it, and try again";
        return Err(Failure::bad_file(out.join(name), reason));
    }
    match index::read_report(&out.join(&name)) {
        Some((_, report)) => Ok((name, report)),
        None => Err(Failure::bad_file(out.join(name), "it holds no report that can be read")),
    }
}

fn read_index(out: &Path) -> Result<Index, Failure> {
    let index = Index::read(out)?;
    if index.is_of(out) {
        Ok(index)
    } else {
        Err(Failure::bad_file(out, "it holds no opened report; give the folder that `open` wrote"))
    }
}

/// The folders that are meant: the one of that name, or all whose reports bear that reference. A name that ends with a slash
/// is a folder's: the first of several is called by the bare reference.
fn matching(index: &Index, wanted: &str) -> Vec<String> {
    let folder = wanted.strip_suffix('/').unwrap_or(wanted);
    match wanted.parse::<Reference>() {
        Ok(reference) => bearing(index, &reference.to_string()),
        Err(_) if index.folders.contains_key(folder) => vec![folder.to_owned()],
        Err(_) => Vec::new(),
    }
}

fn bearing(index: &Index, reference: &str) -> Vec<String> {
    let longer = format!("{reference}-");
    let names = index.folders.keys().filter(|name| *name == reference || name.starts_with(&longer));
    names.cloned().collect()
}

fn list(out: &Path, wanted: Option<&str>) -> Result<List, Failure> {
    let index = read_index(out)?;
    let folders: Vec<String> = match wanted {
        None => index.folders.keys().cloned().collect(),
        Some(wanted) => match matching(&index, wanted) {
            names if names.is_empty() => return Err(Failure::NoReport(out.to_owned())),
            names => names,
        },
    };
    let mut replies = Vec::new();
    for folder in folders {
        let path: PathBuf = out.join(&folder);
        let written = Replies::read(&path)?;
        if written.all().is_empty() {
            continue;
        }
        let Some((_, report)) = index::read_report(&path) else { continue };
        replies.extend(written.all().iter().map(|reply| Listed {
            reference: report.reference,
            folder: folder.clone(),
            counter: reply.counter,
            at: reply.at,
            key: reply.key,
            text: reply.text.clone(),
            left: reply.left,
        }));
    }
    replies.sort_by_key(|reply| (reply.at, reply.counter));
    Ok(List { replies })
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the reply waits in the mailbox, and cannot be taken back.", self.folder)?;
        if self.left > 1 {
            write!(f, " {} earlier ones went with it.", self.left - 1)?;
        }
        if self.route.is_named() {
            f.write_str(" Their phone fetches it when it next sends or asks.")
        } else {
            f.write_str(
                " The report is anonymous: its witness sees it only by asking for it, and may never look.",
            )
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.replies.is_empty() {
            return f.write_str("Nothing was answered from here.");
        }
        for (n, reply) in self.replies.iter().enumerate() {
            if n > 0 {
                f.write_str("\n\n")?;
            }
            let state = if reply.left { "left" } else { "NOT LEFT YET" };
            let at = reply.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            write!(f, "{}, {at}, signed by key {}: {state}", reply.folder, reply.key)?;
            write!(f, "\n  | {}", shown::lines(reply.text.as_str(), "  | "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
