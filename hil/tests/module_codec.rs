//! Packets, commands and answers, against any bytes.

use kaimen_hil::module::{
    Aura, AuraColour, AuraLight, AutoEnrol, AutoIdentify, CONTENT_MAX, Command, Confirmation,
    DataSize, Decoder, EnrolStep, Geometry, GreyImage, IdentifyStep, NOTEPAD_BYTES, PACKET_MAX,
    Packet, PacketFault, PacketKind, Parameters, Product, Profile, Quirk, StepReport,
};
use proptest::prelude::*;

fn kinds() -> impl Strategy<Value = PacketKind> {
    prop_oneof![
        Just(PacketKind::Command),
        Just(PacketKind::Data),
        Just(PacketKind::Acknowledge),
        Just(PacketKind::LastData),
    ]
}

fn packets() -> impl Strategy<Value = Packet> {
    let content = prop::collection::vec(any::<u8>(), 0..=CONTENT_MAX);
    (any::<u32>(), kinds(), content)
        .prop_map(|(address, kind, content)| Packet::new(address, kind, &content).unwrap())
}

fn commands() -> impl Strategy<Value = Command> {
    let aura = (0_usize..6, any::<u8>(), 0_usize..7, any::<u8>());
    prop_oneof![
        Just(Command::GetImage),
        Just(Command::GetImageEx),
        Just(Command::Match),
        Just(Command::Merge),
        Just(Command::UploadImage),
        Just(Command::DownloadImage),
        Just(Command::Empty),
        Just(Command::ReadParameters),
        Just(Command::GetRandom),
        Just(Command::ReadInformationPage),
        Just(Command::TemplateCount),
        Just(Command::Cancel),
        Just(Command::CheckSensor),
        Just(Command::AlgorithmVersion),
        Just(Command::FirmwareVersion),
        Just(Command::ReadProduct),
        Just(Command::SoftReset),
        Just(Command::Handshake),
        Just(Command::Echo),
        any::<u8>().prop_map(|buffer| Command::ImageToFeatures { buffer }),
        any::<u8>().prop_map(|buffer| Command::UploadTemplate { buffer }),
        any::<u8>().prop_map(|buffer| Command::DownloadTemplate { buffer }),
        any::<u8>().prop_map(|table| Command::ReadIndexTable { table }),
        any::<u8>().prop_map(|page| Command::ReadNotepad { page }),
        any::<u32>().prop_map(|password| Command::SetPassword { password }),
        any::<u32>().prop_map(|password| Command::VerifyPassword { password }),
        any::<u32>().prop_map(|address| Command::SetAddress { address }),
        any::<(u8, u8)>().prop_map(|(number, value)| Command::SetParameter { number, value }),
        any::<(u8, u16)>().prop_map(|(buffer, page)| Command::Store { buffer, page }),
        any::<(u8, u16)>().prop_map(|(buffer, page)| Command::Load { buffer, page }),
        any::<(u16, u16)>().prop_map(|(page, count)| Command::Delete { page, count }),
        any::<(u8, u16, u16)>().prop_map(|(buffer, start, count)| Command::Search {
            buffer,
            start,
            count
        }),
        any::<(u8, u16, u16)>().prop_map(|(buffer, start, count)| Command::FastSearch {
            buffer,
            start,
            count
        }),
        any::<(u8, [u8; NOTEPAD_BYTES])>()
            .prop_map(|(page, content)| Command::WriteNotepad { page, content }),
        any::<[u8; 5]>().prop_map(|bytes| Command::AutoEnrol(AutoEnrol::from_bytes(bytes))),
        any::<[u8; 5]>().prop_map(|bytes| Command::AutoIdentify(AutoIdentify::from_bytes(bytes))),
        aura.prop_map(|(light, speed, colour, times)| {
            let light = LIGHTS[light];
            let colour = COLOURS[colour];
            Command::Aura(Aura { light, speed, colour, times })
        }),
    ]
}

const LIGHTS: [AuraLight; 6] = [
    AuraLight::Breathing,
    AuraLight::Flashing,
    AuraLight::On,
    AuraLight::Off,
    AuraLight::FadingIn,
    AuraLight::FadingOut,
];
const COLOURS: [AuraColour; 7] = [
    AuraColour::Red,
    AuraColour::Blue,
    AuraColour::Purple,
    AuraColour::Green,
    AuraColour::Yellow,
    AuraColour::Cyan,
    AuraColour::White,
];

