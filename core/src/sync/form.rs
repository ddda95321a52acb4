//! How a step and its outcome are written down, where one process makes them and another reads them: JSON objects with
//! the names below, which a later version must still read, for a system may carry a request while the program is replaced.
//!
//! A step: `method` (`GET`, `PUT`, ...), `url`, `headers` (pairs of name and value), `body`, `apart`, `tls_roots`,
//! `answer_limit`. A body: `"empty"`, `{"bytes": BASE 64}` or `{"media": {"media", "from", "len"}}`. An outcome:
//! `{"answer": {"status", "offset"?, "retry_after_s"?, "body": BASE 64}}` or `{"failed": "unreachable" | "broken" |
//! "unreadable"}`.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use turnstone_wire::answer;

use super::{
    proxy::Proxy,
    step::{Failure, Method, Outcome, Step, StepBody},
};

/// Every header that a step may carry. One that is none of these was not written by this program.
const HEADERS: [&str; 7] = [
    "authorization",
    "cache-control",
    "content-type",
    answer::KEYS_HEADER,
    "tus-resumable",
    "upload-length",
    "upload-offset",
];

const METHODS: [Method; 5] = [Method::Get, Method::Head, Method::Put, Method::Post, Method::Patch];

const FAILURES: [Failure; 6] = [
    Failure::Unreachable,
    Failure::NoProxy,
    Failure::NotTrusted,
    Failure::Broken,
    Failure::Cached,
    Failure::Unreadable,
];

fn failure_name(failure: Failure) -> &'static str {
    match failure {
        Failure::Unreachable => "unreachable",
        Failure::NoProxy => "no_proxy",
        Failure::NotTrusted => "not_trusted",
        Failure::Broken => "broken",
        Failure::Cached => "cached",
        Failure::Unreadable => "unreadable",
    }
}

/// Bytes as base 64.
struct Base64(Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        BASE64_STANDARD.decode(text).map(Self).map_err(|_| D::Error::custom("bytes that are no base 64"))
    }
}

