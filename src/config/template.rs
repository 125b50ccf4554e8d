//! The text that `config init` begins with: every key with what it is called in the admin screens,
//! in the user's language. What was not answered stands commented out, so that the text loads as
//! it is.

use toml_edit::Value;

use super::schema::{KEYS, Key, Kind};
use crate::{
    domain::{
        event::Service,
        settings::{Behaviour, Behaviours, PaymentMethod},
        time::JstTime,
    },
    locales::{Lang, config as texts},
};

/// What `config init` was told.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// When the integration began (R7).
    pub integrated_at: Option<JstTime>,
    /// O-PLUXを使用する (R3).
    pub enabled: Option<bool>,
    /// O-PLUX or 不正利用チェッカー (R15).
    pub service: Option<Service>,
    /// 加盟店ID.
    pub shop_id: Option<String>,
    /// 接続元ID.
    pub connection_id: Option<String>,
    /// 審査モデルID.
    pub model_id: Option<String>,
    /// The file with シークレットキー, where there is one already.
    pub secret_key_file: Option<String>,
    /// 既存顧客でもO-PLUX審査を行う (R5).
    pub screen_existing_customers: Option<bool>,
    /// Where events are registered (version 3.0).
    pub register_url: Option<String>,
    /// Where events are got and updated (version 1.0).
    pub event_url: Option<String>,
    /// Where names are normalised.
    pub name_url: Option<String>,
    /// What happens at HOLD, REVIEW and NG (R6).
    pub behaviours: Option<Behaviours>,
    /// 支払い方法管理 (R4).
    pub methods: Vec<PaymentMethod>,
}

/// The text of a configuration with these answers and comments in `lang`. Whether the answers are
/// allowed is not asked here: [`super::Document::of_text`] and its check say so.
pub fn template(answers: &Answers, lang: Lang) -> String {
    let mut out = Writer {
        text: String::new(),
        lang,
    };
    out.comment(texts::template_head().get(lang));
    let mut table = None;
    for key in KEYS {
        let (standing, _) = key.split();
        if table != Some(standing) {
            table = Some(standing);
            out.header(standing, answers);
        }
        match standing {
            "payment_methods[]" if !answers.methods.is_empty() => {}
            _ => out.key(key, answer(answers, key.pattern)),
        }
        // After the last key of its table, so that a method's keys stand together.
        if key.pattern == "payment_methods[].model_id" {
            out.methods(&answers.methods);
        }
    }
    out.text
}

/// What was answered for a key, as `config set` would be given it.
fn answer(answers: &Answers, pattern: &str) -> Option<String> {
    let behaviour = |of: fn(&Behaviours) -> &Behaviour| answers.behaviours.as_ref().map(of);
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    match pattern {
        "integrated_at" => answers.integrated_at.map(|at| at.to_string()),
        "oplux.enabled" => flag(answers.enabled),
        "oplux.service" => answers.service.map(|service| service.name().to_owned()),
        "oplux.shop_id" => answers.shop_id.clone(),
        "oplux.connection_id" => answers.connection_id.clone(),
        "oplux.model_id" => answers.model_id.clone(),
        "oplux.secret_key_file" => answers.secret_key_file.clone(),
        "oplux.screen_existing_customers" => flag(answers.screen_existing_customers),
        "oplux.register_url" => answers.register_url.clone(),
        "oplux.event_url" => answers.event_url.clone(),
        "oplux.name_url" => answers.name_url.clone(),
        "oplux.on_hold.action" => behaviour(|all| &all.on_hold).map(action),
        "oplux.on_hold.redirect_url" => behaviour(|all| &all.on_hold).and_then(redirect),
        "oplux.on_review.action" => behaviour(|all| &all.on_review).map(action),
        "oplux.on_review.redirect_url" => behaviour(|all| &all.on_review).and_then(redirect),
        "oplux.on_ng.action" => behaviour(|all| &all.on_ng).map(action),
        "oplux.on_ng.redirect_url" => behaviour(|all| &all.on_ng).and_then(redirect),
        _ => None,
    }
}

fn action(behaviour: &Behaviour) -> String {
    match behaviour {
        Behaviour::Create => "create".to_owned(),
        Behaviour::Redirect(_) | Behaviour::RedirectUnset => "redirect".to_owned(),
    }
}

fn redirect(behaviour: &Behaviour) -> Option<String> {
    match behaviour {
        Behaviour::Redirect(url) => Some(url.clone()),
        Behaviour::Create | Behaviour::RedirectUnset => None,
    }
}

struct Writer {
    text: String,
    lang: Lang,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn comment(&mut self, comment: &str) {
        for line in comment.lines() {
            self.line(&format!("# {line}"));
        }
    }

    /// The header of a table: commented out where nothing of it is set.
    fn header(&mut self, table: &str, answers: &Answers) {
        self.line("");
        let (about, header) = match table.strip_suffix("[]") {
            Some(list) => (list, format!("[[{list}]]")),
            None => (table, format!("[{table}]")),
        };
        if let Some(about) = texts::about_table(about) {
            self.comment(about.get(self.lang));
        }
        match table {
            "" => {}
            "payment_methods[]" if !answers.methods.is_empty() => {}
            _ if table.starts_with("oplux") => self.line(&header),
            _ => self.line(&format!("# {header}")),
        }
    }

