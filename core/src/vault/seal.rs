//! Sealing one value: AES-256-GCM under a key derived for one purpose, bound to the row it lies in.

use std::fmt;

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf,
};
use zeroize::Zeroizing;

use crate::{
    error::{Error, Fault, Unusable},
    random::{self, Random},
};

/// Format of what is written here; the first byte of every sealed value.
const FORMAT: u8 = 1;

/// What a value is for. Its label goes into the derived key and into the associated data, so that a value moved to
/// another column or table does not open. Labels never change meaning; a new format gets a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A draft's content, under the draft's own key.
    DraftBody,
    /// The copy of a sent report, under its own key.
    Copy,
    /// The contact beside such a copy, under the same key.
    CopyContact,
    /// A call the witness made, under its own key.
    Told,
    /// What was noted of a watch, under its own key.
    Watch,
    /// The ring of keys, under the vault key.
    Ring,
    /// The public half of the door, under the sending key.
    Door,
    /// A setting, under the sending key.
    Setting,
    /// The name of a person of a team, under the sending key.
    Person,
    /// What a sender must know of a report, under the sending key.
    OutboxReport,
    /// What a sender must know of one envelope or attachment, under the sending key.
    OutboxItem,
    /// A delivered report's record, under the record key in the ring.
    Record,
    /// A reply as it came, under the sending key.
    Mail,
    /// A reply that was opened and believed, under a key made of the report's reply key.
    Message,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::DraftBody => "turnstone/1/draft.body/1",
            Self::Copy => "turnstone/1/copy.body/1",
            Self::CopyContact => "turnstone/1/copy.contact/1",
            Self::Told => "turnstone/1/told.body/1",
            Self::Watch => "turnstone/1/watch.entry/1",
            Self::Ring => "turnstone/1/ring/1",
            Self::Door => "turnstone/1/door/1",
            Self::Setting => "turnstone/1/setting/1",
            Self::Person => "turnstone/1/person.name/1",
            Self::OutboxReport => "turnstone/1/outbox.report/1",
            Self::OutboxItem => "turnstone/1/outbox.item/1",
            Self::Record => "turnstone/1/record/1",
            Self::Mail => "turnstone/1/mail.item/1",
            Self::Message => "turnstone/1/message.body/1",
        }
    }
}

/// Sixteen random bytes that name a row or a key and mean nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Uid(pub(crate) [u8; 16]);

impl Uid {
    pub(crate) fn generate(random: &dyn Random) -> Result<Self, Fault> {
        random::bytes(random).map(Self)
    }

    pub(crate) fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[uid]")
    }
}

impl serde::Serialize for Uid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> serde::Deserialize<'de> for Uid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not a uid"))
    }
}

impl rusqlite::ToSql for Uid {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl rusqlite::types::FromSql for Uid {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(Self)
    }
}

