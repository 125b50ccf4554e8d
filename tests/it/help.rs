//! The help of every command, the pages of reference, the version, and README, whose examples run as
//! they stand, in an empty home and against the sandbox; `completions` and `man`, what other programs
//! make of the help.

use std::path::Path;

use crate::support::{Home, METHODS, finish, has_english_sentence, is_japanese, server::Running};
use unicode_width::UnicodeWidthStr;

/// Every command, as it is called: there is a manual page of each.
fn commands() -> Vec<String> {
    let home = Home::new();
    home.run("man --dir man").ended_with(0);
    let pages = home.files().into_iter();
    let name = |page: String| {
        let name = page.strip_prefix("man/oplux")?.strip_suffix(".1")?;
        Some(name.replace('-', " ").trim().to_owned())
    };
    pages.filter_map(name).collect()
}

/// The flags that every command has.
const FLAGS: [&str; 10] = [
    "--config",
    "--profile",
    "--store",
    "--format",
    "--bom",
    "--lang",
    "--color",
    "--quiet",
    "--verbose",
    "--log-file",
];

/// Commands with all that a page may have: commands below it, arguments, values, defaults, more than
/// one line of a flag.
const IN_JAPANESE: [&str; 8] = [
    "",
    "config",
    "config set",
    "events blacklist",
    "import",
    "methods add",
    "sandbox",
    "screen",
];

/// What clap words itself.
const CLAPS: [&str; 9] = [
    "Usage",
    "Commands",
    "Arguments",
    "Options",
    "OPTIONS",
    "Print",
    "[default",
    "[possible",
    "Possible",
];

#[test]
fn help_is_there_in_both_languages_and_no_line_is_too_wide() {
    let (home, commands) = (Home::new(), commands());
    assert!(commands.len() > 40, "{commands:?}");
    for lang in ["en", "ja"] {
        for command in &commands {
            // Their Japanese pages all stand in the manual, which is read below.
            if lang == "ja" && !IN_JAPANESE.contains(&command.as_str()) {
                continue;
            }
            let ran = home.run(&format!("--lang {lang} {command} --help"));
            ran.ended_with(0).silent().shows(&FLAGS);
            ran.shows(&[format!("oplux {command}").trim_end()]);
            for line in ran.stdout.lines() {
                assert!(line.width() <= 100, "{} columns: {line}", line.width());
                assert!(
                    lang == "en" || !has_english_sentence(line),
                    "{command:?}: {line}"
                );
            }
            if lang == "ja" {
                assert!(is_japanese(ran.stdout.lines().next().unwrap()));
                for english in CLAPS {
                    assert!(!ran.stdout.contains(english), "{command:?} {english}");
                }
            }
        }
    }
    for command in ["", "screen"] {
        home.run(&format!("{command} -h"))
            .ended_with(0)
            .silent()
            .shows(&FLAGS);
    }
    for command in ["", "help", "config set", "import"] {
        let long = home.run(&format!("{command} --help")).stdout;
        let asked = home.run(&format!("help {command}")).stdout;
        assert!(asked.starts_with(&long), "{command:?}");
        // The page of what it reads follows.
        assert!(command == "import" || asked == long, "{command:?}");
    }
    // More than one line of it.
    home.run("sandbox --help").shows(&["TEST_OKTEL"]);
    home.run("demo --help").shows(&["leaves nothing behind"]);
    home.run("--help").shows(&[
        "demo", "config", "methods", "doctor", "screen", "log", "sandbox",
    ]);
    assert!(home.files().is_empty());
}

#[test]
fn without_a_command_the_help_is_the_error() {
    let home = Home::new();
    for (call, lang, said) in [
        ("", "en", "Usage"),
        ("", "ja", "使い方"),
        ("config", "en", "init"),
        ("methods", "ja", "enable"),
    ] {
        let ran = home.run_env(&[("OPLUX_LANG", lang)], call);
        assert_eq!(ran.ended_with(2).says(&[said, "--store"]).stdout, "");
    }
}

#[test]
fn a_page_of_reference_is_there_by_its_name() {
    let home = Home::new();
    for lang in ["en", "ja"] {
        let listed = home
            .run(&format!("--lang {lang} help topics"))
            .ended_with(0)
            .stdout
            .clone();
        let names: Vec<_> = listed
            .lines()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert!(names.contains(&"causes") && names.contains(&"exit-status"));
        for name in names {
            let page = home.run(&format!("--lang {lang} help {name}"));
            page.ended_with(0).silent();
            for line in page.stdout.lines() {
                assert!(line.width() <= 100, "{name}: {line}");
            }
        }
    }
    home.run("help import")
        .shows(&["--skip-bad", "受注番号", "[import.orders.columns]"]);
    home.run("help exit-status")
        .shows(&["orders show", "events show", "pull methods --check"]);
    home.run("help events review")
        .shows(&["oplux events review"]);
    for (call, said) in [
        ("help nonsense", "neither a command nor a topic"),
        ("help causes more", "causes more"),
        ("--lang ja help nonsense", "nonsense"),
    ] {
        let ran = home.run(call);
        ran.ended_with(2)
            .says(&[said, "exit-status", "  oplux help topics"]);
        assert_eq!(ran.stdout, "");
    }
    assert!(home.files().is_empty());
}

