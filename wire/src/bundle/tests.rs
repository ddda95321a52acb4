use std::io::{self, Read, Write};

use proptest::prelude::*;

use super::*;
use crate::{
    directory::DeskId,
    hash::Sha256,
    key::{Courier, DeskIdentity, KeyId, RecipientKey, SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

fn desk() -> DeskId {
    DeskId::parse("quay").unwrap()
}

fn phone() -> AnswerKey {
    AnswerKey::from_secret([2; 32]).unwrap()
}

fn head() -> Head {
    Head { desk: desk(), salt: Salt::from_bytes([7; 16]), answer_to: phone().recipient() }
}

fn object(kind: ObjectKind, bytes: &[u8]) -> ObjectHead {
    let object = Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
    let keys = if kind == ObjectKind::Report {
        vec![KeyId::of("seal", "a"), KeyId::of("seal", "b")]
    } else {
        vec![]
    };
    ObjectHead { object, keys }
}

/// A bundle of these objects.
fn bundle(courier: &DeskIdentity<Courier>, objects: &[(ObjectKind, &[u8])]) -> Vec<u8> {
    let mut writer = BundleWriter::new(Vec::new(), &[courier.public()], &head()).unwrap();
    for (kind, bytes) in objects {
        writer.begin(&object(*kind, bytes)).unwrap();
        bytes.chunks(1000).for_each(|piece| writer.write(piece).unwrap());
    }
    writer.finish().unwrap()
}

/// Everything in a bundle, as far as it can be read, and why not further.
fn read_all(
    file: impl Read,
    courier: &DeskIdentity<Courier>,
) -> (Vec<(ObjectHead, Vec<u8>)>, Option<BundleError>) {
    let mut all = Vec::new();
    let mut reader = match BundleReader::open(file, std::slice::from_ref(courier)) {
        Ok(reader) => reader,
        Err(error) => return (all, Some(error)),
    };
    loop {
        let head = match reader.next_object() {
            Ok(Some(head)) => head,
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        };
        let (mut bytes, mut buffer) = (Vec::new(), [0; 700]);
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => bytes.extend_from_slice(&buffer[..read]),
                Err(error) => return (all, Some(error)),
            }
        }
        all.push((head, bytes));
    }
}

/// A whole `age` file to the courier with this content.
fn sealed(courier: &DeskIdentity<Courier>, content: &[u8]) -> Vec<u8> {
    crate::envelope::seal_bytes(content, &[courier.public()]).unwrap()
}

#[test]
fn what_went_in_comes_out_whatever_its_size() {
    let courier = DeskIdentity::generate();
    let large: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let objects = [
        (ObjectKind::Report, b"words\nobject report\nend 1\n".as_slice()),
        (ObjectKind::Attachment, large.as_slice()),
        (ObjectKind::Attachment, b"".as_slice()),
        (ObjectKind::Attachment, &large[..65_536]),
    ];
    let file = bundle(&courier, &objects);
    let (read, error) = read_all(&file[..], &courier);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(read.len(), objects.len());
    for ((head, bytes), (kind, sent)) in read.iter().zip(objects) {
        assert_eq!(*head, object(kind, sent));
        assert!(bytes == sent);
    }
}

#[test]
fn an_object_that_nobody_read_is_passed_over() {
    let courier = DeskIdentity::generate();
    let file = bundle(&courier, &[(ObjectKind::Attachment, &[1; 100_000]), (ObjectKind::Report, b"words")]);
    let mut reader = BundleReader::open(&file[..], &[courier]).unwrap();
    assert_eq!(*reader.head(), head());
    assert_eq!(reader.next_object().unwrap().unwrap().object.size, 100_000);
    assert_eq!(reader.read(&mut [0; 10]).unwrap(), 10);
    assert_eq!(reader.next_object().unwrap(), Some(object(ObjectKind::Report, b"words")));
    assert_eq!((reader.next_object().unwrap(), reader.next_object().unwrap()), (None, None));
}

#[test]
fn p11_a_cut_anywhere_and_a_flipped_byte_anywhere_are_told_from_the_end() {
    let courier = DeskIdentity::generate();
    let photo = [5; 200_000];
    let file = bundle(&courier, &[(ObjectKind::Report, b"words"), (ObjectKind::Attachment, &photo)]);
    let first_piece = crate::envelope::scan(&file).unwrap().len + 16 + 65_536 + 16;
    for cut in (0..file.len()).step_by(977).chain([file.len() - 1, file.len() - 17]) {
        let (read, error) = read_all(&file[..cut], &courier);
        let error = error.expect("a cut is no end");
        assert!(matches!(error, BundleError::Damaged | BundleError::Header(_)), "{cut}: {error:?}");
        assert!(read.len() < 2, "{cut}");
        // What was whole before the cut came out: the words lie in the first piece of 64 KiB.
        assert_eq!(read.len(), usize::from(cut >= first_piece), "{cut}");
    }
    for at in (0..file.len()).step_by(1009) {
        let mut flipped = file.clone();
        flipped[at] ^= 1;
        let (_, error) = read_all(&flipped[..], &courier);
        assert!(error.is_some(), "{at}");
    }
    let longer = [&file[..], b"x"].concat();
    assert!(matches!(read_all(&longer[..], &courier).1, Some(BundleError::Damaged)));
}

