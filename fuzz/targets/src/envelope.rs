//! The header of an `age` file, and the envelope behind it.

use std::{
    collections::HashSet,
    io::{self, BufRead, Read, Write},
    iter,
};

use age::EncryptError;
use age_core::format::{FileKey, Stanza};
use turnstone_wire::{
    envelope::{self, HeaderError, OpenError},
    key::{DeskIdentity, Seal},
    limits,
};

use crate::{
    IDENTITY, made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// The scan agrees with `age`: what it lets pass costs `age` little, and what `age` reads within the bounds it lets
/// pass, whatever stanzas stand beside our own.
pub fn check(data: &[u8]) {
    let desk: DeskIdentity<Seal> = made(DeskIdentity::parse(IDENTITY));
    for bytes in variants(data) {
        agrees(&bytes);
        match envelope::open(&bytes, std::slice::from_ref(&desk)) {
            Ok(opened) => says_nothing(&format!("{opened:?}")),
            Err(error) => error_says_nothing(&error),
        }
    }
    beside_others(data, &desk);
}

fn agrees(bytes: &[u8]) {
    let scanned = envelope::scan(bytes);
    if let Ok(header) = scanned {
        assert!(header.len <= limits::AGE_HEADER_BYTES && header.stanzas <= limits::AGE_STANZAS);
        let lines: Vec<_> = bytes[..header.len].split(|&b| b == b'\n').collect();
        assert_eq!(lines.iter().filter(|line| line.starts_with(b"-> ")).count(), header.stanzas);
        assert!(lines[lines.len() - 2].starts_with(b"--- ") && lines[lines.len() - 1].is_empty());
    } else if bytes.len() > limits::AGE_HEADER_BYTES {
        // What the scan refuses may cost `age` minutes: that is why there is a scan.
        return;
    }
    let mut reader = Counting { rest: bytes, asked: 0 };
    let read = age::Decryptor::new_buffered(&mut reader).is_ok();
    // `age` parses all it has anew for each line that it asks for.
    assert!(reader.asked <= limits::AGE_HEADER_BYTES + 16, "age asked {} times", reader.asked);
    let refused = matches!(scanned, Err(HeaderError::BadLine | HeaderError::NotAge));
    assert!(!(read && refused) || is_legacy(bytes), "age reads what the scan refuses: {scanned:?}");
}

/// Whether a stanza's body lacks its short last line. Early programs wrote such stanzas, and the crate still reads them;
/// the specification has no such thing, and no key of ours was ever sealed to in that way.
fn is_legacy(bytes: &[u8]) -> bool {
    let lines: Vec<_> = bytes.split(|&b| b == b'\n').collect();
    lines.windows(2).any(|pair| {
        let unended = pair[0].len() == 64 || pair[0].starts_with(b"-> ");
        unended && (pair[1].starts_with(b"-> ") || pair[1].starts_with(b"--- "))
    })
}

/// An envelope with the input's own stanzas beside the one that opens it.
fn beside_others(data: &[u8], desk: &DeskIdentity<Seal>) {
    let identity: age::x25519::Identity = made(IDENTITY.parse());
    let stanzas: Vec<_> = data.split(|&b| b == b'\n').take(limits::AGE_STANZAS + 2).map(stanza).collect();
    let count = stanzas.len();
    let crowd = Crowd { stanzas, own: identity.to_public() };
    let encryptor = made(age::Encryptor::with_recipients(iter::once(&crowd as &dyn age::Recipient)));
    let mut sealed = Vec::new();
    let mut writer = made(encryptor.wrap_output(&mut sealed));
    made(writer.write_all(b"words").and_then(|()| writer.finish()));
    match envelope::open(&sealed, std::slice::from_ref(desk)) {
        // It opens: words are no report.
        Err(OpenError::Body(_)) => {}
        // Our own stanza, and one that the crate adds to keep readers used to unknown ones.
        Err(OpenError::Header(HeaderError::TooManyStanzas)) => assert!(count + 2 > limits::AGE_STANZAS),
        Err(OpenError::Header(HeaderError::TooLong)) => assert!(sealed.len() > limits::AGE_HEADER_BYTES),
        other => panic!("{count} stanzas beside our own: {other:?}"),
    }
}

/// A stanza of some input: what stands before the first spaces as tag and arguments, the rest as its body.
fn stanza(line: &[u8]) -> Stanza {
    let mut parts = line.splitn(4, |&b| b == b' ');
    let mut word =
        || -> String { parts.next().unwrap_or_default().iter().map(|b| char::from(b % 94 + 33)).collect() };
    let (tag, args) = (format!("x{}", word()), [word(), word()]);
    let args = args.into_iter().filter(|word| !word.is_empty()).collect();
    Stanza { tag, args, body: parts.next().unwrap_or_default().to_vec() }
}

struct Crowd {
    stanzas: Vec<Stanza>,
    own: age::x25519::Recipient,
}

impl age::Recipient for Crowd {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let (own, labels) = self.own.wrap_file_key(key)?;
        let copy = |s: &Stanza| Stanza { tag: s.tag.clone(), args: s.args.clone(), body: s.body.clone() };
        Ok((self.stanzas.iter().map(copy).chain(own).collect(), labels))
    }
}

/// Counts how often it is asked for more.
struct Counting<'a> {
    rest: &'a [u8],
    asked: usize,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.asked += 1;
        self.rest.read(buffer)
    }
}

impl BufRead for Counting<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.asked += 1;
        Ok(self.rest)
    }

    fn consume(&mut self, amount: usize) {
        self.rest.consume(amount);
    }
}
