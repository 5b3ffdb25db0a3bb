//! Values of Rust from values of Lisp and back.

use crate::error::{Error, Result};
use crate::lisp::{Lisp, Value};
use crate::sys::{self, Type, Word};
use std::collections::{BTreeMap, HashMap};
use std::ffi::{c_char, c_int, c_void};
use std::hash::{BuildHasher, Hash};

/// What can be made of a value of Lisp.
///
/// # Safety
/// Words never leave the stack, where the collector sees them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of a value of Lisp",
    note = "an object of Rust is taken as `&T` or `Handle<T>`, where `T: plc::Class`"
)]
pub unsafe trait FromLisp: Sized {
    /// # Safety
    /// The word is alive.
    #[doc(hidden)]
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Self>;
    /// The elements of a homogeneous vector, if they are of this very type.
    #[doc(hidden)]
    unsafe fn elements(_: Word) -> Option<Vec<Self>> {
        None
    }
    /// What text is made of, of bytes only.
    #[doc(hidden)]
    fn of_text(_: String) -> Option<Vec<Self>> {
        None
    }
    /// The memory of a homogeneous vector of this very type.
    #[doc(hidden)]
    unsafe fn place<'a>(_: Word) -> Option<&'a [u8]> {
        None
    }
}

/// What Lisp gets a value of.
///
/// # Safety
/// Words never leave the stack, where the collector sees them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to Lisp",
    note = "an object of Rust is given as `Handle<T>`, where `T: plc::Class`"
)]
pub unsafe trait ToLisp: Sized {
    #[doc(hidden)]
    fn to_lisp(self, lisp: &Lisp) -> Result<Word>;
    /// Several of them: a vector, of numbers a homogeneous one.
    #[doc(hidden)]
    fn sequence(items: Vec<Self>, lisp: &Lisp) -> Result<Word> {
        // SAFETY: both words lie on the stack.
        let vector = unsafe { (lisp.host.vector)(lisp.host, items.len()) };
        for (index, item) in items.into_iter().enumerate() {
            let item = item.to_lisp(lisp)?;
            unsafe { (lisp.host.vector_set)(lisp.host, vector, index, item) };
        }
        Ok(vector)
    }
}

/// What an exported function may take by reference.
pub trait Borrowed {
    /// What is made of the argument, and lives until the function returns.
    type Owned: FromLisp;
    #[doc(hidden)]
    fn of(owned: &Self::Owned) -> &Self;
}
impl Borrowed for str {
    type Owned = String;
    fn of(owned: &String) -> &str {
        owned
    }
}
impl<T: FromLisp> Borrowed for [T] {
    type Owned = Vec<T>;
    fn of(owned: &Vec<T>) -> &[T] {
        owned
    }
}
impl Borrowed for Value {
    type Owned = Value;
    fn of(owned: &Value) -> &Value {
        owned
    }
}

/// All arguments that are left; the last parameter of a function.
#[derive(Debug)]
pub struct Rest(pub Vec<Value>);

fn expected<T>(what: &str) -> Result<T> {
    Err(Error::wrong_type(format!("expected {what}")))
}

/// An exact integer that fits into 128 bits.
unsafe fn integer(word: Word) -> Result<i128> {
    if sys::is_fixnum(word) {
        return Ok(sys::fixnum_value(word) as i128);
    }
    if sys::type_of(word) != Type::Integer {
        return expected("an exact integer");
    }
    match sys::bignum_limbs(word) {
        [limb] if sys::bignum_is_negative(word) => Ok(-(*limb as i128)),
        [limb] => Ok(*limb as i128),
        _ => expected("an integer of at most 64 bits"),
    }
}

