//! Photos as many makers' cameras and many programs write them: each habit once, in a JPEG with invented contents.
//!
//! The heads of makers' notes and the names of segments are those that ExifTool's tables list, so that its reading is a real one.

use exif::{Rational, Tag, Value};
use turnstone_core::media::Carried;

use super::{
    exif_block::ExifBlock,
    jpeg::{self, Coding, segment, with_segments},
    planted::{
        far_away, film, noise, notes, phone, profile, thumbnail, thumbnail_with_exif, words, xmp, zip,
    },
    scene::Scene,
};

/// A file, and what is known of it because it was made so.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// What it shows.
    pub name: String,
    /// How its name would end.
    pub ending: &'static str,
    /// The file.
    pub file: Vec<u8>,
    /// The picture in it, upright.
    pub scene: Scene,
    /// What it carries at least, beside the picture.
    pub carries: Vec<Carried>,
    /// Whether a copy of it can be made here.
    pub copied: bool,
}

impl Specimen {
    pub(super) fn new(
        name: &str,
        ending: &'static str,
        file: Vec<u8>,
        scene: &Scene,
        carries: &[Carried],
    ) -> Self {
        let (name, scene, carries) = (name.to_owned(), scene.clone(), carries.to_vec());
        Self { name, ending, file, scene, carries, copied: true }
    }
}

const PLACE: [Carried; 3] = [Carried::Place, Carried::Time, Carried::Camera];

/// Every JPEG there is here.
pub fn jpegs() -> Vec<Specimen> {
    let scene = Scene::new(320, 240, 11);
    let base = jpeg::bare(&scene, Coding::Baseline);
    let mut all = vec![Specimen::new("nothing but the picture", "jpg", base.clone(), &scene, &[])];
    all.extend(makers_notes(&scene, &base));
    all.extend(phones(&scene, &base));
    all.extend(programs(&scene, &base));
    all.extend(segments(&scene, &base));
    all.extend(behind(&scene, &base));
    all.extend(codings(&scene));
    all.extend(turned());
    all
}

/// What makers' notes begin with.
const HEADS: [(&str, &[u8]); 14] = [
    ("Apple", b"Apple iOS\0\0\x01MM\0\x01"),
    ("SAMSUNG", b"\x07\0\x01\0\x07\0\x04\0\0\x000100"),
    ("HUAWEI", b"HUAWEI\0\0"),
    ("Xiaomi", b"XIAOMI\0\0"),
    ("Google", b"HDRP\x02"),
    ("NIKON CORPORATION", b"Nikon\0\x02\x10\0\0MM\0\x2A\0\0\0\x08\0\0"),
    ("Canon", b"\x01\0\x06\0\x02\0\x20\0\0\0\x1c\0\0\0"),
    ("OLYMPUS CORPORATION", b"OLYMPUS\0II\x03\0"),
    ("FUJIFILM", b"FUJIFILM\x0c\0\0\0"),
    ("Panasonic", b"Panasonic\0\0\0"),
    ("SONY", b"SONY DSC \0\0\0"),
    ("PENTAX", b"AOC\0MM"),
    ("LEICA CAMERA AG", b"LEICA\0\x02\0"),
    ("CASIO COMPUTER CO.,LTD.", b"QVC\0\0\0"),
];

fn makers_notes(scene: &Scene, base: &[u8]) -> Vec<Specimen> {
    let of = |(number, (make, head)): (usize, (&str, &[u8]))| {
        let block = ExifBlock::of(&phone(make, "Synthetic 2")).with_notes(&notes(head));
        let block = if number % 2 == 0 { block } else { block.little_endian() };
        let file = with_segments(base, &[jpeg::exif(&block.to_tiff())]);
        let carries = [&PLACE[..], &[Carried::MakerNotes]].concat();
        Specimen::new(&format!("maker's notes of {make}"), "jpg", file, scene, &carries)
    };
    HEADS.into_iter().enumerate().map(of).collect()
}

