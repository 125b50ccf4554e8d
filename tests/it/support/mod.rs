//! What the tests of the built binary share: an empty home, a clear environment, and a server
//! that is not the sandbox but speaks WIRE.md.

pub mod batch;
pub mod server;

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A configuration as a person keeps it: comments everywhere, an order of its own.
pub const KEPT: &str = r#"# The shop's own words.
integrated_at = "2026-01-15"   # since the contract

[oplux] # the account
timeout_seconds = 20 # the network is slow
enabled = true
secret_key = "hemligt-värde" # to be moved
shop_id = "SP00EXAMPLE"
on_hold = { action = "redirect", redirect_url = "https://shop.example.com/hold" } # inline

# The card first.
[[payment_methods]]
name = "カード" # the name first
id = 1
# the end
"#;

/// The credentials of WIRE.md's test vector.
pub const CONNECTION_ID: &str = "0123456789ABCDEF0123456789ABCDEF";
pub const SHOP_ID: &str = "SP00EXAMPLE";
pub const SECRET: &str = "sandbox-secret-key";

/// Environment variables with their values.
pub type Vars<'a> = &'a [(&'a str, &'a str)];

/// What stands behind `oplux` in a call: a line, split at its blanks, or a list where an argument
/// has blanks of its own.
pub trait Call {
    fn words(&self) -> Vec<&str>;
}

impl Call for str {
    fn words(&self) -> Vec<&str> {
        self.split_whitespace().collect()
    }
}

impl Call for String {
    fn words(&self) -> Vec<&str> {
        self.as_str().words()
    }
}

impl Call for [&str] {
    fn words(&self) -> Vec<&str> {
        self.to_vec()
    }
}

impl<const N: usize> Call for [&str; N] {
    fn words(&self) -> Vec<&str> {
        self.to_vec()
    }
}

impl Call for Vec<&str> {
    fn words(&self) -> Vec<&str> {
        self.clone()
    }
}

impl<C: Call + ?Sized> Call for &C {
    fn words(&self) -> Vec<&str> {
        (**self).words()
    }
}

/// An empty home folder, gone with the value.
pub struct Home {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    /// In memory where the system has room there: nothing waits for the disk.
    pub fn new() -> Self {
        match tempfile::tempdir_in("/dev/shm") {
            Ok(folder) => Self { folder },
            Err(_) => Self::on_disk(),
        }
    }

    /// For what is large or is to be run: memory may be short, and allow no programs.
    pub fn on_disk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn config_path(&self) -> PathBuf {
        self.path(".config/oplux/config.toml")
    }

    pub fn store_path(&self) -> PathBuf {
        self.path(".local/share/oplux/default.db")
    }

    /// Writes a file that only its owner can read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A configuration by hand that sends to `register_url`; `more` is added to `[oplux]`.
    pub fn configure(&self, register_url: &str, more: &str) -> PathBuf {
        let text = format!(
            r#"[oplux]
enabled = true
shop_id = "{SHOP_ID}"
connection_id = "{CONNECTION_ID}"
model_id = "CRD_01"
secret_key = "{SECRET}"
register_url = "{register_url}"
timeout_seconds = 5
{more}
{METHODS}"#
        );
        self.write(".config/oplux/config.toml", &text)
    }

    /// A home that sends to this server.
    pub fn sending_to(server: &server::Server) -> Self {
        Self::configured(&server.url(), "")
    }

    /// A home with such a configuration as [`Home::configure`] writes.
    pub fn configured(register_url: &str, more: &str) -> Self {
        let home = Self::new();
        home.configure(register_url, more);
        home
    }

    /// The program with this home, a clear environment and these arguments.
    pub fn command(&self, call: &(impl Call + ?Sized)) -> Command {
        let mut command = self.another(env!("CARGO_BIN_EXE_oplux"));
        command.args(call.words());
        command
    }

