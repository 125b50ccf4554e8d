//! DESIGN.md's table of who may import whom, and its other rules that a compiler does not check,
//! held against the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each room of `src` may use of the others. Downwards only.
const MAY_USE: &[(&str, &str)] = &[
    ("domain", ""),
    ("locales", "domain"),
    ("config", "domain locales"),
    ("input", "domain locales"),
    ("store", "domain locales"),
    ("output", "domain locales"),
    ("logging", "domain locales output"),
    ("http", "domain locales"),
    ("oplux", "domain locales http"),
    ("ecforce", "domain locales http"),
    // The signature and the limits of the API that it plays.
    ("sandbox", "domain locales oplux"),
    // What several commands share: screening one order, a batch, tracing one number, reconciling
    // all.
    ("engine", "domain locales config http oplux store output"),
    (
        "exit",
        "domain engine locales config input oplux output sandbox store",
    ),
    (
        "commands",
        "domain ecforce engine locales logging config http input oplux output sandbox store exit cli",
    ),
    ("cli", "commands domain exit locales output"),
    // What fuzzers give to each room that reads.
    ("fuzzing", "config domain ecforce http input locales oplux"),
];

/// What may stand at the top level.
const TOP: &str = ".ci .clippy.toml .git .gitignore Cargo.lock Cargo.toml README.md benches \
                   sample-config.toml src target tests";

/// A file below `src` or `tests`.
struct File {
    /// From the folder of the crate.
    path: PathBuf,
    text: String,
}

impl File {
    /// The part of the house that it belongs to: `store` for `src/store/log.rs`.
    fn room(&self) -> &str {
        let name = self.path.iter().nth(1).unwrap().to_str().unwrap();
        name.trim_end_matches(".rs")
    }

    /// Without comments.
    fn code(&self) -> String {
        let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
        self.text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Whether it is of tests alone.
    fn is_test(&self) -> bool {
        self.path
            .iter()
            .any(|part| part == "tests" || part == "tests.rs")
    }

    #[track_caller]
    fn has_none_of(&self, names: &[&str]) {
        let code = self.code();
        for name in names {
            assert!(!code.contains(name), "{} has {name}", self.path.display());
        }
    }
}

fn files(folder: &str) -> Vec<File> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![home.join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(home).unwrap().to_owned();
                files.push(File { path, text });
            }
        }
    }
    assert!(files.len() > 20, "the sources were not found");
    files
}

/// The paths below `crate` that a file names, groups spread out: `crate::{a::b, c}` is a, c.
fn used_parts(code: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            None => parts.push(first_name(rest)),
            Some(group) => {
                let (mut depth, mut fresh) = (0, true);
                for (place, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        c if fresh && depth == 0 && !c.is_whitespace() => {
                            parts.push(first_name(&group[place..]));
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn first_name(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn imports_go_downwards_only() {
    let mut breaches = Vec::new();
    for file in files("src") {
        let room = file.room();
        if matches!(room, "main" | "lib") {
            continue;
        }
        let allowed = MAY_USE.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{room} is not in the table"));
        for used in used_parts(&file.code()) {
            if used != room && !allowed.split(' ').any(|name| name == used) {
                breaches.push(format!("{} uses {used}", file.path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn commands_do_not_use_each_other() {
    let mut commands = files("src");
    commands.retain(|file| file.room() == "commands");
    // `src/commands/orders.rs` and `src/commands/orders/show.rs` are one command.
    let name = |file: &File| {
        let name = file.path.iter().nth(2).unwrap().to_str().unwrap();
        name.trim_end_matches(".rs").to_owned()
    };
    let mut names: Vec<_> = commands.iter().map(name).collect();
    names.sort();
    names.dedup();
    names.retain(|name| !matches!(name.as_str(), "mod" | "context" | "args"));
    assert!(names.len() >= 7);
    for file in commands.iter().filter(|file| names.contains(&name(file))) {
        for other in names.iter().filter(|other| **other != name(file)) {
            let forms = [format!("super::{other}"), format!("commands::{other}")];
            file.has_none_of(&forms.each_ref().map(String::as_str));
        }
    }
}

#[test]
fn the_rules_touch_nothing_outside() {
    for file in files("src").iter().filter(|file| file.room() == "domain") {
        file.has_none_of(&[
            "std::fs", "std::env", "std::net", "std::io", "clap", "reqwest", "rusqlite", "tokio",
        ]);
    }
}

#[test]
fn only_the_context_reads_the_clock_and_only_output_writes() {
    for file in files("src") {
        if !file.path.ends_with("commands/context.rs") {
            file.has_none_of(&[
                "Timestamp::now(",
                "SystemTime::now(",
                "Instant::now(",
                "ZonedDateTime::now(",
            ]);
        }
        if file.room() != "output" && !file.is_test() {
            file.has_none_of(&[
                "io::stdout()",
                "println!",
                "print!(",
                "eprintln!",
                "process::exit",
            ]);
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for file in files("src").into_iter().chain(files("tests")) {
        let lines = file.text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.path.display());
    }
}

#[test]
fn the_top_level_is_bare() {
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_expected = TOP.split_whitespace().any(|expected| expected == name);
        assert!(is_expected, "{name} stands at the top level");
    }
}
