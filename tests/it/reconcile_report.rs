//! `reconcile --report`, and a reader that leaves early, through the built binary.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use crate::loaded::settings;
use crate::support::{Home, is_japanese};

#[test]
fn the_report_is_one_page_that_loads_nothing() {
    let home = Home::with_every_status();
    home.imported("orders", "number,created_at,state,reason,result\nevil000000,2026/11/20,<script>alert(1)</script>,<img src=x>,NG\n");
    for lang in ["en", "ja"] {
        let ran = home.run(&format!("--lang {lang} reconcile --report report.html"));
        ran.ended_with(0);
        let page = home.read("report.html");
        let lower = page.to_lowercase();
        assert!(lower.trim_start().starts_with("<!doctype html>") && lower.contains("utf-8"));
        assert!(lower.trim_end().ends_with("</html>"));
        assert!(lang == "en" || is_japanese(&page));
        for outside in [
            "<script src",
            "<link",
            "@import",
            "url(http",
            "src=\"http",
            "src='http",
            "src=\"//",
            "<iframe",
            "<script>alert",
            "<img src=x",
        ] {
            assert!(!lower.contains(outside), "{outside} in the report");
        }
        // Drifts and missing orders are listed, each with its cause or kind.
        for part in ["drifting00", "missing000", "alsolost00"] {
            assert!(page.contains(part), "{part}");
        }
        // By day: both days with missing orders are there.
        assert!(page.contains("11-20") || page.contains("11/20"));
    }
    let nowhere = home.run("reconcile --report no/such/folder/report.html");
    assert_ne!(nowhere.status, 0);
    assert!(!nowhere.stderr.is_empty());
    // With `--check` too, the report is written.
    home.run("reconcile --check --report checked.html")
        .ended_with(3);
    assert!(home.path("checked.html").exists());
}

#[test]
fn a_reader_that_leaves_early_ends_it_silently() {
    let home = Home::new();
    home.config(&settings("", ""));
    let rows: String = (0..4000)
        .map(|n| format!("n{n:06},2026/11/20 10:00,lp,1,1,1,OK\n"))
        .collect();
    let header = "number,created_at,channel,payment_method_id,registered,purchase_number,result";
    home.imported("orders", format!("{header}\n{rows}"));
    for format in ["csv", "jsonl", "json", "table"] {
        let mut command: Command = home.command(&format!("--format {format} reconcile"));
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut start = [0; 16];
        let mut pipe = child.stdout.take().unwrap();
        pipe.read_exact(&mut start).unwrap();
        drop(pipe);
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        for noise in ["panic", "roken pipe", "rror", "os error"] {
            assert!(!told.contains(noise), "{format}: {told}");
        }
        assert_ne!(ended.status.code(), Some(101), "{format}");
    }
}

#[test]
fn the_report_goes_where_it_is_named_and_destroys_nothing() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let home = Home::with_every_status();
    let mode = |name: &str| home.path(name).metadata().unwrap().permissions().mode() & 0o777;
    let report = |name: &str| home.run(&["reconcile", "--report", name]);
    let is_page = |text: &str| {
        text.trim_start()
            .to_lowercase()
            .starts_with("<!doctype html>")
    };
    report("new.html").ended_with(0);
    assert_eq!(mode("new.html"), 0o600);
    // A link stays one, and what it leads to keeps its mode.
    home.write("real.html", "old");
    std::fs::set_permissions(home.path("real.html"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("real.html", home.path("link.html")).unwrap();
    symlink("later.html", home.path("dangling.html")).unwrap();
    for (link, real, bits) in [
        ("link.html", "real.html", 0o640),
        ("dangling.html", "later.html", 0o600),
    ] {
        report(link).ended_with(0);
        assert!(home.path(link).symlink_metadata().unwrap().is_symlink());
        assert!(is_page(&home.read(real)));
        assert_eq!(mode(real), bits);
    }
    // A pipe is written to.
    let pipe = home.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let reader = Command::new("cat")
        .arg(&pipe)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    report("pipe").ended_with(0);
    let read = reader.wait_with_output().unwrap().stdout;
    assert!(is_page(&String::from_utf8(read).unwrap()));
    assert!(pipe.metadata().unwrap().file_type().is_fifo());
    // Standard output has the page alone.
    let ran = report("-");
    ran.ended_with(0);
    assert!(is_page(&ran.stdout) && ran.stdout.trim_end().ends_with("</html>"));
    assert!(!home.path("-").exists());
}
