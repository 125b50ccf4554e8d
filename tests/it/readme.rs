//! The README's examples, run as they stand, in an empty home and against the sandbox.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use crate::support::{Home, METHODS};

/// A process that does not outlive the test, however that ends.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_examples_of_the_readme_are_true() {
    let home = Home::new();
    let mut sandbox = home.command("sandbox --listen 127.0.0.1:0");
    let mut sandbox = Stopped(sandbox.stderr(Stdio::null()).spawn().unwrap());
    let printed = BufReader::new(sandbox.0.stdout.take().unwrap()).lines();
    let mut lines = String::new();
    for line in printed.map(Result::unwrap) {
        lines.push_str(&line);
        lines.push('\n');
        if line.starts_with("name_url") {
            break;
        }
    }
    home.write(".config/oplux/rehearsal.toml", &format!("{lines}{METHODS}"));
    let cases = trycmd::TestCases::new();
    cases.env("HOME", home.path("").to_str().unwrap());
    for unset in [
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "OPLUX_CONFIG",
        "OPLUX_STORE",
        "OPLUX_SECRET_KEY",
    ] {
        cases.env(unset, "");
    }
    for locale in ["OPLUX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
        cases.env(locale, "");
    }
    cases.case("README.md");
    cases.run();
}
