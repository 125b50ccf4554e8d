//! A text that somebody pasted: UTF-8, or Shift_JIS (CP932) where it is none.

use std::io::{self, Read};

use super::{InputError, InputErrorKind, Source, error::io_error};
use crate::locales::{Said, input as texts};

/// Reads all of a text; what is no character of it is passed over.
///
/// # Errors
/// Where the source cannot be read.
pub fn read_text(source: &Source, stdin: &mut impl Read) -> Result<String, InputError> {
    let bytes = source.read(stdin);
    let bytes = bytes.map_err(|error| unreadable(source, &error))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => encoding_rs::SHIFT_JIS
            .decode(error.as_bytes())
            .0
            .into_owned(),
    })
}

fn unreadable(source: &Source, error: &io::Error) -> InputError {
    let message = texts::unreadable(source.name(), io_error(error));
    let said = Said::new(message).hint(texts::hint_text());
    InputError::alone(InputErrorKind::Unreadable, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read() {
        let text = "受注番号 a905125d2a\n";
        let cp932 = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [text.as_bytes().to_vec(), cp932] {
            let read = read_text(&Source::Stdin, &mut bytes.as_slice()).unwrap();
            assert_eq!(read, text);
        }
        let missing = Source::File("no/such/file".into());
        let error = read_text(&missing, &mut io::empty()).unwrap_err();
        assert_eq!(error.kind, InputErrorKind::Unreadable);
    }
}
