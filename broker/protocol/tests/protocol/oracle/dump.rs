//! Debug output of Rust values, and what the oracle writes in its style, as comparable trees.

use std::iter::Peekable;
use std::str::Chars;

/// A value without its types: what both sides must agree on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    /// Numbers, booleans, ids.
    Word(String),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Struct(Vec<(String, Self)>),
}

impl Tree {
    pub(crate) fn parse(text: &str) -> Self {
        let mut parser = Parser(text.chars().peekable());
        let tree = parser.value();
        assert_eq!(parser.0.next(), None, "unread dump of {text}");
        tree
    }

    /// Where `self` differs from `theirs`, if it does. Fields that only they have belong to
    /// versions that are gone, which their classes keep.
    pub(crate) fn difference(&self, theirs: &Self) -> Option<String> {
        match (self, theirs) {
            (Self::Struct(ours), Self::Struct(theirs)) => ours.iter().find_map(|(name, value)| {
                let found = theirs.iter().find(|(theirs, _)| theirs == name);
                let Some((_, theirs)) = found else {
                    return Some(format!("{name}: only ours"));
                };
                value
                    .difference(theirs)
                    .map(|inner| format!("{name}.{inner}"))
            }),
            (Self::List(ours), Self::List(theirs)) if ours.len() == theirs.len() => {
                let mut pairs = ours.iter().zip(theirs).enumerate();
                pairs.find_map(|(index, (ours, theirs))| {
                    ours.difference(theirs)
                        .map(|inner| format!("[{index}].{inner}"))
                })
            }
            _ if self == theirs => None,
            _ => Some(format!(" ours {self:?}, theirs {theirs:?}")),
        }
    }
}

struct Parser<'a>(Peekable<Chars<'a>>);

impl Parser<'_> {
    fn skip(&mut self, expected: char) {
        let found = self.0.next();
        assert_eq!(found, Some(expected));
    }

    fn spaces(&mut self) {
        while self.0.next_if(|c| *c == ' ' || *c == ',').is_some() {}
    }

    fn value(&mut self) -> Tree {
        match self.0.peek() {
            Some('[') => self.list(),
            Some('"') => Tree::Text(self.quoted().into_iter().collect()),
            _ => {
                let word = self.word();
                match (word.as_str(), self.0.peek()) {
                    ("None", _) => Tree::Null,
                    ("b", Some('"')) => {
                        let bytes = self.quoted();
                        let byte = |c: char| u8::try_from(u32::from(c)).expect("a byte");
                        Tree::Bytes(bytes.into_iter().map(byte).collect())
                    }
                    ("Some", Some('(')) => {
                        self.skip('(');
                        let inner = self.value();
                        self.skip(')');
                        inner
                    }
                    (name, Some(' ')) if !name.is_empty() => self.fields(&word),
                    _ => Tree::Word(number(word)),
                }
            }
        }
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self
            .0
            .next_if(|c| c.is_alphanumeric() || "-_.+".contains(*c))
        {
            word.push(c);
        }
        word
    }

    fn list(&mut self) -> Tree {
        self.skip('[');
        let mut elements = Vec::new();
        while self.0.next_if_eq(&']').is_none() {
            elements.push(self.value());
            self.spaces();
        }
        Tree::List(elements)
    }

    /// A word before a space is the name of a struct, or the last word of a field.
    fn fields(&mut self, name: &str) -> Tree {
        let mut ahead = self.0.clone();
        ahead.next();
        if ahead.next() != Some('{') {
            return Tree::Word(number(name.to_owned()));
        }
        self.spaces();
        self.skip('{');
        self.spaces();
        let mut fields = Vec::new();
        while self.0.next_if_eq(&'}').is_none() {
            let name = self.word().replace('_', "").to_lowercase();
            self.skip(':');
            self.spaces();
            fields.push((name, self.value()));
            self.spaces();
        }
        if name == "Records" {
            return Tree::Bytes(joined(&fields));
        }
        Tree::Struct(fields)
    }

    fn quoted(&mut self) -> Vec<char> {
        self.skip('"');
        let mut characters = Vec::new();
        while self.0.next_if_eq(&'"').is_none() {
            let c = self.0.next().expect("a closing quote");
            characters.push(if c == '\\' { self.escaped() } else { c });
        }
        characters
    }

    fn escaped(&mut self) -> char {
        match self.0.next().expect("an escape") {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'x' => {
                let digits: String = self.0.by_ref().take(2).collect();
                char::from(u8::from_str_radix(&digits, 16).expect("two digits"))
            }
            'u' => {
                self.skip('{');
                let digits: String = self.0.by_ref().take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).expect("digits");
                char::from_u32(code).expect("a character")
            }
            other => other,
        }
    }
}

/// Java and Rust print doubles differently.
fn number(word: String) -> String {
    let double = word
        .contains(['.', 'E', 'e'])
        .then(|| word.parse::<f64>().ok())
        .flatten();
    double.map_or(word, |double| format!("double {:x}", double.to_bits()))
}

/// The slices of a `Records`.
fn joined(fields: &[(String, Tree)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (_, value) in fields {
        let Tree::List(slices) = value else { continue };
        for slice in slices {
            let Tree::Bytes(slice) = slice else { continue };
            bytes.extend(slice);
        }
    }
    bytes
}

#[test]
fn both_styles_give_the_same_tree() {
    let ours = r#"Thing { topic_id: AAAAAAAAAAAAAAAAAAAAAA, name: Some("a\n\u{e9}"), x: None,
        list: [1, -2], data: b"\x00a\"", none: [], inner: Inner { y: 1.5, z: true }, e: E }"#;
    let ours = ours
        .replace("\n        ", "")
        .replace("None,list", "None, list");
    let theirs = r#"ThingData { topicId: AAAAAAAAAAAAAAAAAAAAAA, name: "\u{61}\u{a}\u{e9}", x: None, list: [1, -2], data: b"\x00\x61\x22", none: [], gone: 7, inner: Inner { y: 1.5E0, z: true }, e: E }"#;
    assert_eq!(Tree::parse(&ours).difference(&Tree::parse(theirs)), None);
    let other = theirs.replace("-2", "2");
    assert!(
        Tree::parse(&ours)
            .difference(&Tree::parse(&other))
            .is_some()
    );
}
