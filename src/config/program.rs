//! A program that gives a secret: run without a shell, and for a limited time. Neither what it
//! writes nor its arguments are ever shown: either may hold the secret.

use std::{
    io::{self, Read},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long it may take.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// How often it is asked whether it has ended: often enough that nobody waits for the answer.
const TICK: Duration = Duration::from_millis(10);

/// More than any secret has, in bytes; a program that writes more gives none.
pub(super) const LONGEST: usize = 64 * 1024;

/// Runs a program, and gives how it ended and what it wrote on its standard output; none where it
/// took longer than `limit` and was stopped. It has no standard input: nothing would answer it.
///
/// # Errors
/// Where it cannot be run or waited for.
pub(super) fn run(
    program: &str,
    arguments: &[String],
    limit: Duration,
) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (written, output) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // Apart, because reading ends only when the program, and all that it started, has closed
        // its output. Where that does not happen in time, this process ends before the thread.
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let whole = stdout.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
            // Nobody listens any more where the program was stopped.
            let _ = written.send(whole.map(|_| bytes));
        });
    }
    let mut read = None;
    // Time is counted and not read: DESIGN.md leaves the clock to the Context.
    for _ in 0..=limit.as_millis() / TICK.as_millis() {
        match read {
            None => read = output.recv_timeout(TICK).ok(),
            Some(_) => thread::sleep(TICK),
        }
        if read.is_some()
            && let Some(status) = child.try_wait()?
        {
            return Ok(Some((status, read.transpose()?.unwrap_or_default())));
        }
    }
    // It may have ended in this moment. What is not waited for stays as a zombie.
    let _ = child.kill();
    child.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_stopped_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("process").display().to_string();
        for script in [
            "exec sleep 60",
            // With its output closed.
            "exec sleep 60 >/dev/null",
            // It wants to go on.
            "trap '' TERM INT; echo hunter2; while :; do :; done",
        ] {
            let script = format!("echo $$ > '{mark}'; {script}");
            let arguments = ["-c".to_owned(), script.clone()];
            let ended = run("sh", &arguments, Duration::from_millis(300)).unwrap();
            assert!(ended.is_none(), "{script}: {ended:?}");
            // A zombie is there too.
            let process = std::fs::read_to_string(&mark).unwrap();
            let asked = Command::new("kill")
                .args(["-0", process.trim()])
                .stderr(Stdio::null())
                .status();
            assert!(!asked.unwrap().success(), "{script}");
        }
    }

    #[test]
    fn a_program_that_writes_without_end_is_not_read_without_end() {
        let (status, bytes) = run("yes", &[], LIMIT).unwrap().unwrap();
        assert!(!status.success() && bytes.len() == LONGEST + 1);
    }
}
