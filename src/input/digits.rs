//! Postcodes and telephone numbers as people enter them, as digits. O-PLUX is sent digits alone
//! (WIRE.md), and Japanese data has them in full width and with many kinds of hyphens.

/// The digits of what was entered, and a `+` in front of them; None where it holds anything but
/// digits, hyphens, blanks, brackets, full stops and a postal mark.
pub(super) fn clean(entered: &str) -> Option<String> {
    let mut digits = String::new();
    for c in entered.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            '+' | '＋' if digits.is_empty() => digits.push('+'),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '－' | 'ー' | 'ｰ' => {}
            '(' | ')' | '（' | '）' | '.' | '．' | '〒' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// A Japanese postcode: 7 digits.
pub(super) fn postcode(entered: &str) -> Option<String> {
    clean(entered).filter(|digits| digits.len() == 7 && !digits.starts_with('+'))
}

/// A telephone number: 9 to 15 digits, which is what Japanese numbers (10 or 11) and those of
/// other countries have. `+81` is the `0` that a Japanese number begins with at home.
pub(super) fn telephone(entered: &str) -> Option<String> {
    let cleaned = clean(entered)?;
    let digits = match cleaned.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => cleaned.strip_prefix('+').unwrap_or(&cleaned).to_owned(),
    };
    (9..=15).contains(&digits.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_7_digits_however_they_are_entered() {
        for entered in [
            "1530064",
            "153-0064",
            "〒153-0064",
            "１５３－００６４",
            "153ー0064",
            " 153 0064 ",
            "153−0064",
        ] {
            assert_eq!(postcode(entered).as_deref(), Some("1530064"), "{entered}");
        }
        for entered in [
            "",
            "153",
            "153-006",
            "153-00641",
            "153-006A",
            "+153006",
            "東京",
        ] {
            assert_eq!(postcode(entered), None, "{entered}");
        }
    }

    #[test]
    fn telephone_numbers_are_digits_however_they_are_entered() {
        for (entered, digits) in [
            ("03-5759-6380", "0357596380"),
            ("０３（５７５９）６３８０", "0357596380"),
            ("090ー1234ー5678", "09012345678"),
            ("090 1234 5678", "09012345678"),
            ("+81 3-5759-6380", "0357596380"),
            ("+81 (0)3-5759-6380", "0357596380"),
            ("＋81-90-1234-5678", "09012345678"),
            ("+1 415 555 0123", "14155550123"),
        ] {
            assert_eq!(telephone(entered).as_deref(), Some(digits), "{entered}");
        }
        for entered in [
            "",
            "-",
            "5759-6380",
            "090-1234-",
            "03-5759-6380 内線1",
            "1234567890123456",
            "03+57596380",
        ] {
            assert_eq!(telephone(entered), None, "{entered}");
        }
    }
}
