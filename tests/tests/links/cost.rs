//! What a bad link costs in bytes.

use std::fs;

use turnstone_tests::{
    draw::Draw,
    field::Field,
    link::{Link, Terms},
    photo,
    trace::say,
};

/// Bytes of the photo: a dozen cuts.
const SIZE: usize = 700_000;
/// Most runs of `sync`.
const RUNS: usize = 60;

/// Sends a photo over a link that is cut every 64 KB; all bytes on the wire, both ways, for each hundred of the sealed photo.
fn percent_on_the_wire(scheme: &str, host: &str) -> u64 {
    let link = Link::listen(1);
    let field = Field::new(&format!("{scheme}://{host}:{}", link.address().port()));
    fs::write(field.path("photo.jpg"), [&photo::DEMO_PHOTO[..300], &Draw::of(1).bytes(SIZE)].concat())
        .unwrap();
    let photo = field.photo();
    let reported =
        field.turnstone(&["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()]);
    assert_eq!(reported.json["outcome"], "submitted", "{}", reported.said);
    let desk = field.serve();
    link.set_target(Some(desk.address()));
    // The words go before: the photo is what is counted.
    assert_eq!(field.turnstone(&["sync", "--network", "metered"]).json["stored"], 1);
    let before = link.carried();
    link.set_terms(Terms { cut_after: Some(64 * 1024), ..Terms::default() });
    let delivered = (0..RUNS).any(|_| field.turnstone(&["sync"]).json["waiting"] == 0);
    assert!(delivered, "{}", field.turnstone(&["list"]).json);
    let (after, listed) = (link.carried(), field.turnstone(&["list"]).json);
    let items = listed["reports"][0]["items"].as_array().unwrap();
    let sealed =
        items.iter().filter(|item| item["lane"] != "words").map(|item| item["size"].as_u64().unwrap());
    let wire = (after.up - before.up) + (after.down - before.down);
    let percent = wire * 100 / sealed.sum::<u64>();
    let (cuts, connections) = (after.cuts, after.connections - before.connections);
    say(&format!(
        "links: a photo over {scheme}, {cuts} cuts, {connections} connections: {percent} % of its bytes on the wire"
    ));
    assert!(cuts >= 8, "it was cut: {after:?}");
    percent
}

#[test]
fn p3_a_photo_over_a_link_cut_every_64_kb_costs_little_more_than_its_bytes() {
    assert!(percent_on_the_wire("http", "127.0.0.1") <= 105);
}

/// That records are small (those of 16 KiB cost 134), and that what had reached the desk before a cut is counted: what comes
/// after a cut waits until it is.
#[test]
fn p3_the_same_under_tls_loses_no_large_records_at_cuts() {
    assert!(percent_on_the_wire("https", "localhost") <= 110);
}
