//! DESIGN.md's table of who may import whom, and its other rules that a compiler does not check,
//! held against the source.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What each part of `src` may use of the others. Downwards only.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("locales", &["domain"]),
    ("config", &["domain", "locales"]),
    ("input", &["domain", "locales"]),
    ("store", &["domain", "locales"]),
    ("output", &["domain", "locales"]),
    ("http", &["domain", "locales"]),
    ("oplux", &["domain", "locales", "http"]),
    // The wire types and the signature of the API that it plays.
    ("sandbox", &["domain", "locales", "oplux"]),
    // What several commands share: screening one order, a batch, tracing one number, reconciling
    // all.
    (
        "engine",
        &[
            "domain", "locales", "config", "http", "oplux", "store", "output",
        ],
    ),
    (
        "exit",
        &[
            "domain", "engine", "locales", "config", "input", "oplux", "output", "sandbox", "store",
        ],
    ),
    (
        "commands",
        &[
            "domain", "engine", "locales", "config", "http", "input", "oplux", "output", "sandbox",
            "store", "exit", "cli",
        ],
    ),
    ("cli", &["commands", "domain", "exit", "locales", "output"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                found.push((path, source));
            }
        }
    }
    let mut found = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(found.len() > 30, "the sources were not found");
    found
}

/// The part of the house that a file belongs to: `store` for `src/store/log.rs`.
fn part_of(path: &Path) -> String {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without comments.
fn code(source: &str) -> String {
    let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    source.lines().map(line).collect::<Vec<_>>().join("\n")
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
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut breaches = Vec::new();
    for (path, source) in sources() {
        let part = part_of(&path);
        if matches!(part.as_str(), "main" | "lib") {
            continue;
        }
        let allowed = allowed
            .get(part.as_str())
            .unwrap_or_else(|| panic!("{part} is not in the table"));
        for used in used_parts(&code(&source)) {
            if used != part && !allowed.contains(&used.as_str()) {
                breaches.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn commands_do_not_use_each_other() {
    let mut commands = Vec::new();
    for (path, source) in sources()
        .into_iter()
        .filter(|(path, _)| part_of(path) == "commands")
    {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let folder = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let name = if folder == "commands" { name } else { folder };
        if !matches!(name.as_str(), "mod" | "commands" | "context") {
            commands.push((name, code(&source)));
        }
    }
    assert!(commands.len() >= 7);
    let names: Vec<_> = commands.iter().map(|(name, _)| name.clone()).collect();
    for (name, code) in &commands {
        for other in names.iter().filter(|other| *other != name) {
            for form in [format!("super::{other}"), format!("commands::{other}")] {
                assert!(!code.contains(&form), "{name} uses {other}");
            }
        }
    }
}

#[test]
fn the_rules_touch_nothing_outside() {
    let forbidden = [
        "std::fs", "std::env", "std::net", "std::io", "clap", "reqwest", "rusqlite", "tokio",
    ];
    for (path, source) in sources()
        .into_iter()
        .filter(|(path, _)| part_of(path) == "domain")
    {
        for name in forbidden {
            assert!(
                !code(&source).contains(name),
                "{} uses {name}",
                path.display()
            );
        }
    }
}

#[test]
fn only_the_context_reads_the_clock_and_only_output_writes() {
    for (path, source) in sources() {
        let code = code(&source);
        let is_context = path.ends_with("commands/context.rs");
        for clock in [
            "Timestamp::now(",
            "SystemTime::now(",
            "Instant::now(",
            "ZonedDateTime::now(",
        ] {
            assert!(
                is_context || !code.contains(clock),
                "{} reads the clock",
                path.display()
            );
        }
        if part_of(&path) != "output" {
            for stream in [
                "io::stdout()",
                "println!",
                "print!(",
                "eprintln!",
                "process::exit",
            ] {
                let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
                assert!(
                    is_test || !code.contains(stream),
                    "{} uses {stream}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for (path, source) in sources() {
        let lines = source.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_top_level_is_bare() {
    let expected = [
        ".ci",
        ".clippy.toml",
        ".git",
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "README.md",
        "benches",
        "sample-config.toml",
        "src",
        "target",
        "tests",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            expected.contains(&name.as_str()),
            "{name} stands at the top level"
        );
    }
}
