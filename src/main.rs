//! The `oplux` program: parse, call, print an error with its hint, exit.

use std::process::ExitCode;

use oplux::{
    cli,
    commands::{self, Context, Env},
    exit,
};

fn main() -> ExitCode {
    let env = Env::of_process();
    let cli = match cli::parse(std::env::args_os(), &env) {
        Ok(cli) => cli,
        Err(stop) => return stop.tell().into(),
    };
    let context = Context::new(&cli.global, env);
    let exit = commands::run(&cli.command, &context)
        .unwrap_or_else(|error| exit::report(&error, &context.out));
    exit.into()
}