#[derive(Serialize, Deserialize)]
struct StepForm {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: BodyForm,
    apart: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proxy: Option<Proxy>,
    tls_roots: Vec<String>,
    answer_limit: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BodyForm {
    Empty,
    Bytes(Base64),
    Media { media: i64, from: u64, len: u64 },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutcomeForm {
    Answer {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
        body: Base64,
    },
    Failed(String),
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { method, url, headers, body, apart, proxy, tls_roots, answer_limit } = self;
        let form = StepForm {
            method: method.name().to_owned(),
            url: url.clone(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            body: match body {
                StepBody::Empty => BodyForm::Empty,
                StepBody::Bytes(bytes) => BodyForm::Bytes(Base64(bytes.clone())),
                StepBody::Media { media, from, len } => {
                    BodyForm::Media { media: *media, from: *from, len: *len }
                }
            },
            apart: *apart,
            proxy: proxy.clone(),
            tls_roots: tls_roots.to_vec(),
            answer_limit: *answer_limit,
        };
        form.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let form = StepForm::deserialize(from)?;
        let method = METHODS.into_iter().find(|method| method.name() == form.method);
        let mut headers = Vec::with_capacity(form.headers.len());
        for (name, value) in form.headers {
            let known = HEADERS.iter().find(|known| **known == name);
            headers.push((*known.ok_or_else(|| D::Error::custom("a header no step has"))?, value));
        }
        Ok(Self {
            method: method.ok_or_else(|| D::Error::custom("a method no step has"))?,
            url: form.url,
            headers,
            body: match form.body {
                BodyForm::Empty => StepBody::Empty,
                BodyForm::Bytes(Base64(bytes)) => StepBody::Bytes(bytes),
                BodyForm::Media { media, from, len } => StepBody::Media { media, from, len },
            },
            apart: form.apart,
            proxy: form.proxy,
            tls_roots: form.tls_roots.into(),
            answer_limit: form.answer_limit,
        })
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let form = match self {
            Self::Answer { status, offset, retry_after_s, body } => OutcomeForm::Answer {
                status: *status,
                offset: *offset,
                retry_after_s: *retry_after_s,
                body: Base64(body.clone()),
            },
            Self::Failed(failure) => OutcomeForm::Failed(failure_name(*failure).to_owned()),
        };
        form.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match OutcomeForm::deserialize(from)? {
            OutcomeForm::Answer { status, offset, retry_after_s, body: Base64(body) } => {
                Self::Answer { status, offset, retry_after_s, body }
            }
            OutcomeForm::Failed(name) => {
                let failure = FAILURES.into_iter().find(|failure| failure_name(*failure) == name);
                Self::Failed(failure.ok_or_else(|| D::Error::custom("a failure no step has"))?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, from_value, json, to_value};

    use super::*;

    fn step(method: Method, body: StepBody) -> Step {
        let headers = HEADERS.iter().map(|name| (*name, "a value".to_owned())).collect();
        let tls_roots = ["a root".to_owned()].into();
        Step {
            method,
            url: "https://a.example/x".into(),
            headers,
            body,
            apart: true,
            proxy: None,
            tls_roots,
            answer_limit: 9,
        }
    }

    #[test]
    fn a_step_is_written_down_as_it_will_be_read_by_later_versions() {
        let written = to_value(step(Method::Patch, StepBody::Media { media: 1, from: 2, len: 3 })).unwrap();
        let known = json!({
            "method": "PATCH",
            "url": "https://a.example/x",
            "headers": [
                ["authorization", "a value"], ["cache-control", "a value"], ["content-type", "a value"],
                ["turnstone-keys", "a value"], ["tus-resumable", "a value"], ["upload-length", "a value"], ["upload-offset", "a value"],
            ],
            "body": {"media": {"media": 1, "from": 2, "len": 3}},
            "apart": true,
            "tls_roots": ["a root"],
            "answer_limit": 9,
        });
        assert_eq!(written, known);
    }

    #[test]
    fn every_step_and_every_outcome_comes_back_as_it_was() {
        for method in METHODS {
            for body in [
                StepBody::Empty,
                StepBody::Bytes(vec![0, 255]),
                StepBody::Media { media: 1, from: 2, len: 3 },
            ] {
                let step = step(method, body);
                assert!(from_value::<Step>(to_value(&step).unwrap()).unwrap() == step);
            }
        }
        let answers =
            [(None, None), (Some(7), None), (None, Some(u64::MAX))].map(|(offset, retry_after_s)| {
                Outcome::Answer { status: 204, offset, retry_after_s, body: vec![0, 200, 10] }
            });
        let failures = FAILURES.map(Outcome::Failed);
        for outcome in answers.into_iter().chain(failures) {
            assert!(from_value::<Outcome>(to_value(&outcome).unwrap()).unwrap() == outcome);
        }
    }

    #[test]
    fn an_outcome_is_written_down_as_a_shell_in_another_language_writes_it() {
        let answer = r#"{"answer": {"status": 204, "offset": 7, "body": ""}}"#;
        let known = Outcome::Answer { status: 204, offset: Some(7), retry_after_s: None, body: vec![] };
        assert!(from_str::<Outcome>(answer).unwrap() == known);
        let failed = r#"{"failed": "broken"}"#;
        assert!(from_str::<Outcome>(failed).unwrap() == Outcome::Failed(Failure::Broken));
    }

    #[test]
    fn what_no_step_has_is_refused() {
        let good = to_value(step(Method::Put, StepBody::Empty)).unwrap();
        for (pointer, bad) in [("/method", "DELETE"), ("/headers/0/0", "x-else"), ("/body", "none")] {
            let mut step = good.clone();
            *step.pointer_mut(pointer).unwrap() = bad.into();
            assert!(from_value::<Step>(step).is_err(), "{pointer}");
        }
        assert!(from_str::<Outcome>(r#"{"failed": "tired"}"#).is_err());
        assert!(from_str::<Outcome>(r#"{"answer": {"status": 200, "body": "not base 64"}}"#).is_err());
    }
}