/// Everything that a decoder finds in bytes that come in these portions.
fn decode(bytes: &[u8], portion: usize) -> Vec<Result<Packet, PacketFault>> {
    let mut decoder = Decoder::new();
    let mut found = Vec::new();
    for part in bytes.chunks(portion.max(1)) {
        decoder.push(part);
        found.extend(std::iter::from_fn(|| decoder.next_packet()));
    }
    found
}

proptest! {
    #[test]
    fn packets_come_out_as_they_went_in(sent in prop::collection::vec(packets(), 1..6), portion in 1_usize..400) {
        let bytes = sent.iter().flat_map(Packet::encode).collect::<Vec<_>>();
        let found = decode(&bytes, portion).into_iter().collect::<Result<Vec<_>, _>>();
        prop_assert_eq!(found, Ok(sent));
    }

    #[test]
    fn any_bytes_are_survived_and_taken_in_bounded_memory(bytes in prop::collection::vec(any::<u8>(), 0..3000), portion in 1_usize..700) {
        let mut decoder = Decoder::new();
        for part in bytes.chunks(portion) {
            decoder.push(part);
            while decoder.next_packet().is_some() {}
            prop_assert!(decoder.waiting() < PACKET_MAX);
        }
        prop_assert!(decoder.skipped() <= bytes.len() as u64);
    }

    #[test]
    fn a_packet_after_noise_without_a_start_is_found(noise in prop::collection::vec(0_u8..0xEF, 0..600), packet in packets(), portion in 1_usize..400) {
        let mut bytes = noise.clone();
        bytes.extend(packet.encode());
        prop_assert_eq!(decode(&bytes, portion), vec![Ok(packet)]);
    }

    #[test]
    fn a_lost_byte_is_noticed_and_costs_no_other_packet(first in packets(), second in packets(), at in any::<prop::sample::Index>()) {
        // Content that looks like a start could hide the second packet until more bytes come.
        prop_assume!(!first.content().contains(&0xEF) && !second.content().contains(&0xEF));
        prop_assume!(first.address() >> 8 != 0xEF && first.content().len() > 4);
        let mut bytes = first.encode();
        // A checksum that ends as a packet starts: without it the bytes are those of both without the start of
        // the second one.
        prop_assume!(bytes.last() != Some(&0xEF));
        bytes.remove(at.index(bytes.len()));
        bytes.extend(second.encode());
        // Enough for a decoder that was misled by a wrong length to see that it was.
        bytes.extend([0; PACKET_MAX]);
        let found = decode(&bytes, 64);
        prop_assert!(found.contains(&Ok(second.clone())), "{found:?}");
        prop_assert!(second == first || !found.contains(&Ok(first)));
    }

    #[test]
    fn commands_come_back(command in commands()) {
        prop_assert_eq!(Command::decode(&command.encode()), Ok(command));
    }

    #[test]
    fn any_bytes_are_a_command_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(command) = Command::decode(&bytes) {
            prop_assert_eq!(command.instruction(), bytes[0]);
            prop_assert_eq!(command.encode().len(), bytes.len());
        }
    }

    #[test]
    fn any_sixteen_bytes_of_parameters_come_back_or_are_refused(bytes in any::<[u8; 16]>()) {
        if let Some(parameters) = Parameters::read(&bytes) {
            prop_assert_eq!(parameters.bytes(), bytes);
        }
    }

    #[test]
    fn any_product_information_is_read(bytes in any::<[u8; Product::BYTES]>()) {
        let product = Product::read(&bytes).unwrap();
        prop_assert_eq!(Product::read(&product.bytes()), Some(product));
    }

    #[test]
    fn reports_of_steps_never_fail_on_bytes(code in any::<u8>(), payload in prop::collection::vec(any::<u8>(), 0..9)) {
        let confirmation = Confirmation::from_byte(code);
        let enrol = StepReport::<EnrolStep>::read(confirmation, &payload);
        prop_assert_eq!(enrol.is_some(), payload.len() == 2 || payload.len() == 3);
        let identify = StepReport::<IdentifyStep>::read(confirmation, &payload);
        prop_assert_eq!(identify.is_some(), payload.len() == 5);
    }

    #[test]
    fn an_image_keeps_its_upper_bits(width in 1_u16..40, height in 1_u16..40, seed in any::<u8>()) {
        let geometry = Geometry { width, height };
        let image = GreyImage::drawn(geometry, |x, y| {
            seed.wrapping_add(u8::try_from((x * 7 + y * 13) % 256).unwrap())
        });
        let back = GreyImage::from_line(geometry, &image.line_bytes()).unwrap();
        let upper = |image: &GreyImage| image.pixels().iter().map(|p| p >> 4).collect::<Vec<_>>();
        prop_assert_eq!(upper(&back), upper(&image));
    }
}

