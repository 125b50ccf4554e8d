//! The help of every command, the pages of reference, the version, and README, whose examples run as
//! they stand, in an empty home and against the sandbox.

use std::path::Path;

use crate::support::{Home, has_english_sentence, is_japanese, sandbox::Running};
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

#[test]
fn help_is_there_in_both_languages_and_no_line_is_too_wide() {
    let (home, commands) = (Home::new(), commands());
    assert!(commands.len() > 40, "{commands:?}");
    for lang in ["en", "ja"] {
        for command in &commands {
            // In Japanese both are one page.
            let forms = if lang == "en" {
                &["--help", "-h"][..]
            } else {
                &["--help"]
            };
            for form in forms {
                let ran = home.run(&format!("--lang {lang} {command} {form}"));
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
                    // What clap words itself.
                    for english in ["Usage", "Commands", "Arguments", "Options", "OPTIONS"] {
                        assert!(!ran.stdout.contains(english), "{command:?} {english}");
                    }
                    for english in ["Print", "[default", "[possible", "Possible"] {
                        assert!(!ran.stdout.contains(english), "{command:?} {english}");
                    }
                }
            }
        }
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
