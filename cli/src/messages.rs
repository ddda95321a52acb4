//! `messages`: what desks have answered.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use serde_json::{Value, json};
use turnstone_core::{
    Client,
    sync::{Asked, Http},
    view::{self, MessageView, Messages},
};
use turnstone_wire::{reference::Reference, shown};

use crate::{
    args::{Common, MessagesArgs},
    failure::Failure,
    home,
    output::Output,
    own::{self, Unlocked},
};

/// How far the words of a desk are set in, behind a bar: no line of theirs passes for one of ours.
const BAR: &str = "  | ";
/// How long the threads of a run may take to let go of the home folder.
const LET_GO: Duration = Duration::from_secs(5);

/// Runs the command.
pub(crate) fn run(common: &Common, args: &MessagesArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = own::unlock(&client, common, output)?;
    let about = args.reference.as_ref();
    let asked = if args.check { Some(ask(&client, &notebook, about)?) } else { None };
    let messages = notebook.messages(about)?;
    let json = json!({
        "messages": messages.messages.iter().map(message_json).collect::<Vec<_>>(),
        "not_believed": messages.not_believed,
        "waiting": messages.waiting,
        "damaged": messages.damaged,
        "asked": asked.as_ref().map(asked_json),
    });
    output.answer(&json, words(common, args, &messages, asked.as_ref()))?;
    // What was said is read; where saying it failed it is said again.
    let unread: Vec<_> =
        messages.messages.iter().filter(|message| !message.read).map(|message| message.row).collect();
    Ok(notebook.mark_read(&unread)?)
}

fn ask(client: &Client, notebook: &Unlocked, about: Option<&Reference>) -> Result<Asked, Failure> {
    let sender = client.sender(Arc::new(Http::default()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("the network", &error))?;
    let asked = runtime.block_on(notebook.ask_mail(&sender, about));
    drop(sender);
    runtime.shutdown_timeout(LET_GO);
    Ok(asked?)
}

fn asked_json(asked: &Asked) -> Value {
    json!({
        "answered": asked.answered,
        "silent": asked.silent,
        "messages": asked.messages,
        "opened": asked.opened,
        "left_out": asked.left_out,
    })
}

fn message_json(message: &MessageView) -> Value {
    json!({
        "reference": message.reference,
        "desk": message.desk,
        "desk_name": message.desk_name,
        "at": message.at,
        "came": message.came,
        "text": message.words,
        "read": message.read,
    })
}

fn words(common: &Common, args: &MessagesArgs, messages: &Messages, asked: Option<&Asked>) -> String {
    let mut parts: Vec<String> = messages.messages.iter().map(message_words).collect();
    if parts.is_empty() {
        parts.push(nothing(common, args, asked));
    }
    parts.extend(view::unshown_sentence(messages));
    if let Some(asked) = asked {
        parts.extend(asked_words(common, asked));
    }
    parts.join("\n\n")
}

fn nothing(common: &Common, args: &MessagesArgs, asked: Option<&Asked>) -> String {
    if asked.is_some() {
        return "No answers.".to_owned();
    }
    let reference = args.reference.map(|reference| format!(" {reference}")).unwrap_or_default();
    let check = common.typed_as(format_args!("messages --check{reference}"));
    format!("No answers. They come with each `sync`; `{check}` asks now.")
}

fn message_words(message: &MessageView) -> String {
    let new = if message.read { "" } else { "NEW  " };
    let desk = shown::line(message.desk_name.as_deref().unwrap_or(message.desk.as_str()));
    let at = message.at.at().with_timezone(&chrono::Local).format("%H:%M on %-d %B %Y");
    let said = shown::lines(message.words.as_str(), BAR);
    format!("{new}{}, from {desk} at {at}\n{BAR}{said}", message.reference)
}

fn asked_words(common: &Common, asked: &Asked) -> Option<String> {
    let mut words = String::new();
    if asked.silent > 0 {
        words.push_str("Not every desk was reached; try again when there is a connection.");
    }
    if asked.left_out > 0 {
        let check = common.typed_as("messages --check REFERENCE");
        let gap = if words.is_empty() { "" } else { "\n" };
        let _ = write!(
            words,
            "{gap}Anonymous reports were left out ({}): ask after each by itself, with `{check}`, and with time between, so that nobody can tell that one phone asks after all.",
            asked.left_out
        );
    }
    if words.is_empty() { None } else { Some(words) }
}
