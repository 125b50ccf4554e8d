#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| oplux::fuzzing::registration(input));
