//! Documents as users write them: each key at most once, in any order and any of TOML's ways, with
//! comments everywhere.

use proptest::prelude::*;

use super::{super::*, method, open};
use crate::config::schema::KEYS;

#[derive(Debug, Clone, Copy)]
enum Style {
    Headers,
    Dotted,
    Inline,
}

fn document() -> impl Strategy<Value = String> {
    let keys: Vec<&'static str> = KEYS
        .iter()
        .filter(|key| {
            !key.secret && !key.pattern.contains("_command") && !key.pattern.contains("[]")
        })
        .map(|key| key.pattern)
        .collect();
    let style = prop_oneof![
        Just(Style::Headers),
        Just(Style::Dotted),
        Just(Style::Inline)
    ];
    let count = keys.len();
    (
        prop::sample::subsequence(keys, 0..count).prop_shuffle(),
        prop::collection::vec(any::<(bool, bool, bool)>(), count),
        style,
        0..3_usize,
        any::<bool>(),
    )
        .prop_map(|(keys, decoration, style, methods, crlf)| {
            let text = written(&keys, &decoration, style, methods);
            if crlf {
                text.replace('\n', "\r\n")
            } else {
                text
            }
        })
}

fn written(
    keys: &[&str],
    decoration: &[(bool, bool, bool)],
    style: Style,
    methods: usize,
) -> String {
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (index, pattern) in keys.iter().enumerate() {
        let key = schema::find(pattern).unwrap();
        let (table, name) = key.split();
        let value = key.kind.read(key.kind.example()).unwrap();
        let (above, behind, blank) = decoration[index];
        let (table, name) = match (style, pattern.split_once('.')) {
            (Style::Headers, _) => (table, name.to_owned()),
            (Style::Inline, Some((table, rest))) => (table, rest.to_owned()),
            _ => ("", (*pattern).to_owned()),
        };
        let comma = if matches!(style, Style::Inline) && !table.is_empty() {
            ","
        } else {
            ""
        };
        let mut line = String::new();
        if blank {
            line.push('\n');
        }
        if above {
            line.push_str(&format!("# above {pattern}, x = 1\n"));
        }
        line.push_str(&format!("{name} = {value}{comma}"));
        if behind {
            line.push_str(&format!(" # behind {pattern}"));
        }
        tables.entry(table).or_default().push(line);
    }
    let mut text = String::from("# head\n\n");
    for (table, lines) in &tables {
        let is_inline = matches!(style, Style::Inline) && !table.is_empty();
        if is_inline {
            text.push_str(&format!("# table {table}\n{table} = {{ # header {table}\n"));
        } else if !table.is_empty() {
            text.push_str(&format!("# table {table}\n[{table}] # header {table}\n"));
        }
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(if is_inline { "} # closed\n\n" } else { "\n" });
    }
    match style {
        Style::Inline if methods > 0 => {
            // Before any header: there is none in this style.
            let entry = |id| {
                format!(
                    "  # entry {id}\n  {{ id = {id}, name = \"m{id}\" }}, # behind entry {id}\n"
                )
            };
            let entries: String = (0..methods).map(entry).collect();
            text.push_str(&format!("payment_methods = [\n{entries}]\n"));
        }
        _ => {
            for id in 0..methods {
                text.push_str(&format!(
                    "# entry {id}\n[[payment_methods]]\nname = \"m{id}\" # name {id}\nid = {id}\n\n"
                ));
            }
        }
    }
    text.push_str("# end");
    text
}

/// Every comment, in any order: what stands behind a value may come onto a line of its own.
fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = text
        .lines()
        .filter_map(|line| line.find("# ").map(|at| line[at..].trim_end().to_owned()))
        .collect();
    comments.sort();
    comments
}

/// The comment behind the first method, which goes with it. Where another one has come to stand on
/// its line, it stays.
fn goes_with_first_entry(text: &str) -> Option<String> {
    let first = text
        .lines()
        .find(|line| line.contains("# name ") || line.contains("# behind entry "))?;
    let is_alone = !first.contains("}, {");
    let at = first.find("# ").filter(|_| is_alone)?;
    Some(first[at..].trim_end().to_owned())
}

/// The keys in the order in which they are written, each with the header that it stands under.
fn order(text: &str) -> Vec<String> {
    let mut header = String::new();
    let mut keys = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') || line.contains(" = {") || line.starts_with('}') {
            header = line.to_owned();
        }
        // An inline table may have several on a line.
        let code = line.split('#').next().unwrap_or("");
        for (key, _) in code.split(", ").filter_map(|pair| pair.split_once(" = ")) {
            keys.push(format!("{header} {key}"));
        }
    }
    keys
}

/// Whether `few` stand among `many` in the same order.
fn stand_in_order(few: &[String], many: &[String]) -> bool {
    let mut rest = many.iter();
    few.iter().all(|key| rest.any(|other| other == key))
}

fn edits() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0..KEYS.len(), 0..4_u8), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_keep_comments_and_order_and_say_what_they_were_told(text in document(), edits in edits()) {
        let mut edited = open(&text);
        let mut shows = comments(&text);
        for (index, what) in edits {
            let key = &KEYS[index];
            let path = key.pattern.replace("[]", "[0]");
            let before = edited.text().to_owned();
            let done = match what {
                0 => edited.unset(&path).map(|change| change.now.is_default),
                1 => edited.add_method(&method(50, "new")).map(|()| true),
                2 => edited.remove_method(0).map(|()| true),
                _ => edited.set(&path, key.kind.example()).map(|change| !change.now.is_default),
            };
            match done {
                Ok(done) => prop_assert!(done),
                // Secrets, two keys of one secret, entries that are not there, what an entry
                // needs: nothing was changed.
                Err(error) => {
                    prop_assert_eq!(&before, edited.text());
                    prop_assert!(!error.to_string().contains("cannot be changed here"), "{}\n{}", path, before);
                }
            }
            if what > 2 && edited.text() != before {
                let given = key.kind.read(key.kind.example()).unwrap();
                // Of the document itself: what is shown of a command is masked.
                let stands = edited.tree().unwrap();
                let at: crate::config::key::KeyPath = path.parse().unwrap();
                prop_assert_eq!(tree::get(&stands, at.steps()), Some(&tree::of_value(&given)));
            }
            if what == 2 && edited.text() != before {
                shows.retain(|comment| goes_with_first_entry(&before).as_ref() != Some(comment));
            }
            // Keys that stay keep their order.
            let (old, new) = (order(&before), order(edited.text()));
            let kept = match what {
                0 => stand_in_order(&new, &old),
                3 => stand_in_order(&old, &new),
                _ => true,
            };
            prop_assert!(kept, "{}\n---\n{}", before, edited.text());
            prop_assert_eq!(&comments(edited.text()), &shows, "{}\n---\n{}", before, edited.text());
            prop_assert_eq!(edited.text().contains("\r\n"), text.contains("\r\n"));
        }
        prop_assert!(edited.config().is_ok() || open(&text).config().is_err());
    }

    #[test]
    fn whatever_text_is_set_is_what_is_got(value in "\\PC{1,40}", toml in document()) {
        let mut document = open(&toml);
        if document.set("oplux.shop_id", &value).is_ok() {
            use crate::domain::text;
            let kept = text::trim(&value).to_owned();
            prop_assert_eq!(document.get("oplux.shop_id").unwrap().text(), Some(kept));
        } else {
            prop_assert!(crate::domain::text::trim(&value).is_empty() || crate::domain::text::is_broken(&value));
        }
    }
}
