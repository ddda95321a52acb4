//! What a file is, by its first bytes, whatever it was called.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// In the large.
    pub kind: MediaKind,
    /// Its media type (`image/jpeg`); `application/octet-stream` where it is none that is known.
    pub media_type: &'static str,
}

/// What a file is, in the large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A still picture: what a copy can be made of, here or by the shell's operating system.
    Picture,
    /// A film. So is a recording that its program wrote into a film's box: the first bytes do not tell.
    Video,
    /// A recording.
    Sound,
    /// Anything else.
    Other,
}

impl MediaKind {
    /// What a media type (`image/jpeg`) stands for, in the large.
    pub fn of_type(media_type: &str) -> Self {
        match media_type.split_once('/').map(|(class, _)| class) {
            Some("image") => Self::Picture,
            Some("video") => Self::Video,
            Some("audio") => Self::Sound,
            _ => Self::Other,
        }
    }
}

impl Kind {
    /// How many first bytes tell.
    pub const HEAD_BYTES: usize = 64;

    /// What a file is by its first [`Self::HEAD_BYTES`] bytes, or all there are.
    ///
    /// By `infer`'s table, save where that is too narrow (ISO base media) or too generous (two letters). What is a picture
    /// and something else at once is a picture: the rest is what its copy is made without.
    pub fn of(head: &[u8]) -> Self {
        let head = head.get(..Self::HEAD_BYTES).unwrap_or(head);
        let known = container(head).or_else(|| infer::get(head).map(|kind| kind.mime_type()));
        let media_type = known.filter(|known| plausible(known, head)).unwrap_or("application/octet-stream");
        Self { kind: MediaKind::of_type(media_type), media_type }
    }
}

/// Containers whose first bytes are shared by several kinds: ISO base media by its brands (ISO/IEC 14496-12 and 23008-12), of
/// which `infer` wants to see all and knows few; a first packet of Theora makes an Ogg a film (RFC 5334).
fn container(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"OggS") && head.get(28..35) == Some(b"\x80theora") {
        return Some("video/ogg");
    }
    if head.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let length = usize::try_from(u32::from_be_bytes(*head.first_chunk()?)).ok()?;
    let box_end = length.min(head.len());
    let (brands, _) = head.get(16..box_end).unwrap_or_default().as_chunks::<4>();
    Some(match head.get(8..12)? {
        b"avif" | b"avis" => "image/avif",
        // Brands that say no more than that it is a still, or several.
        b"mif1" | b"msf1" | b"mif2" | b"miaf" if brands.contains(b"avif") => "image/avif",
        b"mif1" | b"msf1" | b"mif2" | b"miaf" => "image/heif",
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => "image/heif",
        b"crx " => "image/x-canon-cr3",
        b"jp2 " | b"jpx " => "image/jp2",
        b"qt  " => "video/quicktime",
        b"M4A " | b"M4B " | b"M4P " => "audio/m4a",
        b"M4V " | b"M4VH" | b"M4VP" => "video/x-m4v",
        [b'3', b'g', b'p' | b's' | b'r' | b'e', _] => "video/3gpp",
        [b'3', b'g', b'2', _] => "video/3gpp2",
        // Films have dozens of brands, and any film may hold a voice.
        _ => "video/mp4",
    })
}

