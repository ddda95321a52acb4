//! `pack DIR`: signs newer guidance, or a newer table of places, for phones to take.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use turnstone_almanac::{
    COMPILED_IN,
    guide::{self, Guide},
    places::Places,
};
use turnstone_wire::{
    key::{Root, SigningKey},
    limits,
    pack::{PackKind, SignedPack},
};

use crate::{
    clock::Clock,
    failure::Failure,
    files::{self, Access, At, Replacement},
    home::secrets,
    output::Output,
};

/// In DIR/authority: the number of the last pack of each kind.
const NUMBERS: &str = "packs.json";
/// In a folder of guidance: what is listed, beside `<language>.ftl`.
const INDEX: &str = "guide.json";

/// Sign newer guidance, or a newer table of places, for phones to take.
///
/// A phone takes it with `turnstone guide --take PACK`, if it is signed by the keys that its list of desks is signed by, newer
/// than what it has, and lacks nothing that came with the program. Guidance is a folder with guide.json, en.ftl and cy.ftl, or
/// one file of all three; --begin writes the folder as it came with this program.
///
/// Where phones ask for two root keys, the first authority signs the content, and the second one signs what came of it.
///
/// Example: turnstone-desk pack DIR --kind guidance guidance/ -o guidance.pack
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// The folder that `init` made, or the authority in it.
    dir: PathBuf,
    /// What is in it.
    #[arg(long, value_enum)]
    kind: Kind,
    /// The content; or a pack that another authority has signed, to sign it as well.
    #[arg(required_unless_present = "begin", requires = "out")]
    file: Option<PathBuf>,
    /// Where to write the pack.
    #[arg(long, short, value_name = "PACK")]
    out: Option<PathBuf>,
    /// Its number; without it one more than the last.
    #[arg(long, value_parser = clap::value_parser!(u64).range(2..))]
    number: Option<u64>,
    /// Write the guidance that came with this program into this new folder, to begin from.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["file", "out", "number"])]
    begin: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Whom to ring, what to look out for.
    Guidance,
    /// Harbours, airfields, police areas.
    Places,
}

impl From<Kind> for PackKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Guidance => Self::Guidance,
            Kind::Places => Self::Places,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &PackArgs, clock: &dyn Clock, output: &mut Output) -> Result<(), Failure> {
    if let Some(folder) = &args.begin {
        return begin(folder, args.kind, output);
    }
    let (Some(file), Some(out)) = (&args.file, &args.out) else {
        return Err(Failure::Usage(
            "name the content, and with --out where the pack is to be written".into(),
        ));
    };
    let (kind, authority) = (PackKind::from(args.kind), authority(&args.dir));
    let root: SigningKey<Root> = secrets::read_signing_key(&authority.join("root.key"))?;
    let _lock = lock(&authority)?;
    let bytes = read(file, kind)?;
    let mut writes = Vec::new();
    let pack = match SignedPack::parse(&bytes) {
        Ok(signed) if signed.kind() == kind => signed.also_signed_by(&root),
        Ok(_) => return Err(Failure::bad_file(file, "it is a pack of the other kind")),
        Err(_) => {
            check(kind, &bytes).map_err(|why| Failure::bad_file(file, why))?;
            let mut numbers = read_numbers(&authority)?;
            let last = numbers.get(kind.code()).copied().unwrap_or(COMPILED_IN);
            let number = args.number.unwrap_or(last + 1);
            if number <= last {
                return Err(Failure::Usage(format!("the last pack of {} has number {last}", kind.code())));
            }
            numbers.insert(kind.code().to_owned(), number);
            let (path, access) = (authority.join(NUMBERS), Access::Public);
            writes.push(Replacement { path, bytes: json!(numbers).to_string().into_bytes(), access });
            SignedPack::sign(kind, number, clock.now(), bytes, &[&root])
                .map_err(|error| Failure::bad_file(file, error))?
        }
    };
    writes.push(Replacement { path: out.clone(), bytes: pack.to_json(), access: Access::Public });
    files::replace_all(&writes)?;
    let (number, signatures) = (pack.sequence(), pack.signatures());
    let json = json!({"kind": kind.code(), "sequence": number, "signatures": signatures, "pack": out});
    let words = format!(
        "Pack number {number} of {} is in {}, signed by {signatures} root {}.",
        kind.code(),
        out.display(),
        if signatures == 1 { "key" } else { "keys" }
    );
    output.answer(&json, words)
}

