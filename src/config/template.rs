//! The text that `config init` begins with: sample-config.toml, where every value is commented out
//! that was not answered.

use std::path::Path;

use super::{edit::Document, error::ConfigError};
use crate::locales::{Lang, config as texts};

const SAMPLE: &str = include_str!("../../sample-config.toml");

/// A configuration with these answers: each key with what `config set` would be given for it. It
/// is not written yet.
///
/// # Errors
/// `Invalid` with every answer that is not allowed.
pub fn template(
    path: &Path,
    answers: &[(String, String)],
    lang: Lang,
) -> Result<Document, ConfigError> {
    let mut document = Document::of_text(path, &unanswered(lang))?;
    let mut problems = Vec::new();
    for (key, answer) in answers {
        match document.set(key, answer) {
            Ok(_) => {}
            Err(error) if error.problems.is_empty() => return Err(error),
            Err(error) => problems.extend(error.problems),
        }
    }
    match problems.is_empty() {
        true => Ok(document),
        false => Err(ConfigError::refused(problems)),
    }
}

/// The sample below its own head. The tables of O-PLUX stay in force: what is set later goes there.
fn unanswered(lang: Lang) -> String {
    let head = texts::template_head();
    let mut text: String = head
        .get(lang)
        .lines()
        .map(|line| format!("# {line}\n"))
        .collect();
    let (_, body) = SAMPLE.split_once("\n\n").unwrap_or(("", SAMPLE));
    text.push('\n');
    for line in body.lines() {
        let is_kept = line.is_empty() || line.starts_with('#') || line.starts_with("[oplux");
        text.push_str(if is_kept { "" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::KEYS;

    const PATH: &str = "/shop/config.toml";

    #[test]
    fn without_answers_it_sets_nothing_and_explains_every_key() {
        for lang in [Lang::En, Lang::Ja] {
            let document = template(Path::new(PATH), &[], lang).unwrap();
            let config = document.config().unwrap();
            assert!(config.unset_redirects.is_empty());
            assert!(config.payment_methods.is_empty() && config.ecforce.is_none());
            let oplux = config.oplux.unwrap();
            assert!(oplux.shop_id.is_none() && oplux.enabled.is_none());
            for key in KEYS {
                let name = key.pattern.rsplit('.').next().unwrap();
                let line = format!("\n# {name} = ");
                assert!(document.whole_text().contains(&line), "{}", key.pattern);
            }
            assert!(!document.whole_text().contains("sample-config"));
        }
    }

    #[test]
    fn answers_stand_where_they_are_explained() {
        let answers = [
            ("oplux.shop_id", "0123", "shop_id = \"SP00EXAMPLE\""),
            ("oplux.enabled", "true", "enabled = true"),
            (
                "oplux.name_url",
                "https://oplux.example/n",
                "name_url = \"https://oplux.example/name\"",
            ),
            ("oplux.on_review.action", "create", "action = \"create\""),
            ("store", "my.db", "store = \"oplux.db\""),
        ];
        let given = answers.map(|(key, value, _)| (key.to_owned(), value.to_owned()));
        let document = template(Path::new(PATH), &given, Lang::En).unwrap();
        let config = document.config().unwrap();
        assert_eq!(config.settings().enabled, Some(true));
        assert_eq!(config.oplux.unwrap().shop_id.as_deref(), Some("0123"));
        for (key, value, example) in answers {
            let set = document.get(key).unwrap();
            assert_eq!(set.text().as_deref(), Some(value));
            let name = key.rsplit('.').next().unwrap();
            let lines = format!("\n# {example}\n{name} = ");
            assert!(document.whole_text().contains(&lines), "{lines}");
        }
    }

    #[test]
    fn every_answer_that_is_not_allowed_is_told() {
        let answers = [
            ("oplux.shop_id".to_owned(), " ".to_owned()),
            ("oplux.event_url".to_owned(), "http://x.example/".to_owned()),
        ];
        let error = template(Path::new(PATH), &answers, Lang::En).unwrap_err();
        let told: Vec<&str> = error.problems.iter().map(|of| of.path.as_str()).collect();
        assert_eq!(told, ["oplux.shop_id", "oplux.event_url"]);
    }
}
