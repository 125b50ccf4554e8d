//! The README's examples, run as they stand, in an empty home and against the sandbox.

use std::path::Path;

use crate::support::{Home, sandbox::Running};

#[test]
fn the_examples_of_the_readme_are_true() {
    let home = Home::new();
    let _sandbox = Running::start(&home, &["--profile", "rehearsal", "--format", "json"]);
    let cases = trycmd::TestCases::new();
    cases.env("HOME", home.path("").to_str().unwrap());
    let unset = "XDG_CONFIG_HOME XDG_DATA_HOME OPLUX_CONFIG OPLUX_PROFILE OPLUX_STORE OPLUX_SECRET_KEY OPLUX_LANG \
                 LC_ALL LC_MESSAGES LANG";
    for variable in unset.split(' ') {
        cases.env(variable, "");
    }
    cases.case("README.md");
    cases.run();
}

#[test]
fn the_files_that_the_readme_names_to_developers_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("## For developers").unwrap();
    let words = section.split(|c: char| c.is_whitespace() || "`();:".contains(c));
    let words = words.map(|word| word.trim_end_matches(','));
    let is_path = |word: &&str| word.contains('/') || word.ends_with(".rs");
    let mut named = 0;
    // What is built is not there yet.
    for word in words
        .filter(is_path)
        .filter(|word| !word.starts_with("target"))
    {
        for lang in ["en", "ja"] {
            let path = word.replace("{en,ja}", lang);
            let is_there = root.join("src").join(&path).exists() || root.join(&path).exists();
            assert!(is_there, "README names {path}");
        }
        named += 1;
    }
    assert!(named > 30, "the paths were not found");
}
