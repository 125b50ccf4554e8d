//! Which files are a store, and what is said of those that are not. And of copies of the store what
//! only two connections or an older program can show; the rest is in tests/it/upkeep.rs.

use std::{fs, ops::ControlFlow, os::unix::fs::PermissionsExt, path::Path};

use super::*;
use crate::store::open::{APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION, patience};

fn raw(path: &Path, sql: &str) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(sql).unwrap();
    conn
}

/// Makes a store as the first version of this program would have.
fn of_first_version(path: &Path, rows: &str) {
    let start = MIGRATIONS[0];
    let known = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;");
    drop(raw(path, &format!("{start} {known} {rows}")));
}

#[test]
fn a_new_store_is_durable_and_knows_its_own() {
    let home = Home::new();
    let store = home.store();
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("user_version", &SCHEMA_VERSION.to_string()),
        ("application_id", "1330662488"),
    ] {
        let set = ask(&store, &format!("PRAGMA {pragma}"));
        assert_eq!(set, expected, "{pragma}");
    }
    let held = store.check_health().unwrap().contents.unwrap();
    assert_eq!((held.orders, held.events), (0, 0));
}

#[test]
fn every_version_of_a_migration_is_the_one_that_was_released() {
    // A migration is never edited: whoever has run it would not get the change.
    let digest = |sql: &str| {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(sql.replace("\r\n", "\n"));
        String::from_iter(hash.iter().map(|byte| format!("{byte:02x}")))
    };
    let released = [
        "d2c0d46365eaa3ed7dfdc6c3de0ef4b9ac47775692acb68595a00667e74633b8",
        "607e310892f6532f9d1d4d563a72928af1359a8714f529ef3037e3eb8748e5a9",
        "00032fc40b1f21a7c6036beb15a6ba9c4f7982ddf690f927b477c86dee17476c",
        "9a659b00d7603189279a0128f8c5b826bd50e486e6db5f6c83c9b400924aa1ad",
        "b948294ca7132f664d27a17d4cad98559cd4606de9a7eae18426abd486c70a19",
        "060afd4f8c563607ac2ece22908be60dea62e7e370b0d8dce53772f4c169af6c",
        "2e2d96708a78f27e911d4a8d45ec604731e02cc59ea8e85d415e789b26731330",
        "4db318932f88709df87c817652a24effb59dba304aee25dae117272e7b807511",
    ];
    assert_eq!(released.len(), MIGRATIONS.len());
    for (sql, released) in MIGRATIONS.iter().zip(released) {
        assert_eq!(digest(sql), released);
    }
}

#[test]
fn a_store_of_the_first_version_keeps_its_reasons() {
    let home = Home::new();
    of_first_version(
        &home.path(),
        "INSERT INTO orders (number, result, reason) VALUES ('a', 'NG', '住所 \"未払い\"'), ('b', NULL, NULL);
         INSERT INTO events (id, event_id, merchant_management_id, service, auto_result, origin, stored_at)
             VALUES (7, 'E7', 'a', 'o-plux', 'NG', 'screen', 0), (8, 'E8', 'b', 'o-plux', 'OK', 'screen', 0),
                    (9, 'E9', 'c', 'o-plux', 'NG', 'screen', 0);
         INSERT INTO event_rules VALUES (7, 1, NULL, 'Late'), (7, 0, 'R1', '未払い'), (9, 0, 'R1', '未払い'), (9, 1, NULL, 'Late');",
    );
    let store = home.store();
    let reasons = |order: &str| {
        let found = store.latest_event(&number(order), Service::OPlux).unwrap();
        found.unwrap().record.reasons
    };
    let reason = |code: Option<&str>, text: &str| Reason {
        code: code.map(Into::into),
        description: Some(text.into()),
    };
    assert_eq!(
        reasons("a"),
        [reason(Some("R1"), "未払い"), reason(None, "Late")]
    );
    assert_eq!(reasons("c"), reasons("a"));
    assert_eq!(reasons("b"), []);
    let sets = "SELECT group_concat(said, '|' ORDER BY id) FROM reason_sets";
    assert_eq!(ask(&store, sets), "未払い\nlate|住所 \"未払い\"");
    let shown = "SELECT said FROM orders JOIN reason_sets ON reason_sets.id = reason_set";
    assert_eq!(ask(&store, shown), "住所 \"未払い\"");
    assert!(store.check_health().unwrap().contents.is_some());
}

#[test]
fn the_files_are_for_their_owner_alone() {
    let home = Home::new();
    let path = home.folder.path().join("new/folders/shop.db");
    let mut store = Store::open(&path).unwrap();
    store.keep_order(&facts("a")).unwrap();
    for (file, expected) in [
        ("new", 0o700),
        ("new/folders", 0o700),
        ("new/folders/shop.db", 0o600),
        ("new/folders/shop.db-wal", 0o600),
        ("new/folders/shop.db-shm", 0o600),
    ] {
        let path = home.folder.path().join(file);
        assert_eq!(open::mode(&path), Some(expected), "{file}");
        if path.is_file() {
            assert!(store.check_health().unwrap().is_private);
            let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            set(0o640);
            assert!(!store.check_health().unwrap().is_private, "{file}");
            set(expected);
        }
    }
}

#[test]
fn only_reading_makes_nothing() {
    let home = Home::new();
    assert!(Store::open_existing(&home.path()).unwrap().is_none());
    let below = home.folder.path().join("not/there.db");
    assert!(Store::open_existing(&below).unwrap().is_none());
    fs::write(home.folder.path().join("empty.db"), "").unwrap();
    let empty = home.folder.path().join("empty.db");
    assert!(Store::open_existing(&empty).unwrap().is_none());
    assert_eq!(fs::read_dir(home.folder.path()).unwrap().count(), 1);
    assert_eq!(fs::metadata(&empty).unwrap().len(), 0);
    home.store();
    assert!(Store::open_existing(&home.path()).unwrap().is_some());
}

