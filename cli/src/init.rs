//! `init`: a folder for reports, and this device's keys.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::json;
use turnstone_core::{Client, Error, Invalid, SetUp};
use turnstone_wire::{
    directory::{Directory, Roots},
    limits, shown,
};

use crate::{
    args::{Common, InitArgs},
    failure::Failure,
    home::{Places, ports_with},
    keyring,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: &InitArgs, output: &Output) -> Result<(), Failure> {
    let places = Places::of(common)?;
    let roots = if args.root_key.is_empty() { None } else { Some(read_roots(args)?) };
    let directory = args.directory.as_deref().map(read_directory).transpose()?;
    let ports =
        if args.keyring { ports_with(keyring::key_file(&places.key_file)?) } else { places.ports()? };
    let client = Client::create(&places.home, ports, &SetUp { roots, directory: directory.as_deref() })?;
    let directory = client.directory()?;
    let json = json!({
        "outcome": "set_up",
        "home": places.home,
        "key_file": places.key_file,
        "keyring": args.keyring,
        "desks": directory.iter().flat_map(|directory| directory.desks().iter()).map(|desk| desk.id.as_str()).collect::<Vec<_>>(),
    });
    output.answer(&json, words(&places, args, directory.as_deref()))
}

fn words(places: &Places, args: &InitArgs, directory: Option<&Directory>) -> String {
    let mut words = String::new();
    let _ = writeln!(words, "Reports are kept in {}", places.home.display());
    let _ = writeln!(words, "The key file lies at {}", places.key_file.display());
    if args.keyring {
        let _ = writeln!(
            words,
            "Its own key is in the keyring of this system: the two folders alone open nothing."
        );
    } else {
        let _ = writeln!(
            words,
            "Whoever copies both can guess at the PIN: choose a long one (`turnstone pin set`), or use --keyring."
        );
    }
    match directory {
        Some(directory) => {
            let names: Vec<_> = directory.desks().iter().map(|desk| shown::line(desk.name("en"))).collect();
            let _ = write!(words, "Reports can go to: {}", names.join(", "));
        }
        None => {
            let _ = write!(
                words,
                "There is no desk to send to yet. Write reports all the same; tell them by voice: 101, or Crimestoppers."
            );
        }
    }
    words
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
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| Failure::path(path, &error))?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| Failure::path(path, &error))?;
    Ok(bytes)
}
