//! Where the parts of a document stand, whichever of TOML's ways of writing a table it uses.

use std::ops::Range;

use toml_edit::{ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

use super::{super::key::Step, lines};

/// The place that a path leads to, as far as it goes.
pub(super) enum Here<'a> {
    /// The document, or a table with a header of its own.
    Header(&'a Table),
    /// A table that only the headers below it tell of.
    Implicit,
    /// A table of dotted keys, below `owner`, which has a header.
    Dotted {
        owner: &'a Table,
        prefix: Vec<&'a str>,
        table: &'a Table,
    },
    /// An inline table; where it is one of dotted keys, `owner` has the braces.
    Inline {
        owner: &'a InlineTable,
        prefix: Vec<&'a str>,
    },
    /// A list with a header for each entry.
    Entries(&'a ArrayOfTables),
    /// Any other value, and what its key stands in.
    Value { value: &'a Value, owner: Owner<'a> },
}

/// What a key stands in.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A table with a header, or the document.
    Table(&'a Table),
    /// An inline table.
    Inline(&'a InlineTable),
    /// A list.
    Array,
}

/// Follows a path as far as it goes; gives the place, and the steps that are left.
pub(super) fn walk<'a, 's>(root: &'a Table, steps: &'s [Step]) -> (Here<'a>, &'s [Step]) {
    let mut here = Here::Header(root);
    // The innermost table, whatever kind it is, and the innermost one with a header.
    let mut table: Option<&'a dyn TableLike> = Some(root);
    let mut owner = Owner::Table(root);
    let mut prefix: Vec<&'a str> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let rest = &steps[index..];
        let Some(next) = Next::at(step, table, &here) else {
            return (here, rest);
        };
        if let (Step::Name(name), Some(table)) = (step, table) {
            prefix.extend(table.get_key_value(name).map(|(key, _)| key.get()));
        } else {
            owner = Owner::Array;
        }
        (here, table) = match next {
            Next::Table(inner) if inner.is_dotted() => {
                let Owner::Table(outer) = owner else {
                    return (here, rest);
                };
                let here = Here::Dotted {
                    owner: outer,
                    prefix: prefix.clone(),
                    table: inner,
                };
                (here, Some(inner as &dyn TableLike))
            }
            Next::Table(inner) => {
                owner = Owner::Table(inner);
                prefix.clear();
                let here = match inner.is_implicit() {
                    false => Here::Header(inner),
                    true => Here::Implicit,
                };
                (here, Some(inner as &dyn TableLike))
            }
            Next::Entries(tables) => (Here::Entries(tables), None),
            Next::Value(Value::InlineTable(inner)) => {
                let outer = match owner {
                    Owner::Inline(outer) if inner.is_dotted() => outer,
                    _ => {
                        prefix.clear();
                        owner = Owner::Inline(inner);
                        inner
                    }
                };
                let here = Here::Inline {
                    owner: outer,
                    prefix: prefix.clone(),
                };
                (here, Some(inner as &dyn TableLike))
            }
            Next::Value(value) => (Here::Value { value, owner }, None),
        };
    }
    (here, &[])
}

enum Next<'a> {
    Table(&'a Table),
    Entries(&'a ArrayOfTables),
    Value(&'a Value),
}

impl<'a> Next<'a> {
    /// One step from `here`; `table` is the table that it stands for, where it is one.
    fn at(step: &Step, table: Option<&'a dyn TableLike>, here: &Here<'a>) -> Option<Self> {
        match (step, here) {
            (Step::Name(name), _) => Self::of(table?.get(name)?),
            (Step::Index(index), Here::Entries(tables)) => Some(Self::Table(tables.get(*index)?)),
            (Step::Index(index), Here::Value { value, .. }) => {
                Some(Self::Value(value.as_array()?.get(*index)?))
            }
            _ => None,
        }
    }

    fn of(item: &'a Item) -> Option<Self> {
        match item {
            Item::Table(table) => Some(Self::Table(table)),
            Item::ArrayOfTables(tables) => Some(Self::Entries(tables)),
            Item::Value(value) => Some(Self::Value(value)),
            Item::None => None,
        }
    }
}

/// A span that is there: one of a document that was parsed.
pub(super) fn span_of(span: Option<Range<usize>>) -> Option<Range<usize>> {
    span.filter(|span| !span.is_empty())
}

/// A header.
pub(super) struct Header<'a> {
    /// The first name of its path.
    pub(super) first: &'a str,
    /// Where it begins.
    pub(super) start: usize,
}

/// Every header of the document.
pub(super) fn headers(root: &Table) -> Vec<Header<'_>> {
    let mut headers = Vec::new();
    for (name, item) in root.iter() {
        let mut starts = Vec::new();
        collect(item, &mut starts);
        headers.extend(
            starts
                .into_iter()
                .map(|start| Header { first: name, start }),
        );
    }
    headers
}

fn collect(item: &Item, starts: &mut Vec<usize>) {
    let tables: Vec<&Table> = match item {
        Item::Table(table) => vec![table],
        Item::ArrayOfTables(tables) => tables.iter().collect(),
        _ => return,
    };
    for table in tables {
        if !table.is_implicit() && !table.is_dotted() {
            starts.extend(table.span().map(|span| span.start));
        }
        for (_, item) in table.iter() {
            collect(item, starts);
        }
    }
}

/// Whether it is the document itself, which has no header.
pub(super) fn is_root(table: &Table) -> bool {
    span_of(table.span()).is_none()
}

/// Where the lines of a table stand: behind its header, up to the next one.
pub(super) fn body(text: &str, root: &Table, table: &Table) -> Range<usize> {
    let start = match span_of(table.span()) {
        Some(header) => lines::end(text, header.end),
        None => text.len() - text.trim_start_matches('\u{feff}').len(),
    };
    let next = headers(root).into_iter().map(|header| header.start);
    let next = next.filter(|next| *next >= start).min();
    start..next.map_or(text.len(), |next| lines::start(text, next))
}
