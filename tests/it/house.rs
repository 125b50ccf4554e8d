//! DESIGN.md's table of who may import whom, and its other rules that a compiler does not check,
//! held against the source.

use std::{
    collections::{BTreeMap, BTreeSet},
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
        "domain ecforce engine locales config http input oplux output sandbox store exit",
    ),
    ("cli", "commands domain exit locales logging output store"),
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

/// Every path that begins at `rest`, groups spread out: `a::{b, c::d}` is a::b and a::c::d. Gives
/// what stands behind.
fn spread<'t>(rest: &'t str, way: &[&'t str], found: &mut Vec<Vec<&'t str>>) -> &'t str {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        let mut rest = group;
        loop {
            rest = spread(rest, way, found);
            let end = rest.find([',', '}']).unwrap_or(rest.len());
            match rest[end..].strip_prefix(',') {
                Some(next) => rest = next,
                None => return rest[end..].strip_prefix('}').unwrap_or_default(),
            }
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let way = [way, &[name]].concat();
    match rest.strip_prefix("::") {
        Some(rest) => spread(rest, &way, found),
        None => {
            found.extend((!name.is_empty()).then_some(way));
            rest
        }
    }
}

/// The paths of a code that begin with `start`, each with whether it is given on (`pub use`).
fn paths<'t>(code: &'t str, start: &str) -> Vec<(bool, Vec<&'t str>)> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices(&format!("{start}::")) {
        let before = &code[..at];
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let mut found = Vec::new();
        spread(&code[at..], &[], &mut found);
        let words: Vec<_> = before.split_whitespace().rev().take(2).collect();
        let is_given_on = words.len() == 2 && words[0] == "use" && words[1].starts_with("pub");
        all.extend(found.into_iter().map(|path| (is_given_on, path)));
    }
    all
}

/// The files of the house by their modules, and what each module names, by whole path.
struct House {
    modules: BTreeMap<String, PathBuf>,
    named: Vec<(String, String)>,
    /// What a module gives on of another one, and where it comes from.
    given_on: BTreeMap<String, String>,
}

impl House {
    fn new() -> Self {
        let (mut modules, mut named) = (BTreeMap::new(), Vec::new());
        let mut given_on = BTreeMap::new();
        for file in files("src").into_iter().filter(|file| !file.is_test()) {
            let path = file.path.strip_prefix("src").unwrap().with_extension("");
            let mut module: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
            module.retain(|part| !matches!(*part, "mod" | "lib"));
            let code = file.code();
            let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let mut starts = vec!["crate", "self", "super"];
            let children = code
                .lines()
                .filter_map(|line| line.trim().strip_suffix(';'));
            let children =
                children.filter_map(|line| line.rsplit_once("mod ").map(|(_, name)| name));
            starts.extend(children);
            for (is_given_on, path) in starts.into_iter().flat_map(|start| paths(code, start)) {
                let ups = path.iter().take_while(|part| **part == "super").count();
                let (base, rest) = match path[0] {
                    "crate" => (&[][..], &path[1..]),
                    "self" => (&module[..], &path[1..]),
                    _ => (&module[..module.len() - ups], &path[ups..]),
                };
                let whole = [base, rest].concat().join("::");
                match is_given_on {
                    false => named.push((module.join("::"), whole)),
                    true => {
                        let name = [&module[..], &path[path.len() - 1..]].concat().join("::");
                        given_on.insert(name, whole);
                    }
                }
            }
            modules.insert(module.join("::"), file.path);
        }
        Self {
            modules,
            named,
            given_on,
        }
    }

    /// The module that a path leads into, also where another one gives it on.
    fn home_of(&self, path: &str) -> String {
        let mut path = path.to_owned();
        let mut part = path.clone();
        while !self.modules.contains_key(&part) {
            if let Some(origin) = self.given_on.get(&part).filter(|origin| **origin != path) {
                path.clone_from(origin);
                part.clone_from(origin);
            } else {
                part.truncate(part.rfind("::").unwrap_or(0));
            }
        }
        part
    }

    /// The pairs of files that import each other.
    fn circles(&self) -> Vec<String> {
        let imports = self.named.iter();
        let imports = imports.map(|(module, path)| (module.clone(), self.home_of(path)));
        let imports: BTreeSet<_> = imports.filter(|(one, other)| one != other).collect();
        let both = imports
            .iter()
            .filter(|(one, other)| one < other && imports.contains(&(other.clone(), one.clone())));
        let name = |module: &String| self.modules[module].display().to_string();
        both.map(|(one, other)| format!("{} {}", name(one), name(other)))
            .collect()
    }
}

#[test]
fn no_two_files_import_each_other() {
    assert_eq!(House::new().circles(), Vec::<String>::new());
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
        for (_, path) in paths(&file.code(), "crate") {
            let used = path[1];
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
