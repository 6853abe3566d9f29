//! The machine that is measured.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `files.rs` | [`Files`]: `/proc` and `/sys`, or a folder that looks like them |
//! | `cpu.rs` | [`Cpu`]: models, features, caches |
//! | `clock.rs` | [`Policy`], [`Zone`]: frequencies, temperatures |
//! | `memory.rs` | [`Memory`]: what there is, what may be taken |
//! | `auxv.rs` | the platform in the auxiliary vector |
//! | `emulation.rs` | [`Evidence`], [`Emulation`]: whether times mean anything |

mod auxv;
mod clock;
mod cpu;
mod emulation;
mod files;
mod memory;

use kaimen::kernels::{Kernels, Tier};
use serde::{Deserialize, Serialize};

pub use clock::{Policy, Zone, current_khz, zones};
pub use cpu::Cpu;
pub use emulation::{Emulation, Evidence};
pub use files::Files;
pub use memory::Memory;

/// Everything that a record says of its machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The board by its own name: the device tree's model or DMI's product; absent without.
    pub board: Option<String>,
    /// The processor.
    pub cpu: Cpu,
    /// The tier that kaimen chooses here.
    pub tier: String,
    /// Every tier that can run here, slowest first.
    pub tiers: Vec<String>,
    /// Frequency domains.
    pub policies: Vec<Policy>,
    /// Thermal zones.
    pub zones: Vec<Zone>,
    /// Memory.
    pub memory: Memory,
    /// Kernel name and release.
    pub kernel: String,
    /// Threads that ran or wanted to run, the mean over a minute (`/proc/loadavg`), when the run
    /// began: others work here.
    pub load: Option<f64>,
    /// Whether this is an emulator.
    pub emulation: Emulation,
}

impl Machine {
    /// Looks at this machine.
    #[must_use]
    pub fn look() -> Machine {
        let files = Files::of_this_machine();
        let name = rustix::system::uname();
        let part = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
        let kernel = [name.sysname(), name.release(), name.machine()].map(part);
        Machine {
            board: ["proc/device-tree/model", "sys/class/dmi/id/product_name"]
                .iter()
                .find_map(|path| files.text(path)),
            cpu: Cpu::look(&files),
            tier: Kernels::detect().tier().to_string(),
            tiers: Tier::available().map(|tier| tier.to_string()).collect(),
            policies: clock::policies(&files),
            zones: clock::zones(&files),
            memory: Memory::look(&files),
            kernel: kernel.join(" "),
            load: clock::load(&files),
            emulation: Evidence::of_this_machine().judge(),
        }
    }
}
