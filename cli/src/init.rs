//! `init`: a folder for reports, and this device's keys.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Error, Invalid, KeyFile, KeyStoreError, Missing, SetUp, Unusable, UsualRoute, view,
};
use turnstone_wire::{
    directory::{Directory, Roots, SignedDirectory},
    limits, shown,
};

use crate::{
    args::{Common, InitArgs},
    failure::Failure,
    home::{self, Places, ports_with},
    keyring,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: &InitArgs, output: &Output) -> Result<(), Failure> {
    let places = Places::of(common)?;
    let roots = if args.root_key.is_empty() { None } else { Some(read_roots(args)?) };
    let bytes = args.directory.as_deref().map(read_directory).transpose()?;
    if let (Some(roots), Some(bytes)) = (&roots, &bytes)
        && !args.anew
        && let Some(client) = open(common, &places, args, output)?
    {
        update(&client, roots, bytes)?;
        return answer(common, &places, &client, "updated", output);
    }
    if args.anew && !args.yes {
        keys_are_gone(&places, output)?;
    }
    if args.anew {
        keep_a_damaged_key_file(&places)?;
    }
    let key_file = if args.keyring { keyring::key_file(&places.key_file)? } else { places.key_store(output) };
    let set_up = SetUp { roots, directory: bytes.as_deref() };
    let make = if args.anew { Client::start_anew } else { Client::create };
    let client =
        make(&places.home, ports_with(key_file.creating()), &set_up).map_err(|error| match error {
            Error::Unusable(Unusable::AlreadySetUp) => {
                Failure::AlreadySetUp { home: places.home.clone(), init: common.typed("init") }
            }
            error => home::unusable(common, &places, error),
        })?;
    ask_for_the_usual_route(&client, output)?;
    answer(common, &places, &client, if args.anew { "set_up_anew" } else { "set_up" }, output)
}

/// Asks whoever sets a device up for themselves which route their reports usually take: once, with none of them chosen
/// beforehand. No answer is an answer; `turnstone settings --route` asks for nothing and can be typed at any time.
fn ask_for_the_usual_route(client: &Client, output: &Output) -> Result<(), Failure> {
    if !output.can_converse() || !client.usual()?.is_to_be_asked() {
        return Ok(());
    }
    let lang = Lang::of(&std::env::var("LANG").unwrap_or_default().replace('_', "-"));
    output.advice(&view::route_question(lang));
    let rows = view::choice_rows(&client.choices()?, lang);
    for row in &rows {
        let (code, name) = (row.code.unwrap_or_default(), row.name.as_deref().unwrap_or_default());
        output.advice(&format!("  {code}: {name}. {}", row.means));
    }
    let typed = output.ask("police, confidential, or nothing to choose for each report:")?;
    match UsualRoute::of_code(typed.to_ascii_lowercase().trim()) {
        Some(route) => Ok(client.unlock(None)?.set_usual_route(Some(route))?),
        None => Ok(()),
    }
}

/// The home folder, where it is set up already.
fn open(
    common: &Common,
    places: &Places,
    args: &InitArgs,
    output: &Output,
) -> Result<Option<Client>, Failure> {
    match Client::open(&places.home, places.ports(output)) {
        Ok(_) if args.keyring && !in_keyring(places)? => Err(Failure::Keyring(format!(
            "{} keeps its own key already; --keyring is for a folder that is not set up yet",
            places.key_file.display()
        ))),
        Ok(client) => {
            client.mended().iter().for_each(|mended| output.advice(&view::mended_sentence(mended)));
            Ok(Some(client))
        }
        Err(Error::NotFound(Missing::Home)) => Ok(None),
        Err(error) => Err(home::unusable(common, places, error)),
    }
}

/// Takes root keys and a list of desks into a home folder that has its reports already.
fn update(client: &Client, roots: &Roots, bytes: &[u8]) -> Result<(), Failure> {
    // Before the root keys are taken: they stay, and those of another list would shut out the right one.
    let verified = SignedDirectory::parse(bytes).and_then(|signed| signed.verify(roots));
    verified.map_err(|error| Error::Invalid(Invalid::Directory(error)))?;
    client.take_roots(roots)?;
    client.take_directory(bytes)?;
    Ok(())
}