/// That phones of this version will take it.
fn check(kind: PackKind, content: &[u8]) -> Result<(), String> {
    match kind {
        PackKind::Guidance => Guide::read(content).map(drop).map_err(|error| error.to_string()),
        PackKind::Places => Places::read(content).map(drop).map_err(|error| error.to_string()),
    }
}

fn authority(dir: &Path) -> PathBuf {
    let inner = dir.join("authority");
    if inner.is_dir() { inner } else { dir.to_owned() }
}

fn lock(authority: &Path) -> Result<File, Failure> {
    let path = authority.join("change.lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
    lock.lock().at(&path, "locked")?;
    Ok(lock)
}

fn read_numbers(authority: &Path) -> Result<BTreeMap<String, u64>, Failure> {
    let path = authority.join(NUMBERS);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = files::read_text(&path)?;
    serde_json::from_str(&text).map_err(|_| Failure::bad_file(&path, "it is not a list of numbers"))
}

/// The content of a file, or of a folder of guidance put together.
fn read(path: &Path, kind: PackKind) -> Result<Vec<u8>, Failure> {
    if kind != PackKind::Guidance || !path.is_dir() {
        return Ok(files::read(path, limits::PACK_BYTES / 3 * 4 + limits::PACK_FRAME_BYTES)?);
    }
    let index = path.join(INDEX);
    let mut pack: Value =
        serde_json::from_str(&files::read_text(&index)?).map_err(|error| Failure::bad_file(&index, error))?;
    let mut words = serde_json::Map::new();
    for name in files::names_in(path)? {
        if let Some(language) = name.strip_suffix(".ftl") {
            words.insert(language.to_owned(), files::read_text(&path.join(&name))?.into());
        }
    }
    match pack.as_object_mut() {
        Some(pack) => drop(pack.insert("words".to_owned(), words.into())),
        None => return Err(Failure::bad_file(&index, "it is not an object")),
    }
    Ok(pack.to_string().into_bytes())
}

/// Writes what is compiled in as a folder.
fn begin(folder: &Path, kind: Kind, output: &mut Output) -> Result<(), Failure> {
    if kind != Kind::Guidance {
        return Err(Failure::Usage("a table of places is built from public data, not begun here".into()));
    }
    let unreadable = || Failure::bad_file(folder, "what came with this program does not read");
    let mut pack: Value = serde_json::from_slice(&guide::built_in_pack()).map_err(|_| unreadable())?;
    let words = pack.as_object_mut().and_then(|pack| pack.remove("words")).ok_or_else(unreadable)?;
    let words: BTreeMap<String, String> = serde_json::from_value(words).map_err(|_| unreadable())?;
    let index = serde_json::to_string_pretty(&pack).map_err(|_| unreadable())?;
    fs::create_dir(folder).at(folder, "made")?;
    files::write_new(&folder.join(INDEX), index.as_bytes(), Access::Public)?;
    for (language, text) in &words {
        files::write_new(&folder.join(format!("{language}.ftl")), text.as_bytes(), Access::Public)?;
    }
    files::sync_folder(folder)?;
    let json = json!({"outcome": "begun", "folder": folder});
    output.answer(&json, format_args!("The guidance that came with this program is in {}.", folder.display()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use turnstone_wire::{directory::Roots, pack::PackError};

    use super::*;
    use crate::{clock::fake::FakeClock, home::Home, testing};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        pack: PackArgs,
    }

    struct Authority(tempfile::TempDir);

    impl Authority {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            testing::init(&folder.path().join("desk"), "http://127.0.0.1:8470").unwrap();
            Self(folder)
        }

        /// Runs the command in words, `/` standing for the temporary folder.
        fn run(&self, words: &str) -> Result<Value, Failure> {
            let place = |word: &str| match word.strip_prefix('/') {
                Some(name) => self.0.path().join(name).display().to_string(),
                None => word.to_owned(),
            };
            let words = std::iter::once("pack".to_owned()).chain(words.split(' ').map(place));
            let said = testing::Said::default();
            let args = Line::try_parse_from(words).map_err(|error| Failure::Usage(error.to_string()))?.pack;
            run(&args, &FakeClock::default(), &mut Output::to(true, Box::new(said.clone())))?;
            Ok(said.json())
        }

        fn pack(&self, name: &str) -> SignedPack {
            SignedPack::parse(&fs::read(self.0.path().join(name)).unwrap()).unwrap()
        }

        fn key(&self) -> SigningKey<Root> {
            let home = Home::new(self.0.path().join("desk"));
            secrets::read_signing_key(&home.authority().join("root.key")).unwrap()
        }

        fn edit(&self, name: &str, from: &str, to: &str) {
            let path = self.0.path().join(name);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from));
            fs::write(path, text.replacen(from, to, 1)).unwrap();
        }
    }

    #[test]
    fn guidance_is_begun_changed_and_signed_under_the_next_number() {
        let authority = Authority::new();
        authority.run("/desk --kind guidance --begin /new").unwrap();
        authority.edit("new/en.ftl", "boats at odd hours", "boats at strange hours");
        for number in [2, 3] {
            let said = authority.run("/desk --kind guidance /new -o /pack").unwrap();
            assert_eq!((&said["sequence"], &said["signatures"]), (&json!(number), &json!(1)));
        }
        let roots = Roots::new(vec![authority.key().public()]).unwrap();
        let pack = authority.pack("pack").verify(&roots).unwrap();
        let guide = Guide::read(pack.content()).unwrap();
        assert_eq!(guide.signs()[0].text.en, "boats at strange hours or at isolated places");
    }

    #[test]
    fn two_authorities_sign_one_pack_after_the_other() {
        let (first, second) = (Authority::new(), Authority::new());
        first.run("/desk --kind guidance --begin /new").unwrap();
        first.run("/desk/authority --kind guidance /new -o /once").unwrap();
        let once = first.0.path().join("once");
        fs::copy(&once, second.0.path().join("once")).unwrap();
        let said = second.run("/desk --kind guidance /once -o /both").unwrap();
        assert_eq!((&said["sequence"], &said["signatures"]), (&json!(2), &json!(2)));
        let roots = Roots::new(vec![first.key().public(), second.key().public()]).unwrap();
        assert!(second.pack("both").verify(&roots).is_ok());
        let lacking = first.pack("once").verify(&roots);
        assert_eq!(lacking, Err(PackError::Signatures { good: 1, needed: 2 }));
        // Signed twice by one, it is signed once.
        assert_eq!(first.run("/desk --kind guidance /once -o /again").unwrap()["signatures"], 1);
    }

    #[test]
    fn a_table_of_places_is_signed_and_one_that_does_not_read_is_not() {
        let authority = Authority::new();
        let table = authority.0.path().join("places.bin");
        fs::write(&table, turnstone_almanac::places::BUILT_IN_BYTES).unwrap();
        authority.run("/desk --kind places /places.bin -o /pack").unwrap();
        let roots = Roots::new(vec![authority.key().public()]).unwrap();
        let pack = authority.pack("pack").verify(&roots).unwrap();
        assert_eq!(
            (pack.kind(), pack.content()),
            (PackKind::Places, turnstone_almanac::places::BUILT_IN_BYTES)
        );
        fs::write(&table, b"no table").unwrap();
        assert!(matches!(
            authority.run("/desk --kind places /places.bin -o /pack"),
            Err(Failure::BadFile { .. })
        ));
    }

    #[test]
    fn what_phones_would_refuse_is_not_signed_and_uses_no_number_up() {
        let authority = Authority::new();
        authority.run("/desk --kind guidance --begin /new").unwrap();
        authority.edit("new/cy.ftl", "sign-K01 = ", "sign-X01 = ");
        let refused = authority.run("/desk --kind guidance /new -o /pack").unwrap_err();
        assert!(refused.to_string().contains("there is no text sign-K01 in cy"), "{refused}");
        authority.edit("new/cy.ftl", "sign-X01 = ", "sign-K01 = ");
        let again = authority.run("/desk --kind guidance /new -o /pack --number 2").unwrap();
        assert_eq!(again["sequence"], 2);
        for words in ["/desk --kind guidance /new -o /pack --number 2", "/desk --kind guidance /new"] {
            assert!(matches!(authority.run(words), Err(Failure::Usage(_))), "{words}");
        }
        assert!(authority.run("/desk --kind guidance /nowhere -o /pack").is_err());
    }
}
