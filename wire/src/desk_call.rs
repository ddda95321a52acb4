//! The desk tool's calls to its intake: signed by a key that the intake's configuration lists.
//!
//! Signed bytes are LF-ended lines `turnstone desk call 1`, `method`, `path`, `body` (SHA-256), `nonce`, `at`, `key`.
//! The intake answers a call whose time is near its own and whose nonce it has not seen within that time.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    hash::Sha256,
    key::{Caller, KeyId, SigningKey, VerifyKey, base64_bytes},
};

/// How far the two clocks may differ, in seconds.
pub const WINDOW_S: i64 = 300;
/// The scheme named in the `Authorization` header.
pub const SCHEME: &str = "Turnstone";

/// What is called. `Debug` hides it: the path names a report.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The HTTP method, in capitals.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Hash of the body; of no bytes where there is none.
    pub body: Sha256,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[desk call]")
    }
}

/// The proof that travels in the `Authorization` header: `Turnstone` and a JSON object.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Proof {
    /// Which key signed.
    pub key: KeyId,
    /// Sixteen random bytes in lower-case hexadecimal.
    pub nonce: String,
    /// When.
    pub at: DateTime<Utc>,
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[proof of a desk call]")
    }
}

/// Why a call is not answered.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CallError {
    /// No or another `Authorization`.
    #[error("the call is not signed")]
    Unsigned,
    /// The signature does not fit call and key.
    #[error("the signature does not fit the call")]
    BadSignature,
    /// More than [`WINDOW_S`] from the intake's clock.
    #[error("the clocks of desk tool and intake differ by more than {WINDOW_S} seconds")]
    Clock,
}

impl Proof {
    /// Signs a call.
    pub fn sign(request: &Request<'_>, nonce: [u8; 16], at: DateTime<Utc>, key: &SigningKey<Caller>) -> Self {
        let mut proof = Self { key: key.public().id(), nonce: hex::encode(nonce), at, signature: Vec::new() };
        proof.signature = key.sign(proof.text(request).as_bytes());
        proof
    }

    /// The value of the `Authorization` header.
    pub fn to_header(&self) -> String {
        format!("{SCHEME} {}", serde_json::to_string(self).unwrap_or_default())
    }

    /// Reads an `Authorization` header, verifying nothing.
    ///
    /// # Errors
    /// [`CallError::Unsigned`].
    pub fn parse(header: &str) -> Result<Self, CallError> {
        let json = header.strip_prefix(SCHEME).and_then(|rest| rest.strip_prefix(' '));
        let json = json.filter(|json| json.len() < 1024).ok_or(CallError::Unsigned)?;
        let proof: Self = serde_json::from_str(json).map_err(|_| CallError::Unsigned)?;
        // One spelling, so that a nonce seen before is known again, and no line feed in the signed text.
        let hexadecimal = proof.nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if proof.nonce.len() == 32 && hexadecimal { Ok(proof) } else { Err(CallError::Unsigned) }
    }

    /// Verifies a call against the key it names.
    ///
    /// # Errors
    /// [`CallError`]. Whether the nonce was seen before is the intake's to know.
    pub fn verify(
        &self,
        request: &Request<'_>,
        now: DateTime<Utc>,
        key: &VerifyKey<Caller>,
    ) -> Result<(), CallError> {
        key.verify(self.text(request).as_bytes(), &self.signature).map_err(|_| CallError::BadSignature)?;
        if (now - self.at).num_seconds().abs() > WINDOW_S {
            return Err(CallError::Clock);
        }
        Ok(())
    }

