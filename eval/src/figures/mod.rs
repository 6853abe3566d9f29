//! From scores to figures, and how sure they are.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `trials.rs` | [`Trials`]: genuine and impostor scores with whose they are |
//! | `rates.rs` | [`Rates`]: EER and FNMR at bounded FMR, also of a weighted sample |
//! | `verification.rs` | the trials of verification: all impostors, or FVC's |
//! | `search.rs` | [`Searches`]: identification, ranks, galleries of any size |
//! | `draw.rs` | the seeded draws of the bootstrap |
//! | `evaluation.rs` | [`Evaluation`]: all figures of a database with their replicates |
//! | `figure.rs` | [`Figure`]: a value, its interval, means and differences |
//! | `curve.rs` | points of the DET curve, histograms |

mod curve;
mod draw;
mod evaluation;
mod figure;
mod rates;
mod search;
mod trials;
mod verification;

pub use curve::{Histogram, Operating, det, histogram};
pub use evaluation::{Evaluation, Settings, macro_average};
pub use figure::Figure;
pub use rates::{Bound, Point, Rates};
pub use search::Searches;
pub use trials::{Trial, Trials};
pub use verification::{Protocol, verification};
