//! What is generic, and what changes values that Lisp copies.
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::hash::Hash;
use std::io::Write;
use std::ops::{Range, RangeBounds};

#[derive(Debug, Clone, Default)]
pub struct Table<K, V, S = std::collections::hash_map::RandomState> {
    rows: HashMap<K, V>,
    _state: std::marker::PhantomData<S>,
}
impl<K: Hash + Eq, V> Table<K, V> {
    pub fn new() -> Self {
        Table { rows: HashMap::new(), _state: std::marker::PhantomData }
    }
}
impl<K: Hash + Eq, V, S> Table<K, V, S> {
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        self.rows.insert(key, value)
    }
    pub fn get<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.rows.get(key)
    }
    pub fn clear_text(&mut self)
    where
        K: std::fmt::Debug,
    {
        self.rows.retain(|key, _| !format!("{key:?}").contains('"'));
    }
    pub fn clear_long(&mut self)
    where
        K: std::fmt::Display,
    {
        self.rows.retain(|key, _| !key.to_string().contains('('));
    }
    pub fn sorted_keys(&self) -> Vec<K>
    where
        K: Ord + Clone,
    {
        let mut keys: Vec<K> = self.rows.keys().cloned().collect();
        keys.sort();
        keys
    }
    pub fn fold<B>(&self, start: B, f: impl Fn(B, &V) -> B) -> B {
        self.rows.values().fold(start, f)
    }
}
pub fn sort_by<F: FnMut(&i64, &i64) -> Ordering>(mut items: Vec<i64>, order: F) -> Vec<i64> {
    items.sort_by(order);
    items
}
pub fn sort_by_key<B: Ord, F: Fn(&i64) -> B>(mut items: Vec<i64>, key: F) -> Vec<i64> {
    items.sort_by_key(key);
    items
}

pub fn append(text: &mut String, more: &str) -> usize {
    text.push_str(more);
    text.len()
}
pub fn halve(items: &mut Vec<i64>, dropped: &mut u32) {
    let half = items.len() / 2;
    *dropped += half as u32;
    items.truncate(items.len() - half);
}
pub fn count(words: &mut BTreeMap<String, i64>, word: String) {
    *words.entry(word).or_default() += 1;
}
pub fn report<W: Write>(to: &mut W, n: i64) -> std::io::Result<()> {
    writeln!(to, "n = {n}")
}
pub fn spell(to: &mut dyn std::fmt::Write, n: i64) -> std::fmt::Result {
    write!(to, "<{n}>")
}
pub fn swap(a: &mut String, b: &mut String) {
    std::mem::swap(a, b)
}
pub fn bumped(n: Option<&mut i64>, other: Option<&mut i64>) -> i64 {
    [n, other]
        .into_iter()
        .flatten()
        .map(|n| {
            *n += 1;
            *n
        })
        .sum()
}
pub fn doubled(all: Option<&mut [f64]>, other: Option<&mut [f64]>) -> usize {
    [all, other]
        .into_iter()
        .flatten()
        .map(|all| {
            all.iter_mut().for_each(|x| *x *= 2.0);
            all.len()
        })
        .sum()
}
pub fn noted<'a>(all: &mut Vec<String>, text: &'a str) -> &'a str {
    all.push(text.to_string());
    text
}
pub fn borrowed(text: &mut String) -> &mut String {
    text
}

pub fn sum<T: AsRef<[u8]>, I: IntoIterator<Item = T>>(parts: I) -> u64 {
    parts.into_iter().map(|it| it.as_ref().iter().map(|b| *b as u64).sum::<u64>()).sum()
}
pub fn middle(of: Range<i64>) -> Range<i64> {
    let quarter = (of.end - of.start) / 4;
    of.start + quarter..of.end - quarter
}
pub fn cut(text: &str, range: impl RangeBounds<usize>) -> String {
    let bounds = (range.start_bound().cloned(), range.end_bound().cloned());
    text.get(bounds).unwrap_or("?").to_string()
}

/// What std provides for all readers and writers.
pub struct Pipe(Vec<u8>);
impl Pipe {
    pub fn new() -> Pipe {
        Pipe(Vec::new())
    }
}
impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl std::io::Read for Pipe {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = to.len().min(self.0.len());
        to[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Ok(count)
    }
}

