//! The Japanese of the command line's help, but for commands whose area has a file of its own
//! (`HELP` in it). A test in `cli` says which key lacks a text.

/// The texts, by the keys that `help` explains.
pub const TABLE: &[(&str, &str)] = &[
    (
        "",
        "ecforceの受注をO-PLUXで審査するショップ様向けの運用ツール\n\n受注番号に対応するO-PLUXのイベントと、イベントがない理由を確認できます。ecforceとO-PLUXの連携の設定と、連携と同じルールでの受注の審査も行えます。審査結果は保存されます。",
    ),
    ("#Global options", "共通オプション"),
    (".--config", "設定ファイル"),
    (".--profile", "使用する設定ファイルとデータファイルの名前"),
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
    (
        ".--no-pager",
        "画面より長い一覧を、$PAGER(既定値: less)を使わずに表示します。",
    ),
    (".--quiet", "結果とエラーのみ表示します。"),
    (".--verbose", "処理の内容を詳しく表示します。"),
    (
        "demo",
        "内蔵のサンドボックスとサンプルの受注で、一連の動作を確認します。\n\n架空のショップの受注を審査し、すべての審査結果、審査対象外となるすべての理由、リダイレクト、強制的な受注作成、受注番号が2つあるサンクスオファーの購入を確認できます。続けて、ecforceとO-PLUXのデータを取り込み、サンクスオファーの受注、O-PLUXで審査結果が変更された受注、イベントが見つからない受注を検索します(--format がjson、jsonl、csvの場合は、審査の結果のみ出力します)。設定は不要です。外部への送信は行わず、データも残しません。",
    ),
    (
        "config",
        "設定ファイルを作成・表示・変更・確認します。\n\necforceの「設定 > 外部連携アカウント管理」の「O-PLUX」画面と、「設定 > 支払い方法管理」画面の内容を設定するファイルです。変更しても、コメントと項目の順序は保持されます。",
    ),
    (
        "config init",
        "設定ファイルを作成します。端末では質問に沿って入力します。それ以外ではオプションで指定します。",
    ),
    ("config init.--service", "審査サービス"),
    ("config init.--service=o-plux", "O-PLUX"),
    ("config init.--service=fraud-checker", "不正利用チェッカー"),
    ("config init.--shop-id", "加盟店ID"),
    ("config init.--connection-id", "接続元ID"),
    ("config init.--model-id", "審査モデルID"),
    (
        "config init.--secret-key-file",
        "シークレットキーを保存したファイル",
    ),
    (
        "config init.--register-url",
        "イベント登録APIのURL(バージョン3.0)",
    ),
    (
        "config init.--event-url",
        "イベント取得・更新APIのURL(バージョン1.0)",
    ),
    ("config init.--name-url", "氏名正規化APIのURL"),
    ("config init.--enabled", "O-PLUXを使用する"),
    (
        "config init.--screen-existing-customers",
        "既存顧客でもO-PLUX審査を行う",
    ),
    (
        "config show",
        "設定されている項目と、既定値が適用される項目を表示します。シークレットキーは表示されません。",
    ),
    (
        "config get",
        "設定項目の値を表示します。シークレットキーは表示されません。",
    ),
    ("config get.key", "設定項目(例: oplux.on_ng.action)"),
    ("config set", "設定項目の値を変更します。"),
    ("config set.key", "設定項目(例: oplux.on_ng.action)"),
    ("config set.value", "設定する値"),
    ("config unset", "設定項目を削除し、既定値に戻します。"),
    ("config unset.key", "設定項目(例: oplux.on_ng.redirect_url)"),
    ("config check", "設定ファイル全体を確認します。"),
    ("config path", "設定ファイルの場所を表示します。"),
    (
        "config secret",
        "シークレットキーを保存します。入力は画面に表示されません。標準入力からも読み込めます。",
    ),
    (
        "config secret.--ecforce",
        "代わりに、ecforceのAPIトークンを保存します。",
    ),
    (
        "methods",
        "支払い方法の一覧表示・変更と、「O-PLUXの利用」の切り替えを行います。\n\necforceの「設定 > 支払い方法管理」に対応します。変更すると、変更前と変更後の値が表示されます。",
    ),
    ("methods list", "支払い方法を一覧表示します。"),
    ("methods add", "支払い方法を登録します。"),
    ("methods add.id", "ecforceの支払い方法ID"),
    ("methods add.name", "ecforceの支払い方法の名前"),
    ("methods add.--oplux", "O-PLUXの利用"),
    (
        "methods add.--realtime-thanks-offer",
        "サンクスオファー即時決済",
    ),
    (
        "methods add.--settle-method",
        "O-PLUXの決済方法コード(01 後払い、02 クレジットカード、03 代金引換、99 その他など)",
    ),
    (
        "methods add.--model-id",
        "この支払い方法専用の審査モデルID。空の値を指定すると解除します。",
    ),
    ("methods set", "支払い方法の設定を変更します。"),
    ("methods set.method", "支払い方法ID、または正確な名前"),
    ("methods set.--id", "変更後の支払い方法ID"),
    ("methods set.--name", "変更後の名前"),
    ("methods set.--oplux", "O-PLUXの利用"),
    (
        "methods set.--realtime-thanks-offer",
        "サンクスオファー即時決済",
    ),
    (
        "methods set.--settle-method",
        "O-PLUXの決済方法コード(01 後払い、02 クレジットカード、03 代金引換、99 その他など)",
    ),
    (
        "methods set.--model-id",
        "この支払い方法専用の審査モデルID。空の値を指定すると解除します。",
    ),
    ("methods remove", "支払い方法を削除します。"),
    ("methods remove.methods", "支払い方法ID、または正確な名前"),
    ("methods enable", "「O-PLUXの利用」を有効にします。"),
    ("methods enable.methods", "支払い方法ID、または正確な名前"),
    ("methods disable", "「O-PLUXの利用」を無効にします。"),
    ("methods disable.methods", "支払い方法ID、または正確な名前"),
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
        "reconcile.--limit",
        "表示する受注の上限件数。照合と集計はすべての受注が対象です。",
    ),
    ("reconcile.--open", "作成したレポートをブラウザで開きます。"),
    (
        "reconcile.--report",
        "ブラウザで開けるレポート(集計、日別のグラフ、次の操作)を保存します。",
    ),
    ("reconcile.--from", "受注日時の開始(日付のみでも可)"),
    (
        "reconcile.--to",
        "受注日時の終了。日付のみの場合は、その日の終わりまでを含みます。",
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
        "終了日時。日付のみの場合は、その日の終わりまでを含みます。",
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
        "イベントを指定しない場合の、審査申請日時の開始(既定値: 48時間前)",
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
    ("pull orders.--from", "受注の作成日時の開始(日付のみでも可)"),
    (
        "pull orders.--to",
        "受注の作成日時の終了(日付のみの場合はその日まで)",
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
