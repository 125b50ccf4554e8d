//! `completions` and `man`: what other programs make of the help.

use crate::support::{Home, METHODS, finish, has_english_sentence};

/// What bash offers for the last of these words.
fn completed(home: &Home, script: &str, words: &[&str]) -> String {
    let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let call = format!(
        "source ./{script}; COMP_WORDS=({}); COMP_CWORD={}; _oplux oplux '{last}' '{before}'; \
         echo \"${{COMPREPLY[*]}}\"",
        quoted.join(" "),
        words.len() - 1
    );
    let mut bash = home.another("bash");
    bash.args(["-c", &call]);
    let ran = finish(bash, "");
    ran.ended_with(0).silent();
    ran.stdout.trim().to_owned()
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
        for (call, offered) in [
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
        ] {
            let words: Vec<_> = call.split(' ').collect();
            let found = completed(&home, &script, &words);
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
