//! The words around everything else: labels of messages, and failures to write.

use super::texts;

texts! {
    /// The label of an error.
    error() { en: "error", ja: "エラー" }
    /// The label of a warning.
    warning() { en: "warning", ja: "注意" }
    /// The label of what to do next.
    hint() { en: "hint", ja: "ヒント" }
    /// Standard output cannot be written.
    cannot_write(reason) {
        en: "the output could not be written: {reason}",
        ja: "結果を書き込めませんでした。{reason}"
    }
}
