//! Every sentence that people read, in English and in Japanese.
//!
//! The `texts!` macro makes a function of each sentence: both languages are arguments of the
//! macro, so that a sentence that lacks one does not compile, and the test below checks that both
//! say something and name the same things. A sentence carries both languages until it is shown,
//! so that code far from the terminal need not know which one the user reads.

use std::fmt;

use crate::domain::event::TroubleKind;

pub mod at_oplux;
pub mod call;
pub mod config;
pub mod help;
pub mod input;
pub mod lists;
pub mod matching;
pub mod report;
pub mod sandbox;
pub mod screening;
pub mod services;
pub mod store;
pub mod trace;
pub mod wrap;

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of a locale's name: `ja…` is Japanese, anything else English.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("ja") {
            Self::Ja
        } else {
            Self::En
        }
    }
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    en: String,
    ja: String,
}

impl Text {
    /// A sentence of its two wordings. Sentences come from `texts!`; this is for texts that are
    /// put together from others.
    pub fn new(en: impl Into<String>, ja: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            ja: ja.into(),
        }
    }

    /// A text that is the same in both languages: a name, a number, a message of a server.
    pub fn same(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        Self {
            en: text.clone(),
            ja: text,
        }
    }

    /// The wording in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }

    /// Several texts, one after the other.
    pub fn joined(texts: &[Text], separator: &str) -> Self {
        Self::joined_by(texts, separator, separator)
    }

    /// A list in a sentence.
    pub fn listed<T: Wording>(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        Self::joined_by(&items, ", ", "、")
    }

    /// Several clauses of a sentence.
    pub fn clauses(clauses: &[Text]) -> Self {
        Self::joined_by(clauses, "; ", "、")
    }

    fn joined_by<T: Wording>(parts: &[T], en: &str, ja: &str) -> Self {
        let side = |lang, separator| {
            let parts = parts.iter().map(|part| part.wording(lang));
            parts.collect::<Vec<_>>().join(separator)
        };
        Self::new(side(Lang::En, en), side(Lang::Ja, ja))
    }
}

/// What can stand in a sentence: a text has a wording for each language, anything else is the same
/// in both.
pub trait Wording {
    /// The wording in `lang`.
    fn wording(&self, lang: Lang) -> String;
}

impl Wording for Text {
    fn wording(&self, lang: Lang) -> String {
        self.get(lang).to_owned()
    }
}

impl Wording for &Text {
    fn wording(&self, lang: Lang) -> String {
        self.get(lang).to_owned()
    }
}

impl<T: fmt::Display + ?Sized> Wording for T {
    fn wording(&self, _: Lang) -> String {
        self.to_string()
    }
}

/// What an error says: the message (where, and what was expected) and, where there is something
/// to do, a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where it is and what was expected.
    pub message: Text,
    /// What to do next.
    pub hint: Option<Text>,
}

impl Said {
    /// A message without a hint.
    pub fn new(message: Text) -> Self {
        Self {
            message,
            hint: None,
        }
    }

    /// The same with a hint.
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// How one call failed, or why it was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct Trouble {
    /// What scripts branch on.
    pub kind: TroubleKind,
    /// What people read.
    pub said: Box<Said>,
}

impl Trouble {
    /// A failure of this kind, and what people are told of it.
    pub fn new(kind: TroubleKind, said: Said) -> Self {
        let said = Box::new(said);
        Self { kind, said }
    }

    /// A failure of this kind, and what to do about it.
    pub fn hinted(kind: TroubleKind, message: Text, hint: Text) -> Self {
        Self::new(kind, Said::new(message).hint(hint))
    }
}

/// `Display` is the English wording, for chains of causes and for developers. What users see is
/// chosen by language in `output`.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.get(Lang::En))
    }
}

