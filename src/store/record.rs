//! The layouts of a member's two records.

use zeroize::Zeroizing;

use super::StoreError;
use super::keys::{Keys, MemberHash};
use super::member::MemberKey;
use super::seal::NONCE;
use super::state::Generation;

const GENERATION: usize = size_of::<Generation>();

/// What a member's record is told apart by: no two sealings have the same.
pub(super) type Nonce = [u8; NONCE];

/// The member's record: generation in clear, then sealed user_type, length of userid, userid,
/// record.
pub(super) fn seal_member(
    keys: &Keys,
    hash: &MemberHash,
    generation: &Generation,
    member: MemberKey<'_>,
    record: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let length = u8::try_from(member.userid.len())
        .map_err(|_| StoreError::Userid { bytes: member.userid.len(), limit: 255 })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(2 + member.userid.len() + record.len()));
    plain.extend_from_slice(&[member.user_type, length]);
    plain.extend_from_slice(member.userid.as_bytes());
    plain.extend_from_slice(record);
    let mut value = generation.to_vec();
    value.extend(keys.members.seal(&[hash, generation], &plain)?);
    Ok(value)
}

/// Opens a member's record into `plain`.
pub(super) fn open_member<'a>(
    keys: &Keys,
    hash: &MemberHash,
    value: &[u8],
    plain: &'a mut Vec<u8>,
) -> Option<(MemberKey<'a>, &'a [u8])> {
    let (generation, sealed) = value.split_first_chunk::<GENERATION>()?;
    if !keys.members.open_into(&[hash, generation], sealed, plain) {
        return None;
    }
    let (&[user_type, length], rest) = plain.split_first_chunk::<2>()?;
    let (userid, record) = rest.split_at_checked(usize::from(length))?;
    Some((MemberKey { userid: core::str::from_utf8(userid).ok()?, user_type }, record))
}

/// The nonce of a member's record, as it stands there in clear.
pub(super) fn nonce(value: &[u8]) -> Option<Nonce> {
    value.get(GENERATION..)?.first_chunk::<NONCE>().copied()
}

/// The member's identity: user_type, nonce of the record, userid.
pub(super) fn seal_identity(
    keys: &Keys,
    hash: &MemberHash,
    member: MemberKey<'_>,
    nonce: &Nonce,
) -> Result<Vec<u8>, StoreError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(1 + NONCE + member.userid.len()));
    plain.push(member.user_type);
    plain.extend_from_slice(nonce);
    plain.extend_from_slice(member.userid.as_bytes());
    keys.identities.seal(&[hash], &plain)
}

/// Opens a member's identity into `plain`.
pub(super) fn open_identity<'a>(
    keys: &Keys,
    hash: &MemberHash,
    sealed: &[u8],
    plain: &'a mut Vec<u8>,
) -> Option<(MemberKey<'a>, Nonce)> {
    if !keys.identities.open_into(&[hash], sealed, plain) {
        return None;
    }
    let (&user_type, rest) = plain.split_first()?;
    let (nonce, userid) = rest.split_first_chunk::<NONCE>()?;
    Some((MemberKey { userid: core::str::from_utf8(userid).ok()?, user_type }, *nonce))
}
