//! HEIF.

use super::*;

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&length, kind.as_slice(), body].concat()
}

fn item(id: u8, kind: &[u8; 4], more: &[u8]) -> Vec<u8> {
    boxed(b"infe", &[b"\x02\0\0\0\0", [id].as_slice(), b"\0\0", kind, b"\0", more].concat())
}

fn items(items: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(items.len()).unwrap();
    boxed(b"iinf", &[b"\0\0\0\0\0", [count].as_slice(), &items.concat()].concat())
}

/// Where one item lies: offset and length of four bytes each, in `idat` or in the file.
fn places(id: u8, in_idat: bool, at: u32, length: u32) -> Vec<u8> {
    let head = [1, 0, 0, 0, 0x44, 0, 0, 1, 0, id, 0, u8::from(in_idat), 0, 0, 0, 1];
    boxed(b"iloc", &[head.as_slice(), &at.to_be_bytes(), &length.to_be_bytes()].concat())
}

fn heic(meta: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let head = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    [head, boxed(b"meta", &[b"\0\0\0\0".as_slice(), &meta.concat()].concat()), after.to_vec()].concat()
}

fn exif_in_idat() -> Vec<Vec<u8>> {
    let block = [b"\0\0\0\x06Exif\0\0", EXIF].concat();
    let length = u32::try_from(block.len()).unwrap();
    vec![
        items(&[item(1, b"hvc1", b""), item(7, b"Exif", b"")]),
        places(7, true, 0, length),
        boxed(b"idat", &block),
    ]
}

#[test]
fn exif_of_an_item_is_read_wherever_it_lies() {
    assert_eq!(survey(&heic(&exif_in_idat(), b"")).facts.orientation, Some(6));
    let block = [b"\0\0\0\0", EXIF].concat();
    let meta = |at| vec![items(&[item(7, b"Exif", b"")]), places(7, false, at, 0)];
    let at = u32::try_from(heic(&meta(0), b"").len() + 8).unwrap();
    let file = heic(&meta(at), &boxed(b"mdat", &block));
    assert_eq!(survey(&file).facts.orientation, Some(6));
    assert_eq!(carries(&file), []);
}

#[test]
fn the_item_that_is_exif_is_found_among_others() {
    let mut meta = exif_in_idat();
    let length = u32::try_from(EXIF.len() + 10).unwrap();
    let other = [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 8];
    let exif = [[0, 7, 0, 1, 0, 0, 0, 1].as_slice(), &[0; 4], &length.to_be_bytes()].concat();
    meta[1] = boxed(b"iloc", &[[1, 0, 0, 0, 0x44, 0, 0, 2].as_slice(), &other, &exif].concat());
    assert_eq!(survey(&heic(&meta, b"")).facts.orientation, Some(6));
}

#[test]
fn exif_that_lies_nowhere_is_somebodys_data() {
    for (at, length) in [(u32::MAX, 4), (0, u32::MAX), (3, 0)] {
        let meta = [items(&[item(7, b"Exif", b"")]), places(7, true, at, length)];
        assert_eq!(survey(&heic(&meta, b"")).facts, Facts::default());
        assert_eq!(carries(&heic(&meta, b"")), [Carried::Vendor]);
    }
}

#[test]
fn items_references_and_boxes_are_named() {
    let reference =
        |kind| boxed(b"iref", &[b"\0\0\0\0".as_slice(), &boxed(kind, b"\0\x02\0\x01\0\x01")].concat());
    for (meta, carried) in [
        (items(&[item(2, b"mime", b"application/rdf+xml\0")]), vec![Carried::Xmp]),
        (items(&[item(2, b"uri ", b"urn:example\0")]), vec![Carried::Vendor]),
        (items(&[item(2, b"tmap", b"")]), vec![Carried::FurtherPictures]),
        (items(&[item(2, b"grid", b""), item(3, b"hvc1", b"")]), vec![]),
        (reference(b"thmb"), vec![Carried::Thumbnail]),
        (reference(b"auxl"), vec![Carried::FurtherPictures]),
        (reference(b"dimg"), vec![]),
        (boxed(b"uuid", b"x"), vec![Carried::Vendor]),
    ] {
        assert_eq!(carries(&heic(&[meta], b"")), carried);
    }
    for (after, carried) in [
        (boxed(b"mpvd", FILM), vec![Carried::Film]),
        (boxed(b"moov", b"x"), vec![Carried::Film]),
        (boxed(b"sefd", b"x"), vec![Carried::Vendor]),
        (b"no box".to_vec(), vec![Carried::Trailing]),
    ] {
        assert_eq!(carries(&heic(&[], &after)), carried);
    }
}

#[test]
fn the_size_is_that_of_the_largest_item() {
    let ispe = |width: u32, height: u32| {
        boxed(b"ispe", &[&[0; 4], width.to_be_bytes().as_slice(), &height.to_be_bytes()].concat())
    };
    let colour = boxed(b"colr", b"prof...");
    let all = [ispe(320, 240), ispe(4032, 3024), colour, ispe(512, 512)].concat();
    let said = survey(&heic(&[boxed(b"iprp", &boxed(b"ipco", &all))], b""));
    assert_eq!((said.size, said.carries), (Some((4032, 3024)), vec![Carried::ColourProfile]));
}

#[test]
fn p11_items_that_claim_billions_of_pieces_cost_nothing() {
    // Offsets and lengths of no bytes, 65,535 pieces for each of 65,535 items.
    let entry = [0, 7, 0, 0, 0, 0, 0xFF, 0xFF];
    let iloc = [[1, 0, 0, 0, 0, 0, 0xFF, 0xFF].as_slice(), &entry.repeat(0xFFFF)].concat();
    for id in [7, 8] {
        let meta = [items(&[item(id, b"Exif", b"")]), boxed(b"iloc", &iloc), boxed(b"idat", &[0; 70_000])];
        assert_eq!(carries(&heic(&meta, b"")), [Carried::Vendor]);
    }
    let all_items = [[2, 0, 0, 0, 0, 0].as_slice(), &u32::MAX.to_be_bytes()].concat();
    let meta = [items(&[item(7, b"Exif", b"")]), boxed(b"iloc", &all_items)];
    assert_eq!(carries(&heic(&meta, b"")), [Carried::Vendor]);
}

#[test]
fn p11_boxes_without_an_end_or_a_length_end_the_walk() {
    for size in [[0_u8; 4], [0, 0, 0, 1], [0, 0, 0, 7], [0xFF; 4]] {
        let mut file = heic(&exif_in_idat(), b"");
        file[24..28].copy_from_slice(&size);
        let _ = survey(&file);
    }
    let endless = boxed(b"free", b"").repeat(200_000);
    assert_eq!(carries(&heic(&[endless], b"")), []);
}

#[test]
fn p11_no_beginning_and_no_changed_byte_breaks_it() {
    p11_whatever_is_changed(&heic(&exif_in_idat(), &boxed(b"mpvd", FILM)));
}
