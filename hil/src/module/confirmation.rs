//! What the first byte of an acknowledgement says.

/// Declares the codes once: byte, variant and meaning.
macro_rules! confirmations {
    ($($(#[$doc:meta])* $byte:literal $name:ident $meaning:literal,)*) => {
        /// The answer to a command, with every meaning that the manuals publish (R503 1.2.2,
        /// section IV; `0x0D`-`0x1D` also ZFM-20).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Confirmation {
            $(#[doc = $meaning] $name,)*
            /// A code that no manual at hand explains.
            Other(u8),
        }

        impl Confirmation {
            /// Every code with a published meaning.
            pub const PUBLISHED: &[Confirmation] = &[$(Confirmation::$name,)*];

            /// The meaning of a byte.
            #[must_use]
            pub fn from_byte(byte: u8) -> Confirmation {
                match byte {
                    $($byte => Confirmation::$name,)*
                    other => Confirmation::Other(other),
                }
            }

            /// The byte of a meaning.
            #[must_use]
            pub fn byte(self) -> u8 {
                match self {
                    $(Confirmation::$name => $byte,)*
                    Confirmation::Other(byte) => byte,
                }
            }

            /// The meaning in words.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Confirmation::$name => $meaning,)*
                    Confirmation::Other(_) => "a code without a published meaning",
                }
            }
        }
    };
}

confirmations! {
    0x00 Done "done",
    0x01 ReceiveFailed "the module received the packet with an error, or (older firmware) does not know the command",
    0x02 NoFinger "no finger on the sensor",
    0x03 CaptureFailed "the finger could not be captured",
    0x06 ImageDisordered "the image is too disordered for features",
    0x07 TooFewFeatures "the image has too few features or is too small",
    0x08 NoMatch "the two fingers do not match",
    0x09 NotFound "nobody in the library matches",
    0x0A MergeFailed "the features cannot be combined into a template",
    0x0B PageOutOfRange "the page lies outside the library",
    0x0C TemplateUnreadable "the template in the library is invalid or cannot be read",
    0x0D TemplateUploadFailed "the template cannot be sent",
    0x0E DataRefused "the module cannot receive the data packets that would follow",
    0x0F ImageUploadFailed "the image cannot be sent",
    0x10 DeleteFailed "the template cannot be deleted",
    0x11 EmptyFailed "the library cannot be emptied",
    0x13 WrongPassword "wrong password",
    0x15 NoImage "there is no valid image to work on",
    0x18 FlashFailed "the flash could not be written",
    0x19 Undefined "an error without definition",
    0x1A WrongRegister "there is no such system parameter",
    0x1B WrongRegisterValue "the system parameter cannot have this value",
    0x1C WrongNotepadPage "there is no such notepad page",
    0x1D PortFailed "the communication port could not be operated",
    0x1F LibraryFull "the library is full",
    0x20 WrongAddress "the address is wrong",
    0x21 PasswordNeeded "the password must be verified first",
    0x22 TemplateEmpty "there is no template on this page",
    0x24 LibraryEmpty "the library is empty",
    0x26 TimedOut "no finger came in time",
    0x27 AlreadyEnrolled "this finger is already in the library",
    0x29 SensorFailed "the sensor does not work",
    0x35 IllegalData "the data are illegal",
    0x55 EchoReady "ready (the answer to an echo)",
    0xFC UnknownCommand "the module does not support this command",
    0xFD HardwareFailed "the hardware does not work",
    0xFE CommandFailed "the command could not be carried out",
}

impl std::fmt::Display for Confirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02X}h, {}", self.byte(), self.meaning())
    }
}