/// What phones write.
fn phones(scene: &Scene, base: &[u8]) -> Vec<Specimen> {
    let exif = |block: &ExifBlock| jpeg::exif(&block.to_tiff());
    let plain = ExifBlock::of(&phone("Example", "Synthetic Phone 1"));
    let south = ExifBlock::of(&far_away("Example", "Synthetic Phone 2")).little_endian();
    let all_of_it = plain
        .clone()
        .with(Tag::GPSAltitudeRef, Value::Byte(vec![1]))
        .with(Tag::GPSAltitude, Value::Rational(vec![Rational { num: 1250, denom: 100 }]))
        .with(Tag::GPSHPositioningError, Value::Rational(vec![Rational { num: 476, denom: 100 }]))
        .with_text(Tag::GPSImgDirectionRef, "M")
        .with_text(Tag::SubSecTimeOriginal, "417");
    let satellites = plain
        .clone()
        .without(&[Tag::OffsetTimeOriginal])
        .with_text(Tag::GPSDateStamp, "2026:05:03")
        .with(Tag::GPSTimeStamp, Value::Rational([19, 10, 2].map(|num| Rational { num, denom: 1 }).to_vec()));
    let no_zone = plain.clone().without(&[Tag::OffsetTimeOriginal]);
    let no_place = plain.clone().without(&[
        Tag::GPSLatitude,
        Tag::GPSLatitudeRef,
        Tag::GPSLongitude,
        Tag::GPSLongitudeRef,
        Tag::GPSImgDirection,
        Tag::GPSImgDirectionRef,
        Tag::GPSVersionID,
    ]);
    let owned = plain
        .clone()
        .with_text(Tag::CameraOwnerName, &words("owner"))
        .with_text(Tag::BodySerialNumber, "SN-0351-77410-2266")
        .with_text(Tag::LensSerialNumber, "LN-9961-20774-1180")
        .with_text(Tag::LensModel, &words("lens"))
        .with_text(Tag::ImageUniqueID, "6f2ad30b51e84c779d2f0e8812c4b7aa")
        .with_text(Tag::ImageDescription, &words("description"))
        .with_text(Tag::Software, &words("software"));
    let small = plain.clone().with_thumbnail(&thumbnail_with_exif(3)).little_endian();
    let thumbnail = [&PLACE[..], &[Carried::Thumbnail]].concat();
    let made = |name: &str, block: &ExifBlock, carries: &[Carried]| {
        Specimen::new(name, "jpg", with_segments(base, &[exif(block)]), scene, carries)
    };
    vec![
        made("place, time and camera", &plain, &PLACE),
        made("south and west", &south, &PLACE),
        made("below the sea, by compass, to a fraction of a second", &all_of_it, &PLACE),
        made("time of satellites, clock without zone", &satellites, &PLACE),
        made("clock without zone", &no_zone, &PLACE),
        made("no place", &no_place, &[Carried::Time, Carried::Camera]),
        made("owner and serial numbers", &owned, &PLACE),
        made("thumbnail with a place of its own", &small, &thumbnail),
        Specimen::new(
            "two EXIF blocks",
            "jpg",
            with_segments(base, &[exif(&plain), exif(&south)]),
            scene,
            &PLACE,
        ),
    ]
}

/// What programs write into pictures that they touched.
fn programs(scene: &Scene, base: &[u8]) -> Vec<Specimen> {
    let history =
        xmp(&format!("xmp:CreatorTool=\"{}\" photoshop:City=\"{}\"", words("creator tool"), words("city")));
    let guid = "4C1B9E0D2F6A47E38895C1D07A3B62FE";
    let depth = format!("GDepth:Data=\"{}\"", hex::encode(noise("depth", 60_000)));
    let depth_short = xmp(&format!("GDepth:Format=\"RangeInverse\" xmpNote:HasExtendedXMP=\"{guid}\""));
    let captions = [
        jpeg::iptc(5, &words("title")),
        jpeg::iptc(80, &words("byline")),
        jpeg::iptc(90, &words("city")),
        jpeg::iptc(120, &words("caption")),
    ]
    .concat();
    let small = [&[0, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 120][..], &[0; 16], &thumbnail(5)].concat();
    let drone = xmp("drone-dji:GpsLatitude=\"+50.6065000\" drone-dji:GpsLongitude=\"-1.9480000\" \
                     drone-dji:AbsoluteAltitude=\"+41.50\" drone-dji:FlightYawDegree=\"+142.50\"");
    let one = |name: &str, segments: &[Vec<u8>], carries: &[Carried]| {
        Specimen::new(name, "jpg", with_segments(base, segments), scene, carries)
    };
    let long = [vec![jpeg::xmp(&depth_short)], jpeg::extended_xmp(guid, &xmp(&depth))].concat();
    vec![
        one("XMP with its history", &[jpeg::xmp(&history)], &[Carried::Xmp]),
        one("extended XMP with a depth map", &long, &[Carried::Xmp]),
        one("XMP of a drone", &[jpeg::xmp(&drone)], &[Carried::Xmp]),
        one("IPTC captions", &[jpeg::photoshop(&[(0x0404, &captions)])], &[Carried::Iptc]),
        one(
            "Photoshop's thumbnail beside IPTC",
            &[jpeg::photoshop(&[(0x0404, &captions), (0x040C, &small)])],
            &[Carried::Iptc],
        ),
        one("a colour profile", &jpeg::icc(&profile()), &[Carried::ColourProfile]),
        one("a comment", &[segment(0xFE, &[words("comment").as_bytes()])], &[Carried::Text]),
    ]
}

