//! The XML of version 1.0 as a tree, read with mistrust: no document type and no entities but
//! XML's own five, no more depth and no more elements than an answer has use for.

use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

/// WIRE.md's answers are seven deep.
const DEEPEST: usize = 24;
/// Twenty similar events and a few hundred rules are a few thousand elements.
const MOST: usize = 50_000;

/// The answer is no XML document, or one that is not worth reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotXml;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name without a prefix.
    pub name: String,
    /// Its own text, without blanks around it.
    pub text: String,
    /// The elements in it, in their order.
    pub children: Vec<Element>,
}

impl Element {
    /// The first element of that name in this one.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a path such as `maresult/memo`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |at, name| at.child(name))
    }

    /// The text at the end of a path; none where it is empty or not there.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        let text = self.at(path).map(|element| element.text.as_str());
        text.filter(|text| !text.is_empty())
    }

    /// All text in it, that of elements within it too.
    pub fn whole_text(&self) -> String {
        let own = (!self.text.is_empty()).then(|| self.text.clone());
        let within = self.children.iter().map(Self::whole_text);
        let texts = own
            .into_iter()
            .chain(within.filter(|text| !text.is_empty()));
        texts.collect::<Vec<_>>().join(", ")
    }
}

/// Reads a document in UTF-8.
///
/// # Errors
/// Where it is not well-formed, has a document type or an entity that XML does not know by itself,
/// or is too deep or too large.
pub fn read(document: &[u8]) -> Result<Element, NotXml> {
    let text = std::str::from_utf8(document).map_err(|_| NotXml)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut open, mut root): (Vec<Element>, Option<Element>) = (Vec::new(), None);
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|_| NotXml)? {
            Event::Start(tag) => {
                count += 1;
                if count > MOST || open.len() == DEEPEST || root.is_some() {
                    return Err(NotXml);
                }
                open.push(Element {
                    name: tag.local_name().as_ref().to_owned(),
                    ..Element::default()
                });
            }
            Event::Empty(tag) => {
                count += 1;
                if count > MOST || root.is_some() {
                    return Err(NotXml);
                }
                let element = Element {
                    name: tag.local_name().as_ref().to_owned(),
                    ..Element::default()
                };
                close(element, &mut open, &mut root);
            }
            Event::End(_) => {
                let mut element = open.pop().ok_or(NotXml)?;
                element.text = element.text.trim().to_owned();
                close(element, &mut open, &mut root);
            }
            Event::Text(text) => say(&text.xml10_content(), &mut open)?,
            Event::CData(text) => say(&text.xml10_content(), &mut open)?,
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|_| NotXml)?;
                match character {
                    Some(character) => say(character.encode_utf8(&mut [0; 4]), &mut open)?,
                    None => {
                        let known = resolve_predefined_entity(&reference.xml10_content());
                        say(known.ok_or(NotXml)?, &mut open)?;
                    }
                }
            }
            Event::DocType(_) => return Err(NotXml),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match open.is_empty() {
        true => root.ok_or(NotXml),
        false => Err(NotXml),
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

/// Text belongs to the innermost element; outside of all there are only blanks.
fn say(text: &str, open: &mut [Element]) -> Result<(), NotXml> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(NotXml),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_a_tree() {
        let document = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n\
             <r:response xmlns:r='x'><a id=\"1\"> x &amp; &#x3042;<![CDATA[<b>]]> </a>\n\
             <b/><a>second</a><c><d>1</d><d>2</d></c></r:response>\n";
        let root = read(document.as_bytes()).unwrap();
        assert_eq!(root.name, "response");
        assert_eq!(root.text_at("a"), Some("x & あ<b>"));
        assert_eq!(root.child("b").unwrap().text, "");
        assert_eq!(root.text_at("b"), None);
        assert_eq!(root.text_at("c/d"), Some("1"));
        assert_eq!(root.child("c").unwrap().whole_text(), "1, 2");
        assert_eq!(root.at("c/e"), None);
    }

    #[test]
    fn what_is_no_answer_is_not_read() {
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>";
        let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST));
        for document in [
            "",
            "text",
            "{\"result\": 10}",
            "<r>",
            "<r><a></r></a>",
            "<r/><r/>",
            "<r></r>x",
            "<r>&b;</r>",
            "<r>&b</r>",
            "<r>&#xD800;</r>",
            "<html><body><p>Bad gateway<br></body></html>",
            bomb,
            deep.as_str(),
            wide.as_str(),
        ] {
            let start: String = document.chars().take(40).collect();
            assert_eq!(read(document.as_bytes()), Err(NotXml), "{start}");
        }
        assert_eq!(read(b"<r>\x83\x65</r>"), Err(NotXml));
    }
}
