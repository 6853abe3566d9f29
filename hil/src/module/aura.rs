//! The ring of light around an R503.

/// How the ring shines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuraLight {
    /// Grows and fades, over and over.
    Breathing,
    /// Flashes.
    Flashing,
    /// Shines.
    On,
    /// Is dark.
    Off,
    /// Grows once.
    FadingIn,
    /// Fades once.
    FadingOut,
}

impl AuraLight {
    const ALL: [AuraLight; 6] = [
        AuraLight::Breathing,
        AuraLight::Flashing,
        AuraLight::On,
        AuraLight::Off,
        AuraLight::FadingIn,
        AuraLight::FadingOut,
    ];

    fn byte(self) -> u8 {
        match self {
            AuraLight::Breathing => 1,
            AuraLight::Flashing => 2,
            AuraLight::On => 3,
            AuraLight::Off => 4,
            AuraLight::FadingIn => 5,
            AuraLight::FadingOut => 6,
        }
    }
}

/// Its colour; firmware before 1.2 knows the first three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of colours")]
pub enum AuraColour {
    Red,
    Blue,
    Purple,
    Green,
    Yellow,
    Cyan,
    White,
}

impl AuraColour {
    const ALL: [AuraColour; 7] = [
        AuraColour::Red,
        AuraColour::Blue,
        AuraColour::Purple,
        AuraColour::Green,
        AuraColour::Yellow,
        AuraColour::Cyan,
        AuraColour::White,
    ];

    fn byte(self) -> u8 {
        match self {
            AuraColour::Red => 1,
            AuraColour::Blue => 2,
            AuraColour::Purple => 3,
            AuraColour::Green => 4,
            AuraColour::Yellow => 5,
            AuraColour::Cyan => 6,
            AuraColour::White => 7,
        }
    }
}

/// What the ring shall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Aura {
    /// How it shines.
    pub light: AuraLight,
    /// In 256 steps, 0 the fastest; 255 takes about 5 s a cycle.
    pub speed: u8,
    /// Its colour.
    pub colour: AuraColour,
    /// How often, for breathing and flashing; 0 without end.
    pub times: u8,
}

impl Aura {
    /// Control code, speed, colour, times.
    #[must_use]
    pub fn bytes(self) -> [u8; 4] {
        [self.light.byte(), self.speed, self.colour.byte(), self.times]
    }

    /// What four bytes ask for, if there is such a light and colour.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 4]) -> Option<Aura> {
        let [light, speed, colour, times] = bytes;
        let light = AuraLight::ALL.into_iter().find(|known| known.byte() == light)?;
        let colour = AuraColour::ALL.into_iter().find(|known| known.byte() == colour)?;
        Some(Aura { light, speed, colour, times })
    }
}
