//! Markup that cannot be broken from outside: text and attributes enter it escaped only, and what
//! is opened is closed. It is well-formed as XML too, which is what the tests hold it to.

use std::fmt::Display;

use crate::{
    locales::{Lang, Text},
    output::clean,
};

/// Elements without content, written `<tag />`.
const EMPTY: &[&str] = &["meta", "rect", "line", "path"];

/// One element and what is in it.
#[derive(Debug, Clone)]
pub(super) struct El {
    tag: &'static str,
    attributes: String,
    inner: String,
}

/// An element without attributes and content.
pub(super) fn el(tag: &'static str) -> El {
    El {
        tag,
        attributes: String::new(),
        inner: String::new(),
    }
}

impl El {
    /// The same with an attribute. Its value is escaped.
    pub(super) fn attr(mut self, name: &'static str, value: impl Display) -> Self {
        let value = escaped(&value.to_string());
        self.attributes.push_str(&format!(" {name}=\"{value}\""));
        self
    }

    /// The same with these classes.
    pub(super) fn class(self, classes: &str) -> Self {
        self.attr("class", classes)
    }

    /// The same with a text behind what is in it. The text is escaped.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.inner.push_str(&escaped(text));
        self
    }

    /// The same with a sentence behind what is in it.
    pub(super) fn say(self, text: &Text, lang: Lang) -> Self {
        self.text(text.get(lang))
    }

    /// The same with an element behind what is in it.
    pub(super) fn child(mut self, child: El) -> Self {
        child.write(&mut self.inner);
        self
    }

    /// The same with elements behind what is in it.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = El>) -> Self {
        for child in children {
            child.write(&mut self.inner);
        }
        self
    }

    /// A style sheet, as it is: it comes from this program alone.
    pub(super) fn style_sheet(css: &'static str) -> Self {
        Self {
            inner: css.to_owned(),
            ..el("style")
        }
    }

    /// The markup.
    pub(super) fn write(&self, out: &mut String) {
        let Self {
            tag,
            attributes,
            inner,
        } = self;
        if EMPTY.contains(tag) && inner.is_empty() {
            out.push_str(&format!("<{tag}{attributes} />"));
        } else {
            out.push_str(&format!("<{tag}{attributes}>{inner}</{tag}>"));
        }
        if BLOCKS.contains(tag) {
            out.push('\n');
        }
    }
}

/// A line break behind these keeps the page readable, and its lines short enough for a diff.
const BLOCKS: &[&str] = &[
    "meta", "title", "style", "header", "section", "footer", "tr", "g", "li", "p", "h1", "h2",
];

/// `text` without control characters, and with nothing in it that markup could begin or end with.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in clean::one_line(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
