//! Our client against `@tus/server`. That server gives no receipts, so what it holds stays waiting on the phone; how the bytes
//! come there is what is looked at.

use std::{fs, path::PathBuf, thread, time::Duration};

use turnstone_tests::{
    field::Field,
    link::Link,
    peers::{OtherServer, lay_out, run_until},
    trace::say,
};
use turnstone_wire::hash::Sha256;

/// Most bytes of a broken request that were on their way and come again: what the link, the sockets and the server hold.
const ON_THE_WAY: u64 = 128 * 1024;

#[test]
#[ignore = "needs @tus/server; the peers stage of xtask runs it"]
fn peers_p3_our_client_killed_midway_goes_on_against_another_tus_server() {
    let link = Link::listen(1);
    let field = Field::new(&format!("http://{}", link.address()));
    lay_out(&field.path("peers"));
    // No picture by its first byte: there is no copy to wait for that server's receipt before this may go.
    let photo = field.path("recording.bin");
    fs::write(&photo, [&[0], &turnstone_tests::photo::DEMO_PHOTO[1..]].concat()).unwrap();
    let reported =
        field.turnstone(&["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()]);
    assert_eq!(reported.json["outcome"], "submitted", "{}", reported.said);
    let desk = field.serve();
    let theirs = OtherServer::start(&field.path("peers"), &field.path("theirs"), Some(desk.address()));
    link.set_target(Some(theirs.address()));

    let kills = [150_000, 250_000, 200_000];
    for bytes in kills {
        let (killed, _) = run_until(&link, &mut field.command(&["sync"]), Some(bytes));
        assert!(killed, "killed after {bytes} bytes more: {:?}", link.carried());
        assert!(finished(&field).is_none());
    }
    let file = (0..20).find_map(|_| {
        field.turnstone(&["sync"]);
        finished(&field)
    });
    let sent = link.carried().up;
    let file = file.expect("the upload comes to its end");
    let bytes = fs::read(&file).unwrap();
    assert_eq!(Sha256::of(&bytes).to_string(), file.file_name().unwrap().to_str().unwrap(), "byte for byte");
    let whole = bytes.len() as u64;
    say(&format!(
        "peers: {whole} bytes at @tus/server, {} kills, {sent} bytes sent, words among them",
        kills.len()
    ));
    assert!(sent <= whole + kills.len() as u64 * ON_THE_WAY, "{sent} bytes sent for {whole}");
    // P2: another server's word is no receipt.
    assert_eq!(field.turnstone(&["list"]).json["counts"]["waiting"], 1);
}

/// What the server has whole.
fn finished(field: &Field) -> Option<PathBuf> {
    // The copy is made while the answer to the last bytes is already on its way.
    let look =
        || fs::read_dir(field.path("theirs/finished")).unwrap().next().map(|entry| entry.unwrap().path());
    look().or_else(|| {
        thread::sleep(Duration::from_millis(50));
        look()
    })
}
