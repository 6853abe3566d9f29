//! The request `get_userinfo_by_ids`, in parts of at most 200 members.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use super::error::{Reason, RequestError};
use super::record::UserType;
use super::text::{check_length, check_userid};
use crate::limits;

/// How a request names its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `userids`: the old form. It cannot carry a type: staff only.
    UserIds,
    /// `user_item`: userid and `user_type`.
    UserItems,
}

/// A member that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestedMember {
    /// 1 to 128 bytes, without control characters.
    pub userid: String,
    /// Second half of the member's key.
    pub user_type: UserType,
}

/// Collects what a request asks for.
///
/// Fingerprints and faces are asked for and public keys are not, unless said
/// otherwise: the page's defaults. All three flags are always written out.
#[derive(Debug, Clone)]
#[must_use]
pub struct RequestBuilder {
    prefix: String,
    form: Form,
    flags: Flags,
    members: Vec<RequestedMember>,
}

#[derive(Debug, Clone, Copy)]
struct Flags {
    fingerprints: bool,
    faces: bool,
    public_keys: bool,
}

impl RequestBuilder {
    /// A request whose parts are called `<prefix>-1`, `<prefix>-2` and so on.
    ///
    /// Two requests with different prefixes never share an id, because the
    /// part is what follows the last dash. The prefix must differ between
    /// requests; the caller sees to that. It is 1 byte or longer, without
    /// control characters, and an id with its part number has at most
    /// `limits::REQ_ID_BYTES`.
    pub fn new(prefix: impl Into<String>, form: Form) -> Self {
        let flags = Flags { fingerprints: true, faces: true, public_keys: false };
        Self { prefix: prefix.into(), form, flags, members: Vec::new() }
    }

    /// `is_req_fp_info`: whether the answer shall have `fp`.
    pub fn fingerprints(mut self, wanted: bool) -> Self {
        self.flags.fingerprints = wanted;
        self
    }

    /// `is_req_fa_info`: whether the answer shall have `fa_list`.
    pub fn faces(mut self, wanted: bool) -> Self {
        self.flags.faces = wanted;
        self
    }

    /// `is_req_public_key`: whether the answer shall have `public_key`.
    pub fn public_keys(mut self, wanted: bool) -> Self {
        self.flags.public_keys = wanted;
        self
    }

    /// Asks for one more member.
    pub fn member(mut self, userid: impl Into<String>, user_type: UserType) -> Self {
        self.members.push(RequestedMember { userid: userid.into(), user_type });
        self
    }

    /// Asks for more members.
    pub fn members<S: Into<String>>(
        mut self,
        members: impl IntoIterator<Item = (S, UserType)>,
    ) -> Self {
        self.members.extend(
            members
                .into_iter()
                .map(|(userid, user_type)| RequestedMember { userid: userid.into(), user_type }),
        );
        self
    }

    /// Checks everything, drops members that were asked for before, and cuts
    /// the list into parts of at most `limits::MEMBERS_PER_REQUEST`.
    ///
    /// # Errors
    ///
    /// No member, an unfit userid or prefix, or a member that is not staff in
    /// the old form.
    pub fn build(self) -> Result<Request, RequestError> {
        let Self { prefix, form, flags, mut members } = self;
        for (position, RequestedMember { userid, user_type }) in members.iter().enumerate() {
            check_userid(userid).map_err(|reason| RequestError::Userid { position, reason })?;
            if form == Form::UserIds && *user_type != UserType::Staff {
                return Err(RequestError::FormWithoutType { position, user_type: *user_type });
            }
        }
        let mut seen = HashSet::with_capacity(members.len());
        members.retain(|member| seen.insert(member.clone()));
        if members.is_empty() {
            return Err(RequestError::Empty);
        }
        let request = Request { prefix, form, flags, members };
        check_prefix(&request.prefix, &request.req_id(request.len() - 1))
            .map_err(|reason| RequestError::ReqId { reason })?;
        Ok(request)
    }
}