/// Segments of single vendors (ExifTool's table of JPEG segments).
fn segments(scene: &Scene, base: &[u8]) -> Vec<Specimen> {
    let words = words("segment");
    let words = words.as_bytes();
    let noise = noise("segment", 3_000);
    let vendor: [(&str, u8, &[u8]); 14] = [
        ("APP1 of a thermal camera", 0xE1, b"FLIR\0\x01\0\0"),
        ("APP2 FlashPix", 0xE2, b"FPXR\0\0\x01"),
        ("APP3 Meta", 0xE3, b"Meta\0\0"),
        ("APP4 of a drone", 0xE4, b""),
        ("APP5 of a printer", 0xE5, b"RMETA\0"),
        ("APP6 of an action camera", 0xE6, b"GoPro\0"),
        ("APP7 of a chip's maker", 0xE7, b"Qualcomm Camera Attributes\0"),
        ("APP8 SPIFF", 0xE8, b"SPIFF\0\x01\x02"),
        ("APP9 of a jukebox", 0xE9, b"Media Jukebox\0"),
        ("APP10 comment", 0xEA, b"UNICODE\0"),
        ("APP11 provenance", 0xEB, b"JP\0\x01\0\0\0\x01"),
        ("APP12 picture info", 0xEC, b"[picture info]\0"),
        ("APP12 of a program", 0xEC, b"Ducky\0\x01\0\x04\0\0\0\x3c"),
        ("APP15 of a graphics tool", 0xEF, b"Q 85\0"),
    ];
    let mut all: Vec<_> = vendor
        .into_iter()
        .map(|(name, marker, head)| {
            let file = with_segments(base, &[segment(marker, &[head, words, &noise])]);
            Specimen::new(name, "jpg", file, scene, &[Carried::Vendor])
        })
        .collect();
    let small = Scene::new(40, 30, 9);
    let jfif = [&b"JFIF\0\x01\x02\x01\0\x48\0\x48\x28\x1e"[..], &small.rgb].concat();
    let jfxx = [&b"JFXX\0\x10"[..], &thumbnail(6)].concat();
    all.push(Specimen::new(
        "thumbnails of JFIF",
        "jpg",
        with_segments(base, &[segment(0xE0, &[&jfif]), segment(0xE0, &[&jfxx])]),
        scene,
        &[Carried::Thumbnail],
    ));
    let scan = base.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap_or(2);
    let late = [segment(0xFE, &[words]), segment(0xEC, &[b"late\0", &noise])].concat();
    all.push(Specimen::new(
        "segments right before the picture, with bytes to fill",
        "jpg",
        [&base[..scan], &late, &[0xFF; 5], &base[scan..]].concat(),
        scene,
        &[Carried::Text],
    ));
    all
}

