//! Published examples of each kind, with where they were published; and what holds for any text at all.

use super::*;

/// The readings of a text: kind, normal form, country, doubts.
fn read(subject: &str, field: &str, text: &str) -> Vec<String> {
    understand(subject, field, text)
        .into_iter()
        .map(|one| {
            let country = one.country.unwrap_or_else(|| "--".to_owned());
            format!("{} {} {country} {}", one.kind, one.normal.as_str(), one.doubts.join(" "))
                .trim_end()
                .to_owned()
        })
        .collect()
}
#[test]
fn dump() {
    for (s, f, t) in [
        ("vessel", "imo", "9074729"),
        ("vessel", "imo", "IMO 9074728"),
        ("vessel", "imo", "907??29"),
        ("vessel", "imo", "90747"),
        ("vessel", "number", "GBR 1234L"),
        ("vessel", "number", "G?R 1234"),
        ("vessel", "number", "4721"),
        ("vessel", "number", "PZ 123"),
        ("vessel", "number", "P? 45"),
        ("vessel", "registration", "?? 45"),
        ("vessel", "number", "SSR 123456"),
        ("vessel", "number", "GB-ABC12345D404"),
        ("vessel", "mmsi", "235012345"),
        ("vessel", "mmsi", "002320001"),
        ("vessel", "mmsi", "23?012345"),
        ("vessel", "mmsi", "970123456"),
        ("vessel", "call_sign", "MABC9"),
        ("vessel", "call_sign", "2ABC3"),
        ("vessel", "call_sign", "S?BC3"),
        ("vessel", "call_sign", "SSXY"),
        ("vessel", "other", "CSQU3054383"),
        ("vessel", "other", "CSQU305438?"),
        ("vessel", "other", "CSQU3054382"),
        ("aircraft", "registration", "G-ABCD"),
        ("aircraft", "registration", "GA??B"),
        ("aircraft", "registration", "N123AB"),
        ("aircraft", "registration", "EI-ABC"),
        ("aircraft", "registration", "EIABC"),
        ("aircraft", "registration", "?-ABCD"),
        ("aircraft", "registration", "D-1234"),
        ("aircraft", "registration", "D2-ABC"),
        ("aircraft", "registration", "VP-BAB"),
        ("aircraft", "registration", "VPBAB"),
        ("aircraft", "registration", "G-AB"),
        ("aircraft", "registration", "G-AB12"),
        ("aircraft", "registration", "G-ABC0"),
        ("aircraft", "registration", "QQ-ABC"),
        ("aircraft", "registration", "59-ABC"),
        ("aircraft", "registration", "GBR-OP-123456789ABC"),
        ("vehicle", "registration", "BD51 SMR"),
        ("vehicle", "registration", "BDS1 SMR"),
        ("vehicle", "registration", "BD5I SMR"),
        ("vehicle", "registration", "A123 BCD"),
        ("vehicle", "registration", "ABC 123D"),
        ("vehicle", "registration", "ABC 123"),
        ("vehicle", "registration", "AIZ 1234"),
        ("vehicle", "registration", "Q123 ABC"),
        ("vehicle", "registration", "123D456"),
        ("vehicle", "registration", "AB-123-CD"),
        ("vehicle", "registration", "131-D-1234"),
        ("vehicle", "registration", "1234 BBB"),
        ("vehicle", "registration", "CJ 12 ABC"),
        ("vehicle", "registration", "B-AB 1234"),
        ("vehicle", "registration", "J 12345"),
        ("vehicle", "registration", "AB0? CDE"),
        ("vehicle", "registration", "A??????"),
        ("vehicle", "registration", "VW-123-X"),
        ("vehicle", "registration", "MAN 123A"),
    ] {
        println!(
            "{s}.{f} {t:?} -> {:?} {:?}",
            read(s, f, t),
            understand(s, f, t).iter().map(|u| u.completions).collect::<Vec<_>>()
        );
        for u in understand(s, f, t).iter().take(1) {
            println!(
                "      {}\n      {}",
                sentence(u, crate::words::Lang::En),
                sentence(u, crate::words::Lang::Cy)
            );
        }
    }
}