    /// A key: what it is, and its line, commented out where it was not answered.
    fn key(&mut self, key: &Key, answer: Option<String>) {
        let (_, name) = key.split();
        self.comment(key.about().get(self.lang));
        let text = answer.as_deref().unwrap_or(key.example);
        let line = format!("{name} = {}", literal(key.kind, text));
        match answer {
            Some(_) => self.line(&line),
            None => self.line(&format!("# {line}")),
        }
    }

    fn methods(&mut self, methods: &[PaymentMethod]) {
        for (index, method) in methods.iter().enumerate() {
            if index > 0 {
                self.line("");
            }
            self.line("[[payment_methods]]");
            let fields = [
                ("id", Some(method.id.to_string())),
                ("name", Some(method.name.clone())),
                ("oplux", Some(method.oplux.to_string())),
                (
                    "realtime_thanks_offer",
                    Some(method.realtime_thanks_offer.to_string()),
                ),
                ("settle_method", Some(method.settle_method.clone())),
                ("model_id", method.model_id.clone()),
            ];
            for key in KEYS {
                let (table, name) = key.split();
                let field = fields.iter().find(|(field, _)| *field == name);
                if table != "payment_methods[]" {
                    continue;
                }
                let Some(value) = field.and_then(|(_, value)| value.as_deref()) else {
                    continue;
                };
                // What the keys are called is said once.
                if index == 0 {
                    self.comment(key.about().get(self.lang));
                }
                self.line(&format!("{name} = {}", literal(key.kind, value)));
            }
        }
    }
}

/// The value in TOML. One that is not allowed is written as a string, for the check to find.
fn literal(kind: Kind, text: &str) -> String {
    let value = kind.from_text(text).unwrap_or_else(|_| Value::from(text));
    value.to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Document, load};

    fn parse(text: &str) -> load::Config {
        load::parse(Path::new("/shop/config.toml"), text, false)
            .unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn without_answers_it_loads_and_names_every_key() {
        for lang in [Lang::En, Lang::Ja] {
            let text = template(&Answers::default(), lang);
            let config = parse(&text);
            assert!(config.check_all().is_empty());
            assert!(config.payment_methods.is_empty() && config.ecforce.is_none());
            for key in KEYS {
                let (_, name) = key.split();
                assert!(
                    text.contains(&format!("\n# {name} = ")),
                    "{} in {text}",
                    key.pattern
                );
            }
        }
    }

    #[test]
    fn answers_come_out_as_they_went_in() {
        let methods: Vec<PaymentMethod> = [
            (1, "クレジットカード一括", None),
            (2, "後払い \"x\"", Some("ATB_01")),
        ]
        .map(|(id, name, model)| PaymentMethod {
            id,
            name: name.to_owned(),
            oplux: true,
            realtime_thanks_offer: id == 2,
            settle_method: "02".to_owned(),
            model_id: model.map(str::to_owned),
        })
        .to_vec();
        let behaviours = Behaviours {
            on_hold: Behaviour::Redirect("https://shop.example.com/held".to_owned()),
            on_review: Behaviour::RedirectUnset,
            on_ng: Behaviour::Create,
        };
        let answers = Answers {
            integrated_at: Some("2026-01-15".parse().unwrap()),
            enabled: Some(true),
            service: Some(Service::FraudChecker),
            shop_id: Some("0123".to_owned()),
            connection_id: Some("C".to_owned()),
            model_id: Some("CRD_01".to_owned()),
            secret_key_file: Some("key".to_owned()),
            screen_existing_customers: Some(false),
            register_url: Some("https://oplux.example/r".to_owned()),
            event_url: Some("https://oplux.example/e".to_owned()),
            name_url: None,
            behaviours: Some(behaviours.clone()),
            methods: methods.clone(),
        };
        for lang in [Lang::En, Lang::Ja] {
            let config = parse(&template(&answers, lang));
            let settings = config.settings();
            assert_eq!(config.integrated_at, answers.integrated_at);
            assert!(settings.enabled == Some(true) && !settings.screen_existing_customers);
            assert_eq!(settings.service, Service::FraudChecker);
            assert_eq!(settings.methods, methods);
            assert_eq!(settings.behaviours, behaviours);
            let oplux = config.oplux.unwrap();
            assert_eq!(oplux.shop_id, answers.shop_id);
            assert_eq!(
                oplux.register_url.unwrap().as_str(),
                "https://oplux.example/r"
            );
            assert_eq!(oplux.name_url, None);
        }
    }

    #[test]
    fn a_key_that_is_set_later_stands_where_it_is_explained() {
        let text = template(&Answers::default(), Lang::En);
        let mut document = Document::of_text(Path::new("/shop/config.toml"), text).unwrap();
        document.set("oplux.shop_id", "SP1").unwrap();
        document.set("store", "my.db").unwrap();
        let text = document.text();
        assert!(
            text.contains("# shop_id = \"SP00EXAMPLE\"\nshop_id = \"SP1\"\n"),
            "{text}"
        );
        assert!(
            text.contains("# store = \"oplux.db\"\nstore = \"my.db\"\n"),
            "{text}"
        );
    }
}
