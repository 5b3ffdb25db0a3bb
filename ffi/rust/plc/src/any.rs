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
        let order = inside(|lisp| unsafe { order(lisp, self.0.word(lisp), other.0.word(lisp), 0) });
        order.unwrap_or_else(|| panic!("{self:?} and {other:?} have no order"))
    }
}
/// What `write` or `display` show.
fn show(value: &Any, is_display: bool, f: &mut fmt::Formatter) -> fmt::Result {
    // SAFETY: as above; the text is on the stack.
    let text = inside(|lisp| unsafe {
        String::from_lisp(lisp, (shim_host().text)(value.0.word(lisp), is_display))
    });
    f.write_str(&text.map_err(|_| fmt::Error)?)
}
impl Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        show(self, false, f)
    }
}
impl Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        show(self, true, f)
    }
}

/// Goes through a proper list or a vector. Its word lies on the stack, so that it stays
/// where it is when comparing numbers makes others.
enum Elements {
    List(Word),
    Vector(Word, usize),
}
impl Elements {
    unsafe fn of(lisp: &Lisp, word: Word) -> Option<Elements> {
        match sys::type_of(word) {
            Type::List if (lisp.host.list_length)(lisp.host, word) >= 0 => {
                Some(Elements::List(word))
            }
            Type::Vector => Some(Elements::Vector(word, 0)),
            _ => None,
        }
    }
    unsafe fn next(&mut self) -> Option<Word> {
        match self {
            Elements::List(rest) => sys::is_pair(*rest).then(|| {
                let item = sys::car(*rest);
                *rest = sys::cdr(*rest);
                item
            }),
            Elements::Vector(word, index) => (*index < sys::vector_length(*word)).then(|| {
                *index += 1;
                sys::vector_ref(*word, *index - 1)
            }),
        }
    }
}

/// So many lists may lie in each other where they are ordered: a circle has no end.
const DEEPEST: usize = 1000;

/// Real numbers, text, characters, booleans, and lists and vectors of these.
///
/// # Safety
/// Both are alive, and lie on the stack.
unsafe fn order(lisp: &Lisp, a: Word, b: Word, depth: usize) -> Option<Ordering> {
    assert!(depth < DEEPEST, "values that are nested so deep, or in a circle, have no order");
    match (shim_host().compare_reals)(a, b) {
        0 => return Some(order_of_equals(a).cmp(&order_of_equals(b))),
        order @ (-1 | 1) => return Some(order.cmp(&0)),
        _ => {}
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
    let (mut x, mut y) = (Elements::of(lisp, a)?, Elements::of(lisp, b)?);
    loop {
        let order = match (x.next(), y.next()) {
            (Some(left), Some(right)) => order(lisp, left, right, depth + 1)?,
            (left, right) => return Some(left.is_some().cmp(&right.is_some())),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
}

/// Numbers of one value that are not `equal?`: the exact one, -0.0, 0.0.
unsafe fn order_of_equals(number: Word) -> u8 {
    match sys::type_of(number) {
        Type::Flonum => 1 + sys::flonum_value(number).is_sign_positive() as u8,
        _ => 0,
    }
}
