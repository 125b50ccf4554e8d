//! The secrets of the configuration: where they come from, where they are put, and that nobody sees
//! them.

use std::os::unix::fs::symlink;

use crate::support::{
    Home, KEPT, Ran, SECRET, finish, mkfifo, mode, order, server::Running, set_mode, with,
};
use serde_json::json;

#[test]
fn show_and_get_mask_the_secrets_in_every_format() {
    let home = Home::new();
    home.config(&format!("{KEPT}\n[ecforce]\ntoken = \"hemligt-värde\"\n"));
    for format in ["table", "json", "jsonl", "csv"] {
        let ran = home.run(&format!("--format {format} config show -v"));
        ran.ended_with(0)
            .shows(&["oplux.secret_key", "ecforce.token", "カード"]);
        ran.never_says(&["hemligt"]);
    }
    for key in ["oplux.secret_key", "ecforce.token"] {
        let ran = home.run(&format!("config get {key}"));
        ran.ended_with(0).never_says(&["hemligt"]);
        assert!(!ran.stdout.trim().is_empty(), "it says that one is set");
    }
    let shown = home.listed("config show");
    let set = json!({"key": "oplux.timeout_seconds", "value": 20, "is_default": false});
    assert!(shown.contains(&set), "{shown:#?}");
    // CONTRACT.md, Defaults.
    for (key, value) in [
        ("oplux.service", json!("o-plux")),
        ("oplux.on_ng.action", json!("create")),
        ("payment_methods[0].settle_method", json!("99")),
    ] {
        let row = json!({"key": key, "value": value, "is_default": true});
        assert!(shown.contains(&row), "{row} in {shown:#?}");
    }
}