/// A trait for all that has another one.
pub trait Source {
    fn next(&mut self) -> i64;
}
pub trait Draw: Source {
    fn draw<T: Number>(&mut self) -> T {
        T::of(self.next())
    }
    fn below(&mut self, limit: i64) -> i64 {
        self.next() % limit
    }
}
impl<S: Source + ?Sized> Draw for S {}
pub trait Number {
    fn of(n: i64) -> Self;
}
impl Number for u8 {
    fn of(n: i64) -> u8 {
        n as u8
    }
}
impl Number for f64 {
    fn of(n: i64) -> f64 {
        n as f64
    }
}
#[derive(Debug)]
pub struct Steps(pub i64);
impl Source for Steps {
    fn next(&mut self) -> i64 {
        self.0 += 7;
        self.0
    }
}
pub trait Within<T> {
    fn first(self) -> T;
}
impl<T: Number> Within<T> for Range<T> {
    fn first(self) -> T {
        self.start
    }
}
pub fn pick<T: Number, R: Within<T>>(range: R) -> T {
    range.first()
}
pub fn drawn<D: Draw + ?Sized>(from: &mut D) -> i64 {
    from.below(100)
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pair<A, B = i64> {
    pub a: A,
    pub b: B,
}
impl<A: Clone, B: Clone> Pair<A, B> {
    pub fn swapped(&self) -> Pair<B, A> {
        Pair { a: self.b.clone(), b: self.a.clone() }
    }
}
pub fn named(pair: &Pair<String>) -> String {
    format!("{} = {}", pair.a, pair.b)
}
#[derive(Debug)]
pub enum Either<L, R> {
    Left(L),
    Right { it: R },
}
pub fn same<T: Clone>(it: &T) -> T {
    it.clone()
}
/// Of numbers only.
#[derive(Debug)]
pub struct Scaled<T: Number + Copy>(pub T);
impl<T: Number + Copy> Scaled<T> {
    pub fn times(&self, n: i64) -> i64 {
        n
    }
}

/// Gives iterators by the names that std has for them.
#[derive(Debug, Default)]
pub struct Rows<T> {
    items: Vec<T>,
    names: BTreeMap<String, i64>,
}
impl<T: Clone> Rows<T> {
    pub fn new() -> Rows<T> {
        Rows { items: Vec::new(), names: BTreeMap::new() }
    }
    pub fn add(&mut self, item: T, name: &str) {
        self.items.push(item);
        self.names.insert(name.to_string(), self.items.len() as i64);
    }
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
    pub fn backwards(&self) -> std::iter::Enumerate<std::iter::Rev<std::slice::Iter<'_, T>>> {
        self.items.iter().rev().enumerate()
    }
    pub fn into_items(self) -> std::vec::IntoIter<T> {
        self.items.into_iter()
    }
    pub fn names(&self) -> std::collections::btree_map::Keys<'_, String, i64> {
        self.names.keys()
    }
    pub fn entries(&self) -> std::collections::btree_map::Iter<'_, String, i64> {
        self.names.iter()
    }
}
pub fn letters(text: &str) -> std::str::Chars<'_> {
    text.chars()
}
pub fn lines(text: &str) -> std::str::Lines {
    text.lines()
}
pub fn copied(numbers: &[i64]) -> std::iter::Copied<std::slice::Iter<'_, i64>> {
    numbers.iter().copied()
}
pub fn points() -> std::array::IntoIter<crate::Point, 2> {
    [crate::Point::new(1.0, 2.0), crate::Point::ORIGIN].into_iter()
}
pub fn last(items: std::vec::IntoIter<i64>) -> Option<i64> {
    items.last()
}
pub fn rest_of(items: std::slice::Iter<'_, i64>) -> Vec<i64> {
    items.as_slice().to_vec()
}

/// What is shared.
#[derive(Debug, Default)]
pub struct Book {
    pub title: String,
    pub pages: Vec<i64>,
    lent: std::cell::Cell<i64>,
}
impl Book {
    pub fn shared(title: String) -> std::sync::Arc<Book> {
        Book { title, ..Book::default() }.into()
    }
    pub fn counted(title: String) -> std::rc::Rc<Book> {
        Book { title, ..Book::default() }.into()
    }
    pub fn lend(&self, times: i64) -> i64 {
        self.lent.set(self.lent.get() + times);
        self.lent.get()
    }
    pub fn name(&self) -> &str {
        &self.title
    }
    pub fn rename(&mut self, title: String) {
        self.title = title;
    }
    pub fn owners(self: std::rc::Rc<Self>) -> usize {
        std::rc::Rc::strong_count(&self)
    }
}
pub fn again(book: &std::rc::Rc<Book>) -> std::rc::Rc<Book> {
    book.clone()
}
pub trait Titled {
    fn heading(&self) -> String;
    fn line(&self) -> String {
        format!("<{}>", self.heading())
    }
}
impl Titled for Book {
    fn heading(&self) -> String {
        self.title.to_uppercase()
    }
}