#[test]
fn the_manuals_own_packets_are_made() {
    // R503 manual: VfyPwd with the factory's password; its sum is 1Bh.
    let content = Command::VerifyPassword { password: 0 }.encode();
    let packet = Packet::new(0xFFFF_FFFF, PacketKind::Command, &content).unwrap();
    let expected = [0xEF, 1, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 7, 0x13, 0, 0, 0, 0, 0, 0x1B].as_slice();
    assert_eq!(packet.encode(), expected);
    // The sums that the manual prints: TempleteNum 0021h, GetRandomCode 0018h, Empty 0011h.
    for (command, sum) in
        [(Command::TemplateCount, 0x21), (Command::GetRandom, 0x18), (Command::Empty, 0x11)]
    {
        let packet = Packet::new(0, PacketKind::Command, &command.encode()).unwrap();
        assert_eq!(packet.encode().last(), Some(&sum), "{command:?}");
    }
}

#[test]
fn lengths_and_kinds_that_do_not_exist_are_named() {
    let wrong = |kind: u8, length: u16| {
        let mut bytes = vec![0xEF, 1, 0, 0, 0, 0, kind];
        bytes.extend(length.to_be_bytes());
        decode(&bytes, 99)
    };
    assert_eq!(wrong(3, 5), vec![Err(PacketFault::Kind { found: 3 })]);
    assert_eq!(wrong(7, 1), vec![Err(PacketFault::Length { found: 1 })]);
    assert_eq!(wrong(7, 259), vec![Err(PacketFault::Length { found: 259 })]);
    assert_eq!(wrong(7, 65535), vec![Err(PacketFault::Length { found: 65535 })]);
    let too_long = Packet::new(0, PacketKind::Data, &[0; CONTENT_MAX + 1]).unwrap_err();
    assert_eq!(too_long.to_string(), "257 bytes do not fit into a packet of 256");
}

#[test]
fn every_published_code_is_itself_and_the_rest_is_told_apart() {
    for known in Confirmation::PUBLISHED {
        assert_eq!(Confirmation::from_byte(known.byte()), *known);
        assert!(!known.meaning().is_empty());
    }
    let unknown = (0..=u8::MAX).map(Confirmation::from_byte);
    let others = unknown.filter(|code| matches!(code, Confirmation::Other(_))).count();
    assert_eq!(others + Confirmation::PUBLISHED.len(), 256);
    assert_eq!(Confirmation::LibraryFull.to_string(), "1Fh, the library is full");
}

#[test]
fn the_steps_of_an_enrolment_are_numbered_as_the_manual_does() {
    let numbered = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12, 0x0D, 0x0E, 0x0F];
    let rounds =
        (1..=EnrolStep::ROUNDS).flat_map(|r| [EnrolStep::Image(r), EnrolStep::Features(r)]);
    let steps = rounds.chain([EnrolStep::Repeated, EnrolStep::Merged, EnrolStep::Stored]);
    assert!(steps.clone().map(EnrolStep::byte).eq(numbered));
    assert!(steps.eq(numbered.into_iter().filter_map(EnrolStep::from_byte)));
    let known = (0..=u8::MAX).filter_map(EnrolStep::from_byte).count();
    assert_eq!(known, numbered.len());
}

#[test]
fn the_profiles_say_what_their_sources_say() {
    assert_eq!(Profile::R503.image.line_bytes(), 18_432);
    assert_eq!(Profile::R305.image.line_bytes(), 36_864);
    assert!(!Profile::R308.knows(0x0F) && Profile::R305.knows(0x0F));
    assert!(!Profile::R551.knows(0x1B) && !Profile::R551.knows(0x09));
    assert_eq!(Profile::R551.first_page(), 1);
    assert!(Profile::R503.has(Quirk::ImageSpendsFeatures) && Profile::R503.knows(0x31));
    assert!(!Profile::R307.knows(0x31));
    for profile in Profile::ALL {
        assert_eq!(Profile::named(&profile.name.to_lowercase()), Some(profile));
        assert!(profile.quirks.iter().all(|(_, source)| !source.is_empty()));
    }
    assert_eq!(
        [0, 1, 2, 3].map(|code| DataSize::from_code(code).unwrap().bytes()),
        [32, 64, 128, 256]
    );
}
