//! Where the configuration and the store are, and who needs them.

use std::path::Path;

use crate::support::{Args, Home, Ran, Vars, mode, order};
use serde_json::json;

/// The store that a change is logged in.
fn stores(home: &Home) -> Vec<String> {
    let mut files = home.files();
    files.retain(|file| file.ends_with(".db"));
    files
}

fn in_path(ran: &Ran) -> String {
    ran.ended_with(0).stdout.trim_end().to_owned()
}

#[test]
fn the_configuration_is_where_a_flag_then_the_environment_says() {
    let home = Home::new();
    let (flag, env, xdg) = (
        home.path("flag.toml"),
        home.path("env.toml"),
        home.path("xdg"),
    );
    let [flag, env, xdg] = [&flag, &env, &xdg].map(|path| path.to_str().unwrap());
    let everything = [("OPLUX_CONFIG", env), ("XDG_CONFIG_HOME", xdg)];
    let default = home.config_path();
    let cases: &[(Vars<'_>, Args<'_>, &Path)] = &[
        (
            &everything,
            &["--config", flag, "--profile", "p"],
            Path::new(flag),
        ),
        (&everything, &["--config", flag], Path::new(flag)),
        (
            &everything,
            &["--profile", "p"],
            &home.path("xdg/oplux/p.toml"),
        ),
        (
            &everything[..1],
            &["--profile", "p"],
            &home.path(".config/oplux/p.toml"),
        ),
        (&everything, &[], Path::new(env)),
        (&everything[1..], &[], &home.path("xdg/oplux/config.toml")),
        (&[], &[], &default),
        // A variable without a value says nothing, and XDG's paths are absolute.
        (
            &[("OPLUX_CONFIG", ""), ("XDG_CONFIG_HOME", "")],
            &[],
            &default,
        ),
        (&[("XDG_CONFIG_HOME", "relative")], &[], &default),
    ];
    for (env, flags, expected) in cases {
        let ran = home.run_env(env, &[flags, &["config", "path"][..]].concat());
        assert_eq!(
            in_path(&ran),
            expected.to_str().unwrap(),
            "{env:?} {flags:?}"
        );
    }
    let shown = home.run("--format json config path").json();
    assert_eq!(shown, json!({"path": default, "exists": false}));
    for name in ["../x", "a/b", "", ".hidden"] {
        home.run(&["--profile", name, "config", "path"])
            .ended_with(2);
    }
    assert!(home.files().is_empty(), "asking makes nothing");
}

#[test]
fn the_store_is_where_a_flag_the_environment_the_file_or_the_profile_says() {
    let change = &["config", "set", "oplux.enabled", "true"][..];
    let env: &[(&str, &str)] = &[("OPLUX_STORE", "env.db")];
    let xdg: &[(&str, &str)] = &[("XDG_DATA_HOME", "XDG")];
    let named = "store = \"data/file.db\"\n[oplux]\n";
    let (flag, profile) = (&["--store", "flag.db"][..], &["--profile", "p"][..]);
    let cases: &[(&str, Vars<'_>, Args<'_>, &str)] = &[
        (named, env, flag, "flag.db"),
        (named, env, &[], "env.db"),
        (named, env, profile, "env.db"),
        // A path of the file starts from its folder.
        (named, xdg, &[], ".config/oplux/data/file.db"),
        (named, xdg, profile, ".config/oplux/data/file.db"),
        ("[oplux]\n", env, flag, "flag.db"),
        ("[oplux]\n", env, &[], "env.db"),
        ("[oplux]\n", xdg, profile, "XDG/oplux/p.db"),
        ("[oplux]\n", xdg, &[], "XDG/oplux/default.db"),
        ("[oplux]\n", &[], profile, ".local/share/oplux/p.db"),
        ("[oplux]\n", &[], &[], ".local/share/oplux/default.db"),
    ];
    for (text, env, flags, expected) in cases {
        let home = Home::new();
        home.config(text);
        home.write(".config/oplux/p.toml", text);
        let xdg = home.path("XDG");
        let absolute = |(name, value): &(&'static str, &'static str)| match *value {
            "XDG" => (*name, xdg.to_str().unwrap().to_owned()),
            value => (*name, value.to_owned()),
        };
        let env: Vec<_> = env.iter().map(absolute).collect();
        let env: Vec<_> = env
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        home.run_env(&env, &[flags, change].concat()).ended_with(0);
        assert_eq!(stores(&home), [*expected], "{env:?} {flags:?}");
        assert_eq!(mode(home.path(expected)), 0o600);
    }
}

#[test]
fn a_store_of_a_file_that_is_named_relatively_starts_from_that_files_folder() {
    let home = Home::new();
    home.write("shops/a.toml", "store = \"a.db\"\n[oplux]\n");
    home.run("--config shops/a.toml config set oplux.enabled true")
        .ended_with(0);
    assert_eq!(stores(&home), ["shops/a.db"]);
}

#[test]
fn a_file_that_is_being_mended_keeps_its_store() {
    let home = Home::new();
    home.config("store = \"mine.db\"\n[oplux]\nenabled = 1\ntimeout_seconds = 500\n");
    home.run("config set oplux.enabled true").ended_with(0);
    assert_eq!(stores(&home), [".config/oplux/mine.db"]);
}

#[test]
fn without_a_home_the_files_are_named() {
    let home = Home::new();
    for args in ["config path", "config init", "methods list", "log"] {
        home.run_homeless(args)
            .ended_with(2)
            .says(&["HOME", "--config", "--store"]);
    }
    // The store is named, and there is no configuration.
    home.run_homeless("--store s.db log").ended_with(7);
    home.run_homeless("--config c.toml --store s.db config init")
        .ended_with(0);
    home.run_homeless("--config c.toml config check")
        .ended_with(0);
    assert_eq!(home.files(), ["c.toml", "s.db"]);
}

#[test]
fn commands_that_need_a_configuration_name_config_init() {
    let home = Home::new();
    let order = order("a905125d2a").to_string();
    for args in [
        "methods list",
        "methods add 1 x",
        "config check",
        "config show",
        "config set oplux.enabled true",
        "screen",
    ] {
        home.run_with(args, &order)
            .ended_with(2)
            .says(&["oplux config init"]);
    }
    home.config("[[payment_methods]]\nid = 1\nname = \"x\"\n");
    home.run("methods list").ended_with(0).shows(&["x"]);
    home.run_with("screen", &order)
        .ended_with(2)
        .says(&["[oplux]", "oplux config init"]);
    home.run("log").ended_with(0);
}

#[test]
fn a_store_that_was_named_and_is_not_there_is_told() {
    let home = Home::new();
    for args in ["--profile sohp", "--store sohp.db"] {
        for call in ["orders list", "--quiet trace a905125d2a"] {
            let ran = home.run(&[args, call].join(" "));
            ran.ended_with(7).says(&["sohp.db"]);
        }
    }
    home.run("orders list").ended_with(0);
}