/// Numbers: their type, the number of their row in elements.def.
macro_rules! number {
    ($type:ty, $element:literal, |$lisp:ident, $word:ident| $from:expr, |$it:ident| $to:expr) => {
        // SAFETY: the word is read only.
        unsafe impl FromLisp for $type {
            unsafe fn from_lisp($lisp: &Lisp, $word: Word) -> Result<$type> {
                $from
            }
            unsafe fn place<'a>(word: Word) -> Option<&'a [u8]> {
                (element_of(word)? == $element).then(|| sys::bytes(word))
            }
            unsafe fn elements(word: Word) -> Option<Vec<$type>> {
                let Some(bytes) = <$type>::place(word) else {
                    let lisp = Lisp::enter();
                    let (_owner, data, count) = crate::buffer::shared::<$type>(&lisp, word)?;
                    return Some(std::slice::from_raw_parts(data, count).to_vec());
                };
                let count = bytes.len() / size_of::<$type>();
                // Objects are aligned to 16 bytes, their elements to 8.
                Some(std::slice::from_raw_parts(bytes.as_ptr().cast(), count).to_vec())
            }
            fn of_text(text: String) -> Option<Vec<$type>> {
                let bytes: Box<dyn std::any::Any> = Box::new(text.into_bytes());
                bytes.downcast().ok().map(|it| *it)
            }
        }
        // SAFETY: what the host makes is returned at once.
        unsafe impl ToLisp for $type {
            fn to_lisp(self, $lisp: &Lisp) -> Result<Word> {
                let $it = self;
                Ok(unsafe { $to })
            }
            fn sequence(items: Vec<$type>, lisp: &Lisp) -> Result<Word> {
                let items = match crate::transfer::vector(lisp, $element, items) {
                    Ok(word) => return Ok(word),
                    Err(items) => items,
                };
                let (data, count) = (items.as_ptr() as *const c_void, items.len());
                Ok(unsafe {
                    match $element {
                        0 => (lisp.host.bytevector)(lisp.host, data, count),
                        element => (lisp.host.numeric_vector)(lisp.host, element, data, count),
                    }
                })
            }
        }
    };
}
macro_rules! integers {
    ($($type:ty, $element:literal;)*) => {$(
        number!($type, $element, |lisp, word| {
            let _ = lisp;
            <$type>::try_from(integer(word)?).or_else(|_| {
                let (least, most) = (<$type>::MIN, <$type>::MAX);
                expected(&format!("an integer of {least} to {most}"))
            })
        }, |it| match i64::try_from(it) {
            Ok(n) => (lisp.host.integer)(lisp.host, n),
            Err(_) => (lisp.host.integer_from_limbs)(lisp.host, false, &(it as u64), 1),
        });
    )*};
}
integers! {
    u8, 0; i8, 1; u16, 2; i16, 3; u32, 4; i32, 5; u64, 6; i64, 7; usize, 6; isize, 7;
}

/// Of 128 bits; there are no vectors of them.
macro_rules! wide {
    ($type:ty, $magnitude:expr, $is_negative:expr) => {
        // SAFETY: the word is read only.
        unsafe impl FromLisp for $type {
            unsafe fn from_lisp(_: &Lisp, word: Word) -> Result<$type> {
                let wrong = || expected(&format!("an integer that fits into {}", stringify!($type)));
                if sys::is_fixnum(word) {
                    return <$type>::try_from(sys::fixnum_value(word)).or_else(|_| wrong());
                }
                if sys::type_of(word) != Type::Integer {
                    return wrong();
                }
                let limbs = sys::bignum_limbs(word);
                if limbs.len() > 2 {
                    return wrong();
                }
                let high = limbs.get(1).copied().unwrap_or(0) as u128;
                let magnitude = high << 64 | limbs[0] as u128;
                let value = <$type>::try_from(magnitude).ok();
                match (sys::bignum_is_negative(word), value) {
                    (false, Some(value)) => Ok(value),
                    (true, Some(value)) => (0 as $type).checked_sub(value).map_or_else(wrong, Ok),
                    (true, None) if magnitude == 1 << 127 && <$type>::MIN != 0 => Ok(<$type>::MIN),
                    _ => wrong(),
                }
            }
        }
        // SAFETY: what the host makes is returned at once.
        unsafe impl ToLisp for $type {
            fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
                let (magnitude, is_negative): (u128, bool) = ($magnitude(self), $is_negative(self));
                let limbs = [magnitude as u64, (magnitude >> 64) as u64];
                let count = if limbs[1] == 0 { 1 } else { 2 };
                Ok(unsafe {
                    (lisp.host.integer_from_limbs)(lisp.host, is_negative, limbs.as_ptr(), count)
                })
            }
        }
    };
}
wide!(u128, |it: u128| it, |_| false);
wide!(i128, i128::unsigned_abs, |it: i128| it < 0);

number!(f64, 9, |lisp, word| real(lisp, word), |it| (lisp.host.flonum)(lisp.host, it));
number!(f32, 8, |lisp, word| Ok(real(lisp, word)? as f32), |it| (lisp.host.flonum)(
    lisp.host, it as f64
));

