//! The pages of reference, `oplux help TOPIC`: Markdown in both languages, beside the sentences.
//! A paragraph or an item of a list is one line; a table stands as Markdown writes it, with what the
//! program calls a thing in its first column, which tests hold against the program's own names.

use super::Lang;

/// A page of reference.
#[derive(Debug)]
pub struct Topic {
    /// Its name on the command line.
    pub name: &'static str,
    en: &'static str,
    ja: &'static str,
}

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        /// Every page, in the order in which they are listed.
        pub const TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            en: include_str!(concat!("topics/en/", $name, ".md")),
            ja: include_str!(concat!("topics/ja/", $name, ".md")),
        }),*];
    };
}

pages!(
    "causes",
    "settings",
    "import",
    "batches",
    "review",
    "ecforce",
    "errors",
    "log",
    "exit-status",
    "network",
    "output",
    "files",
);

impl Topic {
    /// The page of this name.
    pub fn named(name: &str) -> Option<&'static Topic> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// The page in `lang`.
    pub fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ja => self.ja,
        }
    }

    /// Its heading.
    pub fn title(&self, lang: Lang) -> &'static str {
        let first = self.text(lang).lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// Whether a table of the page has a row for `name`, in both languages.
    #[cfg(test)]
    pub fn tells_of(&self, name: &str) -> bool {
        [Lang::En, Lang::Ja].iter().all(|lang| {
            let mut cells = first_cells(self.text(*lang)).into_iter().flatten();
            cells.any(|cell| cell.split(", ").any(|each| each.trim_matches('`') == name))
        })
    }
}

/// The first columns of a page's tables, without their titles.
#[cfg(test)]
fn first_cells(page: &str) -> Vec<Vec<&str>> {
    let mut tables: Vec<Vec<&str>> = Vec::new();
    let mut is_within = false;
    for line in page.lines() {
        match line.strip_prefix("| ") {
            Some(row) if is_within => tables
                .last_mut()
                .unwrap()
                .push(row.split(" |").next().unwrap()),
            Some(_) => tables.push(Vec::new()),
            None => {}
        }
        is_within = line.starts_with('|');
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::{super::log, *};
    use crate::domain::{
        eligibility::Cause,
        matching::{Drift, MainCause, Status, Verdict},
        review::{OTHER_CATEGORIES, PAYMENT_CATEGORIES, SETTLE_STATUSES},
    };

    #[test]
    fn every_page_has_the_same_tables_in_both_languages() {
        for topic in TOPICS {
            let tables = first_cells(topic.en);
            assert_eq!(tables, first_cells(topic.ja), "{}", topic.name);
            for text in [topic.en, topic.ja] {
                assert!(text.starts_with("# "), "{} has no title", topic.name);
                let headings =
                    |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
                assert_eq!(headings(text), headings(topic.en), "{}", topic.name);
            }
        }
    }

    #[test]
    fn every_answer_of_trace_and_reconcile_is_explained() {
        let page = Topic::named("causes").unwrap();
        let main = [
            MainCause::OrderUnknown,
            MainCause::EventExpected,
            MainCause::EventsNotLoaded,
            MainCause::BeforeIntegration,
            MainCause::ScreeningFailed,
        ];
        let causes = main.into_iter().map(MainCause::name);
        let verdicts = [
            Verdict::Direct,
            Verdict::ViaPaymentHistory,
            Verdict::NotFound,
        ];
        let drifts = [Drift::AutoMismatch, Drift::ManualChanged];
        let names = causes
            .chain(Cause::ALL.into_iter().map(Cause::name))
            .chain(verdicts.into_iter().map(Verdict::name))
            .chain(drifts.into_iter().map(Drift::name))
            .chain(Status::ALL.into_iter().map(Status::name))
            .chain(["payment-history-unknown"]);
        for name in names {
            assert!(page.tells_of(name), "{name}");
        }
    }

    #[test]
    fn every_action_of_the_log_is_explained() {
        let page = Topic::named("log").unwrap();
        for (action, _) in log::ACTIONS {
            assert!(page.tells_of(action), "{action}");
        }
    }

    #[test]
    fn every_code_of_a_decision_is_listed() {
        let page = Topic::named("review").unwrap();
        for code in SETTLE_STATUSES
            .iter()
            .chain(&PAYMENT_CATEGORIES)
            .chain(&OTHER_CATEGORIES)
        {
            let row = format!("| {} | `{}` | {} |", code.number, code.name, code.ja);
            assert!(page.en.contains(&row) && page.ja.contains(&row), "{row}");
        }
    }
}
