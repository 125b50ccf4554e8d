//! The summary of a reconciliation, on standard error.

use crate::{
    domain::matching::Status,
    engine::summary::Summary,
    locales::{Text, matching as words},
    output::Output,
};

/// Tells counts and shares by status, by cause and by drift, and the orphans.
pub(super) fn summary(out: &Output, summary: &Summary, selected: usize, orphans: u64) {
    let orders = summary.orders();
    if orders == 0 {
        out.note(&words::empty());
        out.note(&words::empty_hint());
    } else {
        lines(summary, orders)
            .iter()
            .for_each(|line| out.note(line));
        if selected as u64 != orders {
            out.note(&match selected {
                0 => words::none_selected(),
                rows => words::selected(rows),
            });
        }
    }
    if let Some(number) = &summary.first_lacking {
        out.note(&words::lacking_first_payment(summary.lacking_first_payment));
        out.note(&words::lacking_first_payment_hint(number));
    }
    if orphans > 0 {
        out.note(&words::orphans(orphans));
    }
}

fn lines(summary: &Summary, orders: u64) -> Vec<Text> {
    let share = |count| share(count, orders);
    let mut lines = vec![words::summary(orders)];
    for status in Status::ALL {
        let count = summary.with(status);
        if count > 0 {
            lines.push(words::line(words::status(status), count, share(count)));
        }
    }
    let without: u64 = summary.causes.values().sum();
    if without > 0 {
        lines.push(words::line(words::no_event(), without, share(without)));
        for (cause, count) in summary.causes_by_count() {
            lines.push(words::part(words::cause(cause), count, share(count)));
        }
    }
    if summary.drifting() > 0 {
        let drifting = summary.drifting();
        lines.push(words::line(words::differences(), drifting, share(drifting)));
        for (drift, count) in &summary.drifts {
            lines.push(words::part(words::drift(*drift), *count, share(*count)));
        }
    }
    lines
}

/// A share with one decimal; rounded, but never to all or nothing where it is not.
fn share(count: u64, of: u64) -> String {
    if of == 0 {
        return "0.0%".to_owned();
    }
    let exact = count as f64 * 100.0 / of as f64;
    let shown = match count {
        0 => 0.0,
        count if count == of => 100.0,
        _ => exact.clamp(0.1, 99.9),
    };
    format!("{shown:.1}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_away() {
        let cases = [
            ((0, 0), "0.0%"),
            ((0, 5), "0.0%"),
            ((1, 3), "33.3%"),
            ((1, 1_000_000), "0.1%"),
            ((999_999, 1_000_000), "99.9%"),
            ((5, 5), "100.0%"),
        ];
        for ((count, of), expected) in cases {
            assert_eq!(share(count, of), expected);
        }
    }
}
