//! Orders per second against the sandbox on loopback: 2,000 orders at 0 and 50 ms of latency, with
//! 1, 8 and 32 jobs, and how close each comes to what the latency allows (jobs / latency). Every
//! outcome is on the disk before it counts.
//!
//! ```sh
//! cargo bench --bench screening
//! ```
#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(missing_docs)]

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use oplux::{
    domain::{
        event::Service,
        order::Order,
        private::Secret,
        settings::{Behaviour, Behaviours, PaymentMethod, Settings},
        time::JstTime,
    },
    http::Halt,
    input::{Source, read_orders},
    oplux::{Client, Endpoint, HashMethod},
    sandbox::{self, Sandbox},
    screening::{
        batch::{Batch, QUEUE},
        decide::Decider,
        engine::{Engine, How},
        outline::LaterPayments,
    },
};

const ORDERS: usize = 2_000;

fn clock() -> JstTime {
    JstTime::from_unix(jiff::Timestamp::now().as_second())
}

fn settings() -> Settings {
    Settings {
        enabled: Some(true),
        service: Service::OPlux,
        screen_existing_customers: true,
        behaviours: Behaviours {
            on_hold: Behaviour::Create,
            on_review: Behaviour::Create,
            on_ng: Behaviour::Create,
        },
        methods: vec![PaymentMethod {
            id: 1,
            name: "クレジットカード一括".into(),
            oplux: true,
            realtime_thanks_offer: false,
            settle_method: "02".into(),
            model_id: None,
        }],
        ad_urls: vec![],
    }
}

/// Orders as a shop would pipe them, as JSON Lines.
fn orders() -> String {
    let line = |n: usize| {
        format!(
            r#"{{"number":"b{n:09}","channel":"lp","created_at":"2026/11/20 10:15:00","payment_method_id":1,"total":3980,"email":"hanako{n}@example.com","customer":{{"id":"{n}","registered":true,"purchase_number":1}},"billing_address":{{"name01":"鈴木","name02":"花子","kana01":"スズキ","kana02":"ハナコ","zip":"1530064","prefecture_name":"東京都","addr01":"目黒区下目黒","addr02":"2-23-18","tel":"035759638{}"}},"items":[{{"product_number":"EA00","product_name":"美容液","price":3980,"quantity":1}}],"card":{{"bin":"411111"}}}}"#,
            n % 10
        ) + "\n"
    };
    (0..ORDERS).map(line).collect()
}

/// Screens all orders once, and gives how many a second that were.
async fn run(latency: Duration, jobs: usize, orders: &[Order], settings: &Settings) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let running = Sandbox::start(listen, latency, Arc::new(clock))
        .await
        .expect("a sandbox");
    let endpoint = Endpoint {
        service: Service::OPlux,
        register_url: running.register_url().parse().expect("an address"),
        name_url: None,
        shop_id: sandbox::SHOP_ID.into(),
        connection_id: sandbox::CONNECTION_ID.into(),
        secret_key: Secret::new(sandbox::SECRET_KEY),
        hash_method: HashMethod::Sha256,
        timeout_seconds: 10,
    };
    let client = Client::new(endpoint, Arc::new(clock)).expect("a client");
    let decider = Decider {
        settings,
        rescreen: None,
        later: LaterPayments::default(),
    };
    let stop = Halt::new();
    let how = How {
        jobs,
        per_second: None,
        clock,
        actor: "bench".into(),
        stop: stop.clone(),
    };
    let client = Some((client, "CRD_01".to_owned()));
    let engine =
        Engine::new(decider, &folder.path().join("bench.db"), client, how).expect("an engine");
    let mut screened = 0;
    let began = Instant::now();
    let (shown, mut finished) = tokio::sync::mpsc::channel(QUEUE);
    let batch = Batch::new(&engine, orders, &stop).run(shown);
    let count = async {
        while let Some((_, outcome)) = finished.recv().await {
            screened += usize::from(outcome.result().is_some());
        }
    };
    tokio::join!(batch, count).0.expect("a batch");
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(screened, ORDERS, "every order has a result");
    drop(engine);
    running.shutdown().await;
    ORDERS as f64 / seconds
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    let text = orders();
    let orders = read_orders(&[Source::Stdin], &mut text.as_bytes()).expect("orders");
    let settings = settings();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    println!("{ORDERS} orders, every outcome on the disk before it counts");
    println!("latency  jobs  orders/s  jobs/latency  reached");
    for (latency, jobs) in [(0, 1), (0, 8), (0, 32), (50, 1), (50, 8), (50, 32)] {
        if quick && latency > 0 && jobs < 32 {
            continue;
        }
        let wait = Duration::from_millis(latency);
        let rate = runtime.block_on(run(wait, jobs, &orders, &settings));
        let (limit, reached) = match latency {
            0 => ("-".to_owned(), "-".to_owned()),
            _ => {
                let limit = jobs as f64 / wait.as_secs_f64();
                (
                    format!("{limit:.0}"),
                    format!("{:.0} %", 100.0 * rate / limit),
                )
            }
        };
        println!("{latency:>4} ms  {jobs:>4}  {rate:>8.0}  {limit:>12}  {reached:>7}");
    }
}
