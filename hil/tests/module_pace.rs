//! The emulator sends as fast as the baud rate and no faster: by its own schedule.

mod common;

use std::time::{Duration, Instant};

use common::Bench;
use kaimen_hil::emulator::{Machine, Sent};
use kaimen_hil::module::{Profile, SetParameter};

/// Time of so many bytes at 8N1.
fn time(bytes: usize, baud: u64) -> Duration {
    Duration::from_nanos(bytes as u64 * 10_000_000_000 / baud)
}

/// Every packet as long as its bytes, none before the end of the one before.
fn check(sent: &[Sent], baud: u64) {
    for packet in sent {
        let error = (packet.end - packet.begin).abs_diff(time(packet.bytes, baud));
        assert!(error <= Duration::from_nanos(1), "{packet:?}");
    }
    assert!(sent.windows(2).all(|pair| pair[1].begin >= pair[0].end));
}

#[test]
fn a_template_and_an_image_take_the_time_of_their_bytes() {
    let mut bench = Bench::with(Machine::new(&Profile::R503), true);
    bench.place(1, 0);
    assert!(bench.module.capture().unwrap());
    bench.module.features(1).unwrap();
    let begun = Instant::now();
    bench.module.upload_template(1).unwrap();
    let wall = begun.elapsed();
    // 1536 bytes in 12 packets of 128, 11 bytes more each; answers of 12 bytes.
    let sent = bench.emulator.sent();
    let bytes = sent.iter().map(|packet| packet.bytes).collect::<Vec<_>>();
    assert_eq!(bytes[..3], [12, 12, 12]);
    assert_eq!(bytes[3..], [139; 12]);
    check(&sent, 57_600);
    assert_eq!(time(12 * 139, 57_600), Duration::from_nanos(289_583_333));
    // Over the wire it is not faster than 80% of that, whatever else the machine does.
    assert!(wall >= Duration::from_millis(230), "{wall:?}");
}

#[test]
fn a_changed_baud_rate_changes_the_pace_after_its_answer() {
    let mut bench = Bench::with(Machine::new(&Profile::R307), true);
    bench.module.template_count().unwrap();
    bench.module.set_parameter(SetParameter::BaudFactor(12)).unwrap();
    bench.module.template_count().unwrap();
    let sent = bench.emulator.sent();
    check(&sent[..2], 57_600);
    check(&sent[2..], 115_200);
    assert_eq!(sent.len(), 3);
}