#[test]
fn the_secret_key_is_read_from_standard_input_and_never_shown() {
    let home = Home::new();
    home.config("[oplux] # mine\nshop_id = \"x\" # kept\nsecret_key = \"alt-geheim\"\n");
    let ran = home.run_with("config secret -v", "neu-geheim\n");
    ran.ended_with(0).shows(&["config.secret-key"]);
    ran.never_says(&["geheim"]);
    assert_eq!(home.read(".config/oplux/config.secret-key"), "neu-geheim\n");
    assert_eq!(mode(home.path(".config/oplux/config.secret-key")), 0o600);
    let text = home.config_text();
    assert!(
        text.starts_with("[oplux] # mine\nshop_id = \"x\" # kept\n"),
        "{text}"
    );
    assert!(text.contains("secret_key_file = \"config.secret-key\"") && !text.contains("geheim"));
    home.run("config check").ended_with(0);
    // Again: into the file that is named.
    home.run_with("config secret", "drei\r\n").ended_with(0);
    assert_eq!(home.read(".config/oplux/config.secret-key"), "drei\n");
    home.config("[oplux]\nsecret_key_command = [\"x\"] # old one\nenabled = true # R3\n");
    home.run_with("config secret", "drei").ended_with(0);
    let by_file =
        "[oplux]\n# old one\nenabled = true # R3\nsecret_key_file = \"config.secret-key\"\n";
    assert_eq!(home.config_text(), by_file);
    home.config("[oplux]\nsecret_key_file = \"../keys/o.key\"\n");
    home.run_with("config secret", "vier").ended_with(0);
    assert_eq!(home.read(".config/keys/o.key"), "vier\n");
    assert_eq!(mode(home.path(".config/keys/o.key")), 0o600);
    // A file that others could read is theirs no more, and an empty secret changes nothing.
    set_mode(home.path(".config/keys/o.key"), 0o644);
    home.run_with("config secret", "fünf").ended_with(0);
    assert_eq!(mode(home.path(".config/keys/o.key")), 0o600);
    home.run_with("config secret", "\n").ended_with(2);
    assert_eq!(home.read(".config/keys/o.key"), "fünf\n");
    // Another mistake of the file is for `config check`.
    let sound = home.config_text();
    home.config(&format!("bogus = 5\n{sound}"));
    home.run_with("config secret", "sieben").ended_with(0);
    home.config(&sound);
    home.run_with("config secret geheim", "").ended_with(2);
    let log = home.run("log --format json");
    log.shows(&["secret_key"]);
    log.never_says(&["geheim", "vier"]);
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_refused() {
    for (bits, exposed) in [(0o600, false), (0o640, true), (0o604, true)] {
        let home = Home::new();
        let path = home.config(KEPT);
        set_mode(&path, bits);
        for args in [
            "config check",
            "config show",
            "methods list",
            "config set oplux.enabled false",
        ] {
            match exposed {
                true => home
                    .run(args)
                    .ended_with(2)
                    .says(&["oplux.secret_key", "chmod 600"]),
                false => home.run(args).ended_with(0),
            };
        }
        assert_eq!(home.config_text() == KEPT, exposed);
        // Without a secret in it, others may read it.
        home.config("[oplux]\n");
        set_mode(&path, bits);
        home.run("config check").ended_with(0);
    }
}

/// Screens an order at a sandbox, whose signature only its own secret key satisfies.
fn screened_with(sandbox: &Running, secret: &str, env: &[(&str, &str)]) -> (Home, Ran) {
    let home = Home::new();
    sandbox.configure(&home);
    home.reconfigure(&format!("secret_key = \"{SECRET}\""), secret);
    home.write("key", &format!("{SECRET}\n"));
    home.write("order.json", &order("a905125d2a").to_string());
    let ran = home.run_env(env, "screen order.json");
    (home, ran)
}

#[test]
fn the_secret_key_comes_from_the_environment_a_file_or_a_program() {
    let host = Home::new();
    let sandbox = Running::start(&host, &[]);
    let right: &[(&str, &str)] = &[("OPLUX_SECRET_KEY", SECRET)];
    let inline = format!("secret_key = \"{SECRET}\"");
    let file = "secret_key_file = \"../../key\"";
    let program = format!("secret_key_command = [\"/bin/echo\", \"{SECRET}\"]");
    for (keys, env, status) in [
        (&inline[..], &[][..], 0),
        ("secret_key = \"wrong\"", &[], 4),
        (file, &[], 0),
        (&program, &[], 0),
        ("", &[], 4),
        ("", right, 0),
        ("secret_key = \"wrong\"", right, 0),
    ] {
        let (_, ran) = screened_with(&sandbox, keys, env);
        ran.ended_with(status);
        ran.never_says(&[SECRET]);
    }
}

#[test]
fn the_secret_key_is_asked_for_only_where_something_is_to_be_sent() {
    let home = Home::configured("http://127.0.0.1:9/", "");
    let program = "secret_key_command = [\"/usr/bin/touch\", \"asked\"]";
    home.reconfigure(&format!("secret_key = \"{SECRET}\""), program);
    let by_csv = with(order("b1c2d3e4f5"), "/channel", json!("csv"));
    home.screen(&by_csv, &[]).0.ended_with(0);
    home.screen(&order("a905125d2a"), &["--dry-run"])
        .0
        .ended_with(0);
    for args in ["config check", "config show", "methods list", "log"] {
        home.run(args).ended_with(0);
    }
    assert!(!home.path("asked").exists());
    home.screen(&order("a905125d2a"), &[]).0.ended_with(4);
    assert!(home.path("asked").exists());
}

#[test]
fn what_is_no_regular_file_is_never_written() {
    use std::os::unix::fs::FileTypeExt;
    let home = Home::new();
    home.config("[oplux]\nsecret_key_file = \"pipe\"\n");
    let pipe = home.path(".config/oplux/pipe");
    mkfifo(&pipe);
    home.run_with("config secret", "s").ended_with(2);
    let named = pipe.to_str().unwrap();
    for args in [
        "config set oplux.enabled true",
        "config unset oplux.enabled",
        "methods add 1 x",
        "config init",
    ] {
        home.run(&format!("--config {named} {args}")).ended_with(2);
    }
    assert!(pipe.metadata().unwrap().file_type().is_fifo());
}

#[test]
fn a_file_that_others_can_write_is_refused_where_it_matters() {
    for keys in [
        "secret_key = \"x\"",
        "secret_key_file = \"key\"",
        "secret_key_command = [\"true\"]",
    ] {
        let home = Home::new();
        let path = home.config(&format!("[oplux]\n{keys}\n"));
        for bits in [0o602, 0o620] {
            set_mode(&path, bits);
            for args in [
                "config check",
                "config show",
                "config set oplux.enabled true",
            ] {
                home.run(args).ended_with(2).says(&["chmod 600"]);
            }
            home.run("doctor").ended_with(3).shows(&["chmod 600"]);
        }
        // Whoever can put another file there can write this one.
        set_mode(&path, 0o600);
        set_mode(path.parent().unwrap(), 0o777);
        home.run("config check").ended_with(2);
        set_mode(path.parent().unwrap(), 0o1777);
        home.run("config check").ended_with(0);
        home.config("[oplux]\n");
        set_mode(&path, 0o622);
        home.run("config check").ended_with(0);
    }
}

#[test]
fn what_nobody_sees_around_a_secret_is_dropped_and_within_it_is_a_mistake() {
    let home = Home::new();
    home.config("[oplux]\n");
    let kept = ".config/oplux/config.secret-key";
    for given in ["\u{feff}KEY\r\n", "\n\u{a0}\u{3000}KEY\u{200b} \n"] {
        home.run_with("config secret", given).ended_with(0);
        assert_eq!(home.read(kept), "KEY\n");
    }
    for given in ["K\u{200b}EY", "K\nEY", "K\tEY"] {
        home.run_with("config secret", given)
            .ended_with(2)
            .says(&["error: standard input: "]);
        assert_eq!(home.read(kept), "KEY\n");
    }
    for (id, status) in [("\u{feff}SP\u{3000}", 0), ("S\u{ad}P", 2)] {
        home.config(&format!("[oplux]\nshop_id = \"{id}\"\n"));
        home.run("config check").ended_with(status);
    }
}

#[test]
fn a_credential_is_the_same_wherever_it_comes_from() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let host = Home::new();
    let sandbox = Running::start(&host, &[]);
    let around = format!("\u{feff}\u{a0}{SECRET}\u{200b}\r\n");
    let program = format!("secret_key_command = [\"/bin/echo\", \"\\uFEFF{SECRET}\\u00A0\"]");
    let inline = format!("secret_key = \"\u{3000}{SECRET}\u{200b}\"");
    for keys in [&program[..], &inline] {
        screened_with(&sandbox, keys, &[]).1.ended_with(0);
    }
    let env = [("OPLUX_SECRET_KEY", &around[..])];
    screened_with(&sandbox, "", &env).1.ended_with(0);
    // What is not UTF-8 is a mistake: from a variable, a program and standard input.
    let (home, _) = screened_with(&sandbox, &inline, &[]);
    let mut command = home.command("screen --rescreen order.json");
    command.env("OPLUX_SECRET_KEY", OsStr::from_bytes(b"K\xffY"));
    finish(command, "")
        .ended_with(2)
        .says(&["OPLUX_SECRET_KEY", "UTF-8"]);
    let program = r#"secret_key_command = ["/usr/bin/printf", '\377\376K\000']"#;
    screened_with(&sandbox, program, &[]).1.ended_with(2);
    for bytes in [&b"\xff\xfeK\0E\0Y\0"[..], b"K\0E\0Y\0"] {
        finish(home.command("config secret"), bytes)
            .ended_with(2)
            .says(&["UTF-8"]);
    }
    assert!(!home.path(".config/oplux/config.secret-key").exists());
    // A path need not be UTF-8.
    let mut command = home.command("config path");
    command.env("OPLUX_CONFIG", OsStr::from_bytes(b"p\xff.toml"));
    finish(command, "").ended_with(0).shows(&["p\u{fffd}.toml"]);
}

