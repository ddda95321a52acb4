//! The pieces that the files are made of: segments of JPEG, chunks of PNG, and zeros by the megabyte in a few kilobytes.

/// A segment of a JPEG file (ITU-T T.81, B.1.1.4).
pub(crate) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xFF, marker], &length.to_be_bytes()[..], body].concat()
}

/// The same picture, with another size in its frame.
pub(crate) fn with_size(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let frame = jpeg.windows(2).position(|two| matches!(two, [0xFF, 0xC0 | 0xC2])).unwrap();
    let mut jpeg = jpeg.to_vec();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// What stands before the first scan of a progressive picture, and from it on.
pub(crate) fn jpeg_head_and_scans(jpeg: &[u8]) -> (&[u8], &[u8]) {
    let scan = jpeg.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    jpeg.split_at(scan)
}

/// A PNG file of one run of compressed bytes, with chunks of somebody's choice before it.
pub(crate) fn png(heading: Vec<u8>, more: &[u8], compressed: &[u8]) -> Vec<u8> {
    let chunks = [heading, more.to_vec(), chunk(*b"IDAT", compressed), chunk(*b"IEND", b"")];
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunks.concat()].concat()
}

/// The head of a PNG: sides in picture points, bits of a sample, kind of colour.
pub(crate) fn heading(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    chunk(*b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat())
}

/// A chunk of a PNG file with its checksum.
pub(crate) fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    let checked = [&kind[..], body].concat();
    [&length.to_be_bytes()[..], &checked, &crc(&checked).to_be_bytes()].concat()
}

/// CRC-32 as PNG has it (annex D).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

/// So many zeros and a few more, as a thousandth of their length (RFC 1950, RFC 1951 with fixed codes): one zero, then the
/// same 258 bytes again and again.
pub(crate) fn zeros(count: usize) -> Vec<u8> {
    let repeats = count.div_ceil(258);
    let mut bits = Bits::default();
    bits.push(0b011, 3); // The last block, with fixed codes.
    bits.push(0b0000_1100, 8); // A literal zero: 0011 0000, most significant bit first.
    for _ in 0..repeats {
        bits.push(0b1010_0011, 8); // Length 258: 1100 0101, most significant bit first.
        bits.push(0, 5); // From one byte back.
    }
    bits.push(0, 7); // The end.
    let sum = u32::try_from((repeats * 258 + 1) % 65_521).unwrap() << 16 | 1;
    [&[0x78, 0x01][..], &bits.whole(), &sum.to_be_bytes()].concat()
}

/// Three megabytes of nothing, as they may stand behind the end of a picture.
pub(crate) fn end_of_zeros() -> Vec<u8> {
    vec![0; 3_000_000]
}

/// Bits, the least significant of each byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn whole(mut self) -> Vec<u8> {
        self.push(0, (8 - self.count) % 8);
        self.bytes
    }
}
