//! The Fluent texts of a pack, read strictly: plain messages with attributes, and nothing that would have to be computed.

use std::collections::HashMap;

use fluent::FluentResource;
use fluent_syntax::ast::{Entry, Pattern, PatternElement};
use turnstone_wire::shown;

use super::GuideError;
use crate::words::Lang;

/// Longest single text, in bytes: what fits on a screen.
const TEXT_BYTES: usize = 2_000;

/// The messages of one language by their ids.
pub(super) struct Texts {
    lang: Lang,
    messages: HashMap<String, Message>,
}

struct Message {
    value: String,
    attributes: HashMap<String, String>,
}

impl Texts {
    /// Reads all of the texts, or nothing.
    pub(super) fn read(lang: Lang, files: &[&str]) -> Result<Self, GuideError> {
        let mut messages = HashMap::new();
        for file in files {
            // Facts have no variables. Beside that, the parser calls itself for each brace.
            if file.contains(['{', '}']) {
                return Err(GuideError::Texts(lang));
            }
            let resource =
                FluentResource::try_new((*file).to_owned()).map_err(|_| GuideError::Texts(lang))?;
            for entry in resource.entries() {
                match entry {
                    Entry::Message(message) => {
                        let read = Message::read(lang, message)?;
                        if messages.insert(message.id.name.to_owned(), read).is_some() {
                            return Err(GuideError::Repeated);
                        }
                    }
                    Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                    Entry::Term(_) | Entry::Junk { .. } => return Err(GuideError::Texts(lang)),
                }
            }
        }
        Ok(Self { lang, messages })
    }

    /// A message.
    pub(super) fn message(&self, id: &str) -> Result<&str, GuideError> {
        Ok(&self.find(id)?.value)
    }

    /// An attribute that a message must have.
    pub(super) fn attribute(&self, id: &str, name: &str) -> Result<&str, GuideError> {
        self.optional(id, name)?.ok_or_else(|| GuideError::NoText(self.lang, format!("{id}.{name}")))
    }

    /// An attribute that a message may have.
    pub(super) fn optional(&self, id: &str, name: &str) -> Result<Option<&str>, GuideError> {
        Ok(self.find(id)?.attributes.get(name).map(String::as_str))
    }

    /// Whether the message is signed by somebody who speaks the language.
    pub(super) fn reviewed(&self, id: &str) -> Result<bool, GuideError> {
        Ok(self.optional(id, "reviewed")? != Some("no"))
    }

    fn find(&self, id: &str) -> Result<&Message, GuideError> {
        self.messages.get(id).ok_or_else(|| GuideError::NoText(self.lang, id.to_owned()))
    }
}

impl Message {
    fn read(lang: Lang, message: &fluent_syntax::ast::Message<&str>) -> Result<Self, GuideError> {
        let value = plain(lang, message.value.as_ref().ok_or(GuideError::Texts(lang))?)?;
        let mut attributes = HashMap::new();
        for attribute in &message.attributes {
            let text = plain(lang, &attribute.value)?;
            if attributes.insert(attribute.id.name.to_owned(), text).is_some() {
                return Err(GuideError::Repeated);
            }
        }
        Ok(Self { value, attributes })
    }
}

/// The text of a pattern that is one line of text.
fn plain(lang: Lang, pattern: &Pattern<&str>) -> Result<String, GuideError> {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { .. } => return Err(GuideError::Texts(lang)),
        }
    }
    // What acts on a screen instead of showing has no place in a fact.
    if text.trim().is_empty() || text.len() > TEXT_BYTES || shown::line(&text) != text {
        return Err(GuideError::Texts(lang));
    }
    Ok(text)
}