#[test]
fn the_version_is_one_line() {
    let home = Home::new();
    let version = concat!("oplux ", env!("CARGO_PKG_VERSION"));
    for args in ["-V", "--lang ja -V"] {
        let ran = home.run(args);
        assert_eq!(ran.ended_with(0).silent().stdout, format!("{version}\n"));
    }
    // With what a report of a fault has to name.
    let long = home.run("--version");
    long.ended_with(0).silent().shows(&[version, "SQLite 3."]);
    assert_eq!(long.stdout.lines().count(), 1);
}

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

/// Calls that are begun, and what bash offers.
const OFFERED: [(&str, &str); 10] = [
    ("oplux rec", "reconcile"),
    ("oplux reconcile --st", "--status --store"),
    (
        "oplux reconcile --status ",
        "direct via-payment-history not-screened missing unknown",
    ),
    ("oplux events settle --status ch", "chargeback"),
    ("oplux events list --manual ", "OK NG HOLD none"),
    ("oplux orders list --method ", "1 2 3"),
    ("oplux methods enable ", "1 2 3"),
    ("oplux --profile ", "rehearsal"),
    (
        "oplux config get oplux.on_n",
        "oplux.on_ng.action oplux.on_ng.redirect_url",
    ),
    ("oplux screen --fail-on ", "ng hold review ok"),
];

/// What bash offers for the last word of each of these calls.
fn completed(home: &Home, script: &str, calls: &[&str]) -> Vec<String> {
    let mut line = format!("source ./{script}");
    for call in calls {
        let words: Vec<_> = call.split(' ').collect();
        let [.., before, last] = words[..] else {
            panic!("{call}");
        };
        line += &format!(
            "; COMP_WORDS=('{}'); COMP_CWORD={}; _oplux oplux '{last}' '{before}'; \
             echo \"${{COMPREPLY[*]}}\"",
            words.join("' '"),
            words.len() - 1
        );
    }
    let mut bash = home.another("bash");
    bash.args(["-c", &line]);
    let ran = finish(bash, "");
    ran.ended_with(0).silent();
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn calls_are_completed_with_what_there_is() {
    let home = Home::new();
    home.config(METHODS);
    home.write(".config/oplux/rehearsal.toml", "");
    for lang in ["en", "ja"] {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            let ran = home.run(&format!("--lang {lang} completions {shell}"));
            ran.ended_with(0).silent();
            for part in ["reconcile", "needs-review"] {
                assert!(ran.stdout.contains(part), "{shell} {part}");
            }
            // Values are more than the scripts of the other two know of.
            let has_values = ["bash", "zsh", "fish"].contains(&shell);
            for part in ["chargeback", "rehearsal"] {
                assert!(!has_values || ran.stdout.contains(part), "{shell} {part}");
            }
            home.write(&format!("{lang}.{shell}"), &ran.stdout);
        }
        let script = format!("{lang}.bash");
        let calls = OFFERED.map(|(call, _)| call);
        let found = completed(&home, &script, &calls);
        for ((call, offered), found) in OFFERED.iter().zip(&found) {
            let is_there = offered
                .split(' ')
                .all(|it| found.split(' ').any(|word| word == it));
            assert!(is_there, "{call:?}: {found}");
        }
    }
    home.run("completions tcsh")
        .ended_with(2)
        .says(&["bash", "zsh"]);
    // A configuration that cannot be read completes all else.
    home.config("nonsense");
    home.run("completions bash").ended_with(0);
}

#[test]
fn there_is_a_manual_page_of_every_command() {
    let home = Home::new();
    for lang in ["en", "ja"] {
        let dir = format!("man/{lang}");
        let ran = home.run(&format!("--lang {lang} man --dir {dir}"));
        assert_eq!(ran.ended_with(0).stdout, "");
        let files = home.files();
        let pages: Vec<_> = files
            .iter()
            .filter(|name| name.starts_with(&format!("{dir}/")))
            .collect();
        assert!(pages.len() > 35, "{pages:?}");
        for (command, page) in [
            ("", "oplux"),
            ("trace", "oplux-trace"),
            ("config set", "oplux-config-set"),
        ] {
            let shown = home.run(&format!("--lang {lang} man {command}"));
            shown.ended_with(0).silent();
            assert_eq!(shown.stdout, home.read(&format!("{dir}/{page}.1")));
            shown.shows(&[".TH", "oplux 0.", r"\-\-store"]);
        }
        for page in pages {
            let text = home.read(page);
            assert_eq!(text.contains('。'), lang == "ja", "{page}");
            let heading = if lang == "ja" {
                ".SH 書式"
            } else {
                ".SH SYNOPSIS"
            };
            assert!(text.contains(heading), "{page}");
            if lang == "ja" {
                assert!(
                    !text.contains("SYNOPSIS") && !text.contains("OPTIONS"),
                    "{page}"
                );
                for line in text.lines() {
                    assert!(!has_english_sentence(line), "{page}: {line}");
                }
            }
        }
    }
    home.run("man nonsense").ended_with(2).says(&["nonsense"]);
    home.run("man config nonsense")
        .ended_with(2)
        .says(&["nonsense"]);
    home.write("file", "");
    home.run("man --dir file/below")
        .ended_with(1)
        .says(&["file/below"]);
}