/// Whether what `infer` found by two or four bytes can be it: `BM` begins many a text, and `WEBP` may stand anywhere.
fn plausible(media_type: &str, head: &[u8]) -> bool {
    match media_type {
        // The size of its second header: OS/2 1, Windows 3, 4 and 5.
        "image/bmp" => matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])),
        "image/webp" => head.starts_with(b"RIFF"),
        "image/gif" => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        "image/png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &[u8]) -> (MediaKind, &'static str) {
        let kind = Kind::of(head);
        (kind.kind, kind.media_type)
    }

    fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
        let length = u32::try_from(12 + 4 * brands.len()).unwrap().to_be_bytes();
        let (major, compatible) = brands.split_first().unwrap();
        let compatible: Vec<u8> = compatible.iter().flat_map(|brand| brand.iter().copied()).collect();
        [length.as_slice(), b"ftyp", *major, &[0; 4], &compatible].concat()
    }

    #[test]
    fn pictures_of_every_kind_are_pictures() {
        let webp = b"RIFF\x10\0\0\0WEBPVP8 ";
        let bmp = [b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0".as_slice(), &[40, 0, 0, 0]].concat();
        for (head, media_type) in [
            (b"\xff\xd8\xff\xe1\x12\x34Exif\0\0".as_slice(), "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (webp, "image/webp"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"II*\0\x08\0\0\0\x10\0", "image/tiff"),
            (b"MM\0*\0\0\0\x08\0\x10", "image/tiff"),
            (&bmp, "image/bmp"),
            (&ftyp(&[b"heic", b"mif1", b"heic"]), "image/heif"),
            (&ftyp(&[b"mif1", b"heic"]), "image/heif"),
            (&ftyp(&[b"mif1"]), "image/heif"),
            (&ftyp(&[b"msf1", b"hevc"]), "image/heif"),
            (&ftyp(&[b"mif1", b"avif"]), "image/avif"),
            (&ftyp(&[b"avif", b"mif1"]), "image/avif"),
        ] {
            assert_eq!(of(head), (MediaKind::Picture, media_type));
        }
    }

    #[test]
    fn a_list_of_brands_that_is_longer_than_the_first_bytes_hides_nothing() {
        let many = [[b"heic"].as_slice(), &[b"xxxx"; 40]].concat();
        assert_eq!(of(&ftyp(&many)), (MediaKind::Picture, "image/heif"));
    }

    #[test]
    fn films_and_recordings_are_told_apart() {
        let theora = [b"OggS".as_slice(), &[0; 24], b"\x80theora\x03"].concat();
        for (head, media_type) in [
            (ftyp(&[b"isom", b"mp42"]), "video/mp4"),
            (ftyp(&[b"mp42"]), "video/mp4"),
            (ftyp(&[b"qt  "]), "video/quicktime"),
            (ftyp(&[b"3gp4"]), "video/3gpp"),
            (ftyp(&[b"none"]), "video/mp4"),
            (theora, "video/ogg"),
            (b"\x1aE\xdf\xa3\x01\0\0\0".to_vec(), "video/webm"),
        ] {
            assert_eq!(of(&head), (MediaKind::Video, media_type));
        }
        for (head, media_type) in [
            (ftyp(&[b"M4A ", b"isom", b"mp42"]), "audio/m4a"),
            (b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), "audio/x-wav"),
            (b"OggS\0\x02".to_vec(), "audio/ogg"),
            (b"ID3\x04\0".to_vec(), "audio/mpeg"),
            (b"#!AMR\n12345678".to_vec(), "audio/amr"),
        ] {
            assert_eq!(of(&head), (MediaKind::Sound, media_type));
        }
    }

    #[test]
    fn what_only_looks_like_a_picture_is_none() {
        for head in [
            b"BMW, dark, parked at the slipway".as_slice(),
            b"GIFT from the harbour master",
            b"I saw a WEBP file",
            b"\x89PNG is what they called it",
            b"PK\x03\x04\x14\0",
            b"%PDF-1.7",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"",
            b"\0",
        ] {
            assert_eq!(Kind::of(head).kind, MediaKind::Other, "{head:?}");
        }
    }

    #[test]
    fn only_the_first_bytes_count() {
        let head = [b"PK\x03\x04".as_slice(), &[0; 60], b"\xff\xd8\xff"].concat();
        assert_eq!(Kind::of(&head), Kind::of(&head[..Kind::HEAD_BYTES]));
    }

    proptest::proptest! {
        #[test]
        fn p11_any_first_bytes_at_all_are_something(head: Vec<u8>) {
            let _ = Kind::of(&head);
        }
    }
}
