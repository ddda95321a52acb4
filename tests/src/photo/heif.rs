//! HEIC files by their boxes (ISO 23008-12), with noise in place of the coded picture: nothing here decodes it.

use turnstone_core::media::Carried;

use super::{
    exif_block::ExifBlock,
    makers::Specimen,
    planted::{boxed, film, noise, notes, phone, words, xmp},
    scene::Scene,
};

/// Every HEIC there is here. None can be copied; what they say of place and time is read all the same.
pub fn heics() -> Vec<Specimen> {
    let scene = Scene::new(320, 240, 41);
    let block =
        ExifBlock::of(&phone("Apple", "Synthetic 3")).with_notes(&notes(b"Apple iOS\0\0\x01MM\0\x01"));
    let place = [Carried::Place, Carried::Time, Carried::Camera, Carried::MakerNotes];
    let item = |kind: &'static [u8; 4], content: Vec<u8>| Item { kind, content, refers: None };
    let picture = || item(b"hvc1", noise("heic", 5_000));
    // Four bytes say where the TIFF header begins behind them (ISO 23008-12, A.2.1).
    let exif = || Item {
        refers: Some(b"cdsc"),
        ..item(b"Exif", [&[0, 0, 0, 6][..], b"Exif\0\0", &block.to_tiff()].concat())
    };
    let named = xmp(&format!("photoshop:City=\"{}\"", words("city")));
    let mime = || Item { refers: Some(b"cdsc"), ..item(b"mime", named.clone().into_bytes()) };
    let small = || Item { refers: Some(b"thmb"), ..item(b"hvc1", noise("thumbnail", 700)) };
    let depth = || Item { refers: Some(b"auxl"), ..item(b"hvc1", noise("depth", 900)) };
    let one = |name: &str, file: Vec<u8>, carries: &[Carried]| Specimen {
        copied: false,
        ..Specimen::new(name, "heic", file, &scene, carries)
    };
    let whole = file(b"heic", &[picture(), exif(), mime(), small(), depth()]);
    let more = [Carried::Xmp, Carried::Thumbnail, Carried::FurtherPictures];
    vec![
        one("HEIC with nothing but the picture", file(b"heic", &[picture()]), &[]),
        one("HEIC with EXIF", file(b"heic", &[picture(), exif()]), &place),
        one("HEIC with XMP, a thumbnail and a depth map", whole.clone(), &[&place[..], &more].concat()),
        one("HEIC with a film behind the end", [whole, boxed(b"mpvd", &film())].concat(), &place),
        one("AVIF with EXIF", file(b"avif", &[Item { kind: b"av01", ..picture() }, exif()]), &place),
    ]
}

/// An item of a HEIC file; the first is the picture.
struct Item {
    kind: &'static [u8; 4],
    content: Vec<u8>,
    /// What it is to the picture.
    refers: Option<&'static [u8; 4]>,
}

fn full(name: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    boxed(name, &[&[version, 0, 0, 0][..], content].concat())
}

fn file(brand: &[u8; 4], items: &[Item]) -> Vec<u8> {
    let start = boxed(b"ftyp", &[&brand[..], b"\0\0\0\0mif1", brand].concat());
    // Where the contents lie depends on how long all before is, and that not on where they lie.
    let length = start.len() + meta(items, 0).len() + 8;
    let contents: Vec<u8> = items.iter().flat_map(|item| item.content.clone()).collect();
    [start, meta(items, length), boxed(b"mdat", &contents)].concat()
}

fn meta(items: &[Item], mut at: usize) -> Vec<u8> {
    let count = short(items.len());
    let (mut infos, mut places, mut references) = (count.to_vec(), Vec::new(), Vec::new());
    for (number, item) in (1_usize..).zip(items) {
        let mime: &[u8] = if item.kind == b"mime" { b"\0application/rdf+xml\0" } else { b"\0" };
        infos.extend(full(b"infe", 2, &[&short(number)[..], &[0, 0], item.kind, mime].concat()));
        places.extend([&short(number)[..], &[0, 0, 0, 1], &long(at), &long(item.content.len())].concat());
        if let Some(refers) = item.refers {
            // Auxiliary pictures and thumbnails refer to the picture, and descriptions do.
            references.extend(boxed(refers, &[short(number), [0, 1], [0, 1]].concat()));
        }
        at += item.content.len();
    }
    let size = full(b"ispe", 0, &[long(320), long(240)].concat());
    let auxiliary = full(b"auxC", 0, b"urn:mpeg:hevc:2015:auxid:2\0");
    let properties = boxed(b"ipco", &[size, auxiliary].concat());
    let belongs = full(b"ipma", 0, &[0, 0, 0, 1, 0, 1, 1, 1]);
    let handler = full(b"hdlr", 0, &[&[0; 4][..], b"pict", &[0; 13]].concat());
    let parts = [
        handler,
        full(b"pitm", 0, &short(1)),
        full(b"iloc", 0, &[&[0x44, 0][..], &count, &places].concat()),
        full(b"iinf", 0, &infos),
        full(b"iref", 0, &references),
        boxed(b"iprp", &[properties, belongs].concat()),
    ];
    full(b"meta", 0, &parts.concat())
}

fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).expect("few items").to_be_bytes()
}

fn long(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("a file of the suites is short").to_be_bytes()
}