/// A key that seals values. Prints as `[redacted]`, wiped when dropped.
#[derive(Clone)]
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    pub(crate) fn generate(random: &dyn Random) -> Result<Self, Fault> {
        random::bytes(random).map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// What the key store keeps of a sending key: the key, and a check by which it vouches for itself and for its home. A
    /// store that gives other bytes is so told from a home folder that was tampered with.
    pub(crate) fn to_slot(&self, home: &Uid) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.0.as_slice(), &self.check(home)].concat())
    }

    /// Reads what [`SealingKey::to_slot`] made.
    pub(crate) fn from_slot(bytes: &[u8], home: &Uid) -> Option<Self> {
        let (key, check) = bytes.split_at_checked(32)?;
        let key = Self::from_slice(key)?;
        (key.check(home) == check).then_some(key)
    }

    fn check(&self, home: &Uid) -> [u8; 16] {
        self.mac(&[b"turnstone/1/sending.check".as_slice(), &home.0].concat())
    }

    /// What tells whether the same bytes came for a row before, and tells nothing to whoever has not this key.
    pub(crate) fn tag(&self, row: &Uid, bytes: &[u8]) -> [u8; 16] {
        self.mac(&[b"turnstone/1/mail.tag".as_slice(), &row.0, bytes].concat())
    }

    fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.0.as_slice());
        let tag = ring::hmac::sign(&key, bytes);
        std::array::from_fn(|n| tag.as_ref()[n])
    }

    /// The key of a report's messages, made of the secret that opens its replies: both end as one.
    pub(crate) fn of_messages(reply_secret: &[u8]) -> Result<Self, Fault> {
        let mut key = Zeroizing::new([0; 32]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
            .extract(reply_secret)
            .expand(&[b"turnstone/1/messages.key"], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .map_err(|_| inner("deriving a key failed"))?;
        Ok(Self(key))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Seals a value for a purpose and a row: format byte, 12 random bytes of nonce, ciphertext and tag.
    /// `context` is bound to it without being stored.
    pub(crate) fn seal(
        &self,
        purpose: Purpose,
        row: &Uid,
        context: &[u8],
        plain: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, Fault> {
        let nonce: [u8; NONCE_LEN] = random::bytes(random)?;
        let mut text = Zeroizing::new(plain.to_vec());
        // Room for the tag, so that no unwiped copy of the plain text is left behind by growing.
        text.reserve_exact(AES_256_GCM.tag_len());
        let aad = Aad::from(associated(purpose, row, context));
        let tag = self
            .derive(purpose)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
            .map_err(|_| inner("sealing a value failed"))?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len() + tag.as_ref().len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`SealingKey::seal`] made for the same purpose, row and context.
    pub(crate) fn open(
        &self,
        purpose: Purpose,
        row: &Uid,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let fault = || Fault::Sealed("a sealed value");
        let (&format, rest) = sealed.split_first().ok_or_else(fault)?;
        if format != FORMAT || rest.len() < NONCE_LEN {
            return Err(fault());
        }
        let (nonce, text) = rest.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| fault())?;
        let mut text = Zeroizing::new(text.to_vec());
        let aad = Aad::from(associated(purpose, row, context));
        let len = self.derive(purpose)?.open_in_place(nonce, aad, &mut text).map_err(|_| fault())?.len();
        text.truncate(len);
        Ok(text)
    }

    /// The secret of the key to one answer that is carried by hand: made again of what stands before it.
    pub(crate) fn answer_secret(&self, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let info = [b"turnstone/1/carry.answer/1".as_slice(), &[0], salt];
        let mut secret = Zeroizing::new([0; 32]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
            .extract(self.as_bytes())
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(secret.as_mut_slice()))
            .map_err(|_| inner("deriving a key failed"))?;
        Ok(secret)
    }

    /// HKDF-SHA256 (RFC 5869) with the purpose's label as info.
    fn derive(&self, purpose: Purpose) -> Result<LessSafeKey, Fault> {
        let label = [purpose.label().as_bytes()];
        hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
            .extract(self.as_bytes())
            .expand(&label, &AES_256_GCM)
            .map(|okm| LessSafeKey::new(UnboundKey::from(okm)))
            .map_err(|_| inner("deriving a key failed"))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn associated(purpose: Purpose, row: &Uid, context: &[u8]) -> Vec<u8> {
    [purpose.label().as_bytes(), &[0], &row.0, &[FORMAT], context].concat()
}

fn inner(what: &'static str) -> Fault {
    Fault::Error(Error::Unusable(Unusable::Inner(what)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_value_opens_only_where_and_for_what_it_was_sealed() {
        let random = SystemRandom::default();
        let key = SealingKey::generate(&random).unwrap();
        let (row, other) = (Uid([1; 16]), Uid([2; 16]));
        let sealed = key.seal(Purpose::DraftBody, &row, b"c", b"words", &random).unwrap();
        assert_eq!(key.open(Purpose::DraftBody, &row, b"c", &sealed).unwrap().as_slice(), b"words");
        assert!(key.open(Purpose::Copy, &row, b"c", &sealed).is_err());
        assert!(key.open(Purpose::DraftBody, &other, b"c", &sealed).is_err());
        assert!(key.open(Purpose::DraftBody, &row, b"d", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(key.open(Purpose::DraftBody, &row, b"c", &flipped).is_err(), "byte {at}");
            assert!(key.open(Purpose::DraftBody, &row, b"c", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn p8_debug_shows_no_key() {
        let key = SealingKey::from_slice(&[7; 32]).unwrap();
        assert_eq!(format!("{key:?} {:?}", Uid([7; 16])), "[redacted] [uid]");
    }
}
