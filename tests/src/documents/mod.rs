//! Documents by the thousand, from a seed: operations that are valid by the schema, the golden cases with
//! tokens of theirs changed, and shapes made to hurt. The same seed gives the same documents.

mod grammar;
mod hostile;
mod mutate;
mod operations;

use grammar::Grammar;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A request, and what kind it is meant to be.
#[derive(Debug, Clone)]
pub struct Made {
    pub kind: &'static str,
    pub text: String,
    pub variables: Map<String, Value>,
}

impl Made {
    fn plain(kind: &'static str, text: String) -> Made {
        Made {
            kind,
            text,
            variables: Map::new(),
        }
    }

    /// The beginning, for messages.
    pub fn shown(&self) -> String {
        let shown: String = self.text.chars().take(600).collect();
        format!("[{}, {} bytes] {shown}", self.kind, self.text.len())
    }
}

pub struct Documents {
    random: StdRng,
    grammar: &'static Grammar,
    golden: &'static [String],
}

impl Documents {
    pub fn seeded(seed: u64) -> Documents {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        static GOLDEN: OnceLock<Vec<String>> = OnceLock::new();
        Documents {
            random: StdRng::seed_from_u64(seed),
            grammar: GRAMMAR.get_or_init(Grammar::of_home_services),
            golden: GOLDEN.get_or_init(golden),
        }
    }

    /// One of any kind.
    pub fn any(&mut self) -> Made {
        match self.random.random_range(0..10) {
            0..2 => self.operation(),
            2..5 => self.mutated(),
            _ => self.hostile(),
        }
    }

    /// A golden case or a valid operation with some tokens changed.
    pub fn mutated(&mut self) -> Made {
        let mut made = if self.random.random_bool(0.5) {
            Made::plain("mutated golden case", self.pick(self.golden).clone())
        } else {
            let operation = self.operation();
            Made {
                kind: "mutated operation",
                ..operation
            }
        };
        made.text = self.mutate(&made.text);
        made
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        items.choose(&mut self.random).expect("there is something to choose from")
    }

    /// Mostly small, sometimes about a limit or far beyond it.
    fn size(&mut self) -> usize {
        match self.random.random_range(0..10) {
            0..4 => self.random.random_range(0..12),
            4..6 => self.random.random_range(58..70),
            6..8 => self.random.random_range(90..600),
            8 => self.random.random_range(600..2_100),
            _ => self.random.random_range(2_100..8_000),
        }
    }
}

/// The requests of the golden cases.
fn golden() -> Vec<String> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut texts: Vec<String> = files_under(&cases)
        .iter()
        .filter(|path| path.ends_with("request.graphql"))
        .map(|path| fs::read_to_string(path).expect("a golden case can be read"))
        .collect();
    assert!(!texts.is_empty(), "no golden case was found under {}", cases.display());
    texts.sort();
    texts
}

/// Every file in a folder and its folders, in order.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    paths.sort();
    let within = |path: PathBuf| if path.is_dir() { files_under(&path) } else { vec![path] };
    paths.into_iter().flat_map(within).collect()
}
