//! The `oplux` program: parse, call, print an error with its hint, exit.

use std::{
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    sync::mpsc,
    thread,
};

use oplux::{
    cli,
    commands::context::{Context, Env},
    exit,
};

fn main() -> ExitCode {
    let env = Env::of_process();
    let cli = match cli::parse(std::env::args_os(), &env) {
        Ok(cli) => cli,
        Err(stop) => return stop.tell().into(),
    };
    // The command has a thread of its own: a second interruption ends the program whatever that
    // waits for, such as a reader that pauses.
    let (ends, end) = mpsc::channel();
    let context = Context::new(&cli.global, env, ends.clone());
    let work = move || {
        let run = || {
            cli.run(&context)
                .unwrap_or_else(|error| exit::report(&error, &context.out))
        };
        let exit = panic::catch_unwind(AssertUnwindSafe(run));
        let _ = ends.send(exit.map_or(ExitCode::from(PANICKED), ExitCode::from));
    };
    match thread::Builder::new().stack_size(STACK).spawn(work) {
        Ok(_) => end.recv().unwrap_or(ExitCode::FAILURE),
        Err(_) => ExitCode::FAILURE,
    }
}

/// What a program in Rust ends with after a panic, whose message stands on standard error.
const PANICKED: u8 = 101;
/// As much as the system gives a main thread.
const STACK: usize = 8 << 20;
