//! The rules.

use std::{
    collections::BTreeSet,
    future::Future,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::Arc,
    time::Duration,
};

use rustix::net::{AddressFamily, SocketType};
use turnstone_core::sync::{Bodies, Failure, Method, Outcome, Patience, Step, StepBody};

use crate::{
    Carrier, PATIENT,
    far::{Far, Play},
};

/// Sealed attachments, for a carrier: only one, and of that not all.
struct Media(Vec<u8>);

impl Bodies for Media {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        let from = usize::try_from(from).unwrap();
        match self.0.get(from..) {
            Some(rest) if media == 7 => Ok(rest[..len.min(rest.len())].to_vec()),
            _ => Err(Failure::Unreadable),
        }
    }
}

fn media(bytes: usize) -> Arc<Media> {
    Arc::new(Media((0..bytes).map(|n| u8::try_from(n * 31 % 251).unwrap()).collect()))
}

fn step(far: &Far, method: Method, path: &str, body: StepBody) -> Step {
    let (headers, tls_roots) = (Vec::new(), [].into());
    Step {
        method,
        url: far.url(path),
        headers,
        body,
        apart: false,
        proxy: None,
        tls_roots,
        answer_limit: 16 * 1024,
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let done = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), work).await });
    runtime.shutdown_background();
    done.unwrap_or_else(|_| panic!("a carrier comes to an end"))
}

fn carried<C: Carrier>(far: &Arc<Far>, step: Step) -> Outcome {
    run(async { C::reaching(far, PATIENT).carry(step, media(0)).await })
}

/// What an answer says.
fn parts(outcome: &Outcome) -> (u16, Option<u64>, Option<u64>, &[u8]) {
    match outcome {
        Outcome::Answer { status, offset, retry_after_s, body, .. } => {
            (*status, *offset, *retry_after_s, body)
        }
        Outcome::Failed(failure) => panic!("an answer, not {failure:?}"),
    }
}

fn failure(outcome: &Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => *failure,
        Outcome::Answer { status, .. } => panic!("a failure, not an answer of status {status}"),
    }
}

pub(crate) fn one_step_is_one_request_and_its_outcome_the_answer<C: Carrier>() {
    let bytes: Vec<u8> = (0..10_000).map(|n| u8::try_from(n % 256).unwrap()).collect();
    let all = [
        (Method::Get, "GET", StepBody::Empty),
        (Method::Put, "PUT", StepBody::Bytes(bytes.clone())),
        (Method::Post, "POST", StepBody::Empty),
        (Method::Patch, "PATCH", StepBody::Bytes(vec![])),
    ];
    for (method, name, body) in all {
        let far = Far::new(&[("/a", Play::answer(201, &bytes))]);
        let sent = if let StepBody::Bytes(bytes) = &body { bytes.clone() } else { Vec::new() };
        let outcome = carried::<C>(&far, step(&far, method, "/a", body));
        assert_eq!(parts(&outcome), (201, None, None, bytes.as_slice()), "any bytes are an answer");
        let came = far.only();
        assert_eq!((came.method.as_str(), came.path.as_str(), came.body == sent), (name, "/a", true));
    }
}

pub(crate) fn headers_go_as_they_are_given_and_none_tells_who_sends<C: Carrier>() {
    let far = Far::new(&[("/a", Play::answer(200, b""))]);
    let headers = vec![
        ("authorization", "Bearer 00ff".to_owned()),
        ("tus-resumable", "1.0.0".to_owned()),
        ("upload-offset", "12".to_owned()),
    ];
    carried::<C>(&far, Step { headers: headers.clone(), ..step(&far, Method::Get, "/a", StepBody::Empty) });
    let came = far.only();
    for (name, value) in &headers {
        assert_eq!(came.headers.get(*name), Some(value));
    }
    // What HTTP asks for, and no more: no name of a program, no language, no cookie.
    let may_be = ["host", "accept", "content-length", "connection"];
    let more: Vec<_> = came.headers.keys().map(String::as_str).collect();
    let more: Vec<_> = more
        .into_iter()
        .filter(|name| !may_be.contains(name) && !headers.iter().any(|(own, _)| own == name))
        .collect();
    assert!(more.is_empty(), "{more:?}");
    assert!(came.headers.get("accept").is_none_or(|accept| accept == "*/*"));
}

