//! Attachments: each is sealed once, while it streams in, as an `age` file to an identity of its own, zero-padded to
//! a Padmé size. The identity travels in the report's body.

use std::{
    fmt,
    io::{self, Read, Write},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{
    body::AttachmentPart,
    envelope::{self, OpenError, from_age},
    hash::{Hasher, Sha256},
    limits, padding,
};

/// The secret that opens one attachment: an `age` X25519 identity. Prints as `[redacted]`.
#[derive(Clone)]
pub struct AttachmentKey(age::x25519::Identity);

impl AttachmentKey {
    /// Makes a new one from the operating system's randomness.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads `AGE-SECRET-KEY-1...`.
    ///
    /// # Errors
    /// Where the text is no such key.
    pub fn parse(text: &str) -> Result<Self, crate::key::KeyError> {
        text.parse().map(Self).map_err(|_| crate::key::KeyError::Malformed)
    }

    /// The secret as text.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        use age::secrecy::ExposeSecret;
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl PartialEq for AttachmentKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_public() == other.0.to_public()
    }
}

impl fmt::Debug for AttachmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Serialize for AttachmentKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_secret_text())
    }
}

impl<'de> Deserialize<'de> for AttachmentKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// What is known of an attachment once it is sealed. `Debug` shows its padded size only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// True size in bytes.
    pub size: u64,
    /// Hash of the true bytes.
    pub sha256: Sha256,
    /// Size of the sealed file in bytes.
    pub sealed_size: u64,
    /// Hash of the sealed file: its name on the intake.
    pub sealed_sha256: Sha256,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[sealed attachment of {} bytes]", self.sealed_size)
    }
}

/// Seals an attachment as its bytes come in, holding 64 KiB at a time.
pub struct Sealer<W: Write> {
    writer: age::stream::StreamWriter<HashingWriter<W>>,
    hasher: Hasher,
    size: u64,
}

impl<W: Write> Sealer<W> {
    /// Writes the header of the sealed file.
    ///
    /// # Errors
    /// What `output` answers.
    pub fn new(output: W, key: &AttachmentKey) -> io::Result<Self> {
        let recipient = key.0.to_public();
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .map_err(io::Error::other)?;
        let writer =
            encryptor.wrap_output(HashingWriter { inner: output, hasher: Hasher::default(), size: 0 })?;
        Ok(Self { writer, hasher: Hasher::default(), size: 0 })
    }

    /// Takes the next bytes of the attachment.
    ///
    /// # Errors
    /// What `output` answers; [`io::ErrorKind::FileTooLarge`] past [`limits::ATTACHMENT_BYTES`].
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        if padding::padme(self.size) > limits::ATTACHMENT_BYTES - 64 * 1024 * 1024 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.hasher.update(bytes);
        self.writer.write_all(bytes)
    }

    /// True size in bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Pads, ends the sealed file and gives `output` back.
    ///
    /// # Errors
    /// What `output` answers.
    pub fn finish(mut self) -> io::Result<(W, Sealed)> {
        let mut left = padding::padme(self.size) - self.size;
        let zeros = [0; 8192];
        while left > 0 {
            let step = left.min(zeros.len() as u64);
            self.writer.write_all(&zeros[..usize::try_from(step).unwrap_or(zeros.len())])?;
            left -= step;
        }
        let written = self.writer.finish()?;
        #[cfg(feature = "simulation")]
        let written = {
            let mut written = written;
            written.write_all(&crate::simulation::after(written.size, padding::padme(self.size)))?;
            written
        };
        let HashingWriter { inner, hasher, size } = written;
        let sealed = Sealed {
            size: self.size,
            sha256: self.hasher.finish(),
            sealed_size: size,
            sealed_sha256: hasher.finish(),
        };
        Ok((inner, sealed))
    }
}

impl<W: Write> fmt::Debug for Sealer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