#[test]
fn a_whole_file_that_says_something_else_is_refused_by_name() {
    let courier = DeskIdentity::<Courier>::generate();
    let answer = format!("answer {} {}", "07".repeat(16), content_recipient());
    let hash = Sha256::of(b"w");
    let head = format!("turnstone bundle 1\ndesk quay\n{answer}\n");
    let says = |content: String| {
        read_all(&sealed(&courier, content.as_bytes())[..], &courier).1.unwrap().to_string()
    };
    for (content, expected) in [
        (String::new(), "not a bundle"),
        ("turnstone bundle 2\n".into(), "not a bundle"),
        ("x".repeat(20_000), "not a bundle"),
        ("turnstone bundle 1\n".into(), "did not finish"),
        (format!("turnstone bundle 1\ndesk Quay\n{answer}\n"), "none: desk"),
        (head.replace("07", "7G"), "none: answer"),
        (head.replace("age1", "AGE1"), "none: answer"),
        (head.clone(), "did not finish"),
        (format!("{head}object report {hash} 1\nw"), "did not finish"),
        (format!("{head}object report {hash} 2\nw"), "did not finish"),
        (format!("{head}object report {hash} 01\nw"), "none: object"),
        (format!("{head}object report {hash} +1\nw"), "none: object"),
        (format!("{head}object song {hash} 1\nw"), "none: object"),
        (format!("{head}object report {hash} 1 zz\nw"), "none: object"),
        (format!("{head}object report {hash} 1 {}\nw", vec!["00".repeat(8); 9].join(",")), "none: object"),
        (format!("{head}object report {hash} 1  x\nw"), "none: object"),
        (format!("{head}object report {hash} 1\nwend 2\n"), "none: end"),
        (format!("{head}object report {hash} 1\nwend 1\nx"), "something follows"),
        (format!("{head}object report {hash} {}\nw", u64::MAX), "did not finish"),
        (format!("{head}{}", "y".repeat(9_000)), "does not end"),
        (format!("{head}end"), "did not finish"),
    ] {
        let said = says(content.clone());
        assert!(said.contains(expected), "{:?}: {said}", &content[..content.len().min(200)]);
    }
    assert!(read_all(&sealed(&courier, format!("{head}end 0\n").as_bytes())[..], &courier).1.is_none());
}

fn content_recipient() -> String {
    phone().recipient().recipient().to_string()
}

#[test]
fn another_desks_key_and_no_key_are_told_apart_from_damage() {
    let courier = DeskIdentity::generate();
    let file = bundle(&courier, &[(ObjectKind::Report, b"words")]);
    let (_, error) = read_all(&file[..], &DeskIdentity::generate());
    assert!(matches!(error, Some(BundleError::NotForThisKey)));
    assert!(matches!(BundleReader::open(&file[..], &[]), Err(BundleError::NotForThisKey)));
    let newer = RecipientKey::<Courier>::parse("age1pq1qqqq").unwrap();
    let refused = BundleWriter::new(Vec::new(), std::slice::from_ref(&newer), &head()).unwrap_err();
    assert!(matches!(refused, BundleWriteError::Seal(SealError::NoUsableKey)));
    assert!(BundleWriter::new(Vec::new(), &[newer, courier.public()], &head()).is_ok());
}

#[test]
fn a_stick_that_is_pulled_out_is_not_damage() {
    struct Pulled<'a>(&'a [u8]);
    impl Read for Pulled<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer) {
                Ok(0) => Err(io::Error::from_raw_os_error(5)),
                read => read,
            }
        }
    }
    let courier = DeskIdentity::generate();
    let file = bundle(&courier, &[(ObjectKind::Attachment, &[5; 200_000])]);
    for cut in [0, 10, 200, 70_000, file.len() - 1] {
        let (_, error) = read_all(Pulled(&file[..cut]), &courier);
        assert!(matches!(error, Some(BundleError::Io(_))), "{cut}: {error:?}");
    }
}

#[test]
fn an_object_gets_exactly_the_bytes_that_were_announced() {
    let courier = DeskIdentity::<Courier>::generate();
    let begun = || {
        let mut writer = BundleWriter::new(Vec::new(), &[courier.public()], &head()).unwrap();
        writer.begin(&object(ObjectKind::Report, b"words")).unwrap();
        writer
    };
    assert!(matches!(begun().write(b"wordss"), Err(BundleWriteError::Size)));
    let mut short = begun();
    short.write(b"word").unwrap();
    assert!(matches!(short.begin(&object(ObjectKind::Report, b"x")), Err(BundleWriteError::Size)));
    assert!(matches!(short.finish(), Err(BundleWriteError::Size)));
}

