//! The help of every command, and the version.

use crate::support::{Home, has_english_sentence, is_japanese};
use unicode_width::UnicodeWidthStr;

/// Every command, as it is called.
const COMMANDS: &str = "\
demo
config
config init
config show
config get
config set
config unset
config check
config path
config secret
methods
methods list
methods add
methods set
methods remove
methods enable
methods disable
doctor
screen
trace
reconcile
import
orders
orders list
orders show
events
events list
events show
events review
events settle
events blacklist
events delete
events restore
pull
pull events
log
backup
restore
prune
sandbox
completions
man
help";

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
    let home = Home::new();
    for lang in ["en", "ja"] {
        for command in COMMANDS.lines().chain([""]) {
            let long = home.run(&format!("--lang {lang} {command} --help"));
            let short = home.run(&format!("--lang {lang} {command} -h"));
            for ran in [&long, &short] {
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
