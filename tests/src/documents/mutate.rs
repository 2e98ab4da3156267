//! Changes of a document token by token, with pieces of the grammar in place of others.

use super::Documents;
use rand::Rng;

const PIECES: [&str; 40] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "...",
    "=",
    "|",
    "&",
    "\"",
    "\"\"\"",
    "#",
    "\\",
    "\u{0}",
    "\u{feff}",
    "\r",
    "\u{2028}",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "true",
    "null",
    "__typename",
    "__schema",
    "@skip(if: true)",
    "@include(if: $v0)",
    "$v0",
    "\"\"",
    "-1",
    "1e9",
    "99999999999999999999",
    "\"\\ud83d\"",
    "\"\"\"\\\"\"\"\"\"\"",
];

/// What is longer says nothing more.
const LONGEST: usize = 40_000;

impl Documents {
    pub fn mutate(&mut self, text: &str) -> String {
        let mut tokens = tokens(text);
        for _ in 0..self.random.random_range(1..6) {
            if tokens.is_empty() {
                break;
            }
            let at = self.random.random_range(0..tokens.len());
            match self.random.random_range(0..7) {
                0 => {
                    tokens.remove(at);
                }
                1 => tokens.insert(at, self.piece()),
                2 => tokens[at] = self.piece(),
                3 => {
                    let other = self.random.random_range(0..tokens.len());
                    tokens.swap(at, other);
                }
                4 => {
                    let end = tokens.len().min(at + self.random.random_range(1..20));
                    let part = tokens[at..end].to_vec();
                    let times = self.size().min(20_000 / part.len());
                    tokens.splice(at..at, std::iter::repeat_n(part, times).flatten());
                }
                5 => tokens.truncate(at),
                _ => {
                    let (open, close) = *self.pick(&[("{", "}"), ("[", "]"), ("(", ")"), ("{ a: ", "}"), ("... {", "}")]);
                    let (times, inner) = (self.size(), tokens[at].chars().take(100).collect::<String>());
                    tokens[at] = format!("{}{inner}{}", open.repeat(times), close.repeat(times));
                }
            }
        }
        tokens.join(" ").chars().take(LONGEST).collect()
    }

    /// A token, or a name of the schema.
    fn piece(&mut self) -> String {
        let grammar = self.grammar;
        match self.random.random_range(0..4) {
            0 => self.pick(&grammar.objects.keys().collect::<Vec<_>>()).to_string(),
            1 => {
                let objects: Vec<_> = grammar.objects.values().filter(|members| !members.is_empty()).collect();
                let members = *self.pick(&objects);
                self.pick(members).name.clone()
            }
            2 => {
                let values: Vec<_> = grammar.enums.values().collect();
                let values = *self.pick(&values);
                self.pick(values).clone()
            }
            _ => (*self.pick(&PIECES)).to_owned(),
        }
    }
}

/// Words, and everything else character by character.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for character in text.chars() {
        let word = character.is_alphanumeric() || character == '_';
        match tokens.last_mut() {
            Some(last) if word && in_word => last.push(character),
            _ if character.is_whitespace() => {}
            _ => tokens.push(character.to_string()),
        }
        in_word = word;
    }
    tokens
}
