//! Which column is which field: headers in English, as the admin screens call them, or as the
//! configuration maps them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{cells::trim, record::Field, words::half_width};

/// The headers that are known: as they are compared, with the fields that they may mean.
pub(super) struct Names {
    fields: &'static [Field],
    /// With the rank of each meaning: 0 for the configured header, then the field's names in their
    /// order. A smaller one wins.
    meanings: HashMap<String, Vec<(usize, usize)>>,
    /// The configured headers as they are written.
    configured: Vec<Option<String>>,
}

/// Where the fields stand in a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The column of each field.
    pub column_of: Vec<Option<usize>>,
    /// The columns that are passed over.
    pub unknown: Vec<usize>,
    /// How many columns are certainly known for headers.
    pub known: usize,
}

/// Two columns that mean one field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub field: usize,
    pub columns: (usize, usize),
}

impl Names {
    pub(super) fn new(fields: &'static [Field], columns: &BTreeMap<String, String>) -> Self {
        let configured = |field: &Field| columns.get(field.name).cloned();
        let configured: Vec<_> = fields.iter().map(configured).collect();
        let mut meanings: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (field, header) in configured.iter().enumerate() {
            if let Some(header) = header {
                meanings.entry(key(header)).or_default().push((field, 0));
            }
        }
        // A header that is configured means what the configuration says, and nothing else.
        let taken: HashSet<String> = meanings.keys().cloned().collect();
        for (place, field) in fields.iter().enumerate() {
            let names = std::iter::once(&field.name).chain(field.titles);
            for (rank, name) in (1..).zip(names) {
                let name = key(name);
                if !taken.contains(&name) {
                    meanings.entry(name).or_default().push((place, rank));
                }
            }
        }
        Self {
            fields,
            meanings,
            configured,
        }
    }

    /// The headers that a field's column may have, for a message.
    pub(super) fn of_field(&self, field: usize) -> String {
        let configured = self.configured[field].as_deref();
        let names = std::iter::once(self.fields[field].name);
        let names = names.chain(self.fields[field].titles.iter().copied());
        let all: Vec<_> = configured.into_iter().chain(names).collect();
        format!("`{}`", all.join("`, `"))
    }

    /// Which columns are which fields.
    pub(super) fn layout<S: AsRef<str>>(&self, headers: &[S]) -> Result<Layout, Clash> {
        let mut met: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.fields.len()];
        let mut layout = Layout::default();
        let mut is_used = vec![false; headers.len()];
        for (column, header) in headers.iter().enumerate() {
            let meanings = self.meanings.get(&key(header.as_ref()));
            for (field, rank) in meanings.into_iter().flatten() {
                met[*field].push((*rank, column));
                // 作成日時 beside 受注日時 is known, though it is not read.
                is_used[column] |= *rank == 0 || self.fields[*field].may_repeat;
                // A cell of a file without a header may well be 会員.
                let is_certain = self.fields[*field]
                    .titles
                    .iter()
                    .all(|title| *title != "会員");
                layout.known += usize::from(is_certain);
            }
        }
        for (field, mut columns) in met.into_iter().enumerate() {
            columns.sort_unstable();
            if let [(rank, first), (next_rank, second), ..] = columns[..] {
                let is_chosen = rank != next_rank && (rank == 0 || self.fields[field].may_repeat);
                if !is_chosen {
                    let columns = (first.min(second), first.max(second));
                    return Err(Clash { field, columns });
                }
            }
            let column = columns.first().map(|(_, column)| *column);
            if let Some(column) = column {
                is_used[column] = true;
            }
            layout.column_of.push(column);
        }
        let unnamed = |column: &usize| shown(headers[*column].as_ref()).is_empty();
        let unknown = (0..headers.len()).filter(|column| !is_used[*column] && !unnamed(column));
        layout.unknown = unknown.collect();
        Ok(layout)
    }
}

/// A header as the file writes it, without what stands around it.
pub(super) fn shown(header: &str) -> &str {
    trim(header).trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”'))
}

