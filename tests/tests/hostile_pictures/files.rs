//! The hostile files, each made here byte by byte: what they lie about is said in their names.

use turnstone_core::media::{Pixels, copy_of_pixels};
use turnstone_tests::photo::DEMO_PHOTO;

use crate::bytes::{chunk, end_of_zeros, heading, jpeg_head_and_scans, png, segment, with_size, zeros};

/// A file, what it is called, and what becomes of it.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) becomes: Becomes,
}

/// What becomes of a file; its original is kept in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    /// There is a copy of it.
    Copied,
    /// It is a picture of which there is no copy, for this reason.
    Why(&'static str),
    /// It is no picture.
    NoPicture,
}

use Becomes::{Copied, NoPicture, Why};

/// A small picture as the copy of one is made.
pub(crate) fn small() -> Vec<u8> {
    let rgba: Vec<u8> =
        (0..64 * 48).flat_map(|at: u32| [(at % 251) as u8, (at / 64) as u8, 90, 255]).collect();
    copy_of_pixels(&Pixels { width: 64, height: 48, rgba: rgba.into() }).unwrap().jpeg.to_vec()
}

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut files = jpegs();
    files.extend(exifs());
    files.extend(pngs());
    files.extend(others());
    files.extend(polyglots());
    files.into_iter().map(|(name, bytes, becomes)| Hostile { name, bytes, becomes }).collect()
}

