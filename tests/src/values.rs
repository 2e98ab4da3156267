//! Values of every column type, each as SQL and as the API writes and reads it. A column has several
//! candidates, since a table's rules may refuse the first; the same number gives the same values.

use entity::{ColumnDef, ColumnType};
use graphql::catalog::naming::enum_value;
use serde_json::{Value, json};
use uuid::Uuid;

/// One value of one column.
#[derive(Debug, Clone)]
pub struct Cell {
    pub column: &'static ColumnDef,
    /// A literal, or NULL.
    pub sql: String,
    /// What a client sends, and gets back.
    pub json: Value,
}

/// What a value depends on beside its column.
pub struct Seed<'a> {
    /// The row's number: other rows, other values.
    pub n: usize,
    /// The column's place in its table: later columns get later dates.
    pub place: usize,
    /// Part of a unique key: no two rows alike.
    pub unique: bool,
    /// Constants in the column's own rules, which tell what they expect.
    pub constants: &'a [String],
}

pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub fn null(column: &'static ColumnDef) -> Cell {
    Cell {
        column,
        sql: "NULL".into(),
        json: Value::Null,
    }
}

/// Candidates in the order they are tried; null comes last, where the column may be null.
pub fn candidates(column: &'static ColumnDef, seed: &Seed<'_>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = values(column, seed).into_iter().map(|(sql, json)| Cell { column, sql, json }).collect();
    if column.nullable {
        cells.push(null(column));
    }
    cells
}

fn values(column: &ColumnDef, seed: &Seed<'_>) -> Vec<(String, Value)> {
    let n = seed.n;
    match column.ty {
        ColumnType::Text if !column.values.is_empty() => closed_set(column, n),
        ColumnType::Text => texts(seed).into_iter().map(|text| (quoted(&text), json!(text))).collect(),
        ColumnType::SmallInt | ColumnType::Integer => integers(seed).into_iter().map(|i| (i.to_string(), json!(i))).collect(),
        ColumnType::BigInt => integers(seed).into_iter().map(|i| (i.to_string(), json!(i.to_string()))).collect(),
        ColumnType::Decimal { precision, scale } => decimals(seed, precision, scale).into_iter().map(|text| (text.clone(), json!(text))).collect(),
        ColumnType::Double => integers(seed)
            .into_iter()
            .map(|i| (format!("{i}.5"), json!(i as f64 + 0.5)))
            .chain([("0.5".into(), json!(0.5))])
            .collect(),
        ColumnType::Boolean => [!n.is_multiple_of(2), n.is_multiple_of(2)].map(|flag| (flag.to_string(), json!(flag))).to_vec(),
        ColumnType::Json => [json!({"n": n, "text": "ä \"quoted\"", "list": [1, null]}), json!([n, "a"]), json!({})]
            .map(|value| (quoted(&value.to_string()), value))
            .to_vec(),
        ColumnType::TextArray => text_lists(seed),
        ColumnType::IntegerArray => vec![(format!("'{{{},{}}}'", 1 + n % 3, 4 + n % 3), json!([1 + n % 3, 4 + n % 3]))],
        ColumnType::UuidArray => {
            let ids = [id(seed, 0), id(seed, 1)];
            vec![(format!("'{{{},{}}}'", ids[0], ids[1]), json!(ids))]
        }
        _ => plain(column.ty, seed).into_iter().map(|text| (quoted(&text), json!(text))).collect::<Vec<_>>(),
    }
    .into_iter()
    .chain(point(column.ty, n))
    .collect()
}

/// Types whose literal is what the API shows.
fn plain(ty: ColumnType, seed: &Seed<'_>) -> Vec<String> {
    let (n, place) = (seed.n, seed.place);
    match ty {
        ColumnType::Date => days(seed).iter().map(|day| format!("{}-{day}", 2025 + n / 20)).collect(),
        ColumnType::DateTime => {
            let mut texts: Vec<_> = days(seed)
                .iter()
                .map(|day| format!("{}-{day}T08:{:02}:00.000{}Z", 2025 + n / 20, place % 60, 1 + n % 9))
                .collect();
            texts.push("2045-06-01T00:00:00Z".into());
            texts
        }
        ColumnType::Time => vec![
            format!("{:02}:{:02}:00", 6 + n % 12, place % 60),
            format!("{:02}:{:02}:00", 6 + n % 12, 59 - place % 60),
        ],
        ColumnType::Interval => vec![format!("P1DT{}H30M", 1 + n % 20), format!("PT{}M", 1 + n % 20)],
        ColumnType::Uuid => vec![id(seed, 0)],
        ColumnType::Inet => vec![format!("192.0.2.{}", 1 + n % 200), format!("2001:db8::{:x}", 1 + n)],
        ColumnType::Bytes => vec![],
        _ => vec![],
    }
}

