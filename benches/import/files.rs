//! The files: what stands in them is made up, in the headers and the width of ecforce's exports.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use encoding_rs::SHIFT_JIS;
use zip::{ZipWriter, write::SimpleFileOptions};

/// The columns of the CSV; those that oplux keeps come first.
pub const COLUMNS: usize = 60;
/// The columns of the book.
pub const BOOK_COLUMNS: usize = 20;

const HEADERS: &str = "受注番号,受注ID,作成日,受注経路,購入オファー,支払い方法,支払い合計,顧客ID,\
    対応状況,決済状況,O-PLUX 与信結果,O-PLUX 判定理由,定期受注番号,定期内受注（N番目）,受注ラベル,\
    顧客番号,購入URL,定期受注ラベル,メールアドレス,小計,送料,手数料,消費税,配送業者,配送伝票番号,\
    更新日,発送予定日,発送日,配送日,受注種別,メモ,通信欄,支払期限,仮売上日,実売上日,入金日,取引ID,\
    広告URLグループ名,広告主名,性別,生年月日,会員ランク名,割引,利用ポイント,付与ポイント,\
    顧客購入回数,媒体,顧客タイプ名,商品合計金額,調整金額,請求先（名前フル）,請求先（カナフル）,\
    請求先（郵便番号フル）,請求先（住所フル）,請求先（電話番号フル）,お届け先（名前フル）,\
    お届け先（住所フル）,お届け先（電話番号フル）,購入商品（商品名）,購入商品（SKUコード）";

/// The row of an order.
fn row(n: u64) -> String {
    let number = n.wrapping_mul(0x9e_3779_b97f) & 0xff_ffff_ffff;
    let day = format!("2026/{:02}/{:02}", 1 + n % 12, 1 + n % 28);
    let at = format!("{day} {:02}:{:02}", n / 60 % 24, n % 60);
    let total = format!("\"{},{:03}\"", 1 + n % 9, n % 1_000);
    // Every tenth order is generated from a subscription, and was not screened.
    let (channel, result, reason, subscription) = match n % 10 {
        0 => ("", "", "", format!("f{n:09x},3")),
        _ => (
            "LP",
            ["OK", "REVIEW", "HOLD", "NG"][(n % 4) as usize],
            "海外のIPアドレスからの注文／転売されやすい商品の高額な初回注文",
            ",".to_owned(),
        ),
    };
    let customer = n / 2;
    let address = format!(
        "東京都見本区架空町{}-{}　見本ビル{}号室",
        n % 9,
        n % 30,
        n % 900
    );
    let telephone = format!("090-{:04}-{:04}", n / 10_000 % 10_000, n % 10_000);
    format!(
        "{number:010x},{n},{at},{channel},通常(なし),クレジットカード一括,{total},{customer},\
         注文確定,仮売上完了,{result},{reason},{subscription},一般,\
         c{customer:09x},https://shop.example.com/lp?u=mihon,,mihon{n}@example.com,3980,550,0,398,\
         見本運輸,{n:012},{at}:09,{day},{day},,定期受注(3),,置き配を希望します,,{day},,,tr-{n:016},\
         見本広告グループ,見本広告社,女性,1980/01/01,一般会員,0,0,39,\
         1,ウェブ,見本,3980,0,見本　花子,ミホン　ハナコ,\
         153-0064,{address},{telephone},見本　花子,\
         {address},{telephone},\"見本のクリーム,見本の石けん\",MIHON-01-A"
    )
}

/// Writes the CSV down to the disk, and gives its size.
///
/// # Errors
///
/// A file that cannot be written.
pub fn write_csv(path: &Path, orders: u64) -> io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut line = |text: &str| {
        let (bytes, _, lost) = SHIFT_JIS.encode(text);
        assert!(!lost, "CP932 has every character of {text}");
        out.write_all(&bytes)?;
        out.write_all(b"\r\n")
    };
    line(HEADERS)?;
    for n in 0..orders {
        line(&row(n))?;
    }
    let file = out.into_inner()?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Writes a book as Excel does, with its texts in a table of their own.
///
/// # Errors
///
/// A file that cannot be written.
pub fn write_book(path: &Path, rows: u64) -> io::Result<()> {
    const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut sheet, mut texts, mut count) = (String::new(), String::new(), 0);
    let table = std::iter::once(HEADERS.to_owned()).chain((0..rows).map(row));
    for (number, line) in (1..).zip(table) {
        let mut cells = csv::ReaderBuilder::new();
        let mut cells = cells.has_headers(false).from_reader(line.as_bytes());
        let cells = cells.records().next().expect("a row")?;
        assert_eq!(cells.len(), COLUMNS);
        let _ = write!(sheet, "<row r=\"{number}\">");
        for (column, text) in ('A'..).zip(cells.iter().take(BOOK_COLUMNS)) {
            let (kind, value) = match text.parse::<u64>() {
                Ok(value) if column != 'A' => ("n", value),
                _ => {
                    let _ = write!(texts, "<si><t>{text}</t></si>");
                    count += 1;
                    ("s", count - 1)
                }
            };
            let _ = write!(
                sheet,
                "<c r=\"{column}{number}\" t=\"{kind}\"><v>{value}</v></c>"
            );
        }
        sheet.push_str("</row>");
    }
    let relation = |id, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations =
        |all: String| format!("<Relationships xmlns=\"{RELATIONS}\">{all}</Relationships>");
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
                .to_owned(),
        ),
        (
            "_rels/.rels",
            relations(relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{OFFICE}\"><sheets>\
                 <sheet name=\"受注一覧\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                relation("r1", "worksheet", "worksheets/sheet1.xml")
                    + &relation("r2", "sharedStrings", "sharedStrings.xml"),
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{SPREADSHEET}\"><sheetData>{sheet}</sheetData></worksheet>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{SPREADSHEET}\" count=\"{count}\">{texts}</sst>"),
        ),
    ];
    let mut book = ZipWriter::new(File::create(path)?);
    for (name, text) in parts {
        book.start_file(name, SimpleFileOptions::default())?;
        book.write_all(text.as_bytes())?;
    }
    book.finish()?;
    Ok(())
}
