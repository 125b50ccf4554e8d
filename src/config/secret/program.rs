//! A program that gives a secret: run without a shell, and for a limited time. Neither what it
//! writes nor its arguments are ever shown: either may hold the secret.

use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// How long it may take.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// How often it is asked whether it has ended: often enough that nobody waits for the answer.
const TICK: Duration = Duration::from_millis(10);

/// More than any secret has, in bytes; a program that writes more gives none.
pub(super) const LONGEST: usize = 64 * 1024;

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself; what it wrote on its standard output is there where that was read.
    Itself(ExitStatus, Vec<u8>),
    /// It took longer than it may, and was stopped.
    Stopped,
}

/// Runs a program. It has no standard input: nothing would answer it.
///
/// # Errors
/// Where it cannot be run.
pub(super) fn run(program: &str, arguments: &[String], limit: Duration) -> io::Result<Ended> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    finish(child, limit)
}

/// Waits for a program, and stops it where it takes longer than `limit`. Either way it is gone
/// afterwards: a program that was not waited for would stay as a zombie.
///
/// # Errors
/// Where it cannot be waited for.
pub(super) fn finish(mut child: Child, limit: Duration) -> io::Result<Ended> {
    let ended = wait(&mut child, limit);
    if !matches!(ended, Ok(Ended::Itself(..))) {
        // It may have ended in this moment.
        let _ = child.kill();
        child.wait()?;
    }
    ended
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<Ended> {
    let (read, output) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // Apart, because reading ends only when the program, and all that it started, has closed
        // its output. Where that does not happen in time, this process ends before the thread.
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let whole = stdout.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
            // Nobody listens any more where the program was stopped.
            let _ = read.send(whole.map(|_| bytes));
        });
    }
    let mut written = None;
    // Time is counted and not read: DESIGN.md leaves the clock to the Context.
    let mut left = limit;
    loop {
        if written.is_none() {
            written = match output.recv_timeout(TICK.min(left)) {
                Ok(bytes) => Some(bytes),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Err(io::ErrorKind::BrokenPipe.into())),
            };
        } else {
            thread::sleep(TICK.min(left));
        }
        if written.is_some()
            && let Some(status) = child.try_wait()?
        {
            let bytes = written.transpose()?.unwrap_or_default();
            return Ok(Ended::Itself(status, bytes));
        }
        if left.is_zero() {
            return Ok(Ended::Stopped);
        }
        left = left.saturating_sub(TICK);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn spawn(script: &str) -> Child {
        Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn is_there(process: u32) -> bool {
        // A zombie is there too.
        let asked = Command::new("kill")
            .args(["-0", &process.to_string()])
            .stderr(Stdio::null())
            .status();
        asked.unwrap().success()
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped_and_leaves_nothing() {
        for script in [
            "exec sleep 60",
            // With its output closed.
            "exec sleep 60 >/dev/null",
            // It wants to go on.
            "trap '' TERM INT; echo hunter2; while :; do :; done",
        ] {
            let child = spawn(script);
            let process = child.id();
            assert!(is_there(process));
            let ended = finish(child, Duration::from_millis(100)).unwrap();
            assert!(matches!(ended, Ended::Stopped), "{script}: {ended:?}");
            assert!(!is_there(process), "{script}");
        }
    }

    #[test]
    fn a_program_that_ends_is_not_waited_for_any_longer() {
        let child = spawn("echo out; exit 3");
        let process = child.id();
        let Ended::Itself(status, bytes) = finish(child, LIMIT).unwrap() else {
            panic!("it was stopped");
        };
        assert_eq!((status.code(), bytes.as_slice()), (Some(3), &b"out\n"[..]));
        assert!(!is_there(process));
    }

    #[test]
    fn a_program_that_writes_without_end_is_not_read_without_end() {
        let ended = run("yes", &[], LIMIT).unwrap();
        let Ended::Itself(status, bytes) = ended else {
            panic!("it was stopped");
        };
        assert!(!status.success() && bytes.len() == LONGEST + 1);
    }
}
