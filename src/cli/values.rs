//! Values that several commands take.

use crate::{
    domain::{
        asked::{self, Asked},
        event::AutoResult,
        text,
        time::JstTime,
    },
    locales::call::{self, Refused},
};

/// A result that is asked for; `None` stands for those without one.
pub type Wanted = Option<AutoResult>;

/// OK, NG, HOLD, REVIEW or none, however it is typed.
///
/// # Errors
/// Where it is none of them.
pub fn auto_result(text: &str) -> Result<Wanted, Refused> {
    result(text).ok_or_else(|| Refused(call::auto_result()))
}

/// OK, NG, HOLD or none, however it is typed: what a person can set (目視審査結果).
///
/// # Errors
/// Where it is none of them.
pub fn manual_result(text: &str) -> Result<Wanted, Refused> {
    result(text)
        .filter(|wanted| *wanted != Some(AutoResult::Review))
        .ok_or_else(|| Refused(call::manual_result()))
}

fn result(text: &str) -> Option<Wanted> {
    let name = text::folded(text::trim(text));
    match name.as_str() {
        "none" | "なし" => Some(None),
        name => AutoResult::from_word(name).map(Some),
    }
}

/// A date, or a date and time.
///
/// # Errors
/// Where it is neither.
pub fn time(text: &str) -> Result<JstTime, Refused> {
    text.parse().map_err(|_| Refused(call::time()))
}

/// So many a second: `5/s`, `0.5/s`, or the number alone.
///
/// # Errors
/// Where it is no such rate.
pub fn rate(text: &str) -> Result<f64, Refused> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<f64>();
    number
        .ok()
        .filter(|rate| (0.001..=10_000.0).contains(rate))
        .ok_or_else(|| Refused(call::rate()))
}

/// One order number, as it was pasted.
///
/// # Errors
/// Where it breaks the grammar, or several were pasted together.
pub fn order_number(text: &str) -> Result<Asked, Refused> {
    let refused = || Refused(call::order_number());
    let mut asked = asked::asked(text).map_err(|_| refused())?;
    match asked.len() {
        1 => asked.pop().ok_or_else(refused),
        _ => Err(refused()),
    }
}

/// Yes or no, as the configuration takes it.
///
/// # Errors
/// Where it is neither.
pub fn yes_or_no(text: &str) -> Result<bool, Refused> {
    text::yes_or_no(text).ok_or_else(|| Refused(call::yes_or_no()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_in_any_case_and_only_those_that_there_are() {
        let cases = [
            ("OK", Some(Some(AutoResult::Ok))),
            ("ng", Some(Some(AutoResult::Ng))),
            (" Hold ", Some(Some(AutoResult::Hold))),
            ("none", Some(None)),
            ("None", Some(None)),
            ("ＯＫ", Some(Some(AutoResult::Ok))),
            ("保留", Some(Some(AutoResult::Hold))),
            ("不承認", None),
            ("承認", Some(Some(AutoResult::Ok))),
            ("なし", Some(None)),
            ("", None),
            ("OKAY", None),
            ("-", None),
        ];
        for (text, expected) in cases {
            assert_eq!(auto_result(text).ok(), expected, "{text:?}");
            assert_eq!(manual_result(text).ok(), expected, "{text:?}");
        }
        assert_eq!(auto_result("review").ok(), Some(Some(AutoResult::Review)));
        assert_eq!(
            manual_result("REVIEW"),
            Err(Refused(call::manual_result())),
            "nobody sets it by hand"
        );
    }
}
