//! What is carried by hand: bundles and the answers to them, hostile in their place, hostile inside a whole file, and honest
//! ones that were tampered with.

use std::io::Read;

use turnstone_wire::{
    bundle::{AnswerKey, AnswerReader, BundleError, BundleReader, BundleWriter, Head, ObjectHead, Salt},
    directory::DeskId,
    hash::Sha256,
    key::{Courier, DeskIdentity, KeyId},
    limits,
    receipt::{Object, ObjectKind},
};

use crate::{
    IDENTITY, made,
    marker::{error_says_nothing, place, says_nothing, variants},
};

/// No bytes are taken for more than they are; an honest bundle comes out whole, and up to the first byte that differs.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        hostile(&bytes);
        // Whoever knows the desk's public key may write anything at all inside.
        hostile(&sealed(&bytes));
        let head = b"turnstone bundle 1\ndesk quay\n";
        hostile(&sealed(&[head.as_slice(), answer_line().as_bytes(), &bytes].concat()));
        answers(&bytes);
        answers(&[&[7; 16], sealed(&bytes).as_slice()].concat());
        let head = b"turnstone answer 1\ndesk quay\n";
        answers(&[&[7; 16], sealed(&[head.as_slice(), &bytes].concat()).as_slice()].concat());
    }
    honest(data);
}

/// Reads all there is; what is announced is given, or an error.
fn hostile(file: &[u8]) {
    let mut reader = match BundleReader::open(file, std::slice::from_ref(&courier())) {
        Ok(reader) => reader,
        Err(error) => return error_says_nothing(&error),
    };
    says_nothing(&format!("{reader:?} {:?}", reader.head()));
    let mut objects = 0;
    let mut given = 0;
    loop {
        match reader.next_object() {
            Ok(None) => break,
            Ok(Some(head)) => {
                objects += 1;
                says_nothing(&format!("{head:?}"));
                assert!(head.keys.len() <= limits::RECIPIENTS);
                match read(&mut reader) {
                    Ok(bytes) => {
                        assert_eq!(bytes.len() as u64, head.object.size, "another size than was announced");
                        given += bytes.len();
                    }
                    Err(error) => return error_says_nothing(&error),
                }
            }
            Err(error) => return error_says_nothing(&error),
        }
    }
    assert!(objects <= limits::BUNDLE_OBJECTS && given <= file.len(), "more came out than went in");
    assert!(matches!(reader.next_object(), Ok(None)), "an end is an end");
}

fn answers(file: &[u8]) {
    let key = |_: &Salt| made_key();
    let mut reader = match AnswerReader::open(file, key) {
        Ok(reader) => reader,
        Err(error) => return error_says_nothing(&error),
    };
    says_nothing(&format!("{reader:?} {:?}", reader.desk()));
    loop {
        match reader.next_receipt() {
            Ok(None) => return,
            Ok(Some(receipt)) => says_nothing(&format!("{receipt:?}")),
            Err(error) => return error_says_nothing(&error),
        }
    }
}

/// A bundle of the input's own pieces, and what becomes of it on the way.
fn honest(data: &[u8]) {
    let pieces: Vec<_> = data.split(|&b| b == b'\n').take(9).collect();
    let mut writer = made(BundleWriter::new(Vec::new(), &[courier().public()], &head()));
    for (n, piece) in pieces.iter().enumerate() {
        made(writer.begin(&object(n, piece)));
        made(writer.write(piece));
    }
    let file = made(writer.finish());
    let (whole, error) = all(&file);
    assert!(error.is_none() && whole.len() == pieces.len(), "an honest bundle does not come out");
    for (n, (came, piece)) in whole.iter().zip(&pieces).enumerate() {
        assert!(came.0 == object(n, piece) && came.1 == *piece);
    }
    let at = place(data, file.len());
    let mut flipped = file.clone();
    flipped[at] ^= 1 << (data.len() % 8);
    for tampered in [&file[..at], &flipped, &[file.as_slice(), b"x"].concat()] {
        let (came, error) = all(tampered);
        assert!(error.is_some(), "a tampered bundle comes to an end");
        assert!(whole.starts_with(&came), "and what comes out of it is not what went in");
    }
}

type Came = Vec<(ObjectHead, Vec<u8>)>;

fn all(file: &[u8]) -> (Came, Option<BundleError>) {
    let mut came = Vec::new();
    let mut reader = match BundleReader::open(file, std::slice::from_ref(&courier())) {
        Ok(reader) => reader,
        Err(error) => return (came, Some(error)),
    };
    loop {
        match reader.next_object() {
            Ok(None) => return (came, None),
            Ok(Some(head)) => match read(&mut reader) {
                Ok(bytes) => came.push((head, bytes)),
                Err(error) => return (came, Some(error)),
            },
            Err(error) => return (came, Some(error)),
        }
    }
}

fn read(reader: &mut BundleReader<impl Read>) -> Result<Vec<u8>, BundleError> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 777]);
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(bytes),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

fn object(n: usize, bytes: &[u8]) -> ObjectHead {
    let kind = if n.is_multiple_of(2) { ObjectKind::Report } else { ObjectKind::Attachment };
    let object = Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
    ObjectHead { object, keys: (0..n % 9).map(|n| KeyId::of("seal", &n.to_string())).collect() }
}

fn courier() -> DeskIdentity<Courier> {
    made(DeskIdentity::parse(IDENTITY))
}

/// The key of 32 bytes of 01, which opens what is sealed to the courier as well.
fn made_key() -> Result<AnswerKey, BundleError> {
    Ok(made(AnswerKey::from_secret([1; 32])))
}

fn head() -> Head {
    let answer_to = made(made_key()).recipient();
    Head { desk: made(DeskId::parse("quay")), salt: Salt::from_bytes([7; 16]), answer_to }
}

fn answer_line() -> String {
    format!("answer {} {}\n", "07".repeat(16), courier().public().as_str())
}

/// A whole `age` file with this inside.
fn sealed(content: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let recipient = made(IDENTITY.parse::<age::x25519::Identity>()).to_public();
    let encryptor = made(age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)));
    let mut file = Vec::new();
    let mut writer = made(encryptor.wrap_output(&mut file));
    made(writer.write_all(content));
    made(writer.finish());
    file
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{bundle::AnswerWriter, receipt::SignedReceipt};

    use super::*;

    #[test]
    fn an_honest_answer_gets_through_the_target() {
        let mut writer = made(AnswerWriter::new(Vec::new(), &head()));
        let receipt = br#"{"text":"x","signature":""}"#;
        made(writer.receipt(&made(SignedReceipt::parse(receipt))));
        answers(&made(writer.finish()));
    }
}
