//! The command line (DESIGN 8).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use turnstone_wire::{body::Route, directory::DeskId, directory::KeyState, key::KeyId};

/// Runs a Turnstone desk: makes its keys, receives reports blindly, and opens them.
///
/// A desk is one folder with three parts that belong on three machines: `server` receives and cannot read,
/// `officer` reads, `authority` signs the directory that phones believe. Begin with `init`, then `serve`, then
/// `open`.
#[derive(Debug, Parser)]
#[command(name = "turnstone-desk", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Answer with exactly one JSON document on standard output, also where something goes wrong.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(InitArgs),
    Serve(ServeArgs),
    Open(OpenArgs),
    Reply(ReplyArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    Directory(DirectoryArgs),
    Key(KeyArgs),
    Pack(crate::authority::pack::PackArgs),
    Verify(VerifyArgs),
    Profile(crate::authority::profile::ProfileArgs),
}

/// Make a desk: its keys, its intake, and the signed directory that phones find it by.
///
/// Writes DIR/server, DIR/officer, DIR/authority, DIR/directory.json and DIR/root.pub, all of it or nothing.
/// Give directory.json and root.pub to phones; move authority to a machine without a network. For an https
/// address a private certificate authority is made and its root put into the directory.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Where to make the desk.
    pub(crate) dir: PathBuf,
    /// A short name of a-z, 0-9 and -, which stands in receipts and never changes.
    #[arg(long, value_parser = |text: &str| DeskId::parse(text))]
    pub(crate) id: DeskId,
    /// The name people know it by.
    #[arg(long)]
    pub(crate) name: String,
    /// Where phones reach its intake, such as https://desk.example.org or http://127.0.0.1:8470.
    #[arg(long)]
    pub(crate) url: String,
    /// How reports may come.
    #[arg(long, value_delimiter = ',', value_parser = route, default_value = "police,confidential,anonymous")]
    pub(crate) routes: Vec<Route>,
}

pub(crate) fn route(text: &str) -> Result<Route, String> {
    let found = Route::ALL.into_iter().find(|route| route.code() == text);
    found.ok_or_else(|| "a route is police, confidential or anonymous".to_owned())
}

/// Receive reports and attachments, and answer with signed receipts.
///
/// Holds only ciphertext, logs nothing of any request, and never writes down a network address. Prints one line
/// when it listens; stops on SIGTERM or SIGINT once running requests are answered. Sizes, quotas and rates stand in
/// SERVER/intake.json under `limits`; docs/architecture.md says what each is for.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The server folder that `init` made.
    pub(crate) server: PathBuf,
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8470")]
    pub(crate) listen: String,
    /// Certificate chain in PEM, instead of the one that `init` made.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
}

/// Open what has arrived, as one folder a report with its attachments beside it.
///
/// May be run as often as wished: what is open already stays as it is, attachments that arrived since are added.
/// A report that cannot be opened is listed with the reason and stops no other. Leaves an `opened` receipt for
/// each report in its mailbox; what is opened out of a bundle gets its receipt with the next run that opens from
/// the intake.
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// The officer folder that `init` made.
    #[arg(long, value_name = "DIR")]
    pub(crate) key: PathBuf,
    /// The server folder, the address of the intake, or a bundle that was carried here by hand.
    #[arg(long, value_name = "DIR|URL|BUNDLE")]
    pub(crate) from: String,
    /// Where to write the opened reports.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// Answer whoever sent a report.
///
/// The answer is signed by the officer's key, sealed so that only the phone the report came from can read it, and left in
/// the report's mailbox. It cannot be taken back or changed. The phone of a named witness fetches it when it next sends; an
/// anonymous witness has to ask for it, and may never look. What cannot be left now is kept, and left by the next `reply` to
/// this report or the next `open`.
///
/// Example: turnstone-desk reply --key desk/officer --from https://desk.example.org --out reports KRAKEN-7F3Q-2MXD-9K
/// --text "Thank you. Please ring the station about what you saw."
#[derive(Debug, Args)]
pub(crate) struct ReplyArgs {
    /// The officer folder that `init` made.
    #[arg(long, value_name = "DIR", required_unless_present = "list")]
    pub(crate) key: Option<PathBuf>,
    /// The server folder, or the address of the intake.
    #[arg(long, value_name = "DIR|URL", required_unless_present = "list")]
    pub(crate) from: Option<String>,
    /// The folder that `open` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Reference of the report, or the name of its folder.
    #[arg(value_name = "REFERENCE|FOLDER", required_unless_present = "list")]
    pub(crate) report: Option<String>,
    /// What to say, at most 8 KiB; `-` reads it from standard input.
    #[arg(long, required_unless_present = "list", conflicts_with = "list", allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    /// Show what was answered from this folder, to one report or to all; leaves nothing.
    #[arg(long)]
    pub(crate) list: bool,
}

