//! Sealed attachments: hostile files in their place, and honest ones that were tampered with.

use std::io::{self, Read};

use turnstone_wire::{
    attachment::{self, AttachmentKey, Sealed, Sealer},
    body::{AttachmentPart, Role},
    envelope::OpenError,
    hash::Sha256,
    padding,
};

use crate::{
    IDENTITY, made,
    marker::{error_says_nothing, place, variants},
};

/// Hostile bytes are never taken for a picture; an honest one comes out whole, and not at all once a byte differs.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let sealed_size = bytes.len() as u64;
        let promised = Sealed {
            size: sealed_size / 2,
            sha256: Sha256::of(b""),
            sealed_size,
            sealed_sha256: Sha256::of(&bytes),
        };
        let (opened, output) = open(bytes.as_slice(), promised);
        assert!(opened.is_err() && output.len() as u64 <= promised.size);
        let (again, _) = open(Dribble(&bytes), promised);
        assert_eq!(name(&again), name(&opened), "it matters how the bytes come in");
    }
    let (file, promised) = seal(data);
    assert_eq!(promised.size, data.len() as u64);
    let (opened, output) = open(file.as_slice(), promised);
    assert!(opened.is_ok() && output == data, "an honest attachment does not come out");
    assert!(open(Dribble(&file), promised).0.is_ok(), "nor if it comes in slowly");
    tampered(data, file, promised);
}

fn tampered(data: &[u8], file: Vec<u8>, promised: Sealed) {
    let refuse = |file: &[u8], promised: Sealed| {
        let (opened, _) = open(file, promised);
        assert!(opened.is_err(), "a tampered attachment is taken");
    };
    let at = place(data, file.len());
    refuse(&file[..at], promised);
    let mut flipped = file.clone();
    flipped[at] ^= 1 << (data.len() % 8);
    refuse(&flipped, promised);
    // A desk is told the hash of what the phone sealed; whoever could tell it another still cannot change the picture.
    refuse(
        &file[..at],
        Sealed { sealed_sha256: Sha256::of(&file[..at]), sealed_size: at as u64, ..promised },
    );
    let longer = [file.as_slice(), &[0]].concat();
    let sealed_sha256 = Sha256::of(&longer);
    refuse(&longer, Sealed { sealed_sha256, sealed_size: promised.sealed_size + 1, ..promised });
    refuse(&file, Sealed { size: padding::padme(promised.size) + 1, ..promised });
    refuse(&file, Sealed { sha256: Sha256::of(b"another picture"), ..promised });
}

fn seal(data: &[u8]) -> (Vec<u8>, Sealed) {
    let mut sealer = made(Sealer::new(Vec::new(), &key()));
    for part in data.chunks(1000) {
        made(sealer.write(part));
    }
    made(sealer.finish())
}

fn open(file: impl Read, promised: Sealed) -> (Result<(), OpenError>, Vec<u8>) {
    let part = AttachmentPart {
        number: 1,
        role: Role::Copy,
        media_type: "image/jpeg".into(),
        size: promised.size,
        sha256: promised.sha256,
        sealed_size: promised.sealed_size,
        sealed_sha256: promised.sealed_sha256,
        key: key(),
        unknown: Default::default(),
    };
    let mut output = Vec::new();
    let opened = attachment::open(file, &part, &mut output);
    if let Err(error) = &opened {
        error_says_nothing(error);
    }
    (opened, output)
}

fn key() -> AttachmentKey {
    made(AttachmentKey::parse(IDENTITY))
}

fn name(opened: &Result<(), OpenError>) -> String {
    opened.as_ref().err().map_or_else(String::new, ToString::to_string)
}

/// Gives at most seven bytes at a time, as a slow disk or line may.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = buffer.len().min(7);
        self.0.read(&mut buffer[..end])
    }
}
