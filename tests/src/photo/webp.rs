//! WebP files (RFC 9649): with EXIF, XMP and a colour profile, with bytes behind the end, and ones that move.

use image_webp::{ColorType, WebPEncoder};
use turnstone_core::media::Carried;

use super::{
    exif_block::ExifBlock,
    makers::Specimen,
    planted::{noise, phone, profile, words, xmp},
    scene::Scene,
};

/// Every WebP there is here.
pub fn webps() -> Vec<Specimen> {
    let scene = Scene::new(320, 240, 31);
    let place = [Carried::Place, Carried::Time, Carried::Camera];
    let exif = ExifBlock::of(&phone("Example", "Synthetic Phone 6")).to_tiff();
    let named = xmp(&format!("photoshop:City=\"{}\"", words("city")));
    let turned = ExifBlock::of(&super::PhoneExif { orientation: 8, ..phone("Example", "Synthetic Phone 7") })
        .to_tiff();
    let one =
        |name: &str, file: Vec<u8>, carries: &[Carried]| Specimen::new(name, "webp", file, &scene, carries);
    let base = coded(&scene, &[], &[], &[]);
    let extended = coded(&scene, &exif, named.as_bytes(), &profile());
    let vendor = riff(&[&extended[12..], &chunk(b"VNDR", &noise("vendor", 2_000))].concat());
    vec![
        one("WebP with nothing but the picture", base.clone(), &[]),
        one("WebP EXIF", coded(&scene, &exif, &[], &[]), &place),
        one("WebP XMP", coded(&scene, &[], named.as_bytes(), &[]), &[Carried::Xmp]),
        one("WebP colour profile", coded(&scene, &[], &[], &profile()), &[Carried::ColourProfile]),
        one(
            "WebP with everything and a vendor's chunk",
            vendor,
            &[Carried::Place, Carried::Xmp, Carried::Vendor],
        ),
        one("WebP turned", coded(&scene.stored(8), &turned, &[], &[]), &place),
        one(
            "WebP with words behind the end",
            [&base[..], words("trailer").as_bytes()].concat(),
            &[Carried::Trailing],
        ),
        one("WebP that moves", animated(&scene, &exif), &place),
    ]
}

/// A WebP without loss.
///
/// # Panics
/// Where the scene is larger than a WebP can be.
pub fn coded(scene: &Scene, exif: &[u8], xmp: &[u8], profile: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    encoder.set_exif_metadata(exif.to_vec());
    encoder.set_xmp_metadata(xmp.to_vec());
    encoder.set_icc_profile(profile.to_vec());
    encoder.encode(&scene.rgb, scene.width, scene.height, ColorType::Rgb8).expect("a scene can be coded");
    file
}

/// One chunk, filled up to an even length.
///
/// # Panics
/// Where it is longer than 4 GB.
pub fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a chunk of the suites is short").to_le_bytes();
    let fill: &[u8] = if content.len().is_multiple_of(2) { &[] } else { &[0] };
    [&name[..], &length, content, fill].concat()
}

/// A WebP file of chunks.
pub fn riff(chunks: &[u8]) -> Vec<u8> {
    chunk(b"RIFF", &[b"WEBP", chunks].concat())
}

/// Two frames, with an EXIF block behind them.
fn animated(scene: &Scene, exif: &[u8]) -> Vec<u8> {
    let size = |side: u32| side.saturating_sub(1).to_le_bytes();
    let (width, height) = (size(scene.width), size(scene.height));
    // The EXIF and the animation bit, then the canvas.
    let canvas = [&[0x0A, 0, 0, 0][..], &width[..3], &height[..3]].concat();
    let frame = |scene: &Scene| {
        let still = coded(scene, &[], &[], &[]);
        // Its place, its size, how long it is shown, and that it is not mixed with what was there.
        let about = [&[0; 6][..], &width[..3], &height[..3], &[100, 0, 0, 2]].concat();
        chunk(b"ANMF", &[&about, &still[12..]].concat())
    };
    let frames = [frame(scene), frame(&Scene::new(320, 240, 78).stored(3))].concat();
    let head = [chunk(b"VP8X", &canvas), chunk(b"ANIM", &[255, 255, 255, 255, 0, 0])].concat();
    riff(&[head, frames, chunk(b"EXIF", exif)].concat())
}
