//! tus 1.0 as other people's clients speak it.

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::RequestBuilder;
use ring::digest;

use super::*;

const COLLECTION: &str = "/v1/attachments";

fn checksum(algorithm: &str, bytes: &[u8]) -> String {
    let known = if algorithm.ends_with("256") { &digest::SHA256 } else { &digest::SHA1_FOR_LEGACY_USE_ONLY };
    format!("{algorithm} {}", BASE64_STANDARD.encode(digest::digest(known, bytes)))
}

fn metadata(name: &Sha256) -> String {
    format!(
        "filename {},sha256 {}",
        BASE64_STANDARD.encode("a.age"),
        BASE64_STANDARD.encode(name.to_string())
    )
}

impl Running {
    fn begin(&self, name: &Sha256, length: usize) -> RequestBuilder {
        self.call("POST", &attachment_path(name)).header("upload-length", length)
    }

    fn patch(&self, name: &Sha256, offset: u64, bytes: &[u8]) -> RequestBuilder {
        self.chunk("PATCH", name, bytes).header("upload-offset", offset)
    }
}

fn text<'a>(response: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn options_says_what_is_spoken_to_whoever_asks() {
    let running = Running::new().await;
    let limit = IntakeConfig::read(&running.desk.home().server()).unwrap().limits.attachment_bytes;
    for path in [COLLECTION.to_owned(), attachment_path(&Sha256::of(b"x"))] {
        for version in ["1.0.0", "0.2.2"] {
            let said = running.call("OPTIONS", &path).header("tus-resumable", version).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::NO_CONTENT);
            assert_eq!(
                (text(&said, "tus-resumable"), text(&said, "tus-version")),
                (Some("1.0.0"), Some("1.0.0"))
            );
            assert_eq!(
                text(&said, "tus-extension").unwrap(),
                "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
            );
            assert_eq!(text(&said, "tus-checksum-algorithm"), Some("sha1,sha256"));
            assert_eq!(header(&said, "tus-max-size"), limit);
        }
    }
}