/// Generic over a constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<T, const ROWS: usize> {
    rows: [T; ROWS],
}
impl<const ROWS: usize> Matrix<f64, ROWS> {
    pub fn total(&self) -> f64 {
        self.rows.iter().sum()
    }
    pub fn height(&self) -> usize {
        ROWS
    }
    pub fn rows(&self) -> [f64; ROWS] {
        self.rows
    }
    pub fn plus(&self, more: [f64; ROWS]) -> Matrix<f64, ROWS> {
        let mut rows = self.rows;
        rows.iter_mut().zip(more).for_each(|(row, x)| *row += x);
        Matrix { rows }
    }
}
pub fn column(a: f64, b: f64) -> Matrix<f64, 2> {
    Matrix { rows: [a, b] }
}
pub fn single(a: f64) -> Matrix<f64, 1> {
    Matrix { rows: [a] }
}
pub fn second(column: &Matrix<f64, 2>) -> f64 {
    column.rows[1]
}

/// Its users know it by another way.
#[doc(hidden)]
pub mod parts {
    /// Items of both in turn.
    pub struct Turns<I, J>(I, J, bool);
    impl<I: Iterator, J: Iterator<Item = I::Item>> Iterator for Turns<I, J> {
        type Item = I::Item;
        fn next(&mut self) -> Option<I::Item> {
            self.2 = !self.2;
            if self.2 { self.0.next() } else { self.1.next() }
        }
    }
    pub fn turns<I, J>(first: I, second: J) -> Turns<I::IntoIter, J::IntoIter>
    where
        I: IntoIterator,
        J: IntoIterator<Item = I::Item>,
    {
        Turns(first.into_iter(), second.into_iter(), false)
    }
    pub fn pairs<I: IntoIterator, J: IntoIterator>(first: I, second: J) -> std::iter::Zip<I::IntoIter, J::IntoIter> {
        first.into_iter().zip(second)
    }
    pub fn joined<I: IntoIterator>(items: I) -> String
    where
        I::Item: std::fmt::Display,
    {
        items.into_iter().map(|item| item.to_string()).collect()
    }
    #[doc(hidden)]
    pub fn not_for_users() {}
}
pub use parts::*;

/// Made of text that is there for ever.
#[derive(Debug, Clone, PartialEq)]
pub struct Label(&'static str);
impl From<&'static str> for Label {
    fn from(text: &'static str) -> Label {
        Label(text)
    }
}
impl From<i64> for Label {
    fn from(_: i64) -> Label {
        Label("number")
    }
}
pub fn labelled(label: impl Into<Label>, more: Option<&'static str>) -> String {
    format!("{} {:?}", label.into().0, more)
}

/// What it holds its storage tells.
pub trait Storage {
    type Elem;
    fn of(first: Self::Elem) -> Self;
    fn sum(&self) -> f64;
}
#[derive(Debug, Clone, Copy)]
pub struct One<A>(A);
impl Storage for One<f64> {
    type Elem = f64;
    fn of(first: f64) -> Self {
        One(first)
    }
    fn sum(&self) -> f64 {
        self.0
    }
}
#[derive(Debug, Clone, Copy)]
pub struct Grid<S>(S);
pub type Numbers = Grid<One<f64>>;
pub trait Dot<Right> {
    fn times(&self, right: &Right) -> f64;
}
impl<S: Storage, R: Storage> Dot<Grid<R>> for Grid<S> {
    fn times(&self, right: &Grid<R>) -> f64 {
        self.0.sum() * right.0.sum()
    }
}
impl<A, S: Storage<Elem = A>> Grid<S> {
    pub fn filled(with: A) -> Grid<S> {
        Grid(S::of(with))
    }
    pub fn dot<Right>(&self, right: &Right) -> f64
    where
        Self: Dot<Right>,
    {
        self.times(right)
    }
    pub fn plus<R: Storage>(&self, other: &Grid<R>) -> f64 {
        self.0.sum() + other.0.sum()
    }
    /// There is no end of such types.
    pub fn nested(self) -> Grid<Twice<Grid<S>>> {
        Grid(Twice(self))
    }
    pub fn read<T: std::str::FromStr>(&self, text: &str) -> Option<T> {
        text.parse().ok()
    }
}
#[derive(Debug, Clone, Copy)]
pub struct Twice<G>(G);

