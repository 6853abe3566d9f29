//! The layouts of a member's two records.

use zeroize::Zeroizing;

use super::StoreError;
use super::keys::{Keys, MemberHash};
use super::member::MemberKey;
use super::seal::NONCE;
use super::state::Generation;
use crate::limits::USERID_BYTES;

const GENERATION: usize = size_of::<Generation>();

/// What a sealed record is known by: the generation of its bucket, and its nonce, which no
/// other sealing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) generation: Generation,
    pub(super) nonce: [u8; NONCE],
}

/// Bytes of a member's record that hold its stamp, in clear.
pub(super) const STAMP_BYTES: usize = GENERATION + NONCE;

impl Stamp {
    /// The stamp as it stands in clear before a member's record.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let (generation, sealed) = value.split_first_chunk::<GENERATION>()?;
        Some(Self { generation: *generation, nonce: *sealed.first_chunk::<NONCE>()? })
    }
}

/// The member's record: generation in clear, then sealed user_type, length of userid, userid,
/// record.
pub(super) fn seal_member(
    keys: &Keys,
    hash: &MemberHash,
    generation: &Generation,
    member: MemberKey<'_>,
    record: &[u8],
) -> Result<(Vec<u8>, Stamp), StoreError> {
    let (bytes, limit) = (member.userid.len(), USERID_BYTES);
    let length = u8::try_from(bytes).map_err(|_| StoreError::Userid { bytes, limit })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(2 + bytes + record.len()));
    plain.extend_from_slice(&[member.user_type, length]);
    plain.extend_from_slice(member.userid.as_bytes());
    plain.extend_from_slice(record);
    let (sealed, nonce) = keys.members.seal_with_nonce(&[hash, generation], &plain)?;
    let value = [generation.as_slice(), &sealed].concat();
    Ok((value, Stamp { generation: *generation, nonce }))
}

/// Opens a member's record into `plain`.
pub(super) fn open_member<'a>(
    keys: &Keys,
    hash: &MemberHash,
    value: &[u8],
    plain: &'a mut Zeroizing<Vec<u8>>,
) -> Option<(MemberKey<'a>, &'a [u8])> {
    let (generation, sealed) = value.split_first_chunk::<GENERATION>()?;
    if !keys.members.open_into(&[hash, generation], sealed, plain) {
        return None;
    }
    parse_member(plain)
}

/// The parts of an opened record; `None` of an empty one.
pub(super) fn parse_member(plain: &[u8]) -> Option<(MemberKey<'_>, &[u8])> {
    let (&[user_type, length], rest) = plain.split_first_chunk::<2>()?;
    let (userid, record) = rest.split_at_checked(usize::from(length))?;
    Some((MemberKey { userid: core::str::from_utf8(userid).ok()?, user_type }, record))
}

/// The member's identity, sealed: user_type, stamp of the member's record, userid.
pub(super) fn seal_identity(
    keys: &Keys,
    hash: &MemberHash,
    member: MemberKey<'_>,
    stamp: &Stamp,
) -> Result<Vec<u8>, StoreError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(1 + STAMP_BYTES + member.userid.len()));
    plain.push(member.user_type);
    plain.extend_from_slice(&stamp.generation);
    plain.extend_from_slice(&stamp.nonce);
    plain.extend_from_slice(member.userid.as_bytes());
    keys.identities.seal(&[hash], &plain)
}

/// Opens a member's identity into `plain`.
pub(super) fn open_identity<'a>(
    keys: &Keys,
    hash: &MemberHash,
    sealed: &[u8],
    plain: &'a mut Zeroizing<Vec<u8>>,
) -> Option<(MemberKey<'a>, Stamp)> {
    if !keys.identities.open_into(&[hash], sealed, plain) {
        return None;
    }
    let (&user_type, rest) = plain.split_first()?;
    let stamp = Stamp::of(rest)?;
    let userid = core::str::from_utf8(rest.get(STAMP_BYTES..)?).ok()?;
    Some((MemberKey { userid, user_type }, stamp))
}

/// The stamp that the sealed state has counted for a member, from what lies in the tables:
/// `Ok(None)` if nothing does, `Err` if nothing that lies there is genuine.
pub(super) fn counted_stamp(
    keys: &Keys,
    hash: &MemberHash,
    member: Option<&[u8]>,
    identity: Option<&[u8]>,
) -> Result<Option<Stamp>, ()> {
    if member.is_none() && identity.is_none() {
        return Ok(None);
    }
    let mut plain = Zeroizing::new(Vec::new());
    let named = identity.and_then(|sealed| open_identity(keys, hash, sealed, &mut plain));
    let named = named.map(|(_, stamp)| stamp);
    let in_clear = member.and_then(Stamp::of);
    // Where both agree there is no need to open the larger one.
    if named.is_some() && (named == in_clear || member.is_none()) {
        return Ok(named);
    }
    let genuine = member.is_some_and(|value| open_member(keys, hash, value, &mut plain).is_some());
    if genuine { Ok(in_clear) } else { named.map(Some).ok_or(()) }
}
