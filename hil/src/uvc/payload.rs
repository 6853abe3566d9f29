//! A frame cut into payloads, each with the header that tells frames apart.

use super::descriptors::MAX_PAYLOAD;

/// Bytes of a header: its length and its flags.
const HEADER: usize = 2;
const FRAME_ID: u8 = 0x01;
const END_OF_FRAME: u8 = 0x02;
const ERROR: u8 = 0x40;
const END_OF_HEADER: u8 = 0x80;

/// What is wrong with the headers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) no_end: bool,
    pub(super) error: bool,
}

/// The payloads of a frame; `odd` changes from frame to frame.
pub(super) fn payloads(frame: &[u8], odd: bool, wrong: Wrong) -> Vec<Vec<u8>> {
    let most = MAX_PAYLOAD as usize - HEADER;
    // An empty frame is one payload without data.
    let count = frame.len().div_ceil(most).max(1);
    let data = frame.chunks(most).chain(std::iter::repeat(&[][..])).take(count);
    data.enumerate()
        .map(|(at, data)| {
            let mut flags = END_OF_HEADER;
            flags |= if odd { FRAME_ID } else { 0 };
            flags |= if at + 1 == count && !wrong.no_end { END_OF_FRAME } else { 0 };
            flags |= if at == 0 && wrong.error { ERROR } else { 0 };
            let header = [2, flags];
            [&header[..], data].concat()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_its_payloads_without_their_headers() {
        let most = MAX_PAYLOAD as usize - HEADER;
        for length in [0, 1, most, most + 1, 3 * most] {
            let frame: Vec<u8> = (0..length).map(|at| (at % 251).to_le_bytes()[0]).collect();
            let all = payloads(&frame, true, Wrong::default());
            assert!(all.iter().all(|payload| payload.len() <= MAX_PAYLOAD as usize));
            let data: Vec<u8> = all.iter().flat_map(|payload| payload[HEADER..].to_vec()).collect();
            assert_eq!(data, frame);
            let ends = all.iter().filter(|payload| payload[1] & END_OF_FRAME != 0).count();
            assert_eq!((ends, all.last().map(|last| last[1])), (1, Some(0x83)));
        }
    }

    #[test]
    fn faults_are_in_the_headers() {
        let wrong = Wrong { no_end: true, error: true };
        let all = payloads(&[0; 20_000], false, wrong);
        assert_eq!(all.iter().map(|payload| payload[1]).collect::<Vec<_>>(), [0xc0, 0x80]);
    }
}