pub(crate) fn an_attachment_goes_exactly_from_its_offset_on<C: Carrier>() {
    let media = media(700_001);
    for (from, len) in [(0, 700_001), (1, 65_536), (65_537, 300_000), (700_000, 1), (5, 0)] {
        let far = Far::new(&[("/a", Play::answer(204, b""))]);
        let body = StepBody::Media { media: 7, from, len };
        let step = step(&far, Method::Patch, "/a", body);
        let bodies = Arc::clone(&media);
        let outcome = run(async { C::reaching(&far, PATIENT).carry(step, bodies).await });
        assert_eq!(parts(&outcome).0, 204);
        let (came, from) = (far.only(), usize::try_from(from).unwrap());
        assert!(came.body == media.0[from..from + usize::try_from(len).unwrap()], "{len} bytes from {from}");
        assert_eq!(
            came.headers.get("content-length"),
            Some(&len.to_string()),
            "the length is said beforehand"
        );
    }
}

pub(crate) fn an_answer_is_an_answer_whatever_its_status<C: Carrier>() {
    for (status, body) in
        [(200, &b"yes"[..]), (204, b""), (404, b"no"), (409, b"{}"), (503, b"<html>"), (599, b"?")]
    {
        let far = Far::new(&[("/a", Play::answer(status, body))]);
        let outcome = carried::<C>(&far, step(&far, Method::Put, "/a", StepBody::Bytes(vec![1])));
        assert_eq!(parts(&outcome), (status, None, None, body));
        far.only();
    }
}

pub(crate) fn no_redirection_is_followed<C: Carrier>() {
    for status in [301, 302, 303, 307, 308] {
        let to_another = vec![("location", "/other".to_owned())];
        let play = Play::Answer { status, headers: to_another, body: b"elsewhere".to_vec() };
        let far = Far::new(&[("/a", play), ("/other", Play::answer(200, b"reached"))]);
        let outcome = carried::<C>(&far, step(&far, Method::Get, "/a", StepBody::Empty));
        assert_eq!(parts(&outcome).0, status);
        assert_eq!(far.only().path, "/a");
    }
}

pub(crate) fn an_answer_is_cut_at_its_limit<C: Carrier>() {
    let long: Vec<u8> = (0..300_000).map(|n| u8::try_from(n % 250).unwrap()).collect();
    for limit in [0, 1, 1000, 299_999, 300_000, 300_001] {
        let far = Far::new(&[("/a", Play::answer(200, &long))]);
        let outcome = carried::<C>(
            &far,
            Step { answer_limit: limit, ..step(&far, Method::Get, "/a", StepBody::Empty) },
        );
        assert!(parts(&outcome).3 == &long[..limit.min(long.len())], "cut at {limit}");
    }
}

pub(crate) fn an_answer_to_head_has_no_body_whatever_it_says<C: Carrier>() {
    let headers = vec![("upload-offset", "7".to_owned()), ("upload-length", "9".to_owned())];
    let far = Far::new(&[("/a", Play::Answer { status: 200, headers, body: b"nine bytes".to_vec() })]);
    let carrier = C::reaching(&far, PATIENT);
    run(async {
        // Again on the same connection, where there is one: nothing of a body may be waited for, or left behind.
        for _ in 0..2 {
            let outcome = carrier.carry(step(&far, Method::Head, "/a", StepBody::Empty), media(0)).await;
            assert_eq!(parts(&outcome), (200, Some(7), None, &b""[..]));
        }
    });
    assert_eq!(far.came().iter().map(|came| came.method.as_str()).collect::<Vec<_>>(), ["HEAD", "HEAD"]);
}

