//! Types of a crate, for the tests of the importer.
pub mod generic;
pub mod names;
pub use parts;
pub use parts::{Block, Count, Label, Part};

use std::collections::HashMap;
use std::fmt;
use std::ops::{Add, Index, IndexMut, Mul, Neg, Sub};
use std::sync::atomic::{AtomicI64, Ordering};

/// A point of the plane.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}
impl Point {
    pub const ORIGIN: Point = Point { x: 0.0, y: 0.0 };
    /// The point with these coordinates.
    pub fn new(x: f64, y: f64) -> Self {
        Point { x, y }
    }
    pub fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }
    pub fn scale(&mut self, factor: f64) {
        self.x *= factor;
        self.y *= factor;
    }
    pub fn distance(&self, other: &Point) -> f64 {
        (*self - *other).norm()
    }
}
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "({}, {})", self.x, self.y)
    }
}
impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}
impl Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point::new(self.x - other.x, self.y - other.y)
    }
}
impl Mul<f64> for Point {
    type Output = Point;
    fn mul(self, factor: f64) -> Point {
        Point::new(self.x * factor, self.y * factor)
    }
}
impl Neg for Point {
    type Output = Point;
    fn neg(self) -> Point {
        Point::new(-self.x, -self.y)
    }
}
pub fn middle(points: &[Point]) -> Option<Point> {
    let sum = points.iter().fold(Point::ORIGIN, |sum, point| sum + *point);
    (!points.is_empty()).then(|| sum * (1.0 / points.len() as f64))
}
pub fn corners() -> Vec<Point> {
    vec![Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(1.0, 1.0)]
}
pub fn named() -> HashMap<String, Point> {
    HashMap::from([("one".to_string(), Point::new(1.0, 1.0))])
}

static ALIVE: AtomicI64 = AtomicI64::new(0);
/// How many boxes there are.
pub fn alive() -> i64 {
    ALIVE.load(Ordering::SeqCst)
}
/// What is counted, and moved.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Counted(pub String);
impl Counted {
    pub fn new(name: &str) -> Counted {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Counted(name.to_string())
    }
    pub fn into_name(self) -> String {
        self.0.clone()
    }
}
impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Owns others.
#[derive(Default)]
pub struct Shelf {
    items: Vec<Counted>,
}
impl Shelf {
    pub fn new() -> Shelf {
        Shelf::default()
    }
    pub fn put(&mut self, item: Counted) {
        self.items.push(item);
    }
    pub fn len(&self) -> usize {
        self.items.len()
    }
    pub fn first(&self) -> Option<&Counted> {
        self.items.first()
    }
    pub fn first_mut(&mut self) -> Option<&mut Counted> {
        self.items.first_mut()
    }
    pub fn iter(&self) -> impl Iterator<Item = &Counted> {
        self.items.iter()
    }
    pub fn longest<'a>(&'a self, other: &'a Counted) -> &'a Counted {
        self.items.iter().find(|item| item.0.len() > other.0.len()).unwrap_or(other)
    }
    pub fn each(&self, visit: impl Fn(&Counted) -> bool) -> usize {
        self.items.iter().filter(|item| visit(item)).count()
    }
    pub fn change_each(&mut self, mut visit: impl FnMut(&mut Counted)) {
        self.items.iter_mut().for_each(|item| visit(item))
    }
    pub fn clear(&mut self) {
        self.items.clear();
    }
}
impl Counted {
    pub fn rename(&mut self, name: &str) {
        self.0 = name.to_string();
    }
    pub fn name(&self) -> &str {
        &self.0
    }
}
impl Index<usize> for Shelf {
    type Output = Counted;
    fn index(&self, index: usize) -> &Counted {
        &self.items[index]
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Circle(f64),
    Rect { width: f64, height: f64 },
    Nothing,
}
pub trait Area {
    fn area(&self) -> f64;
    fn twice(&self) -> f64 {
        2.0 * self.area()
    }
}
impl Area for Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle(radius) => 3.0 * radius * radius,
            Shape::Rect { width, height } => width * height,
            Shape::Nothing => 0.0,
        }
    }
}
impl Area for Point {
    fn area(&self) -> f64 {
        0.5
    }
}
pub fn total(shape: &dyn Area, other: &impl Area) -> f64 {
    shape.area() + other.area()
}
pub fn any_area(wide: bool) -> Box<dyn Area> {
    if wide {
        Box::new(Shape::Circle(1.0))
    } else {
        Box::new(Point::ORIGIN)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Red,
    Green = 5,
}
impl Color {
    pub fn other(self) -> Color {
        match self {
            Color::Red => Color::Green,
            Color::Green => Color::Red,
        }
    }
    pub fn code(&self) -> i32 {
        *self as i32
    }
}
pub fn colors() -> Vec<Color> {
    vec![Color::Red, Color::Green]
}
pub fn mix(a: Color, b: Option<Color>) -> bool {
    Some(a) == b
}

/// A matrix of rows.
#[derive(Clone)]
pub struct Grid {
    cells: Vec<i64>,
}
impl Grid {
    pub fn new(cells: Vec<i64>) -> Grid {
        Grid { cells }
    }
}
impl Index<usize> for Grid {
    type Output = i64;
    fn index(&self, index: usize) -> &i64 {
        &self.cells[index]
    }
}
impl IndexMut<usize> for Grid {
    fn index_mut(&mut self, index: usize) -> &mut i64 {
        &mut self.cells[index]
    }
}
impl<'a> IntoIterator for &'a Grid {
    type Item = &'a i64;
    type IntoIter = std::slice::Iter<'a, i64>;
    fn into_iter(self) -> Self::IntoIter {
        self.cells.iter()
    }
}

/// Counts down.
pub struct Countdown(u32);
impl Countdown {
    pub fn from(start: u32) -> Countdown {
        Countdown(start)
    }
}
impl Iterator for Countdown {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

/// Anything on top of anything.
pub struct Stack<T> {
    items: Vec<T>,
}
impl<T: Clone> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Vec::new() }
    }
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }
    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }
    pub fn top(&self) -> Option<&T> {
        self.items.last()
    }
}

/// Not for other threads.
pub struct Local(std::rc::Rc<i64>);
impl Local {
    pub fn new(n: i64) -> Local {
        Local(std::rc::Rc::new(n))
    }
    pub fn get(&self) -> i64 {
        *self.0
    }
}

pub const LIMIT: usize = 12;
pub static GREETING: &str = "hello";

#[derive(Debug)]
pub enum Failure {
    Small(i64),
}
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "too small")
    }
}
impl std::error::Error for Failure {}
pub fn boxed(n: i64) -> Result<Point, Box<dyn std::error::Error>> {
    match n {
        0 => Err("it is zero".into()),
        1 => Err(Box::new(Failure::Small(n))),
        _ => Ok(Point::new(n as f64, 0.0)),
    }
}
pub fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
    items.iter().copied().reduce(|a, b| if b > a { b } else { a })
}
pub fn parse<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}
pub fn describe<T: fmt::Debug>(value: T) -> String {
    format!("{value:?}")
}
pub fn evens(limit: u32) -> impl Iterator<Item = u32> {
    (0..limit).step_by(2)
}
pub fn words<'a>(text: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    Box::new(text.split(' '))
}
pub fn greet(name: impl Into<String>, times: Option<&str>) -> String {
    format!("{} {}", name.into(), times.unwrap_or("once"))
}
pub fn double_all(numbers: &mut [f64]) {
    numbers.iter_mut().for_each(|n| *n *= 2.0);
}
