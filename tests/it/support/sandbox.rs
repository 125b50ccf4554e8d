//! A running `oplux sandbox`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use super::{Home, METHODS};

/// A process that does not outlive the test, however that ends.
pub struct Running {
    child: Child,
    /// What it printed to paste into a configuration.
    pub lines: String,
}

impl Running {
    /// Starts `oplux sandbox` on a free port, and waits until it has printed its lines.
    pub fn start(home: &Home, more: &[&str]) -> Self {
        let args = [&["sandbox", "--listen", "127.0.0.1:0"], more].concat();
        Self::of(home.command(&args))
    }

    /// The same of a command that is made ready.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut lines = String::new();
        while !lines.contains("name_url") {
            let read = printed.read_line(&mut lines).unwrap();
            assert!(read > 0, "the sandbox ended: {lines}");
        }
        // What it may print besides goes nowhere, and does not block it.
        std::thread::spawn(move || printed.read_to_end(&mut Vec::new()));
        Self { child, lines }
    }

    /// The lines as the configuration of `home`, with the payment methods of every test.
    pub fn configure(&self, home: &Home) {
        home.write(
            ".config/oplux/config.toml",
            &format!("{}{METHODS}", self.lines),
        );
    }

    /// Sends it this signal, and gives the status that it ends with.
    pub fn end(&mut self, signal: &str) -> Option<i32> {
        super::signal(&self.child, signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
