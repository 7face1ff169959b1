//! The command `aoc-bundle`.

fn main() -> aoc_bundle::cli::Exit {
    aoc_bundle::cli::main()
}
