//! PNG files: every depth and kind of points, and every chunk that is not the picture (PNG specification, third edition, 11.3).

use img_parts::{
    Bytes,
    png::{Png, PngChunk},
};
use png::{BitDepth, ColorType, Encoder};
use turnstone_core::media::Carried;

use super::{
    exif_block::ExifBlock,
    makers::Specimen,
    planted::{noise, phone, profile, words, xmp},
    scene::Scene,
};

/// Every PNG there is here.
pub fn pngs() -> Vec<Specimen> {
    let scene = Scene::new(320, 240, 21);
    let base = coded(&scene, ColorType::Rgb, BitDepth::Eight, &scene.rgb);
    let exif = ExifBlock::of(&phone("Example", "Synthetic Tablet")).to_tiff();
    let place = [Carried::Place, Carried::Time, Carried::Camera];
    let one = |name: &str, chunks: &[(&[u8; 4], Vec<u8>)], carries: &[Carried]| {
        Specimen::new(name, "png", with_chunks(&base, chunks), &scene, carries)
    };
    let text = text_chunks(&exif);
    let mut all = vec![
        Specimen::new("PNG with nothing but the picture", "png", base.clone(), &scene, &[]),
        one("PNG text", &text[..1], &[Carried::Text]),
        one("PNG compressed text", &text[1..2], &[Carried::Text]),
        one("PNG text in another language", &text[2..3], &[Carried::Text]),
        one("PNG XMP", &text[3..4], &[Carried::Xmp]),
        one("PNG EXIF as text", &text[4..], &[Carried::Text]),
        one("PNG EXIF", &[(b"eXIf", exif.clone())], &place),
        one("PNG time", &[(b"tIME", vec![7, 234, 5, 3, 20, 10, 0])], &[Carried::Time]),
        one(
            "PNG colour profile",
            &[(b"iCCP", compressed(b"Handset\0\0", &profile()))],
            &[Carried::ColourProfile],
        ),
        one("PNG chunk of a vendor", &[(b"vnDr", noise("vendor", 2_000))], &[Carried::Vendor]),
        one(
            "PNG with everything",
            &[&text[..], &[(b"eXIf", exif), (b"pHYs", vec![0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1])]].concat(),
            &[Carried::Place, Carried::Xmp, Carried::Text],
        ),
        Specimen::new(
            "PNG with words behind the end",
            "png",
            [&base[..], words("trailer").as_bytes()].concat(),
            &scene,
            &[Carried::Trailing],
        ),
        Specimen::new("PNG that calls itself JPEG", "jpg", base.clone(), &scene, &[]),
    ];
    all.extend(depths(&scene));
    all.push(animated(&scene));
    all
}

/// Text in the five ways that programs write it.
fn text_chunks(exif: &[u8]) -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let raw = format!("\nexif\n{:8}\n{}\n", exif.len() + 6, hex::encode([b"Exif\0\0", exif].concat()));
    let itxt = |keyword: &str, text: &str| [keyword.as_bytes(), b"\0\0\0\0\0", text.as_bytes()].concat();
    vec![
        (b"tEXt", [b"Author\0", words("author").as_bytes()].concat()),
        (b"zTXt", compressed(b"Comment\0\0", words("comment").as_bytes())),
        (b"iTXt", itxt("Description", &words("description"))),
        (b"iTXt", itxt("XML:com.adobe.xmp", &xmp(&format!("photoshop:City=\"{}\"", words("city"))))),
        (b"zTXt", compressed(b"Raw profile type exif\0\0", raw.as_bytes())),
    ]
}

fn compressed(head: &[u8], content: &[u8]) -> Vec<u8> {
    [head, &zlib(content)].concat()
}

/// Stored in the form of zlib, not made smaller (RFC 1950, RFC 1951 3.2.4): so that what is planted stands there as it is.
///
/// # Panics
/// Where it is longer than one stored block can be.
pub fn zlib(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("one block holds it");
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let checksum = (b << 16 | a).to_be_bytes();
    [&[0x78, 0x01, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), content, &checksum].concat()
}

/// A PNG of points as they are.
///
/// # Panics
/// Where there are not as many as the scene's size says.
pub fn coded(scene: &Scene, colours: ColorType, depth: BitDepth, points: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, scene.width, scene.height);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    if colours == ColorType::Indexed {
        encoder.set_palette((0..=255).flat_map(|value| [value, 255 - value, value / 2]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().expect("a header can be written");
    writer.write_image_data(points).expect("as many points as the size says");
    drop(writer);
    file
}

/// The file with chunks right after its header.
///
/// # Panics
/// Where it is no PNG.
pub fn with_chunks(file: &[u8], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut png = Png::from_bytes(Bytes::copy_from_slice(file)).expect("it is a PNG");
    let new = chunks.iter().map(|(kind, content)| PngChunk::new(**kind, content.clone().into()));
    png.chunks_mut().splice(1..1, new);
    png.encoder().bytes().to_vec()
}

fn depths(scene: &Scene) -> Vec<Specimen> {
    let grey = scene.grey();
    let as_rgb = |of: &dyn Fn(u8) -> [u8; 3]| Scene {
        rgb: grey.iter().flat_map(|value| of(*value)).collect(),
        ..scene.clone()
    };
    let shown_grey = as_rgb(&|value| [value; 3]);
    let two = |bytes: &[u8]| bytes.iter().flat_map(|byte| [*byte, byte.wrapping_mul(37)]).collect::<Vec<_>>();
    let made = |name: &str, colours, depth, points: &[u8], shown: &Scene| {
        Specimen::new(name, "png", coded(scene, colours, depth, points), shown, &[])
    };
    let bits: Vec<u8> = grey
        .chunks(8)
        .map(|eight| eight.iter().fold(0, |bits, value| bits << 1 | u8::from(*value > 110)))
        .collect();
    let black_and_white = as_rgb(&|value| [if value > 110 { 255 } else { 0 }; 3]);
    vec![
        made("PNG of 16 bits", ColorType::Rgb, BitDepth::Sixteen, &two(&scene.rgb), scene),
        made("PNG grey of 16 bits", ColorType::Grayscale, BitDepth::Sixteen, &two(&grey), &shown_grey),
        made("PNG grey", ColorType::Grayscale, BitDepth::Eight, &grey, &shown_grey),
        made("PNG of one bit", ColorType::Grayscale, BitDepth::One, &bits, &black_and_white),
        made(
            "PNG with a palette",
            ColorType::Indexed,
            BitDepth::Eight,
            &grey,
            &as_rgb(&|value| [value, 255 - value, value / 2]),
        ),
        made("PNG with opacity", ColorType::Rgba, BitDepth::Eight, &scene.rgba(), scene),
    ]
}

/// Several frames, of which the copy is of the first.
fn animated(scene: &Scene) -> Specimen {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, scene.width, scene.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_animated(2, 0).expect("two frames");
    let mut writer = encoder.write_header().expect("a header can be written");
    writer.write_image_data(&scene.rgb).expect("the first frame");
    writer.write_image_data(&Scene::new(320, 240, 77).stored(3).rgb).expect("the second frame");
    writer.finish().expect("an end");
    Specimen::new("PNG that moves", "png", file, scene, &[])
}
