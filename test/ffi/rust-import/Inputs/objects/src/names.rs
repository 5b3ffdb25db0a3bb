//! Items of another crate, and names that are keywords.
use parts::{Block, Part};

pub fn block() -> Block<4> {
    Block([1; 4])
}
pub fn sum_of(block: &Block<4>) -> u64 {
    block.0.iter().map(|byte| *byte as u64).sum()
}
pub fn part() -> Part {
    Part { n: 3 }
}
pub fn number_of(part: &Part) -> i64 {
    part.n
}

#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub r#type: i64,
    pub r#match: String,
}
impl Token {
    pub fn r#loop(&self, times: i64) -> i64 {
        self.r#type * times
    }
    pub fn r#use(&mut self, text: String) {
        self.r#match = text;
    }
}
/// Borrows what it is made of.
#[derive(Debug)]
pub struct Line<'a> {
    pub text: &'a str,
    pub of: &'a Token,
}
impl Line<'_> {
    pub fn r#in(&self) -> String {
        format!("{} of {}", self.text, self.of.r#match)
    }
}
#[derive(Debug)]
pub enum Piece<'a> {
    Of { line: &'a Line<'a> },
    Rest(&'a str),
}
pub fn r#try(token: &Token) -> bool {
    token.r#type > 0
}
pub mod r#async {
    #[derive(Debug)]
    pub struct Box(pub i64);
    pub fn r#yield(n: i64) -> Box {
        Box(n)
    }
}
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub enum Word {
    r#if,
    r#else,
}
pub fn words() -> Vec<Word> {
    vec![Word::r#if, Word::r#else]
}
#[derive(Debug)]
pub enum Node {
    Leaf { r#ref: i64 },
    Empty,
}
/// Its trait is of another crate.
#[derive(Debug)]
pub struct Pile(pub i64);
impl parts::Count for Pile {
    fn count(&self) -> i64 {
        self.0
    }
}
pub fn gauge() -> parts::gauges::Gauge<u8> {
    parts::gauges::Gauge::new(7)
}
pub fn star(size: f64) -> far_off::Sun {
    far_off::Sun { size }
}