#[tokio::test]
async fn p3_a_checksum_is_really_compared_and_a_wrong_chunk_costs_only_itself() {
    let running = Running::new().await;
    let sealed = [7; 1000];
    let name = Sha256::of(&sealed);
    let wrong = checksum("sha256", b"other");
    let first = running.chunk("POST", &name, &sealed[..100]).header("upload-length", 1000);
    let first = first.header("upload-checksum", &wrong).send().await.unwrap();
    assert_eq!(refusal(first).await, (StatusCode::from_u16(460).unwrap(), RefusalCode::ChecksumMismatch));
    assert_eq!(running.offset(&name).await, 0);
    let mut offset = 0;
    for algorithm in ["sha1", "sha-1", "sha256", "sha-256"] {
        let chunk = &sealed[..200];
        let told =
            running.patch(&name, offset, chunk).header("upload-checksum", &wrong).send().await.unwrap();
        assert_eq!(told.status().as_u16(), 460, "{algorithm}");
        assert_eq!(running.offset(&name).await, offset, "{algorithm}");
        let told = running.patch(&name, offset, chunk).header("upload-checksum", checksum(algorithm, chunk));
        let told = told.send().await.unwrap();
        offset += 200;
        assert_eq!((told.status(), header(&told, "upload-offset")), (StatusCode::NO_CONTENT, offset));
    }
    for nonsense in ["md5 kAFQmDzST7DWlj99KOF/cg==", "sha1", "sha256 AAAA"] {
        let told =
            running.patch(&name, offset, b"x").header("upload-checksum", nonsense).send().await.unwrap();
        assert_eq!(refusal(told).await, (StatusCode::BAD_REQUEST, RefusalCode::BadRequest));
    }
    let rest =
        running.patch(&name, offset, &sealed[800..]).header("upload-checksum", checksum("sha1", &[7; 200]));
    assert_eq!(rest.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_chunk_with_a_checksum_whose_connection_breaks_leaves_the_offset_where_it_was() {
    let running = Running::new().await;
    let sealed = [7; 1000];
    let name = Sha256::of(&sealed);
    running.begin(&name, 1000).send().await.unwrap();
    running.patch(&name, 0, &sealed[..300]).send().await.unwrap();
    // All bytes that the checksum is for, of a body that is announced to be longer.
    let head = format!(
        "PATCH {} HTTP/1.1\r\nhost: x\r\nupload-offset: 300\r\nupload-checksum: {}\r\n\
         content-type: {TUS_CHUNK_TYPE}\r\ncontent-length: 700\r\n\r\n",
        attachment_path(&name),
        checksum("sha1", &sealed[..200])
    );
    let mut broken = running.raw(&head).await;
    broken.write_all(&sealed[..200]).await.unwrap();
    broken.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = broken.read_to_end(&mut answer).await;
    assert_eq!(running.offset(&name).await, 300);
    let rest = running.patch(&name, 300, &sealed[300..]).send().await.unwrap();
    assert_eq!(rest.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_length_told_later_is_taken_once() {
    let running = Running::new().await;
    let sealed = [9; 1000];
    let name = Sha256::of(&sealed);
    let path = attachment_path(&name);
    let begin = |headers: &[(&'static str, &'static str)]| {
        headers.iter().fold(running.call("POST", &path), |call, (name, value)| call.header(*name, *value))
    };
    for wrong in [
        &[][..],
        &[("upload-defer-length", "0")],
        &[("upload-defer-length", "2")],
        &[("upload-defer-length", "1"), ("upload-length", "1000")],
    ] {
        let told = begin(wrong).send().await.unwrap();
        assert_eq!(refusal(told).await, (StatusCode::BAD_REQUEST, RefusalCode::BadRequest), "{wrong:?}");
    }
    let begun = begin(&[("upload-defer-length", "1")]).send().await.unwrap();
    assert_eq!((begun.status(), header(&begun, "upload-offset")), (StatusCode::CREATED, 0));
    running.patch(&name, 0, &sealed[..400]).send().await.unwrap();
    let head = running.call("HEAD", &path).send().await.unwrap();
    assert_eq!((text(&head, "upload-defer-length"), text(&head, "upload-length")), (Some("1"), None));
    let short = running.patch(&name, 400, b"").header("upload-length", 399).send().await.unwrap();
    assert_eq!(refusal(short).await, (StatusCode::CONFLICT, RefusalCode::WrongLength));
    let told =
        running.patch(&name, 400, &sealed[400..500]).header("upload-length", 1000).send().await.unwrap();
    assert_eq!(told.status(), StatusCode::NO_CONTENT);
    let head = running.call("HEAD", &path).send().await.unwrap();
    assert_eq!((text(&head, "upload-defer-length"), header(&head, "upload-length")), (None, 1000));
    let other = running.patch(&name, 500, &sealed[500..]).header("upload-length", 1001).send().await.unwrap();
    assert_eq!(refusal(other).await, (StatusCode::CONFLICT, RefusalCode::WrongLength));
    let rest = running.patch(&name, 500, &sealed[500..]).header("upload-length", 1000).send().await.unwrap();
    assert_eq!(rest.status(), StatusCode::OK);
}

#[tokio::test]
async fn p2_one_whose_bytes_are_all_there_gets_its_receipt_by_a_creation_without_a_body() {
    let running = Running::new().await;
    let sealed = [3; 500];
    let name = Sha256::of(&sealed);
    let deferred = running.call("POST", &attachment_path(&name)).header("upload-defer-length", "1");
    deferred.send().await.unwrap();
    running.patch(&name, 0, &sealed).send().await.unwrap();
    let asked = running.begin(&name, 500).send().await.unwrap();
    assert_eq!((asked.status(), header(&asked, "upload-offset")), (StatusCode::OK, 500));
    let receipt = SignedReceipt::parse(&asked.bytes().await.unwrap()).unwrap();
    let object = Object { kind: ObjectKind::Attachment, sha256: name, size: 500 };
    receipt.verify::<Stored>(&object, &running.desk.desk()).unwrap();
}

#[tokio::test]
async fn answers_tell_when_an_upload_ends_and_past_that_there_is_none() {
    let running = Running::new().await;
    let sealed = [1; 100_000];
    let name = Sha256::of(&sealed);
    let date = |days: i64| {
        let at = running.desk.clock.now() + chrono::TimeDelta::days(days);
        at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    };
    let begun = running.begin(&name, 100_000).send().await.unwrap();
    assert_eq!(text(&begun, "upload-expires"), Some(date(1).as_str()));
    let more = running.patch(&name, 0, &sealed[..70_000]).send().await.unwrap();
    assert_eq!(text(&more, "upload-expires"), Some(date(30).as_str()));
    let head = running.call("HEAD", &attachment_path(&name)).send().await.unwrap();
    assert_eq!(text(&head, "upload-expires"), Some(date(30).as_str()));
    running.desk.clock.advance(30 * 24 * 3600);
    let head = running.call("HEAD", &attachment_path(&name)).send().await.unwrap();
    assert_eq!((head.status(), text(&head, "upload-offset")), (StatusCode::NOT_FOUND, None));
    let more = running.patch(&name, 70_000, &sealed[70_000..]).send().await.unwrap();
    assert_eq!(refusal(more).await, (StatusCode::NOT_FOUND, RefusalCode::NotFound));
    let again = running.begin(&name, 100_000).send().await.unwrap();
    assert_eq!((again.status(), header(&again, "upload-offset")), (StatusCode::CREATED, 70_000));
    let rest = running.patch(&name, 70_000, &sealed[70_000..]).send().await.unwrap();
    assert_eq!((rest.status(), text(&rest, "upload-expires")), (StatusCode::OK, None));
}

#[tokio::test]
async fn an_upload_is_ended_by_whoever_knows_its_name_and_a_stored_one_by_nobody() {
    let running = Running::new().await;
    let sealed = [5; 1000];
    let name = Sha256::of(&sealed);
    let delete = || running.call("DELETE", &attachment_path(&name)).header("tus-resumable", "1.0.0").send();
    assert_eq!(refusal(delete().await.unwrap()).await, (StatusCode::NOT_FOUND, RefusalCode::NotFound));
    // Also while somebody is sending: they are asked to end.
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nupload-length: 1000\r\ncontent-type: {TUS_CHUNK_TYPE}\r\n\
         content-length: 1000\r\n\r\n",
        attachment_path(&name)
    );
    let mut sending = running.raw(&head).await;
    sending.write_all(&sealed[..400]).await.unwrap();
    while running.offset_or_nothing(&name).await != Some(400) {}
    assert_eq!(delete().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(running.offset_or_nothing(&name).await, None);
    let whole = running.chunk("POST", &name, &sealed).header("upload-length", 1000).send().await.unwrap();
    assert_eq!(whole.status(), StatusCode::CREATED);
    assert_eq!(refusal(delete().await.unwrap()).await, (StatusCode::CONFLICT, RefusalCode::Complete));
    assert_eq!(running.offset(&name).await, 1000);
}

#[tokio::test]
async fn a_client_that_knows_tus_only_begins_at_the_collection_and_hears_no_receipt_in_a_204() {
    let running = Running::new().await;
    let sealed = [6; 1000];
    let name = Sha256::of(&sealed);
    let begin = |metadata: &str| {
        let call = running.call("POST", COLLECTION).header("upload-length", 1000);
        call.header("upload-metadata", metadata.to_owned()).send()
    };
    let unnamed = running.call("POST", COLLECTION).header("upload-length", 1000).send().await.unwrap();
    assert_eq!(refusal(unnamed).await, (StatusCode::BAD_REQUEST, RefusalCode::BadRequest));
    let hex = BASE64_STANDARD.encode("../../etc/passwd");
    for wrong in ["", "sha256", "sha256 !", "filename eA==", &format!("sha256 {hex}"), "sha256 /w=="] {
        let told = begin(wrong).await.unwrap();
        assert_eq!(refusal(told).await, (StatusCode::BAD_REQUEST, RefusalCode::BadRequest), "{wrong}");
    }
    let begun = begin(&metadata(&name)).await.unwrap();
    assert_eq!(begun.status(), StatusCode::CREATED);
    assert_eq!(text(&begun, "location"), Some(attachment_path(&name).as_str()));
    // Behind a network that knows no PATCH.
    let part = running.chunk("POST", &name, &sealed[..400]).header("upload-offset", 0);
    let part = part.header("x-http-method-override", "PATCH").send().await.unwrap();
    assert_eq!((part.status(), header(&part, "upload-offset")), (StatusCode::NO_CONTENT, 400));
    let again = begin(&metadata(&name)).await.unwrap();
    assert_eq!((again.status(), header(&again, "upload-offset")), (StatusCode::OK, 400));
    let rest = running.patch(&name, 400, &sealed[400..]).send().await.unwrap();
    assert_eq!((rest.status(), header(&rest, "upload-offset")), (StatusCode::NO_CONTENT, 1000));
    let ended = running.call("POST", &attachment_path(&name)).header("x-http-method-override", "DELETE");
    assert_eq!(refusal(ended.send().await.unwrap()).await, (StatusCode::CONFLICT, RefusalCode::Complete));
    assert_eq!(running.begin(&name, 1000).send().await.unwrap().status(), StatusCode::OK);
    // Wrong bytes under a name are dropped, whoever sends them.
    let lie = Sha256::of(b"other");
    begin(&metadata(&lie)).await.unwrap();
    let told = running.patch(&lie, 0, &sealed).send().await.unwrap();
    assert_eq!(refusal(told).await, (StatusCode::UNPROCESSABLE_ENTITY, RefusalCode::HashMismatch));
}