/// Take in a bundle that was carried here by hand, and give the receipts for it to carry back.
///
/// Stores what it holds as the intake does, under the same names: what has come by the network is there once. A
/// running `serve` need not stop. What is refused, or does not match its name, is listed with the reason and stops
/// nothing else; of a damaged bundle all that is whole is stored. The same bundle again changes nothing and gives the
/// same receipts. The answer is sealed to the device that made the bundle.
///
/// Example: turnstone-desk import /media/stick/reports.bundle --to DIR/server --answer /media/stick/reports.answer
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The bundle, as `turnstone export` wrote it.
    pub(crate) bundle: PathBuf,
    /// The server folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Where to write the answer, for `turnstone import`.
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: Option<PathBuf>,
    /// Write the answer over a file that is there.
    #[arg(long, requires = "answer")]
    pub(crate) force: bool,
}

/// Write the opened reports as one table or map layer.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The folder that `open` wrote.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// The file to write; standard output without it.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One point a sighting (RFC 7946).
    Geojson,
    /// One line a sighting (RFC 4180).
    Csv,
}

/// Show or change the signed directory.
#[derive(Debug, Args)]
pub(crate) struct DirectoryArgs {
    /// The folder that `init` made.
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) action: DirectoryAction,
}

/// A language by its two or three letters.
pub(crate) fn language(text: &str) -> Result<String, String> {
    let letters = text.bytes().all(|b| b.is_ascii_lowercase());
    if letters && (2..=3).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("such as en or cy".into())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum DirectoryAction {
    /// Say what the directory vouches for.
    Show,
    /// Say when reports are read, and how soon: phones show it until a report is read.
    ///
    /// It stands after "this desk reads", such as "Mon-Fri 9-5, most within a day".
    Hours {
        /// The words; none takes them out.
        words: String,
        /// Their language.
        #[arg(long, default_value = "en", value_parser = language)]
        lang: String,
    },
    /// Sign it anew under the next number, and hand it to the server.
    Renew {
        /// When it asks to be replaced.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
        expires_in_days: u32,
    },
    /// Tell phones that this desk takes nothing new.
    ///
    /// They still bring what belongs to words that are here, and those that have not heard of it still send: let the intake
    /// serve, and open what comes, until nothing more does.
    Close,
    /// Tell phones that this desk takes reports again.
    Reopen,
    /// Tell phones where the intake is from now on.
    ///
    /// Where the desk has a certificate authority of its own, the intake gets a certificate for the old addresses and the
    /// new: start it anew. Let it answer at the old addresses for a while, where phones find the new directory.
    Url {
        /// An address, such as https://desk.example.org; several are tried in their order.
        #[arg(long, required = true, value_name = "URL")]
        set: Vec<String>,
    },
}

/// List, add and retire the desk's keys.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The folder that `init` made.
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) action: KeyAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyAction {
    /// List the keys of the directory.
    List,
    /// Make a key and put it into the directory.
    Add {
        /// What the key is for.
        #[arg(value_enum)]
        role: NewKey,
    },
    /// Change what phones do with a key.
    ///
    /// `retired` keys are not sealed to any more; the intake refuses what is sealed to a `lost` or
    /// `compromised` one.
    Set {
        /// The key's id, as `list` shows it.
        #[arg(value_name = "KEYID")]
        id: KeyId,
        /// Its new state.
        #[arg(value_parser = key_state, value_name = "active|retired|lost|compromised")]
        state: KeyState,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKey {
    /// Opens the words of reports.
    Seal,
    /// Opens the contact of a witness.
    Source,
    /// Opens the bundles that are carried by hand; lies in both `server` and `officer`.
    Courier,
    /// Signs the intake's receipts.
    Stored,
    /// Signs that a report was opened.
    Officer,
}

fn key_state(text: &str) -> Result<KeyState, String> {
    match text {
        "active" => Ok(KeyState::Active),
        "retired" => Ok(KeyState::Retired),
        "lost" => Ok(KeyState::Lost),
        "compromised" => Ok(KeyState::Compromised),
        _ => Err("a key is active, retired, lost or compromised".to_owned()),
    }
}

/// Say in words who vouches for what: a directory, or a receipt.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A directory, or a receipt as the intake or an officer signed it.
    pub(crate) file: PathBuf,
    /// A root key file (`root.pub`); of two or three, two must have signed.
    #[arg(long, required = true, value_name = "FILE")]
    pub(crate) root_key: Vec<PathBuf>,
    /// The directory to verify a receipt against.
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Option<PathBuf>,
}