#[test]
fn odd_names_are_files_like_others() {
    for name in ["file:x?mode=memory", ":memory:", "a b%41#c.db", "受注.db"] {
        let home = Home::new();
        let path = home.folder.path().join(name);
        Store::open(&path).unwrap().keep_order(&facts("a")).unwrap();
        assert!(fs::metadata(&path).unwrap().len() > 0, "{name}");
        let store = Store::connect_immutable(&path).unwrap();
        assert_eq!(ask(&store, "SELECT number FROM orders"), "a", "{name}");
    }
}

#[test]
fn an_older_store_that_may_only_be_read_waits_for_its_owner() {
    let home = Home::new();
    of_first_version(&home.path(), "");
    let mut store = Store::connect_immutable(&home.path()).unwrap();
    let error = store.migrate().unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unwritable);
    assert!(error.to_string().contains("older version"), "{error}");
}

#[test]
fn a_value_that_cannot_be_is_damage() {
    let home = Home::new();
    let store = home.store();
    let sql = "INSERT INTO payments VALUES ('a', 'not a number', 0, NULL, NULL, NULL),
                                           ('a', 'a', 1, NULL, -1, NULL)";
    drop(raw(&home.path(), sql));
    let listing = store.histories_listing(&number("a")).unwrap_err();
    assert_eq!(listing.kind, StoreErrorKind::Damaged);
}

#[test]
fn a_store_that_stays_in_use_is_locked() {
    let home = Home::new();
    let mut store = Store::open_waiting(&home.path(), Duration::ZERO).unwrap();
    store.keep_order(&facts("a")).unwrap();
    store.conn.busy_handler(Some(patience(SOON))).unwrap();
    let holder = raw(&home.path(), "BEGIN IMMEDIATE");
    let kept = store.keep_order(&facts("b")).unwrap_err();
    assert_eq!(kept.kind, StoreErrorKind::Locked);
    // Who only reads does not wait.
    let reader = Store::open_existing_waiting(&home.path(), SOON).unwrap();
    assert_eq!(ask(&reader.unwrap(), "SELECT count(*) FROM orders"), "1");
    holder.execute_batch("ROLLBACK").unwrap();
    store.keep_order(&facts("b")).unwrap();

    // A store that another process is just making, for too long.
    let home = Home::new();
    let holder = raw(&home.path(), "BEGIN EXCLUSIVE; CREATE TABLE t (x)");
    let opened = Store::open_waiting(&home.path(), SOON).unwrap_err();
    assert_eq!(opened.kind, StoreErrorKind::Locked);
    drop(holder);
}

#[test]
fn nothing_personal_has_a_column() {
    let store = Home::new().store();
    let columns = ask(
        &store,
        "SELECT group_concat(c.name) FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table'",
    );
    for word in [
        "mail", "tel", "birth", "address", "kana", "zip", "bin", "device", "ip,", "hash",
    ] {
        assert!(!columns.contains(word), "{word}: {columns}");
    }
}

fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn copy_of(home: &Home) -> CopiedStore {
    let copied = home.store().copy_into(home.folder.path(), go_on);
    copied.unwrap().unwrap()
}

fn orders(store: &Store) -> u64 {
    store.contents().unwrap().orders
}

#[test]
fn a_restore_has_the_store_for_itself() {
    let home = Home::new();
    let mut store = home.store();
    store.keep_order(&facts("a")).unwrap();
    let copy = copy_of(&home);
    let refused = |opened: Result<Store, StoreError>| opened.unwrap_err().kind;
    let alone = || Store::open_alone_waiting(&home.path(), SOON);
    assert_eq!(refused(alone()), StoreErrorKind::Locked, "another reads it");
    drop(store);
    let store = alone().unwrap();
    assert_eq!(refused(alone()), StoreErrorKind::Locked, "one at a time");
    let other = refused(Store::open_waiting(&home.path(), SOON));
    assert_eq!(other, StoreErrorKind::Locked, "nobody comes between");
    let stop = |_, _| ControlFlow::Break(());
    let broken_off = store.replace_with(&copy.store, "kept", stop).unwrap();
    assert_eq!(broken_off, ControlFlow::Break(()));
    drop(copy);
    let left = std::fs::read_dir(home.folder.path()).unwrap().count();
    assert_eq!(left, 1, "copies that nobody takes are gone");
    let copy = copy_of(&home);
    home.store().keep_order(&facts("b")).unwrap();
    let kept = alone().unwrap().replace_with(&copy.store, "kept", go_on);
    let kept = kept.unwrap().continue_value().unwrap().unwrap();
    assert_eq!(orders(&home.store()), 1);
    assert_eq!(orders(&Store::open_copy(&kept).unwrap()), 2);
}

#[test]
fn a_copy_of_an_older_version_is_brought_up_to_date() {
    let home = Home::new();
    let old = home.folder.path().join("old.db");
    let rows = "INSERT INTO orders (number, reason) VALUES ('a', 'x'); PRAGMA journal_mode = WAL;";
    of_first_version(&old, rows);
    let before = std::fs::read(&old).unwrap();
    let store = Store::open_alone(&home.path()).unwrap();
    let kept = store
        .replace_with(&Store::open_copy(&old).unwrap(), "kept", go_on)
        .unwrap();
    assert_eq!(kept, ControlFlow::Continue(None), "there was nothing");
    assert_eq!(home.store().version().unwrap(), SCHEMA_VERSION);
    assert_eq!(orders(&home.store()), 1);
    let after = std::fs::read(&old).unwrap();
    assert_eq!(after, before, "the copy stays as it is");
}