    /// Another program in the same place.
    pub fn another(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("USER", "tester")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, call: &(impl Call + ?Sized)) -> Ran {
        self.run_with(call, "")
    }

    /// Runs with this standard input.
    pub fn run_with(&self, call: &(impl Call + ?Sized), stdin: &str) -> Ran {
        finish(self.command(call), stdin)
    }

    /// Runs with a full disk as standard output.
    pub fn run_full(&self, call: &(impl Call + ?Sized)) -> Ran {
        let mut command = self.command(call);
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        command.stdout(full.unwrap());
        finish(command, "")
    }

    /// Runs with these variables added to the environment.
    pub fn run_env(&self, env: Vars<'_>, call: &(impl Call + ?Sized)) -> Ran {
        let mut command = self.command(call);
        command.envs(env.iter().copied());
        finish(command, "")
    }

    /// Runs with no variable at all, also no `HOME`.
    pub fn run_homeless(&self, call: &(impl Call + ?Sized)) -> Ran {
        let mut command = self.command(call);
        command.env_clear();
        finish(command, "")
    }

    /// Writes the configuration of this home.
    pub fn config(&self, text: &str) -> PathBuf {
        self.write(".config/oplux/config.toml", text)
    }

    /// The configuration of this home as it stands in the file.
    pub fn config_text(&self) -> String {
        self.read(".config/oplux/config.toml")
    }

    /// Writes one thing for another in the configuration.
    #[track_caller]
    pub fn reconfigure(&self, was: &str, now: &str) {
        let text = self.config_text();
        assert!(text.contains(was), "no {was} in {text}");
        self.config(&text.replace(was, now));
    }

    /// Every file and folder below the home, as paths from it, sorted.
    pub fn files(&self) -> Vec<String> {
        fn collect(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, found);
                }
                found.push(path);
            }
        }
        let mut found = Vec::new();
        collect(self.folder.path(), &mut found);
        let below = |path: PathBuf| {
            let below = path.strip_prefix(self.folder.path()).unwrap();
            below.to_str().unwrap().to_owned()
        };
        let mut names: Vec<_> = found.into_iter().map(below).collect();
        names.sort();
        names
    }

    /// Screens this order from standard input, and gives the status and the JSON object.
    pub fn screen(&self, order: &Value, flags: &[&str]) -> (Ran, Value) {
        let args = [&["--format", "json", "screen", "-"], flags].concat();
        let ran = self.run_with(&args, &order.to_string());
        let shown = serde_json::from_str(&ran.stdout).unwrap_or(Value::Null);
        (ran, shown)
    }
}

/// Whether there is kana in it.
pub fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ヶ').contains(&c))
}

/// Four English words in a row are a sentence; the names of commands are not English.
pub fn has_english_sentence(line: &str) -> bool {
    if line.starts_with("使い方:") {
        return false;
    }
    let mut row = 0;
    for written in line.split(' ') {
        let word = written.trim_end_matches([',', '.', ';', ':']);
        let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '\'');
        row = if is_word { row + 1 } else { 0 };
        if row == 4 {
            return true;
        }
        // Commas list values: `lp, shop, admin`.
        if written.ends_with(',') {
            row = 0;
        }
    }
    false
}

/// Runs a command to its end.
pub fn finish(mut command: Command, stdin: impl AsRef<[u8]>) -> Ran {
    let mut child = loop {
        match command.spawn() {
            // A program that was just copied: another test's fork still has it open for writing,
            // until its exec.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now();
            }
            spawned => break spawned.unwrap(),
        }
    };
    // A program that does not read its input may have ended before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    ended(child)
}