    fn text(&self, request: &Request<'_>) -> String {
        format!(
            "turnstone desk call 1\nmethod {}\npath {}\nbody {}\nnonce {}\nat {}\nkey {}\n",
            request.method,
            request.path,
            request.body,
            self.nonce,
            self.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            self.key,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: &str = "2026-01-02T03:04:05Z";

    fn key(seed: u8) -> SigningKey<Caller> {
        SigningKey::from_seed([seed; 32]).unwrap()
    }

    fn request() -> Request<'static> {
        Request { method: "GET", path: "/v1/desk/objects?after=7", body: Sha256::of(b"") }
    }

    fn proof_at(at: &str) -> Proof {
        Proof::sign(&request(), [1; 16], at.parse().unwrap(), &key(1))
    }

    fn verify(proof: &Proof, request: &Request<'_>) -> Result<(), CallError> {
        proof.verify(request, NOW.parse().unwrap(), &key(1).public())
    }

    #[test]
    fn a_call_is_believed_as_it_was_signed_and_not_otherwise() {
        let proof = Proof::parse(&proof_at(NOW).to_header()).unwrap();
        assert_eq!(verify(&proof, &request()), Ok(()));
        for other in [
            Request { method: "POST", ..request() },
            Request { method: "get", ..request() },
            Request { path: "/v1/desk/objects?after=8", ..request() },
            Request { path: "/v1/desk/objects", ..request() },
            Request { body: Sha256::of(b"x"), ..request() },
        ] {
            assert_eq!(verify(&proof, &other), Err(CallError::BadSignature), "{other:?}");
        }
        let stranger = proof.verify(&request(), NOW.parse().unwrap(), &key(2).public());
        assert_eq!(stranger, Err(CallError::BadSignature));
        let mut renamed = proof.clone();
        renamed.key = key(2).public().id();
        assert_eq!(verify(&renamed, &request()), Err(CallError::BadSignature));
        let mut renewed = proof.clone();
        renewed.nonce = "02".repeat(16);
        assert_eq!(verify(&renewed, &request()), Err(CallError::BadSignature));
        let mut later = proof;
        later.at += chrono::TimeDelta::seconds(1);
        assert_eq!(verify(&later, &request()), Err(CallError::BadSignature));
    }

    #[test]
    fn a_call_is_believed_near_its_time_only() {
        for (at, result) in [
            ("2026-01-02T02:59:05Z", Ok(())),
            ("2026-01-02T02:59:04Z", Err(CallError::Clock)),
            ("2026-01-02T03:09:05Z", Ok(())),
            ("2026-01-02T03:09:06Z", Err(CallError::Clock)),
            ("0000-01-01T00:00:00Z", Err(CallError::Clock)),
            ("9999-12-31T23:59:59Z", Err(CallError::Clock)),
        ] {
            assert_eq!(verify(&proof_at(at), &request()), result, "{at}");
        }
        let far = Proof::sign(&request(), [1; 16], DateTime::<Utc>::MAX_UTC, &key(1));
        assert_eq!(far.verify(&request(), DateTime::<Utc>::MIN_UTC, &key(1).public()), Err(CallError::Clock));
    }

    #[test]
    fn one_spelling_of_the_header_only() {
        let good = proof_at(NOW).to_header();
        let nonce = "01".repeat(16);
        for bad in [
            String::new(),
            "Turnstone".into(),
            "Turnstone ".into(),
            "Turnstone null".into(),
            good.replacen(' ', "", 1),
            good.replace("Turnstone", "Bearer"),
            good.replace(&nonce, ""),
            good.replace(&nonce, &"0A".repeat(16)),
            good.replace(&nonce, &format!("{}\\n", "0".repeat(31))),
            good.replace(&nonce, &"01".repeat(17)),
            good.replace("\"nonce\"", "\"nonce\":\"\",\"nonce\""),
            format!("{good}{}", " ".repeat(1024)),
        ] {
            assert_eq!(Proof::parse(&bad).unwrap_err(), CallError::Unsigned, "{bad:.60}");
        }
    }

    proptest! {
        #[test]
        fn p11_never_panics(header in "\\PC*", at in "[-+]?[0-9]{1,7}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[-+][0-9]{2}:[0-9]{2})") {
            let _ = Proof::parse(&header);
            let good = proof_at(NOW).to_header();
            if let Ok(proof) = Proof::parse(&good.replace(NOW, &at)) {
                let _ = verify(&proof, &request());
                let _ = proof.to_header();
            }
        }
    }
}
