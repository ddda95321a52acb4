//! What can be typed (DESIGN 8).

mod draft;

use std::{fmt, path::PathBuf};

use chrono::TimeDelta;
use clap::{Args, Parser, Subcommand, ValueEnum};
use turnstone_core::{AutoLock, Station, UsualRoute, sync::Proxy};
use turnstone_wire::{
    body::Scheme,
    reference::Reference,
    text::{Moment, Text},
};

pub(crate) use draft::{DraftAction, DraftArgs};

use crate::{
    call_sheet::CallSheetArgs,
    fields::{Fields, from_photo::Take},
    help_now::HelpNowArgs,
    parse::{self, DeskChoice, Named},
};

/// Write down what you saw, where there is no signal; it is delivered when there is one.
///
/// Danger to life, or a crime going on now: ring 999, or at sea call the
/// Coastguard on VHF 16. This program is for what can wait an hour.
///
/// Begin once with `turnstone init`. Then, for example:
///
///   turnstone report kraken --what "RIB without lights" --at 50.6065,-1.9480
///   turnstone sync
///
/// `turnstone demo` shows the whole story, invented, on this machine alone.
#[derive(Debug, Parser)]
#[command(
    name = "turnstone",
    version,
    propagate_version = true,
    subcommand_required = true,
    verbatim_doc_comment
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// Folder with your reports [default: $TURNSTONE_HOME, or `turnstone` in your data folder]
    #[arg(long, global = true, value_name = "DIR", env = "TURNSTONE_HOME", hide_env = true)]
    pub(crate) home: Option<PathBuf>,
    /// File with this device's keys, never inside HOME [default: `turnstone/keys` in your state folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Environment variable that holds the PIN; without it a terminal is asked
    #[arg(long, global = true, value_name = "VAR")]
    pub(crate) pin_env: Option<String>,
    /// Read what is one person's own on a team's device, with the PIN of their own; for list, messages, preview, forget,
    /// readdress, draft rescue and pin
    #[arg(id = "as", long = "as", global = true, value_name = "NAME", value_parser = parse::text())]
    pub(crate) person: Option<Text>,
    /// Print exactly one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Common {
    /// A command as it is to be typed, with the places that this one was given.
    pub(crate) fn typed(&self, command: impl fmt::Display) -> String {
        let places = [("--home", &self.home), ("--key-file", &self.key_file)];
        let given = places.into_iter().filter_map(|(name, place)| Some((name, place.as_ref()?)));
        let given: String =
            given.map(|(name, place)| format!(" {name} {}", quoted(&place.to_string_lossy()))).collect();
        format!("turnstone{given} {command}")
    }

    /// The same for a command that reads what is a person's own, where this one did.
    pub(crate) fn typed_as(&self, command: impl fmt::Display) -> String {
        let person = self.person.as_ref().map(|name| format!(" --as {}", quoted(name.as_str())));
        self.typed(format_args!("{command}{}", person.unwrap_or_default()))
    }
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(InitArgs),
    Report(Box<ReportArgs>),
    Draft(DraftArgs),
    SeenAgain(crate::seen_again::SeenAgainArgs),
    Watch(crate::watch::WatchArgs),
    Told(ToldArgs),
    CallSheet(Box<CallSheetArgs>),
    HelpNow(Box<HelpNowArgs>),
    /// What waits, what was delivered, with receipts
    ///
    /// Without the PIN only numbers are shown.
    ///
    /// Example: turnstone list
    List,
    Sync(SyncArgs),
    Messages(MessagesArgs),
    Export(ExportArgs),
    Import(ImportArgs),
    Preview(PreviewArgs),
    Readdress(ReaddressArgs),
    Settings(SettingsArgs),
    Guide(crate::guide::GuideArgs),
    Place(crate::place::PlaceArgs),
    Profile(crate::profile::ProfileArgs),
    Writer(crate::writer::WriterArgs),
    Forget(ForgetArgs),
    /// Say what is open between two commands: nothing
    ///
    /// Each command is a sitting of its own. What keeps others out is a PIN: turnstone pin set
    Lock,
    /// Check the PIN and do what waits for it: shredding what was submitted or discarded
    ///
    /// Example: turnstone unlock --pin-env TURNSTONE_PIN
    Unlock,
    Pin(PinArgs),
    Wipe(WipeArgs),
    Completions(CompletionsArgs),
    Demo(DemoArgs),
}

