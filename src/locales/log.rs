//! What `log` says.

use super::texts;

texts! {
    title_at() { en: "At", ja: "日時" }
    title_actor() { en: "Who", ja: "操作者" }
    title_action() { en: "What", ja: "操作" }
    title_subject() { en: "On", ja: "対象" }
    title_detail() { en: "Detail", ja: "内容" }
    /// Nothing is in the log.
    empty() { en: "the log has no entries", ja: "操作ログはありません。" }
}
