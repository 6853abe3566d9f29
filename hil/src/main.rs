//! `kaimen-hil`: the rig. `hil/README.md` is its manual.

fn main() {}