/// Fails where the keys of the home are there: beginning anew would leave what waits unsent.
fn keys_are_gone(places: &Places, output: &Output) -> Result<(), Failure> {
    let Ok(client) = Client::open(&places.home, places.ports(output)) else { return Ok(()) };
    if client.reach_key_store().is_err() {
        return Ok(());
    }
    let counts = client.overview()?;
    Err(Failure::Usage(format!(
        "the keys here work: {} drafts would be set aside, and {} words and photos that wait would not be sent. Where that is meant, add --yes",
        counts.drafts, counts.waiting
    )))
}

/// Nothing can be written into a key file that is none; it is kept beside the new one.
fn keep_a_damaged_key_file(places: &Places) -> Result<(), Failure> {
    if KeyFile::new(&places.key_file).needs_outer_key() != Err(KeyStoreError::Damaged) {
        return Ok(());
    }
    let beside = |n: u32| {
        let mut name = places.key_file.clone().into_os_string();
        name.push(format!(".damaged-{n}"));
        PathBuf::from(name)
    };
    let free = (1..).map(beside).find(|path| !path.exists()).unwrap_or_else(|| beside(0));
    fs::rename(&places.key_file, free).map_err(|error| Failure::path(&places.key_file, &error))
}

fn answer(
    common: &Common,
    places: &Places,
    client: &Client,
    outcome: &str,
    output: &Output,
) -> Result<(), Failure> {
    let directory = client.directory()?;
    let keyring = in_keyring(places)?;
    let json = json!({
        "outcome": outcome,
        "home": places.home,
        "key_file": places.key_file,
        "keyring": keyring,
        "desks": directory.iter().flat_map(|directory| directory.desks().iter()).map(|desk| desk.id.as_str()).collect::<Vec<_>>(),
    });
    let head = if outcome == "updated" {
        "It was set up already; the list of desks is taken, and all else is as it was.".to_owned()
    } else if outcome == "set_up_anew" {
        "What was there before is kept whole in a folder set-aside-<n> in it; with its keys it can be opened."
            .to_owned()
    } else {
        keys_words(common, places, keyring)
    };
    let reports = format!("Reports are kept in {}", places.home.display());
    output.answer(&json, format_args!("{reports}\n{head}\n{}", desks_words(directory.as_deref())))
}

fn in_keyring(places: &Places) -> Result<bool, Failure> {
    Ok(KeyFile::new(&places.key_file).needs_outer_key()?)
}

fn keys_words(common: &Common, places: &Places, keyring: bool) -> String {
    let place = format!("The key file lies at {}", places.key_file.display());
    if keyring {
        format!("{place}\nIts own key is in the keyring of this system: the two folders alone open nothing.")
    } else {
        format!(
            "{place}\nWhoever copies both can guess at the PIN: choose a long one (`{}`), or use --keyring.",
            common.typed("pin set")
        )
    }
}

fn desks_words(directory: Option<&Directory>) -> String {
    match directory {
        Some(directory) => {
            let open = directory.desks().iter().filter(|desk| !desk.closed);
            let names: Vec<_> = open.map(|desk| shown::line(desk.name("en"))).collect();
            if names.is_empty() {
                return "No desk of this list takes reports now; what waits says what to do: `turnstone list`".to_owned();
            }
            format!("Reports can go to: {}", names.join(", "))
        }
        None => "There is no desk to send to yet. Write reports all the same; tell them by voice: 101, or Crimestoppers."
            .to_owned(),
    }
}

fn read_roots(args: &InitArgs) -> Result<Roots, Failure> {
    let mut keys = Vec::new();
    for path in &args.root_key {
        let text = read(path, 64 * 1024)?;
        let text = String::from_utf8_lossy(&text);
        let key = Roots::parse_key_line(&text)
            .map_err(|error| Failure::Usage(format!("{} is no root key: {error}", path.display())))?;
        keys.push(key);
    }
    Roots::new(keys).map_err(|error| Failure::Usage(error.to_string()))
}

fn read_directory(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = read(path, limits::DIRECTORY_BYTES)?;
    if bytes.is_empty() {
        return Err(Error::Invalid(Invalid::Body(format!("{} is empty", path.display()))).into());
    }
    Ok(bytes)
}

/// Reads a file up to a limit; more than that is none of ours, and is found out when it is parsed.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| Failure::path(path, &error))?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| Failure::path(path, &error))?;
    Ok(bytes)
}