type File = (&'static str, Vec<u8>, Becomes);

fn jpegs() -> Vec<File> {
    let small = small();
    let (head, scans) = jpeg_head_and_scans(&small);
    let scans = &scans[..scans.len() - 2];
    let end = [0xFF, 0xD9];
    let comments = segment(0xFE, b"").repeat(300_000);
    vec![
        ("sixty-thousand-square.jpg", with_size(&small, 60_000, 60_000), Why("too_large")),
        ("as-large-as-can-be-said.jpg", with_size(&small, 65_535, 65_535), Why("too_large")),
        ("no-points.jpg", with_size(&small, 0, 0), Why("damaged")),
        ("a-line-of-sixty-thousand.jpg", with_size(&small, 60_000, 1), Copied),
        ("cut-in-the-middle.jpg", DEMO_PHOTO[..DEMO_PHOTO.len() / 2].to_vec(), Why("damaged")),
        ("cut-in-its-head.jpg", DEMO_PHOTO[..700].to_vec(), Why("damaged")),
        ("three-bytes.jpg", vec![0xFF, 0xD8, 0xFF], Why("damaged")),
        (
            "a-length-past-the-end.jpg",
            [&small[..2], &[0xFF, 0xE5, 0xFF, 0xFF, 1, 2, 3]].concat(),
            Why("damaged"),
        ),
        ("a-length-of-nothing.jpg", [&small[..2], &[0xFF, 0xE5, 0, 0], &small[2..]].concat(), Why("damaged")),
        (
            "thousands-of-scans.jpg",
            [&with_size(head, 4_000, 4_000), &scans.repeat(2_000)[..], &end].concat(),
            Why("damaged"),
        ),
        ("hundreds-of-thousands-of-comments.jpg", [&small[..2], &comments, &small[2..]].concat(), Copied),
        ("marks-without-end.jpg", [&small[..2], &vec![0xFF; 3_000_000]].concat(), Why("damaged")),
        (
            "noise-where-the-picture-is.jpg",
            [
                head,
                &(0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
            ]
            .concat(),
            Why("damaged"),
        ),
    ]
}

/// Blocks of EXIF that a reader could get lost in; the picture around them is whole.
fn exifs() -> Vec<File> {
    let small = small();
    let with = |tiff: &[u8]| {
        let block = segment(0xE1, &[b"Exif\0\0", tiff].concat());
        [&small[..2], &block, &small[2..]].concat()
    };
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let directory = |entries: &[Vec<u8>], next: u32| {
        let count = u16::try_from(entries.len()).unwrap();
        [b"II*\0\x08\0\0\0".as_slice(), &count.to_le_bytes(), &entries.concat(), &next.to_le_bytes()].concat()
    };
    let billions: Vec<_> = (1..=12).map(|kind| entry(0x9000 + kind, kind, u32::MAX, 8)).collect();
    vec![
        ("a-directory-that-follows-itself.jpg", with(&directory(&[entry(0x0100, 3, 1, 1)], 8)), Copied),
        (
            "directories-inside-themselves.jpg",
            with(&directory(&[entry(0x8769, 4, 1, 8), entry(0x8825, 4, 1, 8), entry(0xA005, 4, 1, 8)], 8)),
            Copied,
        ),
        ("billions-of-values.jpg", with(&directory(&billions, 0)), Copied),
        ("more-entries-than-bytes.jpg", with(b"II*\0\x08\0\0\0\xFF\xFF"), Copied),
        ("a-directory-behind-the-end.jpg", with(b"II*\0\xF0\xFF\xFF\xFF"), Copied),
        (
            "a-place-of-nothing-by-nothing.jpg",
            with(&directory(&[entry(0x8825, 4, 1, 26), entry(0x0002, 5, 3, 0), entry(0x0004, 5, 3, 0)], 0)),
            Copied,
        ),
    ]
}

fn pngs() -> Vec<File> {
    let whole = png(heading(16, 16, 8, 2), &[], &zeros(16 * 49));
    let bomb = zeros(100_000_000);
    let text = |bytes: &[u8]| [b"Comment\0\0", bytes].concat();
    vec![
        (
            "sixty-thousand-square.png",
            png(heading(60_000, 60_000, 16, 6), &[], &zeros(1_000)),
            Why("too_large"),
        ),
        (
            "four-billion-square.png",
            png(heading(u32::MAX, u32::MAX, 8, 0), &[], &zeros(10)),
            Why("too_large"),
        ),
        (
            "seventy-megabytes-of-nothing.png",
            png(heading(3_000, 3_000, 16, 6), &[], &zeros(3_000 * 24_001)),
            Copied,
        ),
        ("more-nothing-than-points.png", png(heading(16, 16, 8, 2), &[], &bomb), Copied),
        (
            "a-bomb-in-its-text.png",
            png(heading(16, 16, 8, 2), &chunk(*b"zTXt", &text(&bomb)), &zeros(16 * 49)),
            Copied,
        ),
        (
            "a-bomb-in-its-profile.png",
            png(heading(16, 16, 8, 2), &chunk(*b"iCCP", &text(&bomb)), &zeros(16 * 49)),
            Copied,
        ),
        (
            "two-hundred-thousand-texts.png",
            png(heading(16, 16, 8, 2), &chunk(*b"tEXt", b"a\0b").repeat(200_000), &zeros(16 * 49)),
            Copied,
        ),
        ("cut.png", whole[..whole.len() - 30].to_vec(), Why("damaged")),
        (
            "a-chunk-past-the-end.png",
            [&whole[..33], &[0x7F, 0xFF, 0xFF, 0xFF], b"IDAT", &[0; 9]].concat(),
            Why("damaged"),
        ),
        ("rows-that-are-missing.png", png(heading(2_000, 2_000, 8, 2), &[], &zeros(6_001)), Why("damaged")),
        (
            "checksums-that-do-not-fit.png",
            [&whole[..29], &[1, 2, 3, 4], &whole[33..]].concat(),
            Why("damaged"),
        ),
    ]
}

fn others() -> Vec<File> {
    let riff = |body: &[u8]| {
        let size = u32::try_from(body.len() + 4).unwrap();
        [b"RIFF".as_slice(), &size.to_le_bytes(), b"WEBP", body].concat()
    };
    let extended = [
        b"VP8X\x0A\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF".as_slice(),
        b"VP8L\x09\0\0\0\x2F\xFF\xFF\xFF\x0F\0\0\0\0\0",
    ]
    .concat();
    let boxes = |boxes: &[u8]| [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), boxes].concat();
    let tiff = b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x01\0\0\0\x08\0\0\0".to_vec();
    vec![
        ("the-largest-there-is.webp", riff(&extended), Why("damaged")),
        ("a-chunk-past-the-end.webp", riff(b"VP8L\xFF\xFF\xFF\xFF\x2F"), Why("damaged")),
        ("no-chunk-at-all.webp", riff(b""), Why("damaged")),
        (
            "boxes-of-no-length.heic",
            boxes(&b"\0\0\0\x01meta\0\0\0\0\0\0\0\0".repeat(5_000)),
            Why("no_decoder"),
        ),
        (
            "a-box-of-all-bytes.heic",
            boxes(b"\0\0\0\x01meta\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
            Why("no_decoder"),
        ),
        ("boxes-in-boxes.heic", boxes(&b"\0\0\xFF\xFFmeta\0\0\0\0".repeat(5_000)), Why("no_decoder")),
        ("the-largest-there-is.gif", b"GIF89a\xFF\xFF\xFF\xFF\x80\0\0".to_vec(), Why("no_decoder")),
        ("a-directory-that-follows-itself.tif", tiff, Why("no_decoder")),
        ("a-note.jpg", b"this is no picture\n".to_vec(), NoPicture),
        ("a-program.png", [b"\x7FELF\x02\x01\x01".as_slice(), &[0; 64]].concat(), NoPicture),
        ("a-film.jpg", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\0\x08mdat".to_vec(), NoPicture),
        ("one-byte.jpg", vec![0xFF], NoPicture),
    ]
}

/// Whole pictures that are something else besides, or are called by a wrong name.
fn polyglots() -> Vec<File> {
    let small = small();
    let whole = png(heading(16, 16, 8, 2), &[], &zeros(16 * 49));
    let archive = b"PK\x03\x04\x14\0\0\0\0\0evil.sh#!/bin/shPK\x05\x06\0\0\0\0\x01\0\x01\0";
    let page = segment(0xFE, b"<html><script>alert(1)</script>");
    vec![
        ("a-picture-and-an-archive.jpg", [&small[..], archive].concat(), Copied),
        ("a-picture-and-a-page.html", [&small[..2], &page, &small[2..]].concat(), Copied),
        ("a-picture-and-another.png", [&whole[..], &small].concat(), Copied),
        ("a-png-by-another-name.jpg", whole, Copied),
        ("a-jpeg-by-another-name.heic", small.clone(), Copied),
        ("a-paper-with-a-picture.jpg", [b"%PDF-1.7\n".as_slice(), &small].concat(), NoPicture),
        (
            "a-page-that-draws.png",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec(),
            NoPicture,
        ),
        ("pictures-all-the-way.jpg", small.repeat(2_000), Copied),
        (
            "an-end-without-end.png",
            [&png(heading(16, 16, 8, 2), &[], &zeros(16 * 49))[..], &end_of_zeros()].concat(),
            Copied,
        ),
    ]
}
