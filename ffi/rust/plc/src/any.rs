//! Any value of Lisp where a generic type of a crate wants one: `IndexMap<Lisp, Lisp>`.

use crate::convert::{FromLisp, ToLisp};
use crate::error::Result;
use crate::lisp::{with_lisp, Lisp, Value};
use crate::shims::shim_host;
use crate::sys::{self, Type, Word};
use std::cmp::Ordering;
use std::fmt::{self, Debug, Display};
use std::hash::{Hash, Hasher};

/// A value that is compared by `equal?`, hashed and ordered as Lisp does.
pub struct Any(Value);

/// Runs `body`, whatever thread this is: also where a crate works in threads of its own.
fn inside<R>(body: impl FnOnce(&Lisp) -> R) -> R {
    with_lisp(body).unwrap_or_else(|error| std::panic::panic_any(error.to_string()))
}

// SAFETY: the word is held at once; it is given from its root.
unsafe impl FromLisp for Any {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Any> {
        Ok(Any(Value::hold(lisp, word)))
    }
}
unsafe impl ToLisp for Any {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        self.0.to_lisp(lisp)
    }
}
unsafe impl ToLisp for &Any {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        (&self.0).to_lisp(lisp)
    }
}

impl Clone for Any {
    fn clone(&self) -> Any {
        inside(|lisp| Any(self.0.share(lisp)))
    }
}
impl Default for Any {
    fn default() -> Any {
        // SAFETY: a constant is always alive.
        inside(|lisp| Any(unsafe { Value::hold(lisp, sys::NIL) }))
    }
}
impl PartialEq for Any {
    fn eq(&self, other: &Any) -> bool {
        // SAFETY: the roots keep both alive.
        inside(|lisp| unsafe { (shim_host().equal)(self.0.word(lisp), other.0.word(lisp)) })
    }
}
impl Eq for Any {}
impl Hash for Any {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // SAFETY: as above.
        state.write_u64(inside(|lisp| unsafe { (shim_host().hash)(self.0.word(lisp)) }))
    }
}
impl PartialOrd for Any {
    fn partial_cmp(&self, other: &Any) -> Option<Ordering> {
        Some(self.cmp(other)) // what has no order is an error, also for `<`
    }
}
impl Ord for Any {
    fn cmp(&self, other: &Any) -> Ordering {
        // SAFETY: as above.
        let order = inside(|lisp| unsafe { order(lisp, self.0.word(lisp), other.0.word(lisp)) });
        order.unwrap_or_else(|| panic!("{self:?} and {other:?} have no order"))
    }
}
impl Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut text = String::new();
        // SAFETY: as above.
        inside(|lisp| unsafe { show(lisp, self.0.word(lisp), true, &mut text) });
        f.write_str(&text)
    }
}
impl Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut text = String::new();
        // SAFETY: as above.
        inside(|lisp| unsafe { show(lisp, self.0.word(lisp), false, &mut text) });
        f.write_str(&text)
    }
}

/// The elements of a proper list or a vector.
unsafe fn elements(lisp: &Lisp, word: Word) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let add = |item| {
        words.push(item);
        Ok(())
    };
    match sys::type_of(word) {
        Type::List | Type::Vector => crate::convert::each(lisp, word, add).ok()?,
        _ => return None,
    }
    Some(words)
}

/// Numbers, text, characters, booleans, and lists and vectors of these.
///
/// # Safety
/// Both are alive: what they hold stays where it is as long as no Lisp runs.
unsafe fn order(lisp: &Lisp, a: Word, b: Word) -> Option<Ordering> {
    if let (Ok(x), Ok(y)) = (i128::from_lisp(lisp, a), i128::from_lisp(lisp, b)) {
        return Some(x.cmp(&y));
    }
    if let (Ok(x), Ok(y)) = (f64::from_lisp(lisp, a), f64::from_lisp(lisp, b)) {
        // Of equal ones the exact one comes first, as they are not `equal?`.
        let is_inexact = |word| sys::type_of(word) == Type::Flonum;
        return x.partial_cmp(&y).map(|it| it.then(is_inexact(a).cmp(&is_inexact(b))));
    }
    if let (Ok(x), Ok(y)) = (String::from_lisp(lisp, a), String::from_lisp(lisp, b)) {
        return Some(x.cmp(&y).then(sys::is_symbol(a).cmp(&sys::is_symbol(b))));
    }
    if let (Ok(x), Ok(y)) = (char::from_lisp(lisp, a), char::from_lisp(lisp, b)) {
        return Some(x.cmp(&y));
    }
    if let (Ok(x), Ok(y)) = (bool::from_lisp(lisp, a), bool::from_lisp(lisp, b)) {
        return Some(x.cmp(&y));
    }
    if sys::type_of(a) != sys::type_of(b) {
        return None;
    }
    let (x, y) = (elements(lisp, a)?, elements(lisp, b)?);
    for (left, right) in x.iter().zip(&y) {
        match order(lisp, *left, *right) {
            Some(Ordering::Equal) => {}
            other => return other,
        }
    }
    Some(x.len().cmp(&y.len()))
}

/// # Safety
/// As `order`.
unsafe fn show(lisp: &Lisp, word: Word, is_written: bool, text: &mut String) {
    if let Ok(number) = i128::from_lisp(lisp, word) {
        *text += &number.to_string();
    } else if let Ok(number) = f64::from_lisp(lisp, word) {
        *text += &format!("{number:?}");
    } else if let Ok(name) = String::from_lisp(lisp, word) {
        let is_quoted = is_written && !sys::is_symbol(word);
        *text += &if is_quoted { format!("{name:?}") } else { name };
    } else if let Ok(truth) = bool::from_lisp(lisp, word) {
        *text += if truth { "#t" } else { "#f" };
    } else if let Ok(letter) = char::from_lisp(lisp, word) {
        *text += &if is_written { format!("#\\{letter}") } else { letter.to_string() };
    } else if let Some(items) = elements(lisp, word) {
        *text += if sys::type_of(word) == Type::Vector { "#(" } else { "(" };
        for (place, item) in items.iter().enumerate() {
            *text += if place > 0 { " " } else { "" };
            show(lisp, *item, is_written, text);
        }
        *text += ")";
    } else {
        *text += if word == sys::NIL { "nil" } else { "#<object>" };
    }
}
