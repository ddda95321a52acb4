//! What the program says: the only place that writes to standard output and standard error.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};
use turnstone_wire::shown;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// What stands in an error instead of what was typed.
const NOT_REPEATED: &str = "(not repeated here)";

/// Where answers go: one JSON document, or words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Says the one answer of a command: as JSON where that was asked for, in words otherwise. Words that come from
    /// people must have been made safe to show.
    pub(crate) fn answer(&self, json: &impl Serialize, words: impl fmt::Display) -> Result<(), Failure> {
        if !self.json {
            return text(&format!("{words}\n"));
        }
        let json = serde_json::to_string_pretty(json).map_err(|_| Failure::Unwritable)?;
        text(&format!("{}\n", shown::json(&json)))
    }

    /// Says a line while a long command is still at it; in JSON everything waits for the one answer.
    pub(crate) fn line(&self, words: impl fmt::Display) -> Result<(), Failure> {
        if self.json { Ok(()) } else { text(&format!("{words}\n")) }
    }

    /// An answer that has no words: a script that takes the first line must find none.
    pub(crate) fn answer_in_json(&self, json: &impl Serialize) -> Result<(), Failure> {
        if self.json { self.answer(json, "") } else { Ok(()) }
    }

    /// Something worth knowing that is no part of the answer.
    pub(crate) fn advice(&self, sentence: &str) {
        // A closed standard error is no reason to fail.
        let _ = writeln!(io::stderr(), "{}", shown::line(sentence));
    }

    /// How much is stored, for whoever started this program (`--progress`).
    pub(crate) fn stored(&self, bytes: u64) {
        let _ = writeln!(io::stderr(), "stored {bytes}");
    }

    /// A bar on a terminal; nothing at all elsewhere, and nothing in JSON.
    pub(crate) fn bar(&self, length: u64, template: &str) -> ProgressBar {
        if self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// Where bars go: a terminal, or nowhere.
    pub(crate) fn bars(&self) -> Option<MultiProgress> {
        let shows = !self.json && io::stderr().is_terminal();
        shows.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()))
    }

    /// Whether somebody can be asked: they see the question, and the answer is theirs.
    pub(crate) fn can_ask(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether somebody sits at a terminal and reads words: whoever types the answer sees the question. A script does not.
    pub(crate) fn can_converse(&self) -> bool {
        !self.json && io::stderr().is_terminal() && io::stdin().is_terminal()
    }

    /// Asks, and reads one line.
    pub(crate) fn ask(&self, question: &str) -> Result<String, Failure> {
        let mut stderr = io::stderr();
        let asked = write!(stderr, "{question} ").and_then(|()| stderr.flush());
        let mut answer = String::new();
        asked
            .and_then(|()| io::stdin().read_line(&mut answer))
            .map_err(|error| Failure::file("the terminal", &error))?;
        Ok(answer.trim().to_owned())
    }

    /// Says what went wrong: one sentence, and the one document in JSON.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        self.advice(&format!("turnstone: {failure}"));
        if self.json {
            // What cannot be said on standard output was said on standard error; the exit code says it again.
            let _ = self.answer(&failure.to_json(), "");
        }
        ExitCode::from(failure.exit_code())
    }

    /// Says what is wrong with the arguments, or shows the help that was asked for.
    pub(crate) fn usage(&self, mut error: clap::Error) -> ExitCode {
        do_not_repeat(&mut error);
        // What is still repeated may have come from anywhere.
        let rendered = error.render().to_string();
        let safe = shown::lines(&rendered, "");
        let _ = if safe == rendered { error.print() } else { write!(io::stderr(), "{safe}") };
        if self.json && error.use_stderr() {
            // Its first paragraph: what is wrong, and on lines of their own the arguments it is about.
            let lines: Vec<_> = rendered.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
            let sentence = lines.join(" ");
            let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence).to_owned();
            let _ = self.answer(&Failure::Usage(sentence).to_json(), "");
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    }
}

/// Takes what was typed out of an error, but for what looks like the name of an option: a slip may put a place or a
/// witness's words anywhere, and standard error goes to logs (P8).
fn do_not_repeat(error: &mut clap::Error) {
    let mut typed = vec![ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    if error.kind() == ErrorKind::UnknownArgument {
        typed.push(ContextKind::InvalidArg);
    }
    for kind in typed {
        if matches!(error.get(kind), Some(ContextValue::String(word)) if !looks_like_an_option(word)) {
            error.insert(kind, ContextValue::String(NOT_REPEATED.to_owned()));
        }
    }
    // It says how to give what was typed in another way, and repeats it for that.
    error.remove(ContextKind::Suggested);
}

fn looks_like_an_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    name.len() < word.len() && name.len() <= 20 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

fn text(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has seen enough (`| head`): no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|_| Failure::Unwritable),
    }
}
