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
    /// A film.
    Video,
    /// A recording.
    Sound,
    /// Anything else.
    Other,
}

impl Kind {
    /// How many first bytes tell.
    pub const HEAD_BYTES: usize = 64;

    /// What a file is by its first [`Self::HEAD_BYTES`] bytes, or all there are.
    pub fn of(head: &[u8]) -> Self {
        let media_type = infer::get(head).map_or("application/octet-stream", |kind| kind.mime_type());
        let kind = match media_type.split_once('/').map(|(class, _)| class) {
            Some("image") => MediaKind::Picture,
            Some("video") => MediaKind::Video,
            Some("audio") => MediaKind::Sound,
            _ => MediaKind::Other,
        };
        Self { kind, media_type }
    }
}
