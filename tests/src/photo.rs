//! Photographs as a phone writes them: a real JPEG with an EXIF block whose place, time and camera are invented.
//!
//! What a phone puts into its files is what may give a witness away, so the suites need files that hold all of it,
//! and a public repository must not hold anybody's real place.
#![expect(clippy::expect_used, reason = "a fixture that cannot be made is a broken test, and says so")]

use std::io::Cursor;

use chrono::{DateTime, FixedOffset};
use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use img_parts::{Bytes, ImageEXIF, jpeg::Jpeg};
use turnstone_wire::body::Position;

pub mod exif_block;
pub mod heif;
pub mod jpeg;
pub mod makers;
pub mod planted;
pub mod png;
pub mod scene;
pub mod webp;

/// The photograph the demo attaches, with the EXIF block of [`PhoneExif::demo`]; its licence stands beside it.
pub const DEMO_PHOTO: &[u8] = include_bytes!("../../cli/src/demo/photo.jpg");

/// What a phone writes about a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneExif {
    /// Maker of the camera.
    pub make: String,
    /// Model of the camera.
    pub model: String,
    /// Local time at which it was taken, with its offset.
    pub taken: DateTime<FixedOffset>,
    /// Where it was taken.
    pub position: Position,
    /// Where the camera pointed, in degrees clockwise from true north, 0 to 360.
    pub img_direction_deg: f64,
    /// How to turn the picture upright, 1 to 8 (EXIF 2.32, tag 0x0112); 1 is upright already.
    pub orientation: u16,
}

impl PhoneExif {
    /// A camera that was never built, at sea south of Swanage pier, on a spring evening.
    pub fn demo() -> Self {
        Self {
            make: "Example".to_owned(),
            model: "Synthetic Phone 1".to_owned(),
            taken: DateTime::parse_from_rfc3339("2026-05-03T20:10:00+01:00").expect("a fixed moment"),
            position: Position::new(50.6065, -1.9480).expect("a fixed place"),
            img_direction_deg: 142.5,
            orientation: 1,
        }
    }

    /// The TIFF structure that an EXIF segment holds.
    fn to_tiff(&self) -> Vec<u8> {
        let fields = self.fields();
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).expect("fields of one directory can be written");
        tiff.into_inner()
    }

    fn fields(&self) -> Vec<Field> {
        let local = ascii(&self.taken.format("%Y:%m:%d %H:%M:%S").to_string());
        let offset = ascii(&self.taken.format("%:z").to_string());
        let (lat, lon) = (self.position.lat_deg(), self.position.lon_deg());
        let values = [
            (Tag::Make, ascii(&self.make)),
            (Tag::Model, ascii(&self.model)),
            (Tag::Orientation, Value::Short(vec![self.orientation])),
            (Tag::DateTime, local.clone()),
            // 2.31 is the version that brought the offset of the local time.
            (Tag::ExifVersion, Value::Undefined(b"0231".to_vec(), 0)),
            (Tag::DateTimeOriginal, local),
            (Tag::OffsetTimeOriginal, offset),
            (Tag::GPSVersionID, Value::Byte(vec![2, 3, 0, 0])),
            (Tag::GPSLatitudeRef, ascii(if lat < 0.0 { "S" } else { "N" })),
            (Tag::GPSLatitude, degrees_minutes_seconds(lat)),
            (Tag::GPSLongitudeRef, ascii(if lon < 0.0 { "W" } else { "E" })),
            (Tag::GPSLongitude, degrees_minutes_seconds(lon)),
            (Tag::GPSImgDirectionRef, ascii("T")),
            (Tag::GPSImgDirection, Value::Rational(vec![rational(self.img_direction_deg, 100)])),
        ];
        values.into_iter().map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value }).collect()
    }
}

/// The picture of `base_jpeg` with the EXIF block a phone would have given it. Everything else stays, byte for byte.
///
/// # Panics
/// Where `base_jpeg` is no JPEG, or the block is longer than a segment of one.
pub fn phone_photo(base_jpeg: &[u8], exif: &PhoneExif) -> Vec<u8> {
    let mut jpeg = parse(base_jpeg);
    jpeg.set_exif(Some(exif.to_tiff().into()));
    // img-parts drops a block that is too long without a word; a test for its absence would then prove nothing.
    assert!(jpeg.exif().is_some(), "the EXIF block is longer than a JPEG segment");
    jpeg.encoder().bytes().to_vec()
}

/// The same picture without its EXIF block.
///
/// # Panics
/// Where `jpeg` is no JPEG.
pub fn without_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut jpeg = parse(jpeg);
    jpeg.set_exif(None);
    jpeg.encoder().bytes().to_vec()
}

