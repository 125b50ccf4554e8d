//! What `oplux sandbox` says to the person who runs it.

use super::texts;

texts! {
    /// It is ready.
    listening(address) {
        en: "the sandbox listens on {address}, until Ctrl-C. Lines for a configuration:",
        ja: "サンドボックスを {address} で起動しました。終了するにはCtrl-Cを押してください。設定ファイルに貼り付ける内容は次のとおりです。"
    }
    /// What to do with the lines.
    how_to_use() {
        en: "Paste them into a configuration of its own, for example the one named by `oplux --profile sandbox config path`",
        ja: "本番用とは別の設定ファイルに貼り付けてください。例えば、次のコマンドで表示されるファイルです: `oplux --profile sandbox config path`"
    }
}