/// A header as it is compared: without blanks, full-width ASCII made half-width, in lower case.
pub(super) fn key(header: &str) -> String {
    let folded = shown(header).chars().filter(|c| !c.is_whitespace());
    folded
        .map(|c| match c {
            // The hyphens that are typed for that of O-PLUX.
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => half_width(c).to_ascii_lowercase(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::order::OrderRecord, input::rows::record::Shape};

    fn names(columns: &[(&str, &str)]) -> Names {
        let columns = columns.iter().map(|(a, b)| (a.to_string(), b.to_string()));
        Names::new(OrderRecord::FIELDS, &columns.collect())
    }

    /// Fields with their headers, and headers that are passed over.
    type Found = (Vec<(&'static str, &'static str)>, Vec<&'static str>);

    /// The headers of the fields that a layout found, and those that it passes over.
    fn found(columns: &[(&str, &str)], headers: &[&'static str]) -> Result<Found, &'static str> {
        match names(columns).layout(headers) {
            Ok(layout) => {
                let fields = OrderRecord::FIELDS.iter().zip(&layout.column_of);
                let fields = fields.filter_map(|(f, c)| c.map(|c| (f.name, headers[c])));
                let unknown = layout.unknown.iter().map(|c| headers[*c]);
                Ok((fields.collect(), unknown.collect()))
            }
            Err(clash) => Err(OrderRecord::FIELDS[clash.field].name),
        }
    }

    #[test]
    fn headers_are_known_in_every_spelling() {
        for (header, field) in [
            ("number", "number"),
            ("Number", "number"),
            (" 受注番号　", "number"),
            ("\"受注番号\"", "number"),
            ("ｎｕｍｂｅｒ", "number"),
            ("O-PLUX 与信結果", "result"),
            ("O-PLUX与信結果", "result"),
            ("Ｏ－ＰＬＵＸ　与信結果", "result"),
            ("o−plux 与信結果", "result"),
            ("広告URL ID", "ad_url_id"),
            ("広告ＵＲＬＩＤ", "ad_url_id"),
            ("支払い方法ID", "payment_method_id"),
            ("支払い方法", "payment_method"),
            ("作成日時", "created_at"),
        ] {
            assert_eq!(found(&[], &[header]), Ok((vec![(field, header)], vec![])));
        }
        assert_eq!(
            found(&[], &["注文番号", ""]),
            Ok((vec![], vec!["注文番号"]))
        );
    }

    #[test]
    fn the_configured_header_wins_and_the_names_count_where_it_is_absent() {
        let columns = &[("number", "注文番号")][..];
        assert_eq!(
            found(columns, &["受注番号", "注文番号"]),
            Ok((vec![("number", "注文番号")], vec!["受注番号"]))
        );
        assert_eq!(
            found(columns, &["受注番号"]),
            Ok((vec![("number", "受注番号")], vec![]))
        );
        // It means that field even where it is another one's name.
        assert_eq!(
            found(&[("number", "受注ID")], &["受注ID", "ecforce_id"]),
            Ok((
                vec![("number", "受注ID"), ("ecforce_id", "ecforce_id")],
                vec![]
            ))
        );
        // One column may serve two fields.
        assert_eq!(
            found(&[("number", "X"), ("ecforce_id", "X")], &["x"]),
            Ok((vec![("number", "x"), ("ecforce_id", "x")], vec![]))
        );
    }

    #[test]
    fn two_columns_for_one_field_are_a_mistake_but_for_the_time_of_the_order() {
        assert_eq!(found(&[], &["number", "受注番号"]), Err("number"));
        assert_eq!(
            found(&[], &["受注番号", "total", "受注番号"]),
            Err("number")
        );
        assert_eq!(found(&[("number", "X")], &["X", "x"]), Err("number"));
        for (headers, first) in [
            (&["作成日時", "受注日時"][..], "受注日時"),
            (&["受注日時", "作成日時"], "受注日時"),
            (&["作成日時", "created_at"], "created_at"),
        ] {
            assert_eq!(
                found(&[], headers),
                Ok((vec![("created_at", first)], vec![]))
            );
        }
        assert_eq!(found(&[], &["作成日時", "作成日時"]), Err("created_at"));
        assert!(found(&[], &["支払い方法ID", "支払い方法"]).is_ok());
    }
}
