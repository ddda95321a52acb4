//! EXIF blocks with all that cameras write into them: maker's notes, thumbnails, serial numbers, either byte order.

use std::io::Cursor;

use exif::{Field, In, Tag, Value, experimental::Writer};

use super::PhoneExif;

/// An EXIF block in the making.
#[derive(Debug, Clone)]
pub struct ExifBlock {
    fields: Vec<Field>,
    thumbnail: Option<Vec<u8>>,
    little_endian: bool,
}

impl ExifBlock {
    /// What [`PhoneExif`] says, and no more.
    pub fn of(phone: &PhoneExif) -> Self {
        Self { fields: phone.fields(), thumbnail: None, little_endian: false }
    }

    /// Nothing but how to turn the picture upright.
    pub fn turned(orientation: u16) -> Self {
        Self { fields: Vec::new(), thumbnail: None, little_endian: false }
            .with(Tag::Orientation, Value::Short(vec![orientation]))
    }

    /// With a field, in place of one that had its tag.
    #[must_use]
    pub fn with(self, tag: Tag, value: Value) -> Self {
        let mut block = self.without(&[tag]);
        block.fields.push(Field { tag, ifd_num: In::PRIMARY, value });
        block
    }

    /// With a text, in place of one that had its tag.
    #[must_use]
    pub fn with_text(self, tag: Tag, text: &str) -> Self {
        self.with(tag, super::ascii(text))
    }

    /// Without some fields.
    #[must_use]
    pub fn without(mut self, tags: &[Tag]) -> Self {
        self.fields.retain(|field| !tags.contains(&field.tag));
        self
    }

    /// With the notes that only the maker can read.
    #[must_use]
    pub fn with_notes(self, notes: &[u8]) -> Self {
        self.with(Tag::MakerNote, Value::Undefined(notes.to_vec(), 0))
    }

    /// With a small picture in its second directory.
    #[must_use]
    pub fn with_thumbnail(mut self, jpeg: &[u8]) -> Self {
        self.thumbnail = Some(jpeg.to_vec());
        self
    }

    /// The least significant byte first, as most phones write it.
    #[must_use]
    pub fn little_endian(mut self) -> Self {
        self.little_endian = true;
        self
    }

    /// The TIFF structure.
    ///
    /// # Panics
    /// Where two fields have one tag.
    pub fn to_tiff(&self) -> Vec<u8> {
        // 6: the thumbnail is a JPEG (TIFF 6.0, section 22).
        let compression =
            Field { tag: Tag::Compression, ifd_num: In::THUMBNAIL, value: Value::Short(vec![6]) };
        let mut writer = Writer::new();
        self.fields.iter().for_each(|field| writer.push_field(field));
        if let Some(thumbnail) = &self.thumbnail {
            writer.push_field(&compression);
            writer.set_jpeg(thumbnail, In::THUMBNAIL);
        }
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, self.little_endian).expect("these fields can be written");
        tiff.into_inner()
    }
}