/// Any real number, as the nearest double.
unsafe fn real(_: &Lisp, word: Word) -> Result<f64> {
    match sys::type_of(word) {
        Type::Flonum => Ok(sys::flonum_value(word)),
        Type::Integer => Ok(integer(word)? as f64),
        _ => expected("a flonum or an integer of at most 64 bits"),
    }
}

/// The element type of a bytevector or homogeneous vector.
unsafe fn element_of(word: Word) -> Option<c_int> {
    match sys::type_of(word) {
        Type::Bytevector => Some(0),
        Type::NumericVector => Some(sys::element_of(word) as c_int),
        _ => None,
    }
}

// SAFETY: the word is read only, what the host makes is returned at once; so below.
unsafe impl FromLisp for bool {
    unsafe fn from_lisp(_: &Lisp, word: Word) -> Result<bool> {
        match word {
            sys::TRUE => Ok(true),
            sys::FALSE => Ok(false),
            _ => expected("a boolean"),
        }
    }
}
unsafe impl ToLisp for bool {
    fn to_lisp(self, _: &Lisp) -> Result<Word> {
        Ok(sys::boolean(self))
    }
}
unsafe impl FromLisp for char {
    unsafe fn from_lisp(_: &Lisp, word: Word) -> Result<char> {
        match char::from_u32(sys::char_code(word)) {
            Some(c) if sys::is_char(word) => Ok(c),
            _ => expected("a character that is no surrogate"),
        }
    }
}
unsafe impl ToLisp for char {
    fn to_lisp(self, _: &Lisp) -> Result<Word> {
        Ok((self as Word) << 8 | 0x0C)
    }
}
unsafe impl FromLisp for () {
    unsafe fn from_lisp(_: &Lisp, _: Word) -> Result<()> {
        Ok(())
    }
}
unsafe impl ToLisp for () {
    fn to_lisp(self, _: &Lisp) -> Result<Word> {
        Ok(sys::UNSPECIFIED)
    }
}

unsafe impl FromLisp for String {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<String> {
        let string = match sys::type_of(word) {
            Type::String => word,
            Type::Symbol => sys::symbol_name(word),
            _ => return expected("a string"),
        };
        let size = (lisp.host.string_utf8)(lisp.host, string, std::ptr::null_mut(), 0);
        let mut text = vec![0u8; size];
        (lisp.host.string_utf8)(lisp.host, string, text.as_mut_ptr() as *mut c_char, size);
        String::from_utf8(text).or_else(|_| expected("a string without lone surrogates"))
    }
}
unsafe impl ToLisp for &str {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        let mut result = sys::FALSE;
        // It is UTF-8: the host refuses nothing else.
        unsafe { (lisp.host.string)(lisp.host, self.as_ptr().cast(), self.len(), &mut result) };
        Ok(result)
    }
}
unsafe impl ToLisp for String {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        self.as_str().to_lisp(lisp)
    }
}

unsafe impl FromLisp for Value {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Value> {
        Ok(Value::hold(lisp, word))
    }
}
unsafe impl ToLisp for &Value {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        Ok(self.word(lisp))
    }
}
unsafe impl ToLisp for Value {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        (&self).to_lisp(lisp)
    }
}

/// None is nil.
unsafe impl<T: FromLisp> FromLisp for Option<T> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Option<T>> {
        match word {
            sys::NIL | sys::DEFAULT => Ok(None),
            _ => T::from_lisp(lisp, word).map(Some),
        }
    }
}
unsafe impl<T: ToLisp> ToLisp for Option<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        self.map_or(Ok(sys::NIL), |it| it.to_lisp(lisp))
    }
}
unsafe impl<T: ToLisp, E: Into<Error>> ToLisp for std::result::Result<T, E> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        self.map_err(E::into)?.to_lisp(lisp)
    }
}

