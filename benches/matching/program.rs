//! A program as a black box: how long a whole process takes, and the most memory it ever held.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// How often a process is asked for its memory.
const WATCH: Duration = Duration::from_millis(5);

/// A program that runs in a folder with an empty home and a clear environment.
pub struct Program {
    path: PathBuf,
    folder: PathBuf,
}

/// One run to its end.
#[derive(Clone, Copy)]
pub struct Measured {
    pub wall: Duration,
    /// Peak resident memory in KiB; none where there is no `/proc`.
    pub peak: Option<u64>,
}

impl Program {
    pub fn new(path: PathBuf, folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { path, folder }
    }

    /// Runs to the end with standard output in the file `out`, watching the memory.
    ///
    /// # Panics
    ///
    /// Where the program does not end with 0.
    pub fn run(&self, args: &[&str], out: &str) -> Measured {
        let began = Instant::now();
        let mut child = self.start(args, out);
        let (ended, status_file) = (AtomicBool::new(false), proc_file(&child));
        thread::scope(|scope| {
            let watcher = scope.spawn(|| watch(&status_file, &ended));
            let status = child.wait();
            let wall = began.elapsed();
            ended.store(true, Ordering::Relaxed);
            let peak = watcher.join().expect("the memory was watched");
            self.assert_done(args, status.expect("an exit status").success());
            Measured { wall, peak }
        })
    }

    /// How long a whole process takes that is too short to be watched. Panics like [`Self::run`].
    pub fn time(&self, args: &[&str], out: &str) -> Duration {
        let began = Instant::now();
        let status = self.start(args, out).wait();
        let wall = began.elapsed();
        self.assert_done(args, status.expect("an exit status").success());
        wall
    }

    fn start(&self, args: &[&str], out: &str) -> Child {
        let file = |name: &str| File::create(self.folder.join(name)).expect("a file");
        Command::new(&self.path)
            .args(args)
            .env_clear()
            .env("HOME", self.folder.join("home"))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(file(out))
            .stderr(file("stderr"))
            .spawn()
            .expect("the program starts")
    }

    fn assert_done(&self, args: &[&str], done: bool) {
        let said = || fs::read_to_string(self.folder.join("stderr")).unwrap_or_default();
        assert!(done, "{} {args:?} failed: {}", self.path.display(), said());
    }
}

fn proc_file(child: &Child) -> PathBuf {
    PathBuf::from(format!("/proc/{}/status", child.id()))
}

/// The highest mark that the kernel keeps for the process, asked again until it has ended.
fn watch(status_file: &Path, ended: &AtomicBool) -> Option<u64> {
    let mut peak = None;
    while !ended.load(Ordering::Relaxed) {
        // One that is ending has no such line any more, or nought in it: the highest stands.
        peak = peak.max(peak_of(status_file).filter(|kib| *kib > 0));
        thread::sleep(WATCH);
    }
    peak
}

fn peak_of(status_file: &Path) -> Option<u64> {
    let text = fs::read_to_string(status_file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// The program with this name on the `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
