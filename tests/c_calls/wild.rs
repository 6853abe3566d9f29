//! Arguments made from bytes: wild, but valid memory.

use super::*;

/// What stands behind a struct: as far as the library may look at it.
const BEHIND: usize = 8192;

/// A struct of the interface, with foreign memory behind it.
#[repr(C)]
pub(super) struct Wild<T> {
    pub(super) value: T,
    pub(super) behind: [u8; BEHIND],
}

impl<T: Copy> Wild<T> {
    pub(super) fn new(init: unsafe extern "C" fn(*mut T)) -> Box<Self> {
        // SAFETY: all structs of the interface are integers, floats, raw pointers and
        // functions that may be NULL, for which zero is valid.
        let mut wild: Box<Self> = Box::new(unsafe { std::mem::zeroed() });
        // SAFETY: writable.
        unsafe { init(&raw mut wild.value) };
        wild
    }

    /// The size that the struct states: it starts with it.
    pub(super) fn size(&mut self) -> &mut u32 {
        // SAFETY: every versioned struct starts with its u32 size.
        unsafe { &mut *(&raw mut self.value).cast::<u32>() }
    }

    /// The bytes of the struct.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let start = (&raw const self.value).cast::<u8>();
        // SAFETY: the structs have no padding (asserted in `layout.rs`).
        unsafe { std::slice::from_raw_parts(start, size_of::<T>()) }.to_vec()
    }
}

