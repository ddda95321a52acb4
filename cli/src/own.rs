//! `--as`: what is one person's own on a team's device, read with their own PIN, by the commands that read it.

use turnstone_core::{
    Client, DraftRow, Error, Notebook, OwnNotebook,
    sync::{Asked, Sender},
    view::{Damaged, MessageRow, Messages, ReportView},
};
use turnstone_wire::{body::Report, directory::DeskId, reference::Reference, text::Text};

use crate::{
    args::{Command, Common, DraftAction},
    failure::Failure,
    home,
    output::Output,
    writer,
};

/// Whether a command reads what is a person's own.
pub(crate) fn is_for(command: &Command) -> bool {
    match command {
        Command::List
        | Command::Messages(_)
        | Command::Preview(_)
        | Command::Forget(_)
        | Command::Readdress(_)
        | Command::Pin(_) => true,
        Command::Draft(args) => matches!(args.action, DraftAction::Rescue { .. }),
        _ => false,
    }
}

/// That a command does not.
pub(crate) fn not_for_this() -> Failure {
    Failure::Usage(
        "--as is for list, messages, preview, forget, readdress, draft rescue and pin: what else there is belongs to the team"
            .to_owned(),
    )
}

/// That drafts are not a person's own.
pub(crate) fn not_for_drafts() -> Failure {
    Failure::Usage(
        "drafts are the team's, so that they can be handed over: without --as they are shown".to_owned(),
    )
}

/// What was unlocked: the team's notebook, which on a personal device is its owner's, or what is a person's own.
pub(crate) enum Unlocked {
    Team(Notebook),
    Own(OwnNotebook),
}

/// Unlocks for reading, as whoever `--as` names.
pub(crate) fn unlock(client: &Client, common: &Common, output: &Output) -> Result<Unlocked, Failure> {
    match &common.person {
        None => Ok(Unlocked::Team(home::unlock(client, common, output)?)),
        Some(name) => Ok(Unlocked::Own(unlock_as((client, name), common, output)?)),
    }
}

/// The same where that takes no question; of a person's own it takes their PIN.
pub(crate) fn unlock_unasked(
    client: &Client,
    common: &Common,
    output: &Output,
) -> Result<Option<Unlocked>, Failure> {
    match &common.person {
        None => Ok(home::unlock_unasked(client, common)?.map(Unlocked::Team)),
        Some(_) => unlock(client, common, output).map(Some),
    }
}

/// Opens what is a person's own.
pub(crate) fn unlock_as(
    (client, name): (&Client, &Text),
    common: &Common,
    output: &Output,
) -> Result<OwnNotebook, Failure> {
    let person = writer::find(client, name)?;
    if !person.has_pin {
        let set = common.typed_as("pin set");
        return Err(Failure::NoOwnPin { set });
    }
    let pin = match home::named_pin(common)? {
        Some(pin) => pin,
        None if output.can_ask() => home::ask_pin()?,
        None => return Err(Failure::Locked),
    };
    Ok(client.unlock_as(person.row, &pin)?)
}

/// What shows what a sent report says.
pub(crate) trait Copies {
    fn copy(&self, reference: &Reference) -> Result<Report, Error>;
    fn reports(&self, limit: u32) -> Result<Vec<ReportView>, Error>;
}

impl Copies for Notebook {
    fn copy(&self, reference: &Reference) -> Result<Report, Error> {
        Self::copy(self, reference)
    }

    fn reports(&self, limit: u32) -> Result<Vec<ReportView>, Error> {
        Self::reports(self, limit)
    }
}

impl Copies for Unlocked {
    fn copy(&self, reference: &Reference) -> Result<Report, Error> {
        match self {
            Self::Team(notebook) => notebook.copy(reference),
            Self::Own(own) => own.copy(reference),
        }
    }

    fn reports(&self, limit: u32) -> Result<Vec<ReportView>, Error> {
        match self {
            Self::Team(notebook) => notebook.reports(limit),
            Self::Own(own) => own.reports(limit),
        }
    }
}

impl Unlocked {
    pub(crate) fn damaged(&self) -> Result<Damaged, Error> {
        match self {
            Self::Team(notebook) => notebook.damaged(),
            Self::Own(own) => Ok(Damaged { drafts: Vec::new(), reports: own.damaged()? }),
        }
    }

    pub(crate) fn messages(&self, about: Option<&Reference>) -> Result<Messages, Error> {
        match self {
            Self::Team(notebook) => notebook.messages(about),
            Self::Own(own) => own.messages(about),
        }
    }

    pub(crate) fn mark_read(&self, rows: &[MessageRow]) -> Result<(), Error> {
        match self {
            Self::Team(notebook) => notebook.mark_read(rows),
            Self::Own(own) => own.mark_read(rows),
        }
    }

    pub(crate) fn forget(&self, reference: &Reference) -> Result<(), Error> {
        match self {
            Self::Team(notebook) => notebook.forget(reference),
            Self::Own(own) => own.forget(reference),
        }
    }

    pub(crate) fn readdress(&self, reference: &Reference, desk: Option<&DeskId>) -> Result<DeskId, Error> {
        match self {
            Self::Team(notebook) => notebook.readdress(reference, desk),
            Self::Own(own) => own.readdress(reference, desk),
        }
    }

    pub(crate) fn take_back(&self, reference: &Reference) -> Result<DraftRow, Error> {
        match self {
            Self::Team(notebook) => notebook.take_back(reference),
            Self::Own(own) => own.take_back(reference),
        }
    }

    pub(crate) async fn ask_mail(&self, sender: &Sender, about: Option<&Reference>) -> Result<Asked, Error> {
        match self {
            Self::Team(notebook) => sender.ask_mail(notebook, about).await,
            Self::Own(own) => sender.ask_own_mail(own, about).await,
        }
    }
}
