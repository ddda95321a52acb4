//! Looks for what must not be there: words, places, names and keys in every file below a folder, in each spelling
//! that a program may have written them in (P5, P8).
//!
//! A needle is found as it stands, as UTF-16, in hexadecimal, and inside base64 whatever stood before it. It is not
//! found compressed, encrypted, or cut in two, as by a page boundary of a database: plant short needles, several of
//! them. A scan that finds nothing proves something only if the same scan finds what was planted on purpose.

use std::{
    collections::BTreeSet,
    fmt,
    fs::{self, DirEntry},
    io::{self, Read},
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;

pub use self::spelling::Spelling;
use self::spelling::spellings;

mod spelling;

/// Shorter needles are found by accident: in random bytes, four bytes once in 4 GiB, six once in 256 TiB.
pub const SHORTEST_NEEDLE: usize = 6;

/// How much of a file is read at a time.
const CHUNK: usize = 1 << 20;

/// A set of needles, ready to be looked for.
pub struct Scan {
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
    longest: usize,
}

struct Pattern {
    needle: String,
    spelling: Spelling,
}

/// A needle that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file or stream it was found in.
    pub place: PathBuf,
    /// What the needle is called.
    pub needle: String,
    /// How it was spelled.
    pub spelling: Spelling,
    /// Where, in bytes from the beginning. In base64 this is where the first symbol stands that is the needle's alone.
    pub offset: u64,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, needle, spelling, offset } = self;
        write!(f, "{needle} as {spelling} at byte {offset} of {}", place.display())
    }
}