/// Set up a folder for reports and this device's keys
///
/// Without a directory it works too: reports are kept, and can be told by voice. The key file lies beside the folder,
/// not in it: whoever copies both can guess at the PIN, unless --keyring is given.
///
/// A folder that is set up already takes a list of desks later, or a newer one, by the same command with --directory and
/// --root-key; all reports in it stay. Without --directory nothing is changed there.
///
/// Example: turnstone init --directory directory.json --root-key root.pub
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Signed list of desks
    #[arg(long, value_name = "FILE", requires = "root_key")]
    pub(crate) directory: Option<PathBuf>,
    /// Public key that must have signed it; of two or three, two must have
    #[arg(long, value_name = "FILE")]
    pub(crate) root_key: Vec<PathBuf>,
    /// Keep the key file's own key in the keyring of the operating system
    #[arg(long)]
    pub(crate) keyring: bool,
    /// Begin anew where the keys are gone for good; what is there is set aside whole, not deleted
    #[arg(long)]
    pub(crate) anew: bool,
    /// Begin anew though the keys are there: what waits is set aside too, and not sent
    #[arg(long, requires = "anew")]
    pub(crate) yes: bool,
}

/// Write a report and submit it; needs no network and no PIN
///
/// Prints the reference. It is safe on this device when this returns, and goes with the next `turnstone sync`. Only
/// --what is needed; where no desk takes such reports it is kept as a draft.
///
/// Of a photo the desk gets a small copy without place, time and camera first; the photo as the camera took it goes too, once
/// the network is not metered. An anonymous report sends the copy only, and takes no films and no recordings.
///
/// Example: turnstone report kraken --what "RIB, no lights, three people" --at 50.6065,-1.9480 --bearing 210 --range 800
/// --vessel '{"hull_colour":"grey","people":"3"}' --sign K07 --attach photo.jpg
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// kraken (boats and coast) or pegasus (aircraft and airfields)
    #[arg(value_parser = parse::scheme, value_name = "kraken|pegasus")]
    pub(crate) scheme: Scheme,
    #[command(flatten)]
    pub(crate) fields: Fields,
    /// Photo, video or sound; a pipe or /dev/stdin will do; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    /// Take over where and when the attached photo was taken, and where the camera pointed (with --range); what is typed
    /// goes before
    #[arg(long, requires = "attach", group = "direction")]
    pub(crate) from_photo: bool,
    /// Take no more of it than this; may be repeated [default: all]
    #[arg(long, value_enum, value_name = "WHAT", requires = "from_photo")]
    pub(crate) take: Vec<Take>,
    /// Keep it as a draft instead of submitting it
    #[arg(long)]
    pub(crate) draft: bool,
    /// Leave it out of the watch that runs
    #[arg(long)]
    pub(crate) no_watch: bool,
    /// Who of the team writes this one, whoever writes the others
    #[arg(long, value_parser = parse::text(), value_name = "NAME")]
    pub(crate) writer: Option<Text>,
    /// Do not send an anonymous report before so long has passed, such as 90m, 2h or 1d
    #[arg(long, value_parser = parse::delay, value_name = "TIME", conflicts_with = "draft")]
    pub(crate) delay: Option<TimeDelta>,
    /// Say on standard error how many sealed bytes are stored
    #[arg(long, hide = true)]
    pub(crate) progress: bool,
}

/// Note whom you have told by voice
///
/// Of a draft it travels with the report; of a report it is kept beside it.
///
/// Example: turnstone told KRAKEN-7F3Q-2MXD-9K --channel 101 --number "log 512 of today"
#[derive(Debug, Args)]
pub(crate) struct ToldArgs {
    /// Reference of a report, or number of a draft
    #[arg(value_parser = parse::named, value_name = "REFERENCE|DRAFT")]
    pub(crate) about: Named,
    /// 999, 101, coastguard, crimestoppers or online
    #[arg(long, value_parser = parse::channel)]
    pub(crate) channel: turnstone_wire::body::Channel,
    /// Incident or log number they gave you
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    pub(crate) number: Option<Text>,
    /// When [default: now], such as 2026-05-03T21:40:00+01:00
    #[arg(long, value_parser = parse::moment, value_name = "RFC3339")]
    pub(crate) at: Option<Moment>,
}