/// `last` is the longest id that the prefix gives.
fn check_prefix(prefix: &str, last: &str) -> Result<(), Reason> {
    if prefix.is_empty() {
        return Err(Reason::Empty);
    }
    if prefix.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter);
    }
    check_length(last, limits::REQ_ID_BYTES)
}

/// A checked request; it has at least one part.
#[derive(Debug, Clone)]
pub struct Request {
    prefix: String,
    form: Form,
    flags: Flags,
    members: Vec<RequestedMember>,
}

impl Request {
    /// Number of parts, 1 or more.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a request is never empty")]
    pub fn len(&self) -> usize {
        self.members.len().div_ceil(limits::MEMBERS_PER_REQUEST)
    }

    /// The part at `index`, from 0; `None` beyond the last one.
    #[must_use]
    pub fn part(&self, index: usize) -> Option<RequestPart<'_>> {
        let members = self.members.chunks(limits::MEMBERS_PER_REQUEST).nth(index)?;
        Some(RequestPart { request: self, req_id: self.req_id(index), members })
    }

    /// All parts in order.
    pub fn parts(&self) -> impl Iterator<Item = RequestPart<'_>> {
        (0..self.len()).filter_map(|index| self.part(index))
    }

    fn req_id(&self, index: usize) -> String {
        format!("{}-{}", self.prefix, index + 1)
    }
}

/// One request as it is sent. `Display` writes its JSON.
#[derive(Debug, Clone)]
pub struct RequestPart<'r> {
    request: &'r Request,
    req_id: String,
    members: &'r [RequestedMember],
}

impl<'r> RequestPart<'r> {
    /// The id that the answer repeats.
    #[must_use]
    pub fn req_id(&self) -> &str {
        &self.req_id
    }

    /// How the members are named; the old form asks without a type.
    #[must_use]
    pub fn form(&self) -> Form {
        self.request.form
    }

    /// The members this part asks for, 1 to 200.
    #[must_use]
    pub fn members(&self) -> &'r [RequestedMember] {
        self.members
    }

    /// The JSON text in the page's order of keys, without blanks.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.to_string()
    }

    /// The members that an answer left out: they are no longer in this
    /// reader's scope. `answered` says whether the answer names a member, a
    /// rejected record included.
    pub fn missing<F>(&self, answered: F) -> impl Iterator<Item = &'r RequestedMember> + use<'r, F>
    where
        F: Fn(&str, UserType) -> bool,
    {
        self.members.iter().filter(move |member| !answered(&member.userid, member.user_type))
    }

    fn write_members(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.request.form {
            Form::UserIds => "\"userids\":[",
            Form::UserItems => "\"user_item\":[",
        })?;
        for (position, RequestedMember { userid, user_type }) in self.members.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            let userid = quoted(userid);
            match self.request.form {
                Form::UserIds => write!(f, "{userid}")?,
                Form::UserItems => {
                    let user_type = user_type.number();
                    write!(f, r#"{{"userid":{userid},"user_type":{user_type}}}"#)?;
                }
            }
        }
        f.write_str("]")
    }
}

impl fmt::Display for RequestPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let req_id = quoted(&self.req_id);
        write!(f, r#"{{"cmd":"get_userinfo_by_ids","headers":{{"req_id":{req_id}}},"body":{{"#)?;
        self.write_members(f)?;
        let Flags { fingerprints, faces, public_keys } = self.request.flags;
        write!(f, r#","is_req_fp_info":{}"#, u8::from(fingerprints))?;
        write!(f, r#","is_req_fa_info":{}"#, u8::from(faces))?;
        write!(f, r#","is_req_public_key":{}}}}}"#, u8::from(public_keys))
    }
}

/// As a `Value`, because that is displayed without an error of its own.
fn quoted(text: &str) -> Value {
    Value::from(text)
}
