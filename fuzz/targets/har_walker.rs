#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| aoc_bundle_fuzz::har_walker(data));
