//! The README's examples, run as they stand, in an empty home and against the sandbox.

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
