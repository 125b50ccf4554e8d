//! What a pull brought: how it stands to what the store had, how many of what, and what changed.

use serde::Serialize;

use crate::{
    locales::{Text, at_oplux as words},
    output::{list::View, table::Field},
    store::Change,
};

/// How what was pulled stands to what the store had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum News {
    New,
    Changed,
    Unchanged,
}

/// How many of what.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    pub(super) failed: usize,
}

impl Counts {
    pub(super) fn count(&mut self, is_new: bool, changes: &[Change]) -> News {
        let (news, count) = match (is_new, changes) {
            (true, _) => (News::New, &mut self.new),
            (false, [_, ..]) => (News::Changed, &mut self.changed),
            (false, []) => (News::Unchanged, &mut self.unchanged),
        };
        *count += 1;
        news
    }

    /// How many there are in all.
    pub(super) fn all(&self) -> usize {
        self.new + self.changed + self.unchanged + self.failed
    }

    pub(super) fn told(&self) -> Text {
        words::pulled(self.new, self.changed, self.unchanged, self.failed)
    }
}

/// What is other than it was, a line each.
pub(super) fn told_changes(changes: &[Change], view: View) -> Field {
    let told = changes.iter();
    let told = told.map(|change| words::change(change.field, &change.was, &change.now));
    let told = (!changes.is_empty()).then(|| Text::joined(&told.collect::<Vec<_>>(), "\n"));
    view.maybe(told)
}
