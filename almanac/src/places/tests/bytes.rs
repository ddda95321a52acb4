//! Tables that are none.

use proptest::prelude::*;

use super::super::*;

const EMPTY: &[u8] = b"turnstone.places/1\n\0\0\0\0";

fn read(bytes: &[u8]) -> Result<String, TableError> {
    Places::read(bytes).map(|places| format!("{places:?}"))
}

/// A table of one harbour, an area of one ring, and nothing else; with the bytes of a part of it replaced.
fn table(harbour: &[u8], ring: &[u8]) -> Vec<u8> {
    let mut bytes = b"turnstone.places/1\n\0".to_vec();
    bytes.push(1);
    bytes.extend_from_slice(harbour);
    bytes.extend_from_slice(b"\0\x01\x01X\x01Y\0\x01");
    bytes.extend_from_slice(ring);
    bytes
}

const HARBOUR: &[u8] = b"\x02\x02\x00\x01A\x00\x00\x00";
/// Three points, a border and two coasts.
const RING: &[u8] = b"\x03\0\0\x02\0\0\x02\x01\x02";

#[test]
fn a_small_table_reads() {
    assert_eq!(read(EMPTY).unwrap(), "[0 harbours, 0 airfields, 0 areas]");
    assert_eq!(read(&table(HARBOUR, RING)).unwrap(), "[1 harbours, 0 airfields, 1 areas]");
}

#[test]
fn p11_what_is_wrong_with_a_table_is_said_by_its_kind() {
    let wrong = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(wrong(b""), TableError::UnknownFormat);
    assert_eq!(wrong(b"turnstone.places/2\n\0\0\0\0"), TableError::UnknownFormat);
    assert_eq!(wrong(&vec![0; TABLE_BYTES + 1]), TableError::TooLarge);
    assert_eq!(wrong(&[EMPTY, b"x"].concat()), TableError::Wrong("more than it says"));
    for (harbour, why) in [
        (&b"\x02\x02\x0b\x01A\0\0\0"[..], "a place of a sort that is not known"),
        (b"\x02\x02\x7f\x01A\0\0\0", "a place of a sort that is not known"),
        (b"\x02\x02\x00\x00\0\0\0", "a place without a name"),
        (b"\x02\x02\x00\x01\xff\0\0\0", "a text that is no UTF-8"),
        (b"\x02\x02\x00\x01\x1b\0\0\0", "a text that acts"),
        (b"\xfe\xff\xff\xff\x0f\x02\x00\x01A\0\0\0", "a place that is nowhere"),
        (b"\x82\x00\x02\x00\x01A\0\0\0", "a number too large"),
        (b"\xff\xff\xff\xff\x7f\x02\x00\x01A\0\0\0", "a number too large"),
    ] {
        assert_eq!(wrong(&table(harbour, RING)), TableError::Wrong(why));
    }
    for (ring, why) in [
        (&b"\x02\0\0\x02\0\0"[..], "a ring of fewer than three points"),
        (b"\x03\0\0\x02\0\0\x02\x01\x03", "a ring with other edges than it says"),
        (b"\x03\0\0\x02\0\0\x02\x01\x00\x02", "a ring with other edges than it says"),
    ] {
        assert_eq!(wrong(&table(HARBOUR, ring)), TableError::Wrong(why));
    }
}

#[test]
fn places_out_of_order_are_refused() {
    let mut bytes = b"turnstone.places/1\n\0\x02".to_vec();
    bytes.extend_from_slice(b"\x04\x02\x00\x01A\0\0\0\x01\x02\x00\x01B\0\0\0\0\0");
    assert_eq!(read(&bytes), Err(TableError::Wrong("places out of order")));
}

#[test]
fn a_count_that_cannot_be_is_refused_before_room_is_made() {
    assert_eq!(read(b"turnstone.places/1\n\0\xff\xff\xff\x7f\0"), Err(TableError::CutShort));
}

#[test]
fn p11_a_table_cut_short_anywhere_is_refused() {
    let table = table(HARBOUR, RING);
    for end in 0..table.len() {
        assert!(Places::read(&table[..end]).is_err(), "{end}");
    }
    for end in (0..BUILT_IN_BYTES.len()).step_by(9_973) {
        assert!(Places::read(&BUILT_IN_BYTES[..end]).is_err(), "{end}");
    }
}

proptest! {
    // The whole table is read each time; the fuzzer goes on from here.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p11_no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Places::read(&bytes);
        let _ = Places::read(&[&b"turnstone.places/1\n"[..], &bytes].concat());
    }

    #[test]
    fn p11_a_changed_byte_gives_a_table_that_answers_or_an_error(at in 19..BUILT_IN_BYTES.len(), byte: u8) {
        let mut bytes = BUILT_IN_BYTES.to_vec();
        bytes[at] = byte;
        if let Ok(places) = Places::read(&bytes) {
            let position = turnstone_wire::body::Position::new(51.0, -2.0).unwrap();
            places.police_area(&position);
            places.nearest(&position, Kind::Harbour, 3);
            places.scheme_for(&position);
        }
    }
}
