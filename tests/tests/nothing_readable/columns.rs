//! What stands in the columns that are not sealed.

use rusqlite::types::Value;

use crate::{phone::Phone, phone_in_use, planted::TOLD};

/// Every text in a plain column: words of the program's own.
const WORDS: &[(&str, &str)] = &[
    ("setting.name", "roots"),
    ("setting.name", "directory"),
    ("setting.name", "proxy"),
    ("setting.name", "guidance"),
    ("setting.name", "moments"),
    ("setting.name", "judged"),
    ("setting.name", "station"),
    ("setting.name", "writer"),
    ("setting.name", "tidied"),
    ("sqlite_sequence.name", "draft"),
    ("sqlite_sequence.name", "person"),
    ("sqlite_sequence.name", "report"),
    ("sqlite_sequence.name", "watch"),
    ("sqlite_sequence.name", "media"),
];

#[test]
fn p8_no_plain_column_tells_when_a_report_was_written_or_what_it_says() {
    let phone = phone_in_use();
    let waiting = columns(&phone);
    assert!(waiting.iter().any(|(column, value)| column == "item.next_try" && *value == Value::Integer(0)));
    assert_eq!(telling(&waiting), Vec::<&str>::new(), "no time of the submission either");
    phone.ends(0, &["told", "1", "--channel", "101", "--number", TOLD]);
    phone.ends(0, &["sync"]);
    // When to try again is what a locked sender sorts by: it tells when it was last tried.
    let mut tried = telling(&columns(&phone));
    tried.retain(|column| column != "item.next_try");
    assert_eq!(tried, Vec::<&str>::new());
}

/// Every value of both databases, by table and column.
fn columns(phone: &Phone) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for file in ["words.db", "media.db"] {
        let conn = rusqlite::Connection::open(phone.field.home().join(file)).unwrap();
        let mut named = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let tables: Vec<String> =
            named.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in tables {
            let mut rows = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let names: Vec<_> = rows.column_names().map(|name| format!("{table}.{name}")).collect();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                found.extend(names.iter().enumerate().map(|(i, name)| (name.clone(), row.get(i).unwrap())));
            }
        }
    }
    found
}

/// The columns with a moment of the last or next days in seconds or milliseconds, a number with a fraction, or a text
/// that is no word of the program's own.
fn telling(columns: &[(String, Value)]) -> Vec<String> {
    let now = chrono::Utc::now().timestamp();
    let a_year = 366 * 24 * 3600;
    let tells = |column: &str, value: &Value| match value {
        Value::Integer(number) => {
            [*number, number / 1000].iter().any(|s| (now - a_year..now + a_year).contains(s))
        }
        Value::Text(word) => !WORDS.contains(&(column, word.as_str())),
        Value::Real(_) => true,
        Value::Null | Value::Blob(_) => false,
    };
    columns.iter().filter(|(column, value)| tells(column, value)).map(|(column, _)| column.clone()).collect()
}