pub(crate) fn an_answer_from_a_cache_is_none_to_a_question<C: Carrier>() {
    for (method, age, failed) in [
        (Method::Get, "5", Some(Failure::Cached)),
        (Method::Head, "5", Some(Failure::Cached)),
        (Method::Get, "old", Some(Failure::Cached)),
        (Method::Get, "0", None),
        (Method::Put, "5", None),
    ] {
        let headers = vec![("age", age.to_owned())];
        let far = Far::new(&[("/a", Play::Answer { status: 200, headers, body: Vec::new() })]);
        match (carried::<C>(&far, step(&far, method, "/a", StepBody::Empty)), failed) {
            (outcome, Some(failed)) => assert_eq!(failure(&outcome), failed, "{method:?} {age}"),
            (outcome, None) => assert_eq!(parts(&outcome).0, 200, "{method:?} {age}"),
        }
    }
}

pub(crate) fn what_the_headers_of_an_answer_say_is_read<C: Carrier>() {
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    for (headers, offset, wait) in [
        (vec![("Upload-Offset", "62673".to_owned())], Some(62_673), None),
        (vec![("upload-offset", u64::MAX.to_string())], Some(u64::MAX), None),
        (vec![("Retry-After", "120".to_owned())], None, Some(120)),
        (vec![date.clone(), ("Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT".to_owned())], None, Some(120)),
        (vec![date, ("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT".to_owned())], None, Some(0)),
    ] {
        let far = Far::new(&[("/a", Play::Answer { status: 200, headers, body: Vec::new() })]);
        let outcome = carried::<C>(&far, step(&far, Method::Post, "/a", StepBody::Empty));
        assert_eq!(parts(&outcome), (200, offset, wait, &b""[..]));
    }
}

pub(crate) fn headers_that_say_nothing_sensible_are_none<C: Carrier>() {
    for nonsense in ["-1", "soon", "", "1.5", "99999999999999999999999"] {
        let headers = ["upload-offset", "retry-after"].map(|name| (name, nonsense.to_owned())).to_vec();
        let far = Far::new(&[("/a", Play::Answer { status: 200, headers, body: b"x".to_vec() })]);
        let outcome = carried::<C>(&far, step(&far, Method::Post, "/a", StepBody::Empty));
        assert_eq!(parts(&outcome), (200, None, None, &b"x"[..]), "{nonsense}");
    }
}

pub(crate) fn a_desk_that_is_not_there_is_unreachable_and_nothing_is_repeated<C: Carrier>() {
    let far = Far::new(&[]);
    // A port that is taken, so that nobody else comes to it, and that nobody listens at.
    let taken = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    rustix::net::bind(&taken, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).unwrap();
    let nobody = SocketAddr::try_from(rustix::net::getsockname(&taken).unwrap()).unwrap();
    let url = format!("http://{nobody}/a");
    let outcome = carried::<C>(&far, Step { url, ..step(&far, Method::Get, "/a", StepBody::Empty) });
    assert_eq!(failure(&outcome), Failure::Unreachable);
    assert!(far.came().is_empty());
}

pub(crate) fn an_answer_that_breaks_off_is_a_broken_connection_and_nothing_is_repeated<C: Carrier>() {
    for play in [Play::Silence, Play::Half(b"half of".to_vec())] {
        for body in [StepBody::Empty, StepBody::Bytes(vec![5; 3000])] {
            let far = Far::new(&[("/a", play.clone())]);
            let outcome = carried::<C>(&far, step(&far, Method::Put, "/a", body));
            assert_eq!(failure(&outcome), Failure::Broken, "{play:?}");
            far.only();
        }
    }
}

pub(crate) fn a_body_that_cannot_be_read_here_is_unreadable<C: Carrier>() {
    let far = Far::new(&[("/a", Play::answer(204, b""))]);
    // Another attachment; one that ends too soon; one that begins behind its end.
    for (media_row, from, len) in [(8, 0, 10), (7, 90, 20), (7, 200, 10)] {
        let step = step(&far, Method::Patch, "/a", StepBody::Media { media: media_row, from, len });
        let outcome = run(async { C::reaching(&far, PATIENT).carry(step, media(100)).await });
        assert_eq!(failure(&outcome), Failure::Unreadable, "{len} bytes from {from} of {media_row}");
    }
    assert!(far.came().is_empty(), "no whole request of that kind arrives");
}

