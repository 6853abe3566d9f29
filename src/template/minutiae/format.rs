//! The formats by name.

/// A format of minutiae records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinutiaeFormat {
    /// ISO/IEC 19794-2:2005 record.
    Iso2005,
    /// ISO/IEC 19794-2:2011 record, with and without quality bytes.
    Iso2011,
    /// ISO/IEC 19794-2:2005 normal card format: 5 bytes a minutia, 0.01 mm.
    IsoNormalCard,
    /// ISO/IEC 19794-2:2005 compact card format: 3 bytes a minutia, 0.1 mm.
    IsoCompactCard,
    /// ANSI/INCITS 378-2004 record.
    Ansi2004,
    /// ANSI/INCITS 378-2009 record.
    Ansi2009,
    /// ANSI/INCITS 378-2009 record with amendment 1.
    Ansi2009Am1,
    /// NBIS text, one line `x y theta quality` a minutia, origin at the bottom left.
    Xyt,
}

impl MinutiaeFormat {
    /// All of them.
    pub const ALL: [MinutiaeFormat; 8] = [
        MinutiaeFormat::Iso2005,
        MinutiaeFormat::Iso2011,
        MinutiaeFormat::IsoNormalCard,
        MinutiaeFormat::IsoCompactCard,
        MinutiaeFormat::Ansi2004,
        MinutiaeFormat::Ansi2009,
        MinutiaeFormat::Ansi2009Am1,
        MinutiaeFormat::Xyt,
    ];

    /// Whether it is one of the two card formats: no magic, no header, lengths instead
    /// of pixels.
    #[must_use]
    pub fn is_card(self) -> bool {
        matches!(self, MinutiaeFormat::IsoNormalCard | MinutiaeFormat::IsoCompactCard)
    }
}

impl std::fmt::Display for MinutiaeFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            MinutiaeFormat::Iso2005 => "ISO/IEC 19794-2:2005",
            MinutiaeFormat::Iso2011 => "ISO/IEC 19794-2:2011",
            MinutiaeFormat::IsoNormalCard => "ISO/IEC 19794-2:2005 normal card",
            MinutiaeFormat::IsoCompactCard => "ISO/IEC 19794-2:2005 compact card",
            MinutiaeFormat::Ansi2004 => "ANSI/INCITS 378-2004",
            MinutiaeFormat::Ansi2009 => "ANSI/INCITS 378-2009",
            MinutiaeFormat::Ansi2009Am1 => "ANSI/INCITS 378-2009/AM1",
            MinutiaeFormat::Xyt => "NBIS xyt",
        })
    }
}