/// Calls `each` with the elements of a list, a vector or a homogeneous vector.
pub(crate) unsafe fn each(lisp: &Lisp, word: Word, mut each: impl FnMut(Word) -> Result<()>) -> Result<()> {
    match sys::type_of(word) {
        Type::List => {
            if (lisp.host.list_length)(lisp.host, word) < 0 {
                return expected("a proper list");
            }
            let mut rest = word;
            while sys::is_pair(rest) {
                each(sys::car(rest))?;
                rest = sys::cdr(rest);
            }
            Ok(())
        }
        Type::Vector => {
            (0..sys::vector_length(word)).try_for_each(|index| each(sys::vector_ref(word, index)))
        }
        Type::Bytevector | Type::NumericVector => {
            macro_rules! by_element {
                ($($type:ty)*) => {$(
                    if let Some(items) = <$type>::elements(word) {
                        return items.into_iter().try_for_each(|item| each(item.to_lisp(lisp)?));
                    }
                )*};
            }
            by_element!(u8 i8 u16 i16 u32 i32 u64 i64 f32 f64);
            expected("a homogeneous vector whose elements this crate knows")
        }
        _ => expected("a list or a vector"),
    }
}

unsafe impl<T: FromLisp> FromLisp for Vec<T> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Vec<T>> {
        if let Some(items) = T::elements(word) {
            return Ok(items);
        }
        if matches!(sys::type_of(word), Type::String) {
            let items = T::of_text(String::from_lisp(lisp, word)?);
            return items.map_or_else(|| expected("a list or a vector"), Ok);
        }
        let mut items = Vec::new();
        each(lisp, word, |item| {
            items.push(T::from_lisp(lisp, item)?);
            Ok(())
        })?;
        Ok(items)
    }
}
unsafe impl<T: ToLisp> ToLisp for Vec<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        T::sequence(self, lisp)
    }
}

/// Maps are hash tables.
macro_rules! map {
    ($type:ty, [$($more:tt)*]) => {
        unsafe impl<K: ToLisp, V: ToLisp $($more)*> ToLisp for $type {
            fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
                // SAFETY: the three words lie on the stack.
                let map = unsafe { (lisp.host.map)(lisp.host) };
                for (key, value) in self {
                    let (key, value) = (key.to_lisp(lisp)?, value.to_lisp(lisp)?);
                    unsafe { (lisp.host.map_set)(lisp.host, map, key, value) };
                }
                Ok(map)
            }
        }
    };
}
map!(HashMap<K, V, S>, [, S]);
map!(BTreeMap<K, V>, []);
unsafe impl<K: FromLisp + Eq + Hash, V: FromLisp, S: BuildHasher + Default> FromLisp
    for HashMap<K, V, S>
{
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Self> {
        entries(lisp, word)
    }
}
unsafe impl<K: FromLisp + Ord, V: FromLisp> FromLisp for BTreeMap<K, V> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Self> {
        entries(lisp, word)
    }
}
unsafe fn entries<K: FromLisp, V: FromLisp, M: Default + Extend<(K, V)>>(
    lisp: &Lisp,
    word: Word,
) -> Result<M> {
    if sys::type_of(word) != Type::Map {
        return expected("a hash table");
    }
    let mut map = M::default();
    let (mut position, mut key, mut value) = (0, sys::FALSE, sys::FALSE);
    while (lisp.host.map_next)(lisp.host, word, &mut position, &mut key, &mut value) {
        map.extend([(K::from_lisp(lisp, key)?, V::from_lisp(lisp, value)?)]);
    }
    Ok(map)
}

/// Tuples are lists.
macro_rules! tuple {
    ($count:literal: $($name:ident $index:tt)*) => {
        unsafe impl<$($name: FromLisp),*> FromLisp for ($($name,)*) {
            unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Self> {
                let mut words = [sys::FALSE; $count];
                let mut count = 0;
                each(lisp, word, |item| {
                    if let Some(place) = words.get_mut(count) {
                        *place = item;
                    }
                    count += 1;
                    Ok(())
                })?;
                if count != $count {
                    return expected(concat!("a list of ", $count, " elements"));
                }
                Ok(($($name::from_lisp(lisp, words[$index])?,)*))
            }
        }
        unsafe impl<$($name: ToLisp),*> ToLisp for ($($name,)*) {
            fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
                let words = [$(self.$index.to_lisp(lisp)?),*];
                let mut list = sys::NULL;
                for word in words.iter().rev() {
                    list = unsafe { (lisp.host.cons)(lisp.host, *word, list) };
                }
                Ok(list)
            }
        }
    };
}
tuple!(1: A 0);
tuple!(2: A 0 B 1);
tuple!(3: A 0 B 1 C 2);
tuple!(4: A 0 B 1 C 2 D 3);
tuple!(5: A 0 B 1 C 2 D 3 E 4);
tuple!(6: A 0 B 1 C 2 D 3 E 4 F 5);