impl Calls<'_> {
    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    pub(super) fn number(&mut self) -> u64 {
        let interesting = [0, 1, 2, 31, 32, 1000, 540_000, u64::from(u32::MAX), u64::MAX, 1 << 63];
        match self.byte() {
            index @ 0..=9 => interesting[usize::from(index)],
            _ => (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte())),
        }
    }

    /// A small number most of the time, else any.
    pub(super) fn small(&mut self, bound: usize) -> u32 {
        if self.byte() < 230 { self.below(bound) as u32 } else { self.number() as u32 }
    }

    /// A handle that was seen, NULL, or a stray number.
    pub(super) fn handle(&mut self) -> usize {
        match self.byte() {
            0..8 => 0,
            8..16 => self.number() as usize,
            choice if !self.seen.is_empty() => self.seen[usize::from(choice) % self.seen.len()],
            _ => 0,
        }
    }

    /// An open handle most of the time.
    pub(super) fn engine(&mut self) -> *mut kaimen_engine {
        let open = self.engines.len();
        let handle = match self.byte() {
            choice @ 0..200 if open > 0 => {
                self.engines.iter().copied().nth(usize::from(choice) % open).unwrap_or(0)
            }
            _ => self.handle(),
        };
        without_provenance_mut(handle)
    }

    pub(super) fn text(&mut self) -> Option<CString> {
        let text: &[u8] = match self.byte() {
            0 => return None,
            1 => b"",
            2 => b"\xff\xfe",
            3 => &[b'x'; 129],
            4 => b"default",
            5 => "张三".as_bytes(),
            6 => b"a\nb",
            7 => b"Asia/Shanghai",
            8 => b"+08:00",
            9 => b"CST-8",
            10..100 => return CString::new(format!("m{}", self.below(6))).ok(),
            length => {
                let length = usize::from(length - 100).min(self.bytes.len());
                let (text, rest) = self.bytes.split_at(length);
                self.bytes = rest;
                text
            }
        };
        CString::new(text.split(|byte| *byte == 0).next().unwrap_or_default()).ok()
    }

    /// Sometimes another size, or foreign bytes behind the struct.
    pub(super) fn disturb<T: Copy>(&mut self, wild: &mut Wild<T>) {
        match self.byte() {
            0 => *wild.size() = self.small(600),
            1 => {
                // A newer struct that uses nothing new.
                let tail = self.small(300);
                *wild.size() = wild.size().saturating_add(tail);
            }
            2 => {
                let place = self.below(64);
                wild.behind[place] = 1;
                let tail = self.small(300);
                *wild.size() = wild.size().saturating_add(tail);
            }
            _ => {}
        }
    }

    /// An answer; sometimes with a byte changed, sometimes any bytes.
    pub(super) fn json(&mut self) -> Vec<u8> {
        if self.byte() < 30 {
            let length = self.below(200).min(self.bytes.len());
            let (json, rest) = self.bytes.split_at(length);
            self.bytes = rest;
            return json.to_vec();
        }
        let req_id = self.below(3);
        let mut json = format!(r#"{{"headers":{{"req_id":"r-{req_id}"}},"body":{{"userinfo":["#);
        for place in 0..self.below(5) {
            let comma = if place > 0 { "," } else { "" };
            let (id, kind) = (self.below(6), self.below(4));
            write!(json, r#"{comma}{{"userid":"m{id}","user_type":{kind}"#).unwrap();
            let version = self.below(3);
            write!(json, r#","fa_ver":{version},"fp_ver":1"#).unwrap();
            if self.byte() < 100 {
                let rule = ["9:00-18:00 * * * *", "* * * * *", "nonsense", "0:00-1:00 1-5 * * *"];
                let rule = rule[self.below(4)];
                let effect = self.below(3) as u64 * 800_000_000;
                let rule = format!(r#"{{"id":{id},"rule":"{rule}","effect_time":{effect}}}"#);
                write!(json, r#","pass_rule_list":[{rule}]"#).unwrap();
            }
            for list in ["fa_list", "fp"] {
                if self.byte() < 140 {
                    let is_record = list == "fp" && self.byte() < 200;
                    let data = if is_record { self.record() } else { self.template() };
                    let (slot, data) = (self.below(14), base64(&data));
                    write!(json, r#","{list}":[{{"id":{slot},"data":"{data}"}}]"#).unwrap();
                }
            }
            json += "}";
        }
        let code = if self.byte() < 10 { 7 } else { 0 };
        write!(json, r#"]}},"errcode":{code},"errmsg":"ok"}}"#).unwrap();
        let mut json = json.into_bytes();
        if self.byte() < 30 {
            let place = self.below(json.len());
            json[place] = self.byte();
        }
        json
    }

    /// One of a few axes, or none: then the vector is zero.
    pub(super) fn axis(&mut self) -> usize {
        [0, 0, 0, 1, 1, 2, DIMENSION][self.below(7)]
    }

    /// A moment: any, or a Monday morning in Shanghai.
    pub(super) fn now(&mut self) -> i64 {
        if self.byte() < 180 { 1_704_677_400 } else { self.number().cast_signed() }
    }

    /// A vector along an axis.
    pub(super) fn template(&mut self) -> Vec<u8> {
        let axis = self.axis();
        (0..DIMENSION).flat_map(|i| f32::from(i == axis).to_le_bytes()).collect()
    }

    /// A probe along an axis or any floats; the data must outlive it.
    pub(super) fn probe(&mut self) -> (Vec<u8>, Option<CString>, Box<Wild<kaimen_probe>>) {
        let axis = self.axis();
        let mut data: Vec<u8> =
            (0..DIMENSION).flat_map(|i| f32::from(i == axis).to_ne_bytes()).collect();
        if self.byte() < 60 {
            for byte in &mut data {
                *byte = self.byte();
            }
        }
        if self.byte() < 20 {
            data.truncate(self.below(129));
        }
        let algorithm = if self.byte() < 20 { self.text() } else { None };
        let mut probe = Wild::new(kaimen_probe_init);
        probe.value.encoding = match self.byte() {
            0..40 => self.small(4),
            40..120 => KAIMEN_PROBE_TEMPLATE,
            _ => KAIMEN_PROBE_F32,
        };
        probe.value.data = data.as_ptr().cast();
        probe.value.size = data.len();
        probe.value.algorithm = algorithm.as_ref().map_or(null(), |name| name.as_ptr());
        self.disturb(&mut probe);
        (data, algorithm, probe)
    }
}

fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            let is_padding = digit > group.len();
            text.push(if is_padding { '=' } else { digits[value as usize].into() });
        }
    }
    text
}