/// Makes a function of each sentence.
///
/// ```text
/// texts! {
///     /// A key that is not known.
///     unknown_key(key) { en: "unknown key `{key}`", ja: "`{key}` は設定項目にありません。" }
/// }
/// ```
///
/// Arguments are anything that is a [`Wording`]. The module gets a hidden table `ALL` of the
/// templates, which the test of this folder reads: list every module in `all`.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident($($arg:ident),* $(,)?) { en: $en:literal, ja: $ja:literal $(,)? })*) => {
        $(
            $(#[$meta])*
            #[allow(missing_docs, reason = "a sentence says what it is")]
            pub fn $name($($arg: impl $crate::locales::Wording),*) -> $crate::locales::Text {
                let en = {
                    $(let $arg = $arg.wording($crate::locales::Lang::En);)*
                    format!($en)
                };
                let ja = {
                    $(let $arg = $arg.wording($crate::locales::Lang::Ja);)*
                    format!($ja)
                };
                $crate::locales::Text::new(en, ja)
            }
        )*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $ja)),*];
    };
}
pub(crate) use texts;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The name, the English and the Japanese of each text of a module.
    type Templates = &'static [(&'static str, &'static str, &'static str)];

    /// Every module of this folder.
    fn all() -> Vec<(&'static str, Templates)> {
        vec![
            ("at_oplux", at_oplux::ALL),
            ("call", call::ALL),
            ("config", config::ALL),
            ("help", help::ALL),
            ("input", input::ALL),
            ("lists", lists::ALL),
            ("matching", matching::ALL),
            ("report", report::ALL),
            ("sandbox", sandbox::ALL),
            ("screening", screening::ALL),
            ("services", services::ALL),
            ("store", store::ALL),
            ("trace", trace::ALL),
        ]
    }

    fn is_japanese(c: char) -> bool {
        matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
    }

    fn placeholders(template: &str) -> BTreeSet<&str> {
        let open = template
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next());
        open.map(|name| name.split(':').next().unwrap_or(name))
            .filter(|name| !name.is_empty())
            .collect()
    }

    #[test]
    fn every_sentence_exists_in_both_languages() {
        for (module, texts) in all() {
            assert!(!texts.is_empty(), "{module} has no texts");
            for (name, en, ja) in texts {
                assert!(!en.trim().is_empty(), "{module}::{name} lacks English");
                assert!(!ja.trim().is_empty(), "{module}::{name} lacks Japanese");
                assert_eq!(
                    placeholders(en),
                    placeholders(ja),
                    "{module}::{name} names different things"
                );
                // An array in an example is no list of the sentence.
                let sentence = ja.replace("\", \"", "");
                let is_listed = [", ", "; "].iter().any(|mark| sentence.contains(mark));
                assert!(!is_listed, "{module}::{name} lists without 、: {ja}");
                let letters = en.chars().filter(|c| c.is_alphabetic()).count();
                let is_a_sentence = letters > 0 && en.contains(' ');
                assert!(
                    !is_a_sentence || ja.chars().any(is_japanese),
                    "{module}::{name} is not in Japanese: {ja}"
                );
            }
        }
    }

    /// `output/hint.rs` gives each command of a sentence a line of its own: nothing but another
    /// clause may follow it, and in `doctor` it ends the line.
    #[test]
    fn a_command_stands_between_backticks_and_ends_its_sentence() {
        let templates = all().into_iter().flat_map(|(module, texts)| {
            let texts = texts
                .iter()
                .flat_map(|(name, en, ja)| [(name, en), (name, ja)]);
            texts.map(move |(name, text)| (format!("{module}::{name}"), *text))
        });
        // Comments of the configuration are read in an editor, and the report in a browser.
        let elsewhere = ["config::about_", "config::template_", "report::"];
        let is_told = |name: &str| !elsewhere.iter().any(|start| name.starts_with(start));
        for (name, text) in templates.filter(|(name, _)| is_told(name)) {
            let mut rest = text;
            while let Some((before, after)) = rest.split_once("`oplux ") {
                assert!(!names_a_command(before), "{name}: no backticks: {text}");
                let (_, after) = after.split_once('`').unwrap();
                let ends = after.is_empty() || after.starts_with([',', ';', '\n', '、', '。']);
                assert!(ends, "{name}: the command is not the last of: {text}");
                rest = after;
            }
            assert!(!names_a_command(rest), "{name}: no backticks: {text}");
            let is_last = rest.len() == text.len() || rest.is_empty();
            assert!(is_last, "{name}: does not end with its command: {text}");
        }
    }

    fn names_a_command(text: &str) -> bool {
        const COMMANDS: &str = "-- config methods doctor screen trace reconcile import orders events pull log demo \
             backup restore prune";
        let named = |rest: &str| COMMANDS.split(' ').any(|name| rest.starts_with(name));
        text.split("oplux ").skip(1).any(named)
    }

    #[test]
    fn every_module_of_texts_is_in_the_table() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/locales");
        let listed: BTreeSet<_> = all()
            .into_iter()
            .map(|(module, _)| module.to_owned())
            .collect();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let has_texts = name != "mod" && source.contains("texts! {");
            assert!(
                !has_texts || listed.contains(&name),
                "{name} is not in all()"
            );
        }
    }

    #[test]
    fn a_text_in_a_sentence_is_worded_in_its_language() {
        let inner = Text::new("order", "受注");
        assert_eq!(inner.wording(Lang::En), "order");
        assert_eq!(inner.wording(Lang::Ja), "受注");
        assert_eq!(Lang::of_locale("ja_JP.UTF-8"), Lang::Ja);
        assert_eq!(Lang::of_locale("C"), Lang::En);
    }
}