/// What lies behind the end of the picture.
fn behind(scene: &Scene, base: &[u8]) -> Vec<Specimen> {
    let exif = jpeg::exif(&ExifBlock::of(&phone("Example", "Synthetic Phone 3")).to_tiff());
    let motion = xmp("GCamera:MotionPhoto=\"1\" GCamera:MotionPhotoVersion=\"1\" \
                      GCamera:MotionPhotoPresentationTimestampUs=\"968644\"");
    let gain_map = with_segments(&thumbnail(8), &[jpeg::xmp(&xmp("HDRGainMap:HDRGainMapVersion=\"65536\""))]);
    let preview = with_segments(&thumbnail(9), std::slice::from_ref(&exif));
    let film = film();
    let with_exif = with_segments(base, std::slice::from_ref(&exif));
    let samsung = [&b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"[..], &film].concat();
    let directory = [
        &b"SEFH\x6a\0\0\0\x01\0\0\0\0\0\x30\x0a"[..],
        &[&u32::try_from(samsung.len()).unwrap_or(0).to_le_bytes()[..]; 2].concat(),
        b"\x18\0\0\0SEFT",
    ]
    .concat();
    let one = |name: &str, ending, file: Vec<u8>, carries: &[Carried]| {
        Specimen::new(name, ending, file, scene, &[&PLACE[..], carries].concat())
    };
    vec![
        one(
            "a motion photo, its film behind the end",
            "jpg",
            [&with_segments(base, &[exif.clone(), jpeg::xmp(&motion)])[..], &film].concat(),
            &[Carried::Xmp, Carried::Film],
        ),
        one(
            "a motion photo with a list of what lies behind",
            "jpg",
            [&with_exif[..], &samsung, &directory].concat(),
            &[Carried::Film],
        ),
        one(
            "several pictures in one file: a gain map and a preview",
            "jpg",
            jpeg::multi_picture(base, std::slice::from_ref(&exif), &[&gain_map, &preview]),
            &[Carried::FurtherPictures],
        ),
        one(
            "a depth map behind the end",
            "jpg",
            [&with_exif[..], &noise("depth", 9_000), b"DepthEn\0"].concat(),
            &[Carried::Trailing],
        ),
        one(
            "words behind the end",
            "jpg",
            [&with_exif[..], words("trailer").as_bytes()].concat(),
            &[Carried::Trailing],
        ),
        one(
            "a picture that is an archive as well",
            "jpg",
            [&with_exif[..], &zip()].concat(),
            &[Carried::Trailing],
        ),
        one("a picture that calls itself PNG", "png", with_exif, &[]),
    ]
}

/// Every coding.
fn codings(scene: &Scene) -> Vec<Specimen> {
    let exif = jpeg::exif(&ExifBlock::of(&phone("Example", "Synthetic Phone 4")).to_tiff());
    let all =
        [Coding::Progressive, Coding::Restarts, Coding::Grey, Coding::Cmyk, Coding::Ycck, Coding::FullColour];
    let grey = |scene: &Scene| {
        let rgb = scene.grey().into_iter().flat_map(|value| [value; 3]).collect();
        Scene { rgb, ..scene.clone() }
    };
    let made = |coding: Coding| {
        let file = with_segments(&jpeg::bare(scene, coding), std::slice::from_ref(&exif));
        let shown = if coding == Coding::Grey { grey(scene) } else { scene.clone() };
        Specimen::new(&format!("coded as {coding:?}"), "jpg", file, &shown, &PLACE)
    };
    all.into_iter().map(made).collect()
}

/// All eight orientations, one of them of a picture that has to be scaled down.
fn turned() -> Vec<Specimen> {
    let scene = Scene::new(300, 200, 12);
    let large = Scene::new(2400, 1500, 13);
    let made = |name: &str, scene: &Scene, orientation: u16| {
        let base = jpeg::bare(&scene.stored(orientation), Coding::Baseline);
        let phone = super::PhoneExif { orientation, ..phone("Example", "Synthetic Phone 5") };
        let file = with_segments(&base, &[jpeg::exif(&ExifBlock::of(&phone).to_tiff())]);
        Specimen::new(&format!("{name} {orientation}"), "jpg", file, scene, &PLACE)
    };
    let mut all: Vec<_> = (1..=8).map(|orientation| made("orientation", &scene, orientation)).collect();
    all.push(made("large, orientation", &large, 6));
    all
}

/// All of every kind.
pub fn all() -> Vec<Specimen> {
    [jpegs(), super::png::pngs(), super::webp::webps(), super::heif::heics()].concat()
}