#[test]
fn a_disk_that_is_full_is_said_by_its_own_error() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let courier = DeskIdentity::<Courier>::generate();
    let written = |room| -> Result<Full, BundleWriteError> {
        let mut writer = BundleWriter::new(Full(room), &[courier.public()], &head())?;
        writer.begin(&object(ObjectKind::Attachment, &[1; 100_000]))?;
        writer.write(&[1; 100_000])?;
        writer.finish()
    };
    assert!(written(200_000).is_ok());
    for room in [0, 100, 1_000, 80_000, 100_000] {
        let error = written(room).map(drop).unwrap_err();
        assert!(
            matches!(&error, BundleWriteError::Io(io) if io.kind() == io::ErrorKind::StorageFull),
            "{room}"
        );
    }
}

fn receipts(count: u8) -> Vec<SignedReceipt> {
    let key = SigningKey::<Stored>::from_seed([3; 32]).unwrap();
    let receipt = |n| {
        let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(&[n]), size: 1 };
        SignedReceipt::sign(&object, &desk(), chrono::DateTime::UNIX_EPOCH, &key)
    };
    (0..count).map(receipt).collect()
}

fn answer(receipts: &[SignedReceipt]) -> Vec<u8> {
    let mut writer = AnswerWriter::new(Vec::new(), &head()).unwrap();
    receipts.iter().for_each(|receipt| writer.receipt(receipt).unwrap());
    writer.finish().unwrap()
}

fn read_answer(file: &[u8]) -> (Vec<SignedReceipt>, Option<BundleError>) {
    let mut read = Vec::new();
    let opened = AnswerReader::open(file, |salt| {
        assert_eq!(salt.as_bytes(), &file[..16]);
        Ok::<_, BundleError>(phone())
    });
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(error) => return (read, Some(error)),
    };
    assert_eq!(*reader.desk(), desk());
    loop {
        match reader.next_receipt() {
            Ok(Some(receipt)) => read.push(receipt),
            Ok(None) => return (read, None),
            Err(error) => return (read, Some(error)),
        }
    }
}

#[test]
fn an_answer_brings_its_receipts_back_to_the_phone_that_asked_and_to_no_other() {
    let sent = receipts(200);
    let file = answer(&sent);
    assert_eq!(file[..16], [7; 16]);
    let (read, error) = read_answer(&file);
    assert!(error.is_none() && read == sent);
    let other = |_: &Salt| AnswerKey::from_secret([9; 32]).map_err(|_| BundleError::Damaged);
    assert!(matches!(AnswerReader::open(&file[..], other), Err(BundleError::NotForThisKey)));
}

#[test]
fn p11_an_answer_that_is_cut_or_changed_gives_what_was_whole_and_says_so() {
    let sent = receipts(200);
    let file = answer(&sent);
    for cut in (0..file.len()).step_by(1777) {
        let (read, error) = read_answer(&file[..cut]);
        assert!(error.is_some() && read == sent[..read.len()], "{cut}");
        assert!(read.len() < sent.len());
    }
    assert!(matches!(read_answer(&file[..10]).1, Some(BundleError::OtherFormat("an answer"))));
    let courier = DeskIdentity::generate();
    let bundle = bundle(&courier, &[]);
    assert!(matches!(read_answer(&bundle).1, Some(BundleError::Header(_))), "a bundle is no answer");
}

#[test]
fn p8_neither_file_shows_what_it_is_for_or_by_whom() {
    let courier = DeskIdentity::generate();
    let words = b"the words of a report";
    for file in [bundle(&courier, &[(ObjectKind::Report, words)]), answer(&receipts(3))] {
        for shown in
            [b"quay".as_slice(), b"turnstone", b"the words", b"report", b"kind", b"bundle", b"answer"]
        {
            assert!(!file.windows(shown.len()).any(|window| window == shown), "{shown:?}");
        }
    }
    let printed = format!("{:?} {:?} {:?}", head(), phone(), head().answer_to);
    assert!(!printed.contains("quay") && !printed.to_lowercase().contains("age1"), "{printed}");
}

#[test]
fn the_key_to_an_answer_is_made_again_of_the_same_bytes() {
    // The identity of 32 bytes of 01, as in the vectors.
    let key = AnswerKey::from_secret([1; 32]).unwrap();
    let text = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";
    let known = DeskIdentity::<Courier>::parse(text).unwrap();
    assert_eq!(key.recipient().recipient().to_string(), known.public().as_str());
    assert_ne!(key.recipient(), phone().recipient());
}

proptest! {
    #[test]
    fn p11_reading_never_panics(bytes: Vec<u8>, cut in 0_usize..600) {
        let courier = DeskIdentity::generate();
        let mut file = bundle(&courier, &[(ObjectKind::Report, b"words")]);
        file.truncate(cut);
        file.extend_from_slice(&bytes);
        let _ = read_all(&file[..], &courier);
        let _ = read_all(&sealed(&courier, &bytes)[..], &courier);
        let _ = read_answer(&bytes);
    }
}