impl Scan {
    /// Gets ready to look for `needles`, each with the name that a finding calls it by.
    ///
    /// # Panics
    /// For a needle shorter than [`SHORTEST_NEEDLE`], which would be found by accident.
    pub fn of<'a, B: AsRef<[u8]> + 'a>(needles: impl IntoIterator<Item = (&'a str, B)>) -> Self {
        let mut patterns = Vec::new();
        let mut bytes = Vec::new();
        for (name, needle) in needles {
            let needle = needle.as_ref();
            assert!(needle.len() >= SHORTEST_NEEDLE, "the needle {name} is so short that chance finds it");
            for (spelling, spelled) in spellings(needle) {
                patterns.push(Pattern { needle: name.to_owned(), spelling });
                bytes.push(spelled);
            }
        }
        let longest = bytes.iter().map(Vec::len).max().unwrap_or(0);
        match AhoCorasick::new(&bytes) {
            Ok(automaton) => Self { patterns, automaton, longest },
            Err(why) => panic!("the needles do not fit into one automaton: {why}"),
        }
    }

    /// Looks through every file below `folder`, names of files and targets of links included. What goes away while
    /// the scan is under way is passed over.
    ///
    /// # Errors
    /// Where `folder` is missing, or a file or folder that is there cannot be read.
    pub fn folder(&self, folder: &Path) -> io::Result<Vec<Finding>> {
        let mut found = BTreeSet::new();
        let mut entries: Vec<_> = fs::read_dir(folder)?.collect();
        while let Some(entry) = entries.pop() {
            let entry = entry?;
            found.extend(self.bytes(entry.path().join("(its name)"), entry.file_name().as_encoded_bytes()));
            match self.entry(&entry, &mut entries) {
                Ok(findings) => found.extend(findings),
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Looks through one entry of a folder; those of a folder below it go to `more`.
    fn entry(&self, entry: &DirEntry, more: &mut Vec<io::Result<DirEntry>>) -> io::Result<Vec<Finding>> {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            more.extend(fs::read_dir(path)?);
            Ok(Vec::new())
        } else if kind.is_symlink() {
            let target = fs::read_link(&path)?;
            Ok(self.bytes(path, target.as_os_str().as_encoded_bytes()))
        } else if kind.is_file() {
            self.stream(&path, fs::File::open(&path)?)
        } else {
            // A socket or a pipe keeps nothing, and reading one would wait for ever.
            Ok(Vec::new())
        }
    }

    /// Looks through bytes that are at hand, such as what a program printed; `place` is what a finding calls them.
    pub fn bytes(&self, place: impl Into<PathBuf>, bytes: &[u8]) -> Vec<Finding> {
        let place = place.into();
        self.automaton
            .find_overlapping_iter(bytes)
            .map(|hit| self.finding(&place, hit.pattern().as_usize(), hit.start() as u64))
            .collect()
    }

    /// Looks through everything that `stream` yields, in memory that does not grow with it.
    ///
    /// # Errors
    /// Where reading fails.
    pub fn stream(&self, place: impl Into<PathBuf>, mut stream: impl Read) -> io::Result<Vec<Finding>> {
        let place = place.into();
        let mut found = Vec::new();
        // A window that keeps the end of what came before, in case a needle begins there.
        let mut window = Vec::with_capacity(CHUNK + self.longest);
        let mut window_at = 0_u64;
        loop {
            let kept = window.len();
            let read = stream.by_ref().take(CHUNK as u64).read_to_end(&mut window)?;
            if read == 0 {
                return Ok(found);
            }
            let fresh = self.automaton.find_overlapping_iter(&window).filter(|hit| hit.end() > kept);
            found.extend(
                fresh.map(|hit| {
                    self.finding(&place, hit.pattern().as_usize(), window_at + hit.start() as u64)
                }),
            );
            let passed = window.len().saturating_sub(self.longest.saturating_sub(1));
            window.drain(..passed);
            window_at += passed as u64;
        }
    }

    fn finding(&self, place: &Path, pattern: usize, offset: u64) -> Finding {
        let Pattern { needle, spelling } = &self.patterns[pattern];
        Finding { place: place.to_owned(), needle: needle.clone(), spelling: *spelling, offset }
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::*;

    /// Not a multiple of three long, and with bits that base64's two alphabets spell differently.
    const NEEDLE: &str = "black RIB >>>??? 50.6065";

    fn scan() -> Scan {
        Scan::of([("what was seen", NEEDLE)])
    }

    fn spellings_found(findings: &[Finding]) -> Vec<Spelling> {
        findings.iter().map(|finding| finding.spelling).collect()
    }

    #[test]
    fn a_needle_is_found_with_its_name_place_and_offset() {
        let findings = scan().bytes("standard output", format!("seen: {NEEDLE}.").as_bytes());
        let expected = "what was seen as UTF-8 or raw bytes at byte 6 of standard output";
        assert_eq!(findings.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn a_stream_is_searched_across_its_chunks_and_each_needle_told_once() {
        for start in [0, 1, CHUNK - NEEDLE.len(), CHUNK - 7, CHUNK - 1, CHUNK, 2 * CHUNK - 3] {
            let mut bytes = vec![b'.'; start];
            bytes.extend(NEEDLE.as_bytes());
            bytes.resize(start + CHUNK + 100, b'.');
            let findings = scan().stream("a stream", bytes.as_slice()).unwrap();
            assert_eq!(findings.iter().map(|f| f.offset).collect::<Vec<_>>(), [start as u64]);
        }
    }

    /// A reader that gives what it has in small pieces, like a socket.
    struct Dribble<'a>(&'a [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(out.len()).min(5);
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn a_stream_that_dribbles_is_searched_all_the_same() {
        let text = format!("{:>100}", NEEDLE);
        assert_eq!(scan().stream("a socket", Dribble(text.as_bytes())).unwrap().len(), 1);
    }

    #[test]
    fn a_folder_is_searched_to_the_bottom_names_and_links_included() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("words.db"), BASE64_STANDARD.encode(format!("x{NEEDLE}y"))).unwrap();
        fs::write(deep.join("clean.db"), "nothing of it").unwrap();
        // A file name cannot hold every character of the needle everywhere; its own scan looks for a plain one.
        fs::write(deep.join("KRAKEN-7F3Q-2MXD-9K.json"), "{}").unwrap();
        let found = scan().folder(folder.path()).unwrap();
        assert_eq!(spellings_found(&found), [Spelling::Base64]);
        assert_eq!(found[0].place, deep.join("words.db"));

        let names = Scan::of([("reference", "7F3Q-2MXD")]).folder(folder.path()).unwrap();
        assert_eq!(names.len(), 1);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/nowhere/7F3Q-2MXD", deep.join("link")).unwrap();
            assert_eq!(Scan::of([("reference", "7F3Q-2MXD")]).folder(folder.path()).unwrap().len(), 2);
        }
    }

    #[test]
    fn a_clean_folder_gives_no_finding_and_a_missing_one_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("noise"), (0..=255).collect::<Vec<u8>>()).unwrap();
        assert_eq!(scan().folder(folder.path()).unwrap(), []);
        assert!(scan().folder(&folder.path().join("missing")).is_err());
    }

    #[test]
    #[should_panic(expected = "so short that chance finds it")]
    fn a_needle_that_chance_would_find_is_refused() {
        let _ = Scan::of([("pin", "1234")]);
    }

    #[test]
    fn two_needles_that_overlap_are_both_told() {
        let scan = Scan::of([("whole", "Swanage pier"), ("part", "Swanage")]);
        let found = scan.bytes("text", b"off Swanage pier");
        assert_eq!(found.len(), 2);
    }
}
