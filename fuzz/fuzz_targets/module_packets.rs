//! Any bytes in any pieces from a fingerprint module's line: every one of them is in a packet,
//! passed over or waiting, and a packet and a command come back as the bytes they were.
#![no_main]

use kaimen_hil::module::{CONTENT_MAX, Command, Decoder, Packet};
use libfuzzer_sys::fuzz_target;

/// More than this at once, and the decoder lets go of the oldest: pieces would matter.
const WHOLE: usize = 4000;

fuzz_target!(|input: &[u8]| {
    let Some((pieces, bytes)) = input.split_at_checked(2) else { return };
    let sizes = [pieces[0], pieces[1]].map(|size| usize::from(size).max(1));
    let packets = decode(bytes, &sizes);
    if bytes.len() <= WHOLE {
        assert_eq!(packets, decode(bytes, &[usize::MAX]), "pieces make a difference");
    }
    packets.iter().for_each(|packet| command(packet.content()));
});

/// The packets in the bytes, pushed in pieces of these sizes in turn.
fn decode(bytes: &[u8], sizes: &[usize]) -> Vec<Packet> {
    let mut decoder = Decoder::new();
    let (mut packets, mut pushed, mut rest) = (Vec::new(), 0_u64, bytes);
    for size in sizes.iter().cycle() {
        let (piece, after) = rest.split_at(rest.len().min(*size));
        if piece.is_empty() {
            break;
        }
        rest = after;
        decoder.push(piece);
        pushed += piece.len() as u64;
        while let Some(decoded) = decoder.next_packet() {
            let Ok(packet) = decoded else { continue };
            assert!(packet.content().len() <= CONTENT_MAX);
            packets.push(packet);
        }
    }
    let whole: usize = packets.iter().map(|packet| packet.encode().len()).sum();
    assert_eq!(pushed, whole as u64 + decoder.skipped() + decoder.waiting() as u64);
    for packet in &packets {
        let mut again = Decoder::new();
        again.push(&packet.encode());
        assert_eq!(again.next_packet(), Some(Ok(packet.clone())));
        assert_eq!((again.waiting(), again.skipped()), (0, 0));
    }
    packets
}

fn command(content: &[u8]) {
    match Command::decode(content) {
        Err(fault) => assert!(!fault.to_string().is_empty()),
        Ok(command) => {
            let bytes = command.encode();
            assert_eq!(Command::decode(&bytes).as_ref(), Ok(&command), "{bytes:?}");
        }
    }
}