#[test]
fn what_lets_others_at_a_secret_is_what_the_hint_closes() {
    let home = Home::new();
    let ids = "[oplux]\nshop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"";
    home.config(&format!("{ids}\nsecret_key_file = \"../it's a key/key\"\n"));
    let key = home.write(".config/it's a key/key", "KEY\n");
    let folder = key.parent().unwrap();
    set_mode(&key, 0o622);
    home.run("doctor")
        .ended_with(3)
        .shows(&["chmod 600 '", r"it'\''s a key/key'"]);
    set_mode(&key, 0o600);
    set_mode(folder, 0o777);
    let told = home.run("doctor");
    told.ended_with(3).shows(&["folder"]);
    told.never_says(&["chmod"]);
    home.run("--lang ja doctor").shows(&["フォルダ"]);
    set_mode(folder, 0o755);
    // Only root can give a file away.
    if std::os::unix::fs::chown(&key, Some(12345), None).is_err() {
        return;
    }
    set_mode(folder, 0o1777);
    let told = home.run("doctor");
    told.ended_with(3).shows(&["belongs to another user"]);
    told.never_says(&["chmod"]);
    // And plant a link.
    let link = folder.join("link");
    symlink(home.path("nothing"), &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(12345), None).unwrap();
    // The folder's owner is trusted by the kernel, so that it is another's.
    std::os::unix::fs::chown(folder, Some(23456), None).unwrap();
    home.config("[oplux]\nsecret_key_file = \"../it's a key/link\"\n");
    for (lang, said) in [("en", "another user"), ("ja", "ほかのユーザー")] {
        let args = ["--lang", lang, "config", "secret"];
        home.run_with(&args, "KEY").ended_with(2).says(&[said]);
    }
    assert!(!home.path("nothing").exists());
}

#[test]
fn a_password_in_an_address_and_the_arguments_of_a_command_are_masked() {
    let home = Home::new();
    home.config("[oplux]\nregister_url = \"https://u:hemligt@example.com/\"\nsecret_key_command = [\"pass\", \"hemligt\"]\n");
    for args in [
        "config show",
        "config get oplux.register_url",
        "config get oplux.secret_key_command",
    ] {
        let ran = home.run(args);
        ran.ended_with(0);
        ran.never_says(&["hemligt"]);
    }
    let ran = home.run("config get oplux.secret_key_command");
    ran.shows(&["pass"]);
}
