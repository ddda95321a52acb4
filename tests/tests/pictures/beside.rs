//! What stands beside the picture in a file, and whether anything of it stands in a copy.

use std::collections::HashSet;

/// So many bytes in a row do not come about by chance.
const RUN: usize = 8;

/// All runs of eight bytes of an original that are not the coded picture itself.
#[derive(Debug)]
pub(crate) struct Beside(HashSet<[u8; RUN]>);

impl Beside {
    pub(crate) fn of(original: &[u8]) -> Self {
        let mut runs = HashSet::new();
        for part in parts(original) {
            runs.extend(part.windows(RUN).filter_map(|run| <[u8; RUN]>::try_from(run).ok()));
        }
        // Zeros, spaces and any other byte that fills, with at most one byte among them: these do come about by chance.
        runs.retain(|run| !fills(run));
        // Nothing of a picture is in the tables that most encoders use.
        for table in HUFFMAN_COUNTS {
            table.windows(RUN).for_each(|run| {
                runs.remove(run);
            });
        }
        Self(runs)
    }

    pub(crate) fn runs(&self) -> usize {
        self.0.len()
    }

    /// Where a run stands in a copy. Not counted are runs that lie wholly in what every JPEG file of this size and coding has:
    /// its start and end, a JFIF header that says nothing, its frame and scan headers and Huffman tables (T.81, B.2), the
    /// marker and length of a segment and the number of a table. A quantisation table is counted: it tells cameras apart.
    pub(crate) fn found_in(&self, copy: &[u8]) -> Vec<usize> {
        let coding = coding(copy);
        let run = |at: &usize| {
            let run: [u8; RUN] = copy[*at..at + RUN].try_into().unwrap();
            self.0.contains(&run) && coding[*at..at + RUN].contains(&false)
        };
        (0..copy.len().saturating_sub(RUN - 1)).filter(run).collect()
    }
}

/// How many codes there are of each length in the four usual Huffman tables (T.81, K.3.3.1.1 to K.3.3.2.2), each after its
/// number.
const HUFFMAN_COUNTS: [[u8; 17]; 4] = [
    [0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
    [0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D],
    [0x01, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
    [0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
];

fn fills(run: &[u8; RUN]) -> bool {
    let same = |byte: &u8| run.iter().filter(|other| *other == byte).count();
    run.iter().any(|byte| same(byte) >= RUN - 1)
}

/// The parts of a file that are not the coded picture.
fn parts(original: &[u8]) -> Vec<&[u8]> {
    match original {
        [0xFF, 0xD8, ..] => beside_jpeg(original),
        [0x89, b'P', b'N', b'G', ..] => beside_png(original),
        // Of further frames and of boxes in boxes nothing is the one picture: all of it counts.
        _ => vec![original],
    }
}

/// Everything but what lies between a scan's header and the next marker; behind the end of the picture everything.
fn beside_jpeg(file: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for piece in pieces(file) {
        if let Piece::Scan { start, end } = piece {
            parts.push(&file[from..start]);
            from = end;
        }
    }
    parts.push(&file[from..]);
    parts
}

fn beside_png(file: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 8);
    while let Some(head) = file.get(at..at + 8) {
        let length = usize::try_from(u32::from_be_bytes(head[..4].try_into().unwrap())).unwrap();
        let end = (at + 8 + length).min(file.len());
        if &head[4..] == b"IDAT" {
            parts.push(&file[from..at + 8]);
            from = end;
        }
        at = end + 4;
    }
    parts.push(&file[from..]);
    parts
}

/// A piece of a JPEG file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A marker, with its segment where it has one.
    Marker { marker: u8, start: usize, end: usize },
    /// Coded picture.
    Scan { start: usize, end: usize },
    /// Behind the end, or no JPEG from here on.
    Rest { start: usize, end: usize },
}

/// A JPEG file's pieces, in order and without gaps (T.81, B.1.1).
pub(crate) fn pieces(file: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let start = at;
        // Any number of bytes 0xFF may fill before a marker.
        while file.get(at) == Some(&0xFF) && file.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (Some(0xFF), Some(&marker)) = (file.get(at), file.get(at + 1)) else {
            pieces.push(Piece::Rest { start, end: file.len() });
            return pieces;
        };
        at += 2;
        if !matches!(marker, 0xD0..=0xD9 | 0x01) {
            let length =
                file.get(at..at + 2).map_or(usize::MAX, |two| u16::from_be_bytes([two[0], two[1]]).into());
            at = at.saturating_add(length).min(file.len());
        }
        pieces.push(Piece::Marker { marker, start, end: at });
        if marker == 0xD9 {
            if at < file.len() {
                pieces.push(Piece::Rest { start: at, end: file.len() });
            }
            return pieces;
        }
        if marker == 0xDA {
            let start = at;
            while at < file.len() && (file[at] != 0xFF || matches!(file.get(at + 1), Some(0 | 0xD0..=0xD7))) {
                at += 1;
            }
            pieces.push(Piece::Scan { start, end: at });
        }
    }
    pieces
}

/// Of each byte of a copy, whether every file of its size and coding has it.
fn coding(copy: &[u8]) -> Vec<bool> {
    let mut coding = vec![false; copy.len()];
    for piece in pieces(copy) {
        let Piece::Marker { marker, start, end } = piece else { continue };
        let whole = match marker {
            0xD8 | 0xD9 | 0xC0 | 0xC2 | 0xC4 | 0xDA => true,
            0xE0 => is_empty_jfif(&copy[start..end]),
            _ => false,
        };
        let head = if marker == 0xDB { 5 } else { 4 };
        let until = if whole { end } else { end.min(start + head) };
        coding[start..until].fill(true);
    }
    coding
}

/// Version 1.01 or 1.02, no unit, points as wide as high, no thumbnail (JFIF 1.02, page 5).
pub(crate) fn is_empty_jfif(segment: &[u8]) -> bool {
    matches!(segment, [0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1 | 2, 0, 0, 1, 0, 1, 0, 0])
}

/// What a copy holds that a JPEG file does not need: anything but a start, at most one empty JFIF header, tables, one frame of
/// 8 bits, scans and an end.
pub(crate) fn superfluous(copy: &[u8]) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut jfif, mut frames, mut ends) = (0, 0, 0);
    for (number, piece) in pieces(copy).into_iter().enumerate() {
        match piece {
            Piece::Marker { marker: 0xD8, .. } if number == 0 => {}
            Piece::Marker { marker: 0xE0, start, end } if is_empty_jfif(&copy[start..end]) => jfif += 1,
            Piece::Marker { marker: 0xC0 | 0xC2, .. } => frames += 1,
            Piece::Marker { marker: 0xD9, .. } => ends += 1,
            Piece::Marker { marker: 0xDB | 0xC4 | 0xDA, .. } | Piece::Scan { .. } => {}
            Piece::Marker { marker, start, .. } => wrong.push(format!("marker {marker:02X} at {start}")),
            Piece::Rest { start, end } => wrong.push(format!("{} bytes at {start}", end - start)),
        }
    }
    if jfif > 1 || frames != 1 || ends != 1 {
        wrong.push(format!("{jfif} JFIF headers, {frames} frames, {ends} ends"));
    }
    wrong
}