/// Send what waits, and fetch what desks have answered
///
/// Words go first, photos after; photos wait for a network that is not metered. No desk in reach is no error.
/// Something that a desk refuses is said, and ends with 1, on each run until its report is rescued or forgotten.
///
/// Anonymous reports go one at a time, some minutes apart from each other and from everything else, so that nothing shows
/// that they come from the same device. What has to wait for that goes with a later `sync`; with --watch by itself. A proxy
/// for them is set by `turnstone settings`.
///
/// Example: turnstone sync --network metered
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// What kind of network there is
    #[arg(long, value_enum, default_value_t = NetworkKind::Unmetered)]
    pub(crate) network: NetworkKind,
    /// Send photos as the camera took them at once, on a metered network too
    #[arg(long)]
    pub(crate) originals_now: bool,
    /// Keep small pictures back, too, until the network is not metered
    #[arg(long, conflicts_with = "originals_now")]
    pub(crate) copies_wait: bool,
    /// Send to desks whose address is not encrypted: for a trial in a closed network
    ///
    /// What is sent is sealed all the same; who sends to whom, and when, is seen by everybody on the way.
    #[arg(long)]
    pub(crate) allow_clear: bool,
    /// Go on sending until Ctrl-C, or SIGTERM
    #[arg(long)]
    pub(crate) watch: bool,
}

/// Read what desks have answered
///
/// Answers are fetched with each `turnstone sync`, and wait here, sealed, until they are read. --check asks now: after all
/// reports that are not anonymous, or after the one that is named. An anonymous report is asked after only when it is named,
/// alone and over a connection of its own.
///
/// Example: turnstone messages --check KRAKEN-7F3Q-2MXD-9K
#[derive(Debug, Args)]
pub(crate) struct MessagesArgs {
    /// Ask desks now
    #[arg(long)]
    pub(crate) check: bool,
    /// Reference of a report [default: all]
    #[arg(value_parser = parse::reference)]
    pub(crate) reference: Option<Reference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NetworkKind {
    /// It costs: words go, photos wait
    Metered,
    /// It does not: everything goes
    Unmetered,
}

/// Write what waits into a file, to carry to the desk by hand
///
/// For where no network comes: put FILE on a stick and give it to the desk, whose answer `turnstone import` takes. It is
/// sealed to the desk; who finds it sees its size, and no more. Needs no PIN. Nothing is changed here: what waits may go
/// by the network as well, whichever comes first, and is at the desk once.
///
/// Where something waits for several desks, each gets a file of its own, numbered. Anonymous reports are written with
/// --anonymous alone, each into a file of its own: carry them apart, for files on one stick are one person's.
///
/// Example: turnstone export /media/stick/reports.bundle
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// File to write
    pub(crate) file: PathBuf,
    /// Only what waits for this desk; needs the PIN where there is one
    #[arg(long, value_name = "ID", value_parser = parse::desk_id)]
    pub(crate) desk: Option<turnstone_wire::directory::DeskId>,
    /// The anonymous reports, each into a file of its own, and nothing else
    #[arg(long)]
    pub(crate) anonymous: bool,
    /// Write over a file of that name
    #[arg(long)]
    pub(crate) force: bool,
}

/// Take a desk's answer to what was carried there by hand
///
/// Its receipts count as those that come by the network. Needs no PIN; the same again changes nothing.
///
/// Example: turnstone import /media/stick/reports.answer
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The answer, as `turnstone-desk import` wrote it
    pub(crate) file: PathBuf,
}

/// Show what the desk will see, or what it was sent
///
/// Of a report it is read from this device's copy, while that is kept; an anonymous one leaves none.
///
/// Example: turnstone preview 3
#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// Number of a draft, or reference of a report
    #[arg(value_parser = parse::named, value_name = "DRAFT|REFERENCE")]
    pub(crate) of: Named,
}

/// Seal a report for another desk than its own
///
/// For when its desk has closed, refuses it, or cannot be reached. `turnstone list` says where that is needed. A police
/// report whose desk closes goes to the other desk of its area by itself; a confidential one never does. All of it is sent
/// from the beginning; what the first desk has, it keeps.
///
/// Example: turnstone readdress KRAKEN-7F3Q-2MXD-9K --desk county-desk
#[derive(Debug, Args)]
pub(crate) struct ReaddressArgs {
    /// Reference of the report
    #[arg(value_parser = parse::reference)]
    pub(crate) reference: Reference,
    /// The desk, where several others take such reports
    #[arg(long, value_parser = parse::desk, value_name = "ID")]
    pub(crate) desk: Option<DeskChoice>,
}