struct HashingWriter<W> {
    inner: W,
    hasher: Hasher,
    size: u64,
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens a sealed attachment into `output` and checks all that the report says of it: both hashes, both sizes, and
/// that the padding is zeros. `output` has got bytes even where an error comes at the end: keep it out of sight
/// until this returns `Ok`.
///
/// # Errors
/// [`OpenError`]; [`OpenError::Mismatch`] names what differs.
pub fn open(sealed: impl Read, part: &AttachmentPart, output: &mut impl Write) -> Result<(), OpenError> {
    let mut source =
        Source { inner: sealed, hasher: Hasher::default(), size: 0, limit: part.sealed_size, failed: None };
    let opened = open_from(&mut source, part, output);
    // The `age` crate tells damage and a broken source alike; they are not: one is tried again, the other is not.
    if let (Err(_), Some(kind)) = (&opened, source.failed) {
        return Err(OpenError::Io(kind.into()));
    }
    opened?;
    if source.size != part.sealed_size {
        return Err(OpenError::Mismatch("sealed size"));
    }
    if source.hasher.finish() != part.sealed_sha256 {
        return Err(OpenError::Mismatch("sealed hash"));
    }
    Ok(())
}

/// Opens and checks what comes out.
fn open_from(
    source: &mut Source<impl Read>,
    part: &AttachmentPart,
    output: &mut impl Write,
) -> Result<(), OpenError> {
    let mut head = Vec::new();
    source.take(limits::AGE_HEADER_BYTES as u64).read_to_end(&mut head)?;
    envelope::scan(&head)?;
    let decryptor = age::Decryptor::new_buffered(io::BufReader::new(head.as_slice().chain(source)))
        .map_err(|e| from_age(&e))?;
    let mut reader =
        decryptor.decrypt(std::iter::once(&part.key.0 as &dyn age::Identity)).map_err(|e| from_age(&e))?;
    let mut hasher = Hasher::default();
    let mut left = part.size;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = reader.read(&mut buffer).map_err(|_| OpenError::Damaged)?;
        if read == 0 {
            break;
        }
        let true_bytes = usize::try_from(left).map_or(read, |left| left.min(read));
        let (content, padding) = buffer[..read].split_at(true_bytes);
        if padding.iter().any(|&b| b != 0) {
            return Err(OpenError::Mismatch("padding"));
        }
        hasher.update(content);
        output.write_all(content)?;
        left -= content.len() as u64;
    }
    if left > 0 {
        return Err(OpenError::Mismatch("size"));
    }
    if hasher.finish() != part.sha256 {
        return Err(OpenError::Mismatch("hash"));
    }
    Ok(())
}

/// Hashes what is read, reads no more than one byte past `limit`, and remembers that the source itself failed.
struct Source<R> {
    inner: R,
    hasher: Hasher,
    size: u64,
    limit: u64,
    failed: Option<io::ErrorKind>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left =
            usize::try_from(self.limit.saturating_add(1).saturating_sub(self.size)).unwrap_or(usize::MAX);
        let end = buffer.len().min(left);
        let read =
            self.inner.read(&mut buffer[..end]).inspect_err(|error| self.failed = Some(error.kind()))?;
        self.hasher.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Role;

    fn sealed(bytes: &[u8]) -> (Vec<u8>, AttachmentPart) {
        let key = AttachmentKey::generate();
        let mut sealer = Sealer::new(Vec::new(), &key).unwrap();
        for chunk in bytes.chunks(1000) {
            sealer.write(chunk).unwrap();
        }
        let (file, facts) = sealer.finish().unwrap();
        let part = AttachmentPart {
            number: 1,
            role: Role::Original,
            media_type: "image/jpeg".into(),
            size: facts.size,
            sha256: facts.sha256,
            sealed_size: facts.sealed_size,
            sealed_sha256: facts.sealed_sha256,
            key,
            unknown: Default::default(),
        };
        (file, part)
    }

    #[test]
    fn opens_to_the_same_bytes() {
        for len in [1, 1000, 65_536, 65_537, 300_000] {
            let bytes: Vec<u8> = (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let (file, part) = sealed(&bytes);
            assert_eq!(Sha256::of(&file), part.sealed_sha256);
            let mut out = Vec::new();
            open(&file[..], &part, &mut out).unwrap();
            assert!(out == bytes, "{len}");
        }
    }

    #[test]
    fn a_source_that_breaks_off_is_not_damage() {
        struct Breaks<'a>(&'a [u8]);
        impl Read for Breaks<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                match self.0.read(buffer) {
                    Ok(0) => Err(io::ErrorKind::ConnectionReset.into()),
                    read => read,
                }
            }
        }
        let (file, part) = sealed(&[7; 100_000]);
        for cut in [0, 10, 200, 50_000] {
            let error = open(Breaks(&file[..cut]), &part, &mut io::sink()).unwrap_err();
            assert!(matches!(error, OpenError::Io(_)), "{cut}: {error}");
        }
    }

    #[test]
    fn every_difference_is_named() {
        let (file, part) = sealed(&[7; 100_000]);
        let wrong = |change: fn(&mut AttachmentPart)| {
            let mut part = part.clone();
            change(&mut part);
            open(&file[..], &part, &mut io::sink()).unwrap_err().to_string()
        };
        assert!(wrong(|p| p.size = 99_999).contains("padding"));
        assert!(wrong(|p| p.size = 200_000).contains("size"));
        assert!(wrong(|p| p.sha256 = Sha256::of(b"")).contains("hash"));
        assert!(wrong(|p| p.sealed_sha256 = Sha256::of(b"")).contains("sealed hash"));
        assert!(wrong(|p| p.sealed_size += 1).contains("sealed size"));
        assert!(wrong(|p| p.sealed_size -= 1).contains("sealed size"));
        assert!(wrong(|p| p.sealed_size -= 2).contains("damaged"));
        assert!(wrong(|p| p.sealed_size = 0).contains("not opened"));
        assert!(wrong(|p| p.sealed_size = u64::MAX).contains("sealed size"));
        assert!(wrong(|p| p.size = u64::MAX).contains("size"));
        assert!(wrong(|p| p.key = AttachmentKey::generate()).contains("key"));
        let mut longer = file.clone();
        longer.push(0);
        assert!(open(&longer[..], &part, &mut io::sink()).is_err());
    }
}
