//! Faces, the whole way: a picture before the camera, its frames, the face in them, its vector,
//! and the library's decision.
//!
//! | file | what it is |
//! |------|------------|
//! | `album.rs` | the pictures that are shown |
//! | `bench.rs` | models, album and settings, as the rig file names them |
//! | `way.rs` | enrolled, found again, told from others; nobody; too poor |
//! | `spoil.rs` | a picture made worse, step by step |

#[cfg(feature = "face")]
mod album;
#[cfg(feature = "face")]
mod bench;
#[cfg(feature = "face")]
mod spoil;
#[cfg(feature = "face")]
mod way;

#[cfg(feature = "face")]
use self::way::{decided, nobody, poor};
#[cfg(not(feature = "face"))]
use self::{absent as decided, absent as nobody, absent as poor};
use super::{Need, Suite, Test};

pub(super) fn suite() -> Suite {
    Suite {
        name: "faces",
        about: "Pictures are held before the cameras: from the frame to the library's decision.",
        tests: vec![
            Test::new(
                "from the picture to the decision",
                "People are enrolled by one picture, found by it and by their others; a stranger is nobody.",
                900,
                decided,
            )
            .needs(&[Need::Eye]),
            Test::new(
                "no face, no probe",
                "Pictures without a face give no vector, and nothing is asked of the library.",
                300,
                nobody,
            )
            .needs(&[Need::Eye]),
            Test::new(
                "too poor for a template",
                "One picture is blurred, darkened, overexposed and made smaller until it is refused: by the fault's name.",
                600,
                poor,
            )
            .needs(&[Need::Eye]),
        ],
    }
}

#[cfg(not(feature = "face"))]
fn absent(_: &super::Context, _: &super::Recorder) -> Result<(), super::Stop> {
    let reason = "this kaimen-hil was built without the feature `face`";
    Err(super::Stop::Skip(reason.to_owned()))
}
