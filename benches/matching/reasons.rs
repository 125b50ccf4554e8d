//! What O-PLUX says of its decisions: some 40 sentences, several hundred combinations of them.

use super::chance::hash;

/// How many combinations there are.
const COMBINATIONS: u64 = 600;

const SENTENCES: [&str; 40] = [
    "過去に不正利用が確認された配送先住所です",
    "過去に未払いのあった電話番号です",
    "過去に未払いのあった購入者です",
    "短期間に同一住所から複数回の注文があります",
    "短期間に同一IPアドレスから複数回の注文があります",
    "短期間に同一端末から複数回の注文があります",
    "短期間に同一メールアドレスから複数回の注文があります",
    "購入者と配送先の氏名が異なります",
    "購入者と配送先の都道府県が異なります",
    "配送先が転送サービスの住所です",
    "配送先が空き室の可能性があります",
    "配送先が短期賃貸物件の可能性があります",
    "住所の番地が確認できません",
    "住所に存在しない町名が含まれています",
    "郵便番号と住所が一致しません",
    "電話番号が現在使われていない可能性があります",
    "電話番号の桁数が正しくありません",
    "電話番号がIP電話の番号です",
    "氏名が架空の名前である可能性があります",
    "氏名に使われない文字が含まれています",
    "フリガナと氏名の読みが一致しません",
    "メールアドレスが使い捨てのドメインです",
    "メールアドレスが無作為な文字列の可能性があります",
    "海外のIPアドレスからの注文です",
    "匿名プロキシを経由した注文です",
    "端末のタイムゾーンが日本ではありません",
    "端末の言語設定が日本語ではありません",
    "端末情報が取得できませんでした",
    "カードの発行国が日本ではありません",
    "カード番号の連続した試行が検知されました",
    "プリペイドカードが利用されています",
    "合計金額が平均の注文金額を大きく超えています",
    "転売されやすい商品が含まれています",
    "同一商品が複数個注文されています",
    "初回限定商品が繰り返し注文されています",
    "加盟店のブラックリストに登録されています",
    "他の加盟店でネガティブ情報が登録されています",
    "深夜帯の注文です",
    "過去の取引に問題はありません",
    "十分な取引実績のある購入者です",
];

/// The codes and the sentences of one decision, each separated by `／`; `chance` picks them.
pub fn pick(seed: u64, chance: u64) -> (String, String) {
    let combination = chance % COMBINATIONS;
    let count = 1 + hash(seed, combination, 50) % 3;
    let place = |nth| (hash(seed, combination, 51 + nth) % SENTENCES.len() as u64) as usize;
    let places: Vec<_> = (0..count).map(place).collect();
    let codes: Vec<_> = places.iter().map(|at| format!("R{:03}", at + 1)).collect();
    let sentences: Vec<_> = places.iter().map(|at| SENTENCES[*at]).collect();
    (codes.join("／"), sentences.join("／"))
}