/// Plot of numbers: fields by `Deref`, several indices, operands of other types.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot<T, const N: usize> {
    of: Spot<T>,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Spot<T> {
    pub x: T,
    pub y: T,
}
impl<T: Clone> Spot<T> {
    pub fn swapped(&self) -> (T, T) {
        (self.y.clone(), self.x.clone())
    }
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.x, &mut self.y);
    }
}
pub type Short<T> = Plot<T, 1>;
impl<T: Clone, const N: usize> Plot<T, N> {
    pub fn new(x: T, y: T) -> Self {
        Plot { of: Spot { x, y } }
    }
    /// Hides no field: it is no method.
    pub fn x() -> usize {
        N
    }
}
impl<T> std::ops::Deref for Plot<T, 2> {
    type Target = Spot<T>;
    fn deref(&self) -> &Spot<T> {
        &self.of
    }
}
impl<T> std::ops::DerefMut for Plot<T, 2> {
    fn deref_mut(&mut self) -> &mut Spot<T> {
        &mut self.of
    }
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nth(pub usize);
impl<T, const N: usize> std::ops::Index<Nth> for Plot<T, N> {
    type Output = T;
    fn index(&self, at: Nth) -> &T {
        if at.0 == 0 { &self.of.x } else { &self.of.y }
    }
}
impl<T, const N: usize> std::ops::Index<(usize, usize)> for Plot<T, N> {
    type Output = T;
    fn index(&self, at: (usize, usize)) -> &T {
        if at.0 + at.1 == 0 { &self.of.x } else { &self.of.y }
    }
}
impl<T, const N: usize> std::ops::IndexMut<(usize, usize)> for Plot<T, N> {
    fn index_mut(&mut self, at: (usize, usize)) -> &mut T {
        if at.0 + at.1 == 0 { &mut self.of.x } else { &mut self.of.y }
    }
}
pub trait Operand {}
impl Operand for f64 {}
impl Operand for i64 {}
impl<A: Clone + std::ops::Add<B, Output = A>, B: Operand + Clone, const N: usize> std::ops::Add<B> for Plot<A, N> {
    type Output = Plot<A, N>;
    fn add(self, other: B) -> Plot<A, N> {
        Plot::new(self.of.x + other.clone(), self.of.y + other)
    }
}
impl<'a, const N: usize, const M: usize> std::ops::Mul<&'a Plot<f64, M>> for &'a Plot<f64, N> {
    type Output = Plot<f64, M>;
    fn mul(self, other: &Plot<f64, M>) -> Plot<f64, M> {
        Plot::new(self.of.x * other.of.x, self.of.y * other.of.y)
    }
}

/// What functions take that are generic over it: borrowed, with types that its traits tell.
pub struct Net<T> {
    pub weights: Vec<T>,
}
impl Net<f64> {
    pub fn of(weights: Vec<f64>) -> Self {
        Net { weights }
    }
}
pub trait Walk: Copy {
    type Step;
    type Weight;
}
pub trait Stepping: Walk {
    fn steps(self) -> Vec<(Self::Step, Self::Weight)>;
}
impl<T> Walk for &Net<T> {
    type Step = Nth;
    type Weight = T;
}
impl<T: Copy> Stepping for &Net<T> {
    fn steps(self) -> Vec<(Nth, T)> {
        self.weights.iter().enumerate().map(|(at, weight)| (Nth(at), *weight)).collect()
    }
}
pub trait Measure: PartialOrd + std::fmt::Debug {}
impl<M: PartialOrd + std::fmt::Debug> Measure for M {}
pub fn least<G, F, K>(net: G, start: G::Step, mut cost: F) -> (G::Step, K)
where
    G: Stepping<Step: Copy>,
    F: FnMut(G::Weight) -> K,
    K: Measure + Copy,
{
    let mut all = net.steps().into_iter();
    let mut best = (start, cost(all.next().unwrap().1));
    for (at, weight) in all {
        let next = cost(weight);
        if next < best.1 {
            best = (at, next);
        }
    }
    best
}
#[derive(Debug)]
pub struct Silent(pub i64);
pub fn silent(it: bool) -> Result<i64, Silent> {
    if it { Err(Silent(7)) } else { Ok(7) }
}