pub(crate) fn a_desk_that_stands_still_is_given_up_in_time<C: Carrier>() {
    let far = Far::new(&[("/a", Play::Never)]);
    let hasty = Patience { stalled: Duration::from_millis(300), ..PATIENT };
    let step = step(&far, Method::Put, "/a", StepBody::Bytes(vec![1; 100]));
    let outcome = run(async { C::reaching(&far, hasty).carry(step, media(0)).await });
    assert_eq!(failure(&outcome), Failure::Broken);
    far.only();
}

pub(crate) fn steps_side_by_side_get_the_outcomes_that_are_theirs<C: Carrier>() {
    let paths: Vec<String> = (0..12).map(|n| format!("/{n}")).collect();
    let plays: Vec<_> =
        paths.iter().map(|path| (path.as_str(), Play::answer(200, path.as_bytes()))).collect();
    let far = Far::new(&plays);
    let carrier = C::reaching(&far, PATIENT);
    let outcomes = run(async {
        let steps = paths.iter().map(|path| {
            let carrier = Arc::clone(&carrier);
            let step = step(&far, Method::Put, path, StepBody::Bytes(path.clone().into_bytes()));
            tokio::spawn(async move { carrier.carry(step, media(0)).await })
        });
        let mut outcomes = Vec::new();
        for carried in steps.collect::<Vec<_>>() {
            outcomes.push(carried.await.unwrap());
        }
        outcomes
    });
    for (path, outcome) in paths.iter().zip(&outcomes) {
        assert_eq!(parts(outcome).3, path.as_bytes());
    }
    let came: BTreeSet<_> = far.came().into_iter().map(|came| (came.path, came.body)).collect();
    assert_eq!(came, paths.iter().map(|path| (path.clone(), path.clone().into_bytes())).collect());
    assert_eq!(far.came().len(), paths.len());
}

pub(crate) fn a_step_that_goes_apart_shares_no_connection<C: Carrier>() {
    let far = Far::new(&[("/named", Play::answer(200, b"")), ("/apart", Play::answer(200, b""))]);
    let carrier = C::reaching(&far, PATIENT);
    run(async {
        for (path, apart) in
            [("/named", false), ("/apart", true), ("/named", false), ("/apart", true), ("/named", false)]
        {
            let step = Step { apart, ..step(&far, Method::Get, path, StepBody::Empty) };
            assert_eq!(parts(&carrier.carry(step, media(0)).await).0, 200);
        }
    });
    let came = far.came();
    let of = |path: &str| {
        came.iter().filter(|came| came.path == path).map(|came| came.connection).collect::<Vec<_>>()
    };
    let (named, apart) = (of("/named"), of("/apart"));
    assert_eq!((named.len(), apart.len()), (3, 2));
    assert_ne!(apart[0], apart[1], "nor with another that goes apart");
    assert!(!named.iter().any(|connection| apart.contains(connection)));
}

pub(crate) fn a_step_that_nobody_waits_for_any_more_sends_no_more<C: Carrier>() {
    let far = Far::new(&[("/a", Play::StopsReading(1000))]);
    let body = media(64 << 20);
    let len = body.0.len() as u64;
    let step = step(&far, Method::Patch, "/a", StepBody::Media { media: 7, from: 0, len });
    let carrier = C::reaching(&far, PATIENT);
    run(async {
        let under_way = carrier.carry(step, body);
        let begun = Arc::clone(&far);
        tokio::select! {
            outcome = under_way => panic!("it cannot end: {outcome:?}"),
            begun = tokio::task::spawn_blocking(move || begun.wait_for(1)) => begun.unwrap(),
        }
        // The future is dropped here.
    });
    let (bytes, ended) = far.drain();
    assert!(ended && (bytes as u64) < len, "{bytes} of {len} bytes came, ended: {ended}");
}
