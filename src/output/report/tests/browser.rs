//! The page in a browser, where the machine has one. Its structure is held against XML's grammar
//! in any case.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

use super::{markup::elements, *};

/// The names that Chromium goes by.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser that is more than a name: a distribution's placeholder does not tell its version.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut programs = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.find(|program| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|version| {
            version.status.success() && String::from_utf8_lossy(&version.stdout).contains("Chrom")
        })
    })
}

/// A browser with all that it started, none of which outlives this.
struct Group(Child);

impl Group {
    /// Waits for the browser, a minute at most.
    fn wait(&mut self) -> Option<ExitStatus> {
        for _ in 0..600 {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status);
            }
            sleep(Duration::from_millis(100));
        }
        None
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let kill = Command::new("kill").args(["-KILL", "--", &group]).output();
        let _ = kill.and_then(|_| self.0.wait());
    }
}

/// What the browser made of `page`, and what it had to say about it.
fn opened(browser: &Path, page: &str) -> (String, Vec<String>) {
    let home = TempDir::new().unwrap();
    let at = |name: &str| home.path().join(name);
    fs::write(at("page.html"), page).unwrap();
    let stream = |name: &str| Stdio::from(File::create(at(name)).unwrap());
    let child = Command::new(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
        .args(["--disable-dev-shm-usage", "--no-first-run"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", at("profile").display()))
        .arg(format!("file://{}", at("page.html").display()))
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_CACHE_HOME", home.path())
        .stdin(Stdio::null())
        .stdout(stream("dom"))
        .stderr(stream("log"))
        .process_group(0)
        .spawn()
        .unwrap();
    let mut group = Group(child);
    let status = group.wait();
    drop(group);
    let read = |name: &str| String::from_utf8_lossy(&fs::read(at(name)).unwrap()).into_owned();
    let log = read("log");
    assert!(status.is_some_and(|status| status.success()), "{log}");
    let console = log.lines().filter(|line| line.contains(":CONSOLE"));
    (read("dom"), console.map(str::to_owned).collect())
}

/// How often each element stands in `names`.
fn tally(names: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for name in names {
        *tally.entry(name).or_default() += 1;
    }
    tally
}

/// The names of the elements that a browser has written out.
fn dumped(dom: &str) -> impl Iterator<Item = String> {
    let starts = dom.split('<').skip(1);
    let names = starts.map(|rest| rest.split([' ', '>', '/']).next().unwrap_or_default());
    names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_owned)
}

#[test]
fn a_browser_shows_the_page_as_it_was_written() {
    let pages = BOTH.map(|lang| render(&full(60), lang));
    let written = pages.each_ref().map(|page| tally(elements(page)));
    let Some(browser) = browser() else {
        return;
    };
    // What is forbidden is told of: silence below means that nothing was.
    let forbidden = pages[0].replace("<main>", "<main><script>1</script>");
    let (_, console) = opened(&browser, &forbidden);
    assert_eq!(console.len(), 1, "{console:?}");
    for (page, written) in pages.iter().zip(written) {
        let (dom, console) = opened(&browser, page);
        assert_eq!(console, [""; 0]);
        // A parser that had to mend something would have added, closed or moved elements.
        assert_eq!(tally(dumped(&dom)), written);
    }
}
