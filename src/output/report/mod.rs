//! The page of `reconcile --report`: one self-contained file that a shop's manager can open.
//!
//! A pure function: data in, text out. No script, nothing from elsewhere (the page's own policy
//! forbids both), and every text from outside is escaped by `maud`, the only way into the page.

use maud::{DOCTYPE, PreEscaped, html};

use crate::{
    locales::{Lang, report as texts},
    output::paint,
};

mod chart;
mod data;
mod parts;
mod sections;
#[cfg(test)]
mod tests;

pub use data::{Finding, Listed, ReportData};
use parts::Page;

/// What a browser may do with the page: nothing but show it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page as HTML.
pub fn render(data: &ReportData, lang: Lang) -> String {
    let page = Page { data, lang };
    let page = html! {
        (DOCTYPE)
        html lang=(if lang == Lang::Ja { "ja" } else { "en" }) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (page.say(&texts::title())) " - " (page.say(&page.period())) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                main {
                    (page.header())
                    @if data.counts.orders() == 0 {
                        (page.no_orders())
                    } @else {
                        (page.statuses())
                        (page.days())
                        (page.findings())
                    }
                    footer { p { (page.say(&texts::footer())) } }
                }
            }
        }
    };
    // Markup has no control characters, so those that go came from outside.
    paint::lines(&page.into_string()) + "\n"
}
