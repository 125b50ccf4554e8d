//! Where the configuration and the store are, and who needs them.

use crate::support::{Home, Vars, mode, order};
use serde_json::json;

/// The store that a change is logged in.
fn stores(home: &Home) -> Vec<String> {
    let mut files = home.files();
    files.retain(|file| file.ends_with(".db"));
    files
}

#[test]
fn the_configuration_is_where_a_flag_then_the_environment_says() {
    let home = Home::new();
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    let (flag, env, xdg) = (path("flag.toml"), path("env.toml"), path("xdg"));
    let both = [("OPLUX_CONFIG", &*env), ("XDG_CONFIG_HOME", &xdg)];
    let default = path(".config/oplux/config.toml");
    let of_flag = format!("--config {flag}");
    let profile = [("OPLUX_PROFILE", "q"), both[0]];
    let cases: &[(Vars<'_>, &str, &str)] = &[
        (&both, &format!("{of_flag} --profile p"), &flag),
        (&both, &of_flag, &flag),
        (&both, "--profile p", &path("xdg/oplux/p.toml")),
        (&both[..1], "--profile p", &path(".config/oplux/p.toml")),
        (&profile, &of_flag, &flag),
        (&profile, "--profile p", &path(".config/oplux/p.toml")),
        (&profile, "", &path(".config/oplux/q.toml")),
        (&[("OPLUX_PROFILE", ""), both[0]], "", &env),
        (&both, "", &env),
        (&both[1..], "", &path("xdg/oplux/config.toml")),
        (&[], "", &default),
        // A variable without a value says nothing, and XDG's paths are absolute.
        (
            &[("OPLUX_CONFIG", ""), ("XDG_CONFIG_HOME", "")],
            "",
            &default,
        ),
        (&[("XDG_CONFIG_HOME", "relative")], "", &default),
    ];
    for (env, flags, expected) in cases {
        let ran = home.run_env(env, &format!("{flags} config path"));
        assert_eq!(
            ran.ended_with(0).stdout.trim_end(),
            *expected,
            "{env:?} {flags}"
        );
    }
    let shown = home.run("--format json config path").json();
    assert_eq!(shown, json!({"path": default, "exists": false}));
    home.run_env(&[("OPLUX_PROFILE", "a/b")], "config path")
        .ended_with(2)
        .says(&["OPLUX_PROFILE"]);
    for name in ["../x", "a/b", "", ".hidden"] {
        home.run(&["--profile", name, "config", "path"])
            .ended_with(2);
    }
    assert!(home.files().is_empty(), "asking makes nothing");
}

#[test]
fn profiles_are_listed_with_where_they_are_and_which_one_is_in_use() {
    let home = Home::new();
    assert!(home.listed("config profiles").is_empty());
    home.config("[oplux]\n");
    home.write(
        ".config/oplux/shop.toml",
        "store = \"shop-2.db\"\nfoo = 1\n",
    );
    home.write(".config/oplux/broken.toml", "[oplux\n");
    home.write("own.toml", "");
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    let config = |name: &str| path(&format!(".config/oplux/{name}"));
    let rows = |in_use: Option<&str>| {
        let default = path(".local/share/oplux/default.db");
        [
            (None, config("config.toml"), Some(default)),
            (Some("broken"), config("broken.toml"), None),
            (Some("shop"), config("shop.toml"), Some(config("shop-2.db"))),
        ]
        .map(|(name, configuration, store)| {
            json!({"name": name, "configuration": configuration, "store": store,
                "in_use": in_use == Some(name.unwrap_or(""))})
        })
    };
    assert_eq!(home.listed("config profiles"), rows(Some("")));
    assert_eq!(
        home.listed("--profile shop config profiles"),
        rows(Some("shop"))
    );
    let mut own = rows(None).to_vec();
    let store = path(".local/share/oplux/default.db");
    own.push(json!({"name": null, "configuration": "own.toml", "store": store, "in_use": true}));
    assert_eq!(home.listed("--config own.toml config profiles"), own);
    let shown = home.run_env(&[("OPLUX_PROFILE", "shop")], "--lang ja config profiles");
    shown.ended_with(0).shows(&["shop.toml", "使用中"]);
    // What is named by the environment is named in hints, and has to be there.
    let ran = home.run_env(&[("OPLUX_PROFILE", "shpo")], "methods list");
    ran.ended_with(2)
        .says(&["oplux config init --profile shpo"]);
    home.run_env(&[("OPLUX_PROFILE", "shpo")], "orders list")
        .ended_with(7);
}

#[test]
fn the_store_is_where_a_flag_the_environment_the_file_or_the_profile_says() {
    let named = "store = \"data/file.db\"\n[oplux]\n";
    let plain = "[oplux]\n";
    // Whether the environment names a store, and whether it names a folder of data.
    for (text, env, xdg, flags, expected) in [
        (named, true, false, "--store flag.db", "flag.db"),
        (named, true, false, "", "env.db"),
        (named, true, false, "--profile p", "env.db"),
        // A path of the file starts from its folder.
        (named, false, true, "", ".config/oplux/data/file.db"),
        (
            named,
            false,
            true,
            "--profile p",
            ".config/oplux/data/file.db",
        ),
        (plain, true, false, "--store flag.db", "flag.db"),
        (plain, true, false, "", "env.db"),
        (plain, false, true, "--profile p", "XDG/oplux/p.db"),
        (plain, false, true, "", "XDG/oplux/default.db"),
        (
            plain,
            false,
            false,
            "--profile p",
            ".local/share/oplux/p.db",
        ),
        (plain, false, false, "", ".local/share/oplux/default.db"),
    ] {
        let home = Home::new();
        home.config(text);
        home.write(".config/oplux/p.toml", text);
        let data = home.path("XDG");
        let mut variables = Vec::new();
        variables.extend(env.then_some(("OPLUX_STORE", "env.db")));
        variables.extend(xdg.then(|| ("XDG_DATA_HOME", data.to_str().unwrap())));
        let call = format!("{flags} config set oplux.enabled true");
        home.run_env(&variables, &call).ended_with(0);
        assert_eq!(stores(&home), [expected], "{variables:?} {flags}");
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
        .says(&["[oplux]", "oplux config set oplux.enabled true"]);
    home.run("log").ended_with(0);
}