/// The end of a program, and what it wrote that nobody has read.
pub fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The permissions of a file, such as 0o600.
pub fn mode(path: impl AsRef<std::path::Path>) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Sets the permissions of a file.
pub fn set_mode(path: impl AsRef<std::path::Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Makes a named pipe.
pub fn mkfifo(path: impl AsRef<std::path::Path>) {
    let made = Command::new("mkfifo").arg(path.as_ref()).status();
    assert!(made.unwrap().success());
}

/// Sends a signal, such as `INT`, to a process that the test has started.
pub fn signal(child: &Child, name: &str) {
    // What the tests themselves were told to ignore (in the background of a script, under nohup),
    // the program ignores, too: it is interrupted in another way then.
    let name = if is_ignored(name) { "TERM" } else { name };
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Whether this process ignores a signal, and with it what it starts.
fn is_ignored(name: &str) -> bool {
    let bit = match name {
        "HUP" => 0,
        "INT" => 1,
        _ => return false,
    };
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> bit & 1 == 1)
}

impl Ran {
    /// Nothing on standard error.
    #[track_caller]
    pub fn silent(&self) -> &Self {
        assert_eq!(self.stderr, "", "{self:#?}");
        self
    }

    /// Standard error says every one of these.
    #[track_caller]
    pub fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }

    /// Standard output has every one of these.
    #[track_caller]
    pub fn shows(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stdout.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }

    /// None of these stands in what a person sees of it.
    #[track_caller]
    pub fn never_says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(!self.text().contains(part), "{part:?} in {self:#?}");
        }
        self
    }

    #[track_caller]
    pub fn ended_with(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// The JSON on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The one line of JSON that an error is with `--format json`.
    #[track_caller]
    pub fn error(&self) -> Value {
        let line = self
            .stderr
            .lines()
            .find(|line| line.starts_with("{\"error\""))
            .unwrap_or_else(|| panic!("{self:#?}"));
        serde_json::from_str::<Value>(line).unwrap()["error"].clone()
    }
}

/// The payment methods of every test: 1 with O-PLUX on, 2 with its own model and realtime thanks
/// offer, 3 with O-PLUX off.
pub const METHODS: &str = r#"
[[payment_methods]]
id = 1
name = "クレジットカード一括"
oplux = true
settle_method = "02"

[[payment_methods]]
id = 2
name = "後払い"
oplux = true
realtime_thanks_offer = true
settle_method = "01"
model_id = "ATB_01"

[[payment_methods]]
id = 3
name = "代金引換"
settle_method = "03"
"#;

/// The order of CONTRACT.md's example, with another number and only its first payment.
pub fn order(number: &str) -> Value {
    json!({
        "number": number,
        "channel": "lp",
        "created_at": "2026/11/20 10:15:00",
        "payment_method_id": 1,
        "total": 3980,
        "email": "hanako.suzuki@example.com",
        "ip": "203.0.113.7",
        "device_info": null,
        "ad_url": null,
        "customer": {"id": "30962", "registered": true, "purchase_number": 1, "birth": "1990-01-02", "sex": "female"},
        "billing_address": {
            "name01": "鈴木", "name02": "花子", "kana01": "スズキ", "kana02": "ハナコ", "company_name": null,
            "zip01": "153", "zip02": "0064", "prefecture_name": "東京都", "addr01": "目黒区下目黒",
            "addr02": "2-23-18", "addr03": null, "tel01": "03", "tel02": "5759", "tel03": "6380"
        },
        "shipping_address": null,
        "items": [{"product_number": "EA00", "product_name": "美容液", "category": "スキンケア", "price": 3980, "quantity": 1}],
        "card": {"bin": "411111"},
        "payments": []
    })
}

/// A JSON object has these fields with these values.
#[track_caller]
pub fn has(object: &Value, expected: Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(object.get(field), Some(value), "{field} of {object:#}");
    }
}

/// The names of an object's fields, in their order.
#[track_caller]
pub fn keys(object: &Value) -> String {
    let keys: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
    keys.join(" ")
}

/// `order` with the value at a JSON pointer replaced.
pub fn with(mut order: Value, pointer: &str, value: Value) -> Value {
    *order
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("no {pointer}")) = value;
    order
}