/// Rising with the column's place, falling with it, and the same for all.
fn days(seed: &Seed<'_>) -> [String; 3] {
    let day = |number: usize| format!("{:02}-{:02}", 1 + number / 28 % 12, 1 + number % 28);
    let step = if seed.unique { seed.n % 20 * 3 } else { seed.n % 3 };
    [day(seed.place + step), day(200 - seed.place % 200 + step), day(100 + step)]
}

fn point(ty: ColumnType, n: usize) -> Option<(String, Value)> {
    let (latitude, longitude) = (40.5 + (n % 40) as f64 / 4.0, -87.25 - (n % 40) as f64 / 4.0);
    match ty {
        ColumnType::GeoPoint => Some((
            format!("'SRID=4326;POINT({longitude} {latitude})'"),
            json!({"latitude": latitude, "longitude": longitude}),
        )),
        ColumnType::Bytes => {
            let bytes = [&[0, 255], (n as u32).to_be_bytes().as_slice()].concat();
            Some((format!("'\\x00ff{n:08x}'"), json!(base64(&bytes))))
        }
        _ => None,
    }
}

/// Of a multiple of three bytes.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let joined = bytes.chunks(3).map(|part| part.iter().fold(0, |joined, byte| joined << 8 | u32::from(*byte)));
    joined
        .flat_map(|joined| [18, 12, 6, 0].map(|shift| LETTERS[(joined >> shift & 63) as usize] as char))
        .collect()
}

fn closed_set(column: &ColumnDef, n: usize) -> Vec<(String, Value)> {
    let count = column.values.len();
    (0..count)
        .map(|step| column.values[(n + step) % count])
        .map(|value| (quoted(value), json!(enum_value(value))))
        .collect()
}

fn texts(seed: &Seed<'_>) -> Vec<String> {
    // Two rows share a text where they may, so that orders and groups meet ties.
    let n = if seed.unique { seed.n } else { seed.n / 2 };
    let letter = |at: usize| char::from(b'A' + (at % 26) as u8);
    let capitals: String = [letter(n / 676), letter(n / 26), letter(n)].iter().collect();
    let mut texts = vec![
        format!("Text {n} é%_\\"),
        format!("text_{n}"),
        format!("text-{n}"),
        format!("T{n}"),
        capitals.clone(),
        capitals[1..].to_owned(),
        capitals.to_lowercase(),
        format!("text{n}@example.test"),
        format!("https://example.test/{n}"),
        format!("+1555{n:07}"),
        format!("{:04}", 1000 + n),
        format!("{n:09}"),
        format!("#{n:06x}"),
        format!("{n:064x}"),
        format!("1.{n}.0"),
        format!("P{n:04X}"),
        "America/Chicago".to_owned(),
        "en-US".to_owned(),
        "a".to_owned(),
    ];
    texts.extend(seed.constants.iter().cloned());
    texts
}

fn text_lists(seed: &Seed<'_>) -> Vec<(String, Value)> {
    let list = |items: &[String]| {
        let elements: Vec<_> = items.iter().map(|item| quoted(item)).collect();
        (format!("ARRAY[{}]::text[]", elements.join(", ")), json!(items))
    };
    let mut lists = vec![list(&[format!("a {}", seed.n / 2), "b, \"c\"".into()]), list(&[format!("a{}", seed.n / 2)])];
    lists.extend(seed.constants.iter().map(|constant| list(std::slice::from_ref(constant))));
    lists.push(list(&[]));
    lists
}

fn integers(seed: &Seed<'_>) -> Vec<i64> {
    let n = seed.n as i64;
    let mut numbers = if seed.unique { vec![1 + n, 100 + n] } else { vec![1 + n % 4, 0, 50 + n] };
    for number in seed.constants.iter().filter_map(|constant| constant.parse::<i64>().ok()) {
        numbers.extend([number + n % 3, number]);
    }
    numbers.retain(|number| i32::try_from(*number).is_ok());
    numbers
}

fn decimals(seed: &Seed<'_>, precision: u16, scale: u16) -> Vec<String> {
    let n = seed.n;
    let scale = usize::from(if precision == 0 { 2 } else { scale });
    let digits = |text: String| text.chars().cycle().take(scale).collect::<String>();
    let number = |whole: String, fraction: String| if scale == 0 { whole } else { format!("{whole}.{fraction}") };
    let zeros = "0".repeat(scale);
    let mut numbers = vec![
        number((1 + n % 4).to_string(), digits(format!("{}5", n % 10))),
        number("0".into(), digits(format!("{}", 1 + n % 4))),
        number("0".into(), zeros.clone()),
        number((50 + n).to_string(), zeros.clone()),
    ];
    let whole = seed.constants.iter().filter_map(|constant| constant.parse::<i64>().ok());
    numbers.extend(whole.map(|constant| number(constant.to_string(), zeros.clone())));
    if precision > 0 && usize::from(precision) == scale {
        numbers.retain(|text| text.starts_with("0."));
    }
    numbers
}

/// An id that nothing else has, the same for the same row and column.
fn id(seed: &Seed<'_>, item: usize) -> String {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | (seed.n as u128) << 96 | (seed.place as u128) << 8 | item as u128).to_string()
}
