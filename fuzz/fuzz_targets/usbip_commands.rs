//! Any bytes from a kernel's USB/IP: the simulated camera answers within what was asked for, or
//! says that this is no kernel.
#![no_main]

use std::time::Duration;

use kaimen_hil::uvc::{Command, Decoder, Device, Profile, Reel, Reply, test_picture};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else { return };
    let profile = Profile { sizes: vec![(32, 24), (16, 12)], ..Profile::new("FUZZ") };
    let reel = Reel::new(vec![test_picture(32, 24, 0x5a5a)]).expect("a picture");
    let mut device = Device::new(profile, Box::new(reel)).expect("two sizes");
    let mut decoder = Decoder::default();
    let mut now = Duration::ZERO;
    for piece in bytes.chunks(usize::from(size).max(1)) {
        decoder.push(piece);
        loop {
            let command = match decoder.take() {
                Ok(Some(command)) => command,
                Ok(None) => break,
                Err(error) => return assert!(!error.to_string().is_empty()),
            };
            now += Duration::from_millis(40);
            let asked = asked(&command);
            let Ok(replies) = device.receive(command, now) else { return };
            for reply in replies.iter().chain(&device.poll(now)) {
                check(reply, asked);
            }
        }
    }
});

/// The number of a request to endpoint 0 and the bytes that it takes at most.
fn asked(command: &Command) -> Option<(u32, u32)> {
    match command {
        Command::Submit { number, endpoint: 0, input, length, setup, .. } => {
            let most = if *input { u32::from(setup.length) } else { *length };
            Some((*number, most))
        }
        _ => None,
    }
}

fn check(reply: &Reply, asked: Option<(u32, u32)>) {
    let mut out = Vec::new();
    reply.encode(&mut out);
    let Reply::Submitted { number, moved, data, .. } = reply else {
        assert_eq!(out.len(), 48);
        return;
    };
    assert_eq!(out.len(), 48 + data.len());
    assert!(data.is_empty() || data.len() as u64 == u64::from(*moved));
    if let Some((_, most)) = asked.filter(|(asked, _)| asked == number) {
        assert!(*moved <= most, "{moved} bytes of {most}");
    }
}