fn parse(jpeg: &[u8]) -> Jpeg {
    Jpeg::from_bytes(Bytes::copy_from_slice(jpeg)).expect("the picture is a JPEG")
}

fn ascii(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

/// Whole degrees, whole minutes, and seconds to a thousandth, which is 3 cm.
fn degrees_minutes_seconds(deg: f64) -> Value {
    let thousandths = rational(deg.abs() * 3600.0, 1000).num;
    let (minutes, seconds) = (thousandths / 60_000, thousandths % 60_000);
    Value::Rational(vec![
        Rational { num: minutes / 60, denom: 1 },
        Rational { num: minutes % 60, denom: 1 },
        Rational { num: seconds, denom: 1000 },
    ])
}

#[expect(clippy::cast_possible_truncation, reason = "180 degrees are 648,000,000 thousandths of a second")]
fn rational(value: f64, denom: u32) -> Rational {
    Rational { num: (value * f64::from(denom)).round() as u32, denom }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(photo: &[u8]) -> exif::Exif {
        exif::Reader::new().read_from_container(&mut Cursor::new(photo)).unwrap()
    }

    fn text(exif: &exif::Exif, tag: Tag) -> String {
        match &exif.get_field(tag, In::PRIMARY).unwrap().value {
            Value::Ascii(parts) => String::from_utf8(parts.concat()).unwrap(),
            other => panic!("{tag} is no text: {other:?}"),
        }
    }

    fn degrees(exif: &exif::Exif, tag: Tag) -> f64 {
        match &exif.get_field(tag, In::PRIMARY).unwrap().value {
            Value::Rational(parts) => parts.iter().rev().fold(0.0, |sum, part| sum / 60.0 + part.to_f64()),
            other => panic!("{tag} is no number: {other:?}"),
        }
    }

    #[test]
    fn everything_written_is_read_back() {
        let photo = phone_photo(&without_exif(DEMO_PHOTO), &PhoneExif::demo());
        let exif = read(&photo);
        assert_eq!(text(&exif, Tag::Make), "Example");
        assert_eq!(text(&exif, Tag::Model), "Synthetic Phone 1");
        assert_eq!(text(&exif, Tag::DateTimeOriginal), "2026:05:03 20:10:00");
        assert_eq!(text(&exif, Tag::OffsetTimeOriginal), "+01:00");
        assert_eq!(
            (text(&exif, Tag::GPSLatitudeRef), text(&exif, Tag::GPSLongitudeRef)),
            ("N".into(), "W".into())
        );
        assert!((degrees(&exif, Tag::GPSLatitude) - 50.6065).abs() < 1e-6);
        assert!((degrees(&exif, Tag::GPSLongitude) - 1.9480).abs() < 1e-6);
        assert!((degrees(&exif, Tag::GPSImgDirection) - 142.5).abs() < 1e-9);
        let orientation = exif.get_field(Tag::Orientation, In::PRIMARY).unwrap();
        assert_eq!(orientation.value.get_uint(0), Some(1));
    }

    #[test]
    fn minutes_carry_into_degrees_and_the_other_hemispheres_have_their_letters() {
        let position = Position::new(-49.999_999_99, 179.999_999_99).unwrap();
        let exif = read(&phone_photo(DEMO_PHOTO, &PhoneExif { position, ..PhoneExif::demo() }));
        assert_eq!(
            (text(&exif, Tag::GPSLatitudeRef), text(&exif, Tag::GPSLongitudeRef)),
            ("S".into(), "E".into())
        );
        let latitude = exif.get_field(Tag::GPSLatitude, In::PRIMARY).unwrap();
        assert_eq!(latitude.display_value().to_string(), "50 deg 0 min 0 sec");
        assert!((degrees(&exif, Tag::GPSLongitude) - 180.0).abs() < 1e-6);
    }

    /// The file in the repository is exactly what this code makes of its own picture, so nothing else hides in it.
    /// `cargo run -p turnstone-tests --example demo_photo` writes it anew.
    #[test]
    fn the_demo_photo_is_reproducible_byte_for_byte() {
        let bare = without_exif(DEMO_PHOTO);
        assert!(bare.len() < DEMO_PHOTO.len());
        assert!(
            phone_photo(&bare, &PhoneExif::demo()) == DEMO_PHOTO,
            "photo.jpg is not what phone_photo makes"
        );
    }

    #[test]
    fn without_exif_nothing_of_it_is_left() {
        let bare = without_exif(DEMO_PHOTO);
        assert!(exif::Reader::new().read_from_container(&mut Cursor::new(&bare)).is_err());
        assert!(!bare.windows(4).any(|window| window == b"Exif"));
    }
}
