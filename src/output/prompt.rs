//! Questions to a person. Nothing is ever asked without a terminal.

use std::io::{self, IsTerminal};

use anyhow::Result;
use dialoguer::{Confirm, Input, Password};

use super::Output;
use crate::{domain::private::Secret, locales::Text};

/// Whether there is a person to ask: input and messages are a terminal's.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

impl Output {
    /// Asks for a line of text; an empty answer is none.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn ask(&self, question: &Text) -> Result<Option<String>> {
        let input = Input::<String>::new()
            .with_prompt(self.say(question))
            .allow_empty(true);
        let answer = input.interact_text()?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Asks yes or no.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn confirm(&self, question: &Text, default: bool) -> Result<bool> {
        Ok(Confirm::new()
            .with_prompt(self.say(question))
            .default(default)
            .interact()?)
    }

    /// Asks for a secret without echo; an empty answer is none.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn ask_secret(&self, question: &Text) -> Result<Option<Secret>> {
        let prompt = Password::new()
            .with_prompt(self.say(question))
            .allow_empty_password(true);
        let answer = prompt.interact()?;
        Ok(Some(answer)
            .filter(|answer| !answer.is_empty())
            .map(Secret::new))
    }
}