/// Show or change how reports are sent from this folder, and when it locks itself
///
/// With a proxy, such as the one Tor listens with, desks do not see from where anonymous reports come. The proxy also looks
/// up the desk's name, so nobody near you sees it. Where it is not in reach, nothing goes around it: it waits.
///
/// Needs the PIN where there is one. What is typed as an argument is seen by other programs while the command runs.
///
/// Example: turnstone settings --proxy socks5h://127.0.0.1:9050
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// SOCKS proxy to send by, such as socks5h://127.0.0.1:9050
    #[arg(long, value_parser = parse::proxy, value_name = "ADDRESS")]
    pub(crate) proxy: Option<Proxy>,
    /// What goes by it
    #[arg(long, value_enum, value_name = "WHAT", requires = "proxy", default_value = "anonymous")]
    pub(crate) proxy_for: ProxyUse,
    /// Send without a proxy from now on
    #[arg(long, conflicts_with = "proxy")]
    pub(crate) no_proxy: bool,
    /// The route of reports for which none is named: police or confidential; `ask` has it asked for again
    #[arg(long, value_parser = parse::usual_route, value_name = "ROUTE")]
    pub(crate) route: Option<RouteSetting>,
    /// Surveyed place that `report --at station` stands for, such as "Old lookout, SZ 0360 7860"
    #[arg(long, value_parser = parse::station, value_name = "NAME,POSITION")]
    pub(crate) station: Option<Station>,
    /// Know no station from now on
    #[arg(long, conflicts_with = "station")]
    pub(crate) no_station: bool,
    /// Minutes without use after which apps that show this folder lock themselves, 1 to 60 [default: 5]
    #[arg(long, value_parser = parse::auto_lock, value_name = "MINUTES")]
    pub(crate) auto_lock: Option<AutoLock>,
}

/// What becomes of the usual route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteSetting {
    /// It is this one.
    Is(UsualRoute),
    /// It is to be asked for.
    Ask,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProxyUse {
    /// Anonymous reports
    Anonymous,
    /// Everything
    All,
}

/// Shred this device's copy of a report, and its record
///
/// What is sealed and still waits is sent all the same, but for what is held back and could only be sealed anew from that copy.
///
/// Example: turnstone forget KRAKEN-7F3Q-2MXD-9K
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// Reference of the report
    #[arg(value_parser = parse::reference)]
    pub(crate) reference: Reference,
}

/// Set, change, remove or forget the PIN that reading needs, or choose one that wipes; writing and sending never need it
///
/// `forget` is for a PIN that nobody knows any more, and needs none: it says what is lost and what is still sent, and ends
/// all that only the PIN opens. What is sealed and waits goes on being sent as it is.
///
/// On a team's device `pin set --as NAME` gives a person a PIN of their own: what they submit from then on can be read with
/// that PIN alone. It needs the team's PIN, where there is one; to change or remove theirs needs their own.
///
/// `set-wipe` chooses a second PIN: given where the PIN is asked for, it wipes this device and answers as one that was never
/// set up. What it does, and that it hides nothing from an examination, is said first. It ends with the PIN it stands beside.
///
/// Example: NEW=… turnstone pin set --new-pin-env NEW
#[derive(Debug, Args)]
pub(crate) struct PinArgs {
    #[arg(value_enum)]
    pub(crate) action: PinAction,
    /// Environment variable that holds the new PIN; without it a terminal is asked
    #[arg(long, value_name = "VAR")]
    pub(crate) new_pin_env: Option<String>,
    /// Environment variable that holds the wipe PIN, of `set-wipe`; without it a terminal is asked
    #[arg(long, value_name = "VAR")]
    pub(crate) wipe_pin_env: Option<String>,
    /// Of `forget`, `set-wipe` and `remove --as`: do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PinAction {
    /// Ask for a PIN from now on
    Set,
    /// Replace the PIN
    Change,
    /// Ask for none any more; with --as it ends all that only that person's PIN opens
    Remove,
    /// Forget a PIN that nobody knows any more, and all that only it opens; what waits is still sent
    Forget,
    /// Choose a second PIN that wipes; what it does, and what it cannot hide, is said first
    SetWipe,
    /// Take the wipe PIN away
    RemoveWipe,
}

/// End all keys and remove all reports from this device, for good
///
/// Needs no PIN, and works where the folder or the key file is damaged: what can be removed is, and what cannot is named.
/// What is sealed and waits is lost too, unless --after-sending is given: that ends at once all that can be read here, goes on
/// sending what waits (`sync`), and wipes the folder when the last of it is gone. It cannot be undone, and destroying data
/// that an investigation needs can be an offence.
///
/// Example: turnstone wipe --after-sending
#[derive(Debug, Args)]
pub(crate) struct WipeArgs {
    /// Let what is sealed and waits be sent first
    #[arg(long)]
    pub(crate) after_sending: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Print the completions for a shell
///
/// Example: turnstone completions bash > ~/.local/share/bash-completion/completions/turnstone
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Show the whole story on this machine: a report, a kill, a bad link, receipts, and the desk that opens it
///
/// Uses a folder of its own and invented words; touches nothing of yours.
///
/// Example: turnstone demo --keep /tmp/turnstone-demo
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Make the demo in this folder, new or empty, and leave it there to look at
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}
