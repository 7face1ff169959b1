//! The command `aoc-bundle`.

fn main() {}
