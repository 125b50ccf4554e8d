//! The Japanese of the command line's help. A test in `cli` says which key lacks a text.

/// The texts, by the keys that `help` explains.
pub const TABLE: &[(&str, &str)] = &[
    (
        "",
        "ecforceの受注をO-PLUXで審査するショップ様向けの運用ツール\n\n受注番号に対応するO-PLUXのイベントと、イベントがない理由を確認できます。ecforceとO-PLUXの連携の設定と、連携と同じルールでの受注の審査も行えます。審査結果は保存されます。",
    ),
    ("#Global options", "共通オプション"),
    (".--config", "設定ファイル"),
    (
        ".--profile",
        "使用する設定ファイルとデータファイルの名前(既定値: $OPLUX_PROFILE)",
    ),
    (".--store", "データファイル"),
    (
        ".--format",
        "結果の形式(既定値: table)。jsonlとcsvは一覧を表示するコマンドで指定できます。",
    ),
    (".--bom", "CSVの先頭にBOMを付けます(Excel用)。"),
    (
        ".--lang",
        "メッセージと表の言語(既定値: $OPLUX_LANG、未設定の場合はロケール)",
    ),
    (
        ".--color",
        "出力の色付け(既定値: auto。NO_COLORとCLICOLOR_FORCEに従います)",
    ),
    (".--quiet", "結果とエラーのみ表示します。"),
    (".--verbose", "処理の内容を詳しく表示します。"),
    (
        "demo",
        "内蔵のサンドボックスとサンプルの受注で、一連の動作を確認します。\n\n架空のショップの受注を審査し、すべての審査結果、審査対象外となるすべての理由、リダイレクト、強制的な受注作成、受注番号が2つあるサンクスオファーの購入を確認できます。続けて、ecforceとO-PLUXのデータを取り込み、サンクスオファーの受注、O-PLUXで審査結果が変更された受注、イベントが見つからない受注を検索します(--format がjson、jsonl、csvの場合は、審査の結果のみ出力します)。設定は不要です。外部への送信は行わず、データも残しません。",
    ),
    (
        "doctor",
        "連携の準備ができているかを確認します。\n\n設定ファイル、認証情報、接続先、支払い方法、データファイル、ファイルの権限を確認します。--online を付けない限り、送信は行いません。対応が必要な項目がある場合は、終了コード3で終了します。",
    ),
    (
        "doctor.--online",
        "O-PLUXとecforceへの接続と認証情報も確認します。",
    ),
    (
        "screen",
        "連携と同じルールで受注を審査します。\n\nファイルまたは標準入力から、1件の受注、受注のJSON配列、JSON Linesを読み込みます。すべての入力を確認してから送信します。イベントが取り込み済みの受注は再送せず、保存済みの審査結果を表示します。",
    ),
    (
        "screen.files",
        "受注のファイル。「-」を指定した場合と省略した場合は、標準入力から読み込みます。",
    ),
    (
        "screen.--from-ecforce",
        "ecforceから取得し、1件ずつ審査する受注番号",
    ),
    ("screen.--channel", "管理APIの応答にない場合の受注経路"),
    (
        "screen.--registered",
        "管理APIの応答の受注の顧客が会員かどうか",
    ),
    (
        "screen.--purchase-number",
        "管理APIの応答の受注が顧客の何回目の購入か",
    ),
    (
        "screen.--dry-run",
        "審査対象かどうかの判定と、リクエストの表示のみ行います。送信も保存もしません。",
    ),
    (
        "screen.--rescreen",
        "審査済みの受注や結果が不明な受注も、再審査します。",
    ),
    (
        "screen.--before",
        "`--rescreen` とともに指定します。結果がこの日時より古い受注のみ再審査します(中断した再審査の再開に使用します)。",
    ),
    ("screen.--jobs", "同時に処理する受注の件数"),
    ("screen.--rate", "1秒あたりの送信件数の上限(例: 5/s)"),
    (
        "screen.--fail-on",
        "指定した審査結果(例: ng,hold)が1件でもある場合、終了コード3で終了します。",
    ),
    (
        "trace",
        "受注番号に対応するO-PLUXのイベントを探します。\n\n受注番号は決済ごとに発番され、サンクスオファーでは最初の決済だけが審査されるため、イベントが決済履歴の別の番号で登録されていることがあります。取り込んだデータからイベントを探し、ない場合は理由と次の操作を表示します。見つからない番号がある場合は、終了コード3で終了します。",
    ),
    (
        "trace.numbers",
        "受注番号(ecforceに表示されている番号)。「-」は標準入力です。\n\n標準入力では、空白・カンマ・改行で区切ります。省略すると、端末では入力を求め、端末以外では標準入力を読み込みます。",
    ),
    (
        "trace.--history",
        "「受注管理 > 詳細 > 決済履歴」からコピーした、その受注の決済履歴。「-」は標準入力です。",
    ),
    ("trace.--save", "その決済履歴を保存します。"),
    (
        "trace.--details",
        "複数の受注番号を、表ではなく1件ずつ詳しく表示します。",
    ),
    (
        "orders",
        "取り込んだ受注を検索・表示します。\n\n取り込んだ受注と、このツールで審査した受注が対象です。ecforceでは検索できないO-PLUX 判定理由でも検索できます。",
    ),
    ("orders list", "受注を新しい順に一覧表示します。"),
    (
        "orders list.--result",
        "O-PLUX 与信結果(OK、NG、HOLD、REVIEW、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    ("orders list.--reason", "O-PLUX 判定理由に含まれる文字列"),
    (
        "orders list.--from",
        "受注日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "orders list.--to",
        "受注日時の終了。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    ("orders list.--method", "支払い方法ID、または正確な名前"),
    ("orders list.--customer", "顧客ID"),
    (
        "orders list.--needs-review",
        "目視審査待ちの受注(イベントがHOLDまたはREVIEWで、目視審査結果がないもの)",
    ),
    (
        "orders list.--failed",
        "このツールでの審査に失敗した受注、または審査の結果が不明な受注",
    ),
    ("orders list.--limit", "表示する件数の上限(新しい順)"),
    (
        "orders show",
        "受注を、決済履歴・審査の記録・イベントとともに表示します。\n\n決済履歴から同じ購入と分かる、すべての受注番号が対象です。",
    ),
    ("orders show.number", "受注番号"),
    (
        "events",
        "取り込んだイベントを検索・表示します。\n\n取り込んだイベントと、このツールで審査した受注のイベントが対象です。",
    ),
    ("events list", "イベントを新しい順に一覧表示します。"),
    ("events list.--merchant-id", "加盟店管理ID(受注番号)"),
    (
        "events list.--result",
        "自動審査結果(OK、NG、HOLD、REVIEW、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    (
        "events list.--manual",
        "目視審査結果(OK、NG、HOLD、結果なしはnone。カンマ区切りで複数指定可)",
    ),
    ("events list.--rule", "ルールコード"),
    ("events list.--reason", "判定理由に含まれる文字列"),
    ("events list.--rule-group", "ルールグループ"),
    ("events list.--memo", "目視審査メモに含まれる文字列"),
    (
        "events list.--blacklisted",
        "このツールで購入者または配送先をブラックリストに登録したイベント",
    ),
    (
        "events list.--from",
        "審査申請日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "events list.--to",
        "審査申請日時の終了。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    ("events list.--limit", "表示する件数の上限(新しい順)"),
    (
        "events review",
        "O-PLUXのイベントに、目視審査結果とメモを登録します。\n\necforceの審査結果は変わりません。ecforceの受注管理でも対応してください。",
    ),
    ("events review.events", "イベントIDまたは受注番号"),
    (
        "events review.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events review.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events review.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events review.--rate", "1秒あたりの送信数の上限"),
    ("events review.--result", "目視審査結果(ok、ng、hold)"),
    ("events review.--memo", "目視審査メモ(500文字以内)"),
    (
        "events settle",
        "O-PLUXのイベントの決済ステータスを更新します。",
    ),
    ("events settle.events", "イベントIDまたは受注番号"),
    (
        "events settle.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events settle.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events settle.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events settle.--rate", "1秒あたりの送信数の上限"),
    (
        "events settle.--status",
        "決済ステータス(コードまたは名称): 00 請求前、10 請求中、20 入金済み、30 延滞、40 債権回収、50 貸倒れ、60 チャージバック、99 キャンセル、100 発送後キャンセル",
    ),
    (
        "events blacklist",
        "イベントの購入者や配送先を、O-PLUXのブラックリストに登録・解除します。",
    ),
    ("events blacklist.events", "イベントIDまたは受注番号"),
    (
        "events blacklist.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events blacklist.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events blacklist.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events blacklist.--rate", "1秒あたりの送信数の上限"),
    (
        "events blacklist.--add",
        "ブラックリストに登録します。--payment の指定が必要です。",
    ),
    ("events blacklist.--lift", "ブラックリストから解除します。"),
    (
        "events blacklist.--payment",
        "登録理由(決済): 01 後払い未払い、02 カード不正利用、03 代引き受取拒否、04 転売、05 ポイント交換",
    ),
    (
        "events blacklist.--other",
        "登録理由(その他): 10 総合判断、20 お試し品の不正購入、30 悪質クレーム、40 チケット不正、50 業者、60 携帯端末、70 その他、80 レンタル",
    ),
    (
        "events blacklist.--who",
        "対象: buyer(購入者)、delivery(配送先)、both(両方)",
    ),
    (
        "events delete",
        "イベントをO-PLUXの照合対象から除外します。",
    ),
    ("events delete.events", "イベントIDまたは受注番号"),
    (
        "events delete.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events delete.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events delete.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events delete.--rate", "1秒あたりの送信数の上限"),
    (
        "events restore",
        "除外したイベントをO-PLUXの照合対象に戻します。",
    ),
    ("events restore.events", "イベントIDまたは受注番号"),
    (
        "events restore.--from-file",
        "対象のファイル(import と同じ形式)。列は event_id または number と、result・memo・settle_status です。",
    ),
    (
        "events restore.--dry-run",
        "リクエストの内容を表示します。送信も保存も行いません。",
    ),
    (
        "events restore.--yes",
        "確認せずに送信します。端末以外では指定が必要です。",
    ),
    ("events restore.--rate", "1秒あたりの送信数の上限"),
    ("events show", "イベントの詳細を表示します。"),
    (
        "events show.id",
        "イベントID。受注番号を指定した場合は、最新のイベントを表示します。",
    ),
    (
        "reconcile",
        "取り込んだすべての受注を、O-PLUXのイベントと照合します。\n\n受注ごとに1行で結果を表示し、集計を標準エラー出力に表示します。審査されたはずなのにイベントが見つからない受注と、審査に失敗した受注は missing(審査漏れ)、該当日のイベントが未取り込みの受注は unknown(未判定)になります。",
    ),
    (
        "reconcile.--status",
        "指定した状態の受注のみ: direct、via-payment-history、not-screened、missing、unknown",
    ),
    (
        "reconcile.--drift-only",
        "ecforceとO-PLUXの結果に相違がある受注のみ",
    ),
    (
        "reconcile.--check",
        "表示する受注に審査漏れか結果の相違がある場合、終了コード3で終了します。",
    ),
    (
        "reconcile.--report",
        "ブラウザで開けるレポート(集計、日別のグラフ、次の操作)を保存します。",
    ),
    (
        "reconcile.--from",
        "受注日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "reconcile.--to",
        "受注日時の終了。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    (
        "import",
        "受注、決済履歴、イベントのファイルを取り込みます。\n\necforceやO-PLUXからエクスポートしたCSV(UTF-8・UTF-16・Shift_JIS)、Excelブック、JSON配列、JSON Linesを読み込みます。ファイルの種類は見出しから判別します。同じファイルを再度取り込んでもデータは変わりません。値がある項目は新しい値に置き換わり、空の項目は元の値のまま残ります。エラーのある行が1行でもある場合は、何も取り込みません。読み取れないセルは空欄として扱い、その内容を表示します。",
    ),
    (
        "import.files",
        "取り込むファイルまたはフォルダ。「-」は標準入力です。先頭に種類(orders、payments、events)を指定することもできます。",
    ),
    (
        "import.--skip-bad",
        "エラーのある行を除いて取り込み、その内容を表示します。",
    ),
    (
        "import.--strict",
        "読み取れないセルのある行をエラーとして扱います。",
    ),
    (
        "import.--dry-run",
        "確認と件数の表示のみ行い、何も取り込みません。",
    ),
    (
        "import.--sheet",
        "Excelブックのシート名。省略した場合は、最初のシートを読み込みます。",
    ),
    (
        "log",
        "操作ログ(誰が、いつ、何を変更・送信したか)を表示します。\n\n記録の変更・削除はできません。シークレットキーや受注の個人情報は記録されません。",
    ),
    ("log.--from", "開始日時(日付のみでも可)"),
    (
        "log.--to",
        "終了日時。日付、今日、昨日、7dなどの場合は、その日の終わりまでを含みます。",
    ),
    ("log.--limit", "表示する件数の上限(新しい順)"),
    (
        "pull",
        "O-PLUXとecforceに登録されている最新の内容を取得します。\n\nイベントはO-PLUX(`oplux.event_url`)から、受注と支払い方法はecforceの管理API(`[ecforce]`)から取得します。定期実行(cron)での使用を想定しています。--quiet を付けると、変更がない場合は何も表示しません。",
    ),
    (
        "pull events",
        "イベントを取得します(審査結果、メモ、スコア、ルール、類似イベント、判定期限)。",
    ),
    (
        "pull events.events",
        "イベントIDまたは受注番号。省略すると、目視審査待ち(HOLDまたはREVIEWで目視審査結果なし)のイベントを取得します。",
    ),
    (
        "pull events.--since",
        "イベントを指定しない場合の、審査申請日時の開始(今日、昨日、7dなども可。既定値: 48時間前)",
    ),
    ("pull events.--rate", "1秒あたりの件数の上限"),
    (
        "pull events.--merchant-id",
        "指定した1件のイベントの加盟店管理ID(受注番号)。未取り込みのイベントの場合に指定します。",
    ),
    (
        "pull orders",
        "受注をecforceから取得し、`import orders` と同様に取り込みます。\n\n個人情報は保存しません。O-PLUX 与信結果が変更された場合は、変更前の結果をログに残します。",
    ),
    (
        "pull orders.--from",
        "受注の作成日時の開始(日付、今日、昨日、7dなど)",
    ),
    (
        "pull orders.--to",
        "受注の作成日時の終了(日付、今日、昨日、7dなどの場合はその日まで)",
    ),
    ("pull orders.--number", "取得する受注番号"),
    (
        "pull orders.--since-last",
        "前回以降に更新された受注(初回は --from も指定)",
    ),
    ("pull orders.--rate", "1秒あたりのリクエスト数の上限"),
    (
        "pull methods",
        "ecforceの支払い方法と設定ファイルを照合します。",
    ),
    (
        "pull methods.--apply",
        "ecforceの内容を設定ファイルに書き込みます。",
    ),
    (
        "pull methods.--check",
        "相違がある場合、終了コード3で終了します。",
    ),
    (
        "sandbox",
        "動作確認用のサンドボックス(O-PLUXの代わり)を、このマシンで起動します。\n\nO-PLUXと同様にリクエストを確認し、購入者の電話番号の末尾の数字で審査結果を決めます。0はOK(ルール TEST_OKTEL)、1はNG、2はHOLD、3はREVIEW、それ以外はOKです。",
    ),
    (
        "sandbox.--listen",
        "待ち受けるアドレス(このマシンのみ)。ポート0を指定すると、空きポートを使用します。",
    ),
    ("sandbox.--latency", "応答にかける時間(例: 50ms、2s)"),
    ("sandbox.--fail", "常に返すHTTPステータス(例: 500)"),
    (
        "sandbox.--ecforce",
        "ecforceの管理APIの代わりもします(架空の受注300件)。",
    ),
    (
        "help",
        "コマンドのヘルプ、またはリファレンスを表示します。\n\nリファレンスの一覧(イベントがない理由、終了コード、取り込みの列名など)は、oplux help topics で確認できます。",
    ),
    ("help.names", "コマンド、またはリファレンスの名前"),
];
