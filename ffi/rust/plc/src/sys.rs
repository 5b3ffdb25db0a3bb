//! plc/plugin.h and plc/value.h as Rust has them; the names are those of the
//! header without `plc_`, and what things mean stands there. For the rest of this
//! crate, and for those who need what it does not wrap.
//!
//! Functions that read a value are unsafe: the value must be alive and of the
//! kind that is named.
#![allow(dead_code, missing_docs, clippy::missing_safety_doc)]

use std::ffi::{c_char, c_int, c_void};

/// A Lisp value (plc_value). It is `Copy` and looks like a number, but it must
/// only lie on the stack: never in a Box, Vec, Rc or static.
pub type Word = u64;
pub type Root = u64;

pub const TAG_MASK: Word = 7;
const TAG_FIXNUM: Word = 0;
const TAG_PAIR: Word = 3;
const TAG_IMMEDIATE: Word = 4;
const TAG_PROCEDURE: Word = 5;
const TAG_OBJECT: Word = 7;

const fn constant(n: Word) -> Word {
    n << 8 | 4
}
pub const FALSE: Word = constant(0);
pub const NIL: Word = constant(1);
pub const UNDEFINED: Word = constant(2);
pub const TRUE: Word = constant(4);
pub const NULL: Word = constant(5);
pub const UNSPECIFIED: Word = constant(6);
pub const DEFAULT: Word = constant(8);
pub const UNBOUND: Word = constant(9);

/// A plc_status. Not an enum: a newer host may know more of them.
pub type Status = c_int;
pub const OK: Status = 0;
pub const END: Status = 1;
pub const E_FOREIGN: Status = 2;
pub const E_LISP: Status = 3;
pub const E_TYPE: Status = 4;
pub const E_NAME: Status = 5;
pub const E_RANGE: Status = 6;
pub const E_UNSUPPORTED: Status = 7;
pub const E_DEPTH: Status = 8;
pub const E_EXIT: Status = 9;

#[repr(C)]
pub struct Error {
    pub type_: Word,
    pub message: Word,
    pub value: Word,
    pub trace: Word,
    pub nearest: Word,
    pub token: Word,
}
impl Error {
    pub const NONE: Error = Error {
        type_: FALSE,
        message: FALSE,
        value: FALSE,
        trace: FALSE,
        nearest: FALSE,
        token: FALSE,
    };
}

/// How a promise stands (plc_promise_state).
pub const RESOLVED: c_int = 1;
pub const REJECTED: c_int = 2;
/// What a descriptor is watched for.
pub const WATCH_READABLE: c_int = 1;
pub const WATCH_FAILED: c_int = 4;
/// What an element of a buffer is (plc_scalar).
pub const SCALAR_SIGNED: c_int = 0;
pub const SCALAR_UNSIGNED: c_int = 1;
pub const SCALAR_FLOAT: c_int = 2;
/// Memory that two runtimes share (plc_buffer).
#[repr(C)]
pub struct Buffer {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub scalar: c_int,
    pub bits: u32,
    pub is_read_only: bool,
    pub is_owned: bool,
    pub dimensions: u32,
    pub shape: *const i64,
    pub strides: *const i64,
    pub format: *const c_char,
    pub owner: *mut c_void,
    pub release: Option<unsafe extern "C" fn(*mut Buffer)>,
}

impl Buffer {
    pub const NONE: Buffer = Buffer {
        struct_size: size_of::<Buffer>(),
        data: std::ptr::null_mut(),
        scalar: SCALAR_UNSIGNED,
        bits: 8,
        is_read_only: false,
        is_owned: false,
        dimensions: 0,
        shape: std::ptr::null(),
        strides: std::ptr::null(),
        format: std::ptr::null(),
        owner: std::ptr::null_mut(),
        release: None,
    };
}

/// What the source of a procedure tells, UTF-8; null: nothing is known.
#[repr(C)]
pub struct ProcedureNote {
    pub name: *const c_char,
    pub parameters: *const c_char,
    pub parameters_bytes: usize,
    pub docstring: *const c_char,
}
/// What plc keeps between blocking_begin and blocking_end.
#[repr(C)]
pub struct Region(pub [u64; 32]);
/// A descriptor that is watched.
#[repr(C)]
pub struct Watch(c_void);

/// A row of conversions.def. Only made here, so an enum is safe.
#[derive(Clone, Copy, PartialEq)]
pub enum Type {
    Integer,
    Rational,
    Flonum,
    Complex,
    Boolean,
    Character,
    String,
    Symbol,
    Bytevector,
    NumericVector,
    Vector,
    List,
    Map,
    Procedure,
    Nil,
    Undefined,
    Unspecified,
    Reference,
    Other,
}

/* Kinds of heap objects (kinds.def). */
const FLONUM: u64 = 3;
const BIGNUM: u64 = 4;
const RATNUM: u64 = 5;
const COMPNUM: u64 = 6;
const STRING: u64 = 7;
const SYMBOL: u64 = 9;
const VECTOR: u64 = 10;
const BYTEVECTOR: u64 = 11;
const NUMVECTOR: u64 = 12;
const BOX: u64 = 15;
const HASHTABLE: u64 = 18;
const FOREIGN: u64 = 26;

unsafe fn words(v: Word) -> *const u64 {
    (v & !TAG_MASK) as *const u64
}
unsafe fn header(v: Word) -> u64 {
    *words(v)
}
unsafe fn kind(header: u64) -> u64 {
    header >> 3 & 31
}
unsafe fn length(v: Word) -> usize {
    (header(v) >> 16) as usize
}
unsafe fn field(v: Word, index: usize) -> Word {
    *words(v).add(1 + index)
}

pub fn is_fixnum(v: Word) -> bool {
    v & TAG_MASK == TAG_FIXNUM
}
pub fn fixnum_value(v: Word) -> i64 {
    v as i64 >> 3
}
pub fn is_pair(v: Word) -> bool {
    v & TAG_MASK == TAG_PAIR
}
pub fn is_object(v: Word) -> bool {
    v & TAG_MASK == TAG_OBJECT
}
pub fn is_procedure(v: Word) -> bool {
    v & TAG_MASK == TAG_PROCEDURE
}
pub fn is_char(v: Word) -> bool {
    v & 0xFF == 0x0C
}
pub fn char_code(v: Word) -> u32 {
    (v >> 8) as u32
}
pub fn boolean(b: bool) -> Word {
    if b {
        TRUE
    } else {
        FALSE
    }
}
pub unsafe fn car(v: Word) -> Word {
    *words(v)
}
pub unsafe fn cdr(v: Word) -> Word {
    *words(v).add(1)
}
/// The double of a flonum: the tags 1, 2 and 6 are immediate ones.
pub unsafe fn flonum_value(v: Word) -> f64 {
    if 0x46 >> (v & TAG_MASK) & 1 != 0 {
        f64::from_bits((v ^ 2).rotate_right(4))
    } else {
        f64::from_bits(field(v, 0))
    }
}
pub unsafe fn symbol_name(v: Word) -> Word {
    field(v, 0)
}
pub unsafe fn is_symbol(v: Word) -> bool {
    v & TAG_MASK == TAG_OBJECT && kind(header(v)) == SYMBOL
}
/// The content of a box.
pub unsafe fn unbox(v: Word) -> Option<Word> {
    (v & TAG_MASK == TAG_OBJECT && kind(header(v)) == BOX).then(|| field(v, 0))
}
pub unsafe fn vector_length(v: Word) -> usize {
    length(v)
}
pub unsafe fn vector_ref(v: Word, index: usize) -> Word {
    field(v, index)
}
/// The bytes of a BYTEVECTOR or NUMVECTOR.
pub unsafe fn bytes<'a>(v: Word) -> &'a [u8] {
    std::slice::from_raw_parts(words(v).add(1) as *const u8, length(v))
}
/// The number of an element type (elements.def) of a NUMVECTOR.
pub unsafe fn element_of(v: Word) -> u64 {
    header(v) >> 9 & 15
}
pub unsafe fn bignum_limbs<'a>(v: Word) -> &'a [u64] {
    std::slice::from_raw_parts(words(v).add(1), length(v) / 8)
}
pub unsafe fn bignum_is_negative(v: Word) -> bool {
    header(v) >> 8 & 1 != 0
}
pub unsafe fn reference_plugin(v: Word) -> *const Plugin {
    field(v, 0) as *const Plugin
}
pub unsafe fn reference_handle(v: Word) -> usize {
    field(v, 1) as usize
}
#[inline]
pub unsafe fn is_reference(v: Word) -> bool {
    v & TAG_MASK == TAG_OBJECT && kind(header(v)) == FOREIGN
}
pub unsafe fn type_of(v: Word) -> Type {
    match v & TAG_MASK {
        TAG_FIXNUM => return Type::Integer,
        TAG_PAIR => return Type::List,
        TAG_PROCEDURE => return Type::Procedure,
        TAG_IMMEDIATE => {
            return match v {
                TRUE | FALSE => Type::Boolean,
                NIL => Type::Nil,
                UNDEFINED => Type::Undefined,
                UNSPECIFIED => Type::Unspecified,
                NULL => Type::List,
                _ if is_char(v) => Type::Character,
                _ => Type::Other,
            }
        }
        TAG_OBJECT => {}
        _ => return Type::Flonum,
    }
    match kind(header(v)) {
        FLONUM => Type::Flonum,
        BIGNUM => Type::Integer,
        RATNUM => Type::Rational,
        COMPNUM => Type::Complex,
        STRING => Type::String,
        SYMBOL => Type::Symbol,
        VECTOR => Type::Vector,
        BYTEVECTOR => Type::Bytevector,
        NUMVECTOR => Type::NumericVector,
        HASHTABLE => Type::Map,
        FOREIGN => Type::Reference,
        _ => Type::Other,
    }
}

/// The functions of plc, in the order of host_slots.def.
#[repr(C)]
pub struct Host {
    pub struct_size: usize,
    pub abi_major: u32,
    pub abi_minor: u32,
    // Making values
    pub integer: unsafe extern "C" fn(*const Host, i64) -> Word,
    pub integer_from_limbs: unsafe extern "C" fn(*const Host, bool, *const u64, usize) -> Word,
    pub rational: unsafe extern "C" fn(*const Host, Word, Word) -> Word,
    pub flonum: unsafe extern "C" fn(*const Host, f64) -> Word,
    pub complex: unsafe extern "C" fn(*const Host, Word, Word) -> Word,
    pub string: unsafe extern "C" fn(*const Host, *const c_char, usize, *mut Word) -> Status,
    pub bytevector: unsafe extern "C" fn(*const Host, *const c_void, usize) -> Word,
    pub numeric_vector: unsafe extern "C" fn(*const Host, c_int, *const c_void, usize) -> Word,
    pub vector: unsafe extern "C" fn(*const Host, usize) -> Word,
    pub vector_set: unsafe extern "C" fn(*const Host, Word, usize, Word),
    pub cons: unsafe extern "C" fn(*const Host, Word, Word) -> Word,
    pub map: unsafe extern "C" fn(*const Host) -> Word,
    pub map_set: unsafe extern "C" fn(*const Host, Word, Word, Word),
    pub map_next: unsafe extern "C" fn(*const Host, Word, *mut usize, *mut Word, *mut Word) -> bool,
    pub symbol: unsafe extern "C" fn(*const Host, *const c_char, usize) -> Word,
    pub values: unsafe extern "C" fn(*const Host, *const Word, usize) -> Word,
    // Reading values
    pub string_utf8: unsafe extern "C" fn(*const Host, Word, *mut c_char, usize) -> usize,
    pub list_length: unsafe extern "C" fn(*const Host, Word) -> i64,
    // References and roots
    pub reference_find: unsafe extern "C" fn(*const Host, *const Plugin, usize) -> Word,
    pub reference_make: unsafe extern "C" fn(*const Host, *const Plugin, usize, usize) -> Word,
    pub hold: unsafe extern "C" fn(*const Host, Word) -> Root,
    pub held: unsafe extern "C" fn(*const Host, Root) -> Word,
    pub drop: unsafe extern "C" fn(*const Host, Root),
    pub pin: unsafe extern "C" fn(*const Host, Word),
    pub unpin: unsafe extern "C" fn(*const Host, Word),
    // Calling Lisp
    pub call: unsafe extern "C" fn(
        *const Host,
        Word,
        *const Word,
        usize,
        *mut Word,
        *mut Error,
    ) -> Status,
    pub values_count: unsafe extern "C" fn(*const Host, Word) -> usize,
    pub values_ref: unsafe extern "C" fn(*const Host, Word, usize) -> Word,
    pub procedure_name: unsafe extern "C" fn(*const Host, Word) -> Word,
    // Errors
    pub fail: unsafe extern "C" fn(
        *const Host,
        *mut Error,
        Status,
        *const c_char,
        *const c_char,
    ) -> Status,
    pub token_condition: unsafe extern "C" fn(*const Host, Word) -> Word,
    pub condition_text: unsafe extern "C" fn(*const Host, Word) -> Word,
    pub log: unsafe extern "C" fn(*const Host, *const Plugin, *const c_char),
    // Promises and the event loop
    pub promise: unsafe extern "C" fn(*const Host) -> Word,
    pub settle: unsafe extern "C" fn(*const Host, Word, c_int, Word) -> bool,
    pub make_condition:
        unsafe extern "C" fn(*const Host, *const Plugin, Status, *mut Error) -> Word,
    pub is_promise: unsafe extern "C" fn(*const Host, Word) -> bool,
    pub promise_state: unsafe extern "C" fn(*const Host, Word, *mut Word) -> c_int,
    pub when_settled: unsafe extern "C" fn(*const Host, Word, Job, *mut c_void),
    pub watch: unsafe extern "C" fn(*const Host, c_int, c_int, WatchJob, *mut c_void) -> *mut Watch,
    pub unwatch: unsafe extern "C" fn(*const Host, *mut Watch),
    pub post: unsafe extern "C" fn(*const Host, Job, *mut c_void) -> bool,
    pub expect: unsafe extern "C" fn(*const Host, c_int),
    pub fiber: unsafe extern "C" fn(*const Host) -> u64,
    // Threads
    pub run: unsafe extern "C" fn(*const Host, Job, *mut c_void) -> Status,
    pub blocking_begin: unsafe extern "C" fn(*const Host, *mut Region),
    pub blocking_end: unsafe extern "C" fn(*const Host, *mut Region),
    // Buffers
    pub buffer: unsafe extern "C" fn(*const Host, Word, *mut Buffer, *mut Error) -> Status,
    pub share: unsafe extern "C" fn(*const Host, *const Buffer) -> Word,
    // Fibers
    pub spawn: unsafe extern "C" fn(*const Host, Job, *mut c_void) -> bool,
    pub local_promise: unsafe extern "C" fn(*const Host) -> Word,
    pub timer: unsafe extern "C" fn(*const Host, f64) -> Word,
    pub await_: unsafe extern "C" fn(*const Host, Word, *mut Word, *mut Error) -> Status,
    pub cancel: unsafe extern "C" fn(*const Host, Word) -> bool,
    pub when_abandoned: unsafe extern "C" fn(*const Host, Word, Job, *mut c_void),
    // More about values
    pub condition_object: unsafe extern "C" fn(*const Host, *const Plugin, Word) -> Word,
    pub condition_trace: unsafe extern "C" fn(*const Host, Word) -> Word,
    pub condition_type: unsafe extern "C" fn(*const Host, Word) -> Word,
    pub procedure_arity: unsafe extern "C" fn(*const Host, Word, *mut i64, *mut i64),
    // More about calls
    pub call_held: unsafe extern "C" fn(
        *const Host,
        Root,
        *const Word,
        usize,
        *mut Word,
        *mut Error,
    ) -> Status,
    pub run_at_home: unsafe extern "C" fn(*const Host, Job, *mut c_void) -> bool,
    pub turn: unsafe extern "C" fn(*const Host, *mut c_int) -> f64,
    pub procedure_note: unsafe extern "C" fn(*const Host, Word, *mut ProcedureNote),
    // Memory that becomes a vector
    pub transfer_range: unsafe extern "C" fn(*const Host, *mut u64, *mut u64),
    pub transfer_take: unsafe extern "C" fn(*const Host, usize, bool) -> *mut c_void,
    pub transfer_resize: unsafe extern "C" fn(*const Host, *mut c_void, usize) -> bool,
    pub transfer_give_back: unsafe extern "C" fn(*const Host, *mut c_void),
    pub transfer: unsafe extern "C" fn(*const Host, c_int, *mut c_void, usize) -> Word,
    // Signals
    pub signalled: unsafe extern "C" fn(*const Host),
    // Conditions by their parts
    pub lisp_condition: unsafe extern "C" fn(*const Host, Word, Word, Word) -> Word,
    pub condition_parts: unsafe extern "C" fn(*const Host, Word, *mut Word, *mut Word) -> bool,
    // Calls of other threads
    pub is_in_thread: unsafe extern "C" fn(*const Host) -> bool,
    pub raise_in: unsafe extern "C" fn(*const Host, u64, Word) -> bool,
    pub bind_fiber: unsafe extern "C" fn(*const Host, u64, bool),
}
/// What plc calls later, with the data that was given.
pub type Job = unsafe extern "C" fn(*mut c_void);
pub type WatchJob = unsafe extern "C" fn(*mut c_void, c_int);
// SAFETY: the table is never written; who may call what is told in the header.
unsafe impl Sync for Host {}

pub const COMPARE_EQ: c_int = 0;
pub const COMPARE_LT: c_int = 1;
pub const COMPARE_LE: c_int = 2;
pub const COMPARE_GT: c_int = 3;
/* plc_operator */
pub const ADD: c_int = 0;
pub const SUB: c_int = 1;
pub const MUL: c_int = 2;
pub const DIV: c_int = 3;
pub const NEGATE: c_int = 7;

/* Shapes of operations that occur several times. */
type Me = *mut Plugin;
type OnObject = extern "C" fn(Me, Word, *mut Word, *mut Error) -> Status;
type OnKey = extern "C" fn(Me, Word, Word, *mut Word, *mut Error) -> Status;
type OnKeySet = extern "C" fn(Me, Word, Word, Word, *mut Error) -> Status;

/// The operations of a plugin, in the order of the header.
#[repr(C)]
pub struct Plugin {
    pub struct_size: usize,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub language: *const c_char,
    pub ecosystems: *const c_char,
    pub version: *const c_char,
    pub start: Option<extern "C" fn(Me, *const Host, *mut Error) -> Status>,
    pub describe: Option<extern "C" fn(Me, *mut c_char, usize) -> Status>,
    pub import: Option<OnKey>,
    pub evaluate: Option<extern "C" fn(Me, Word, bool, *mut Word, *mut Error) -> Status>,
    pub get: Option<OnKey>,
    pub set: Option<OnKeySet>,
    pub index: Option<OnKey>,
    pub set_index: Option<OnKeySet>,
    pub call:
        Option<extern "C" fn(Me, Word, *const Word, usize, usize, *mut Word, *mut Error) -> Status>,
    pub call_method: Option<
        extern "C" fn(Me, Word, Word, *const Word, usize, usize, *mut Word, *mut Error) -> Status,
    >,
    pub iterate: Option<OnObject>,
    pub next: Option<OnObject>,
    pub length: Option<extern "C" fn(Me, Word, *mut i64, *mut Error) -> Status>,
    pub compare: Option<extern "C" fn(Me, c_int, Word, Word, *mut bool, *mut Error) -> Status>,
    pub operate: Option<extern "C" fn(Me, c_int, Word, Word, *mut Word, *mut Error) -> Status>,
    pub hash: Option<extern "C" fn(Me, Word, *mut u64, *mut Error) -> Status>,
    pub repr: Option<extern "C" fn(Me, Word, bool, *mut Word, *mut Error) -> Status>,
    pub members: Option<OnObject>,
    pub doc: Option<OnObject>,
    pub signature: Option<OnObject>,
    pub to_lisp: Option<OnObject>,
    pub close: Option<extern "C" fn(Me, Word, *mut Error) -> Status>,
    pub release: Option<extern "C" fn(Me, *const usize, usize)>,
    pub live_references: Option<extern "C" fn(Me) -> u64>,
    pub interrupt: Option<extern "C" fn(Me)>,
    pub shutdown: Option<extern "C" fn(Me)>,
    /// `await` in the header, which is a word of Rust.
    pub wait: Option<OnObject>,
    pub fiber_switch: Option<extern "C" fn(Me, u64, u64)>,
    pub fiber_end: Option<extern "C" fn(Me, u64)>,
    pub before_wait: Option<extern "C" fn(Me)>,
    pub after_wait: Option<extern "C" fn(Me)>,
    pub delete_index: Option<extern "C" fn(Me, Word, Word, *mut Error) -> Status>,
    pub entries: Option<OnObject>,
    pub first_index: i64,
    pub buffer: Option<extern "C" fn(Me, Word, *mut Buffer, *mut Error) -> Status>,
    pub use_environment: Option<extern "C" fn(Me, *const c_char)>,
    pub enter: Option<OnObject>,
    pub leave: Option<OnKey>,
    pub join_keys:
        Option<extern "C" fn(Me, Word, *const Word, usize, *mut Word, *mut Error) -> Status>,
    pub slice: Option<extern "C" fn(Me, Word, Word, Word, Word, *mut Word, *mut Error) -> Status>,
    pub is_async: Option<extern "C" fn(Me, Word) -> bool>,
    pub use_process: Option<extern "C" fn(Me, *const Host) -> *const c_char>,
    pub make_module: Option<
        extern "C" fn(
            Me,
            *const c_char,
            *const c_char,
            unsafe extern "C" fn(*mut c_void, *mut Word, *mut Error) -> Status,
            *mut c_void,
        ) -> *mut c_void,
    >,
    pub exit: Option<extern "C" fn(Me, c_int, *mut Error) -> Status>,
    pub handle_signals: Option<extern "C" fn(Me, *mut Error) -> Status>,
    pub await_here: Option<OnObject>,
}
// SAFETY: static data that is never written; its strings are static, too.
unsafe impl Sync for Plugin {}

/* plc/shims.h: what generated code around a crate is given. */

/// What the handle of a reference points to; allocated by malloc, freed by plc.
#[repr(C)]
pub struct ShimObject {
    pub type_: *const ShimClass,
    pub address: *mut c_void,
    pub is_owned: bool,
    pub is_const: bool,
    pub parent: *mut ShimObject,
    pub parent_root: Root,
    pub known_as: *mut *mut ShimObject,
    pub older: *mut ShimObject,
    pub newer: *mut ShimObject,
}
pub type ShimUse = unsafe extern "C" fn(
    Word,
    *mut ShimObject,
    *const Word,
    usize,
    *mut Word,
    *mut Error,
) -> Status;
#[repr(C)]
pub struct ShimMember {
    pub name: *const c_char,
    pub call: Option<ShimUse>,
    pub get: Option<ShimUse>,
    pub set: Option<ShimUse>,
}
#[repr(C)]
pub struct ShimClass {
    pub name: *const c_char,
    pub info: *mut c_void,
    pub destroy: unsafe extern "C" fn(*mut c_void, *mut Error) -> Status,
    pub length: Option<ShimUse>,
    pub index: Option<ShimUse>,
    pub set_index: Option<ShimUse>,
    pub iterate: Option<ShimUse>,
    pub repr: Option<ShimUse>,
    pub to_lisp: Option<ShimUse>,
    pub next: Option<ShimUse>,
    pub compare:
        Option<unsafe extern "C" fn(c_int, Word, Word, *mut bool, *mut Error) -> Status>,
    pub hash: unsafe extern "C" fn(*const c_void) -> u64,
    pub operate:
        Option<unsafe extern "C" fn(c_int, Word, Word, *mut Word, *mut Error) -> Status>,
}
#[repr(C)]
pub struct ShimHost {
    pub struct_size: usize,
    pub host: *const Host,
    pub plugin: *mut Plugin,
    pub raise: unsafe extern "C" fn(*mut Plugin, Status, *mut Error),
    pub add_member: unsafe extern "C" fn(*mut ShimClass, *const ShimMember),
    pub add_base: unsafe extern "C" fn(
        *mut ShimClass,
        *mut ShimClass,
        unsafe extern "C" fn(*mut c_void, *const c_void) -> *mut c_void,
        *const c_void,
    ),
    pub cast: unsafe extern "C" fn(*mut ShimObject, *mut ShimClass, *mut c_int) -> *mut c_void,
    pub find_class: unsafe extern "C" fn(*const c_char) -> *const ShimClass,
    pub block: unsafe extern "C" fn(Job, *mut c_void),
    pub run: unsafe extern "C" fn(Job, *mut c_void) -> Status,
    pub reference: unsafe extern "C" fn(*mut Plugin, *mut ShimObject) -> Word,
    pub release: unsafe extern "C" fn(),
    pub holds_world: unsafe extern "C" fn() -> bool,
    pub equal: unsafe extern "C" fn(Word, Word) -> bool,
    pub hash: unsafe extern "C" fn(Word) -> u64,
    pub set_box: unsafe extern "C" fn(Word, Word),
    pub add_class: unsafe extern "C" fn(*mut ShimClass),
    pub name_members: unsafe extern "C" fn(*mut ShimClass, *const c_char),
    pub compare_reals: unsafe extern "C" fn(Word, Word) -> c_int,
    pub text: unsafe extern "C" fn(Word, bool) -> Word,
    pub slot: unsafe extern "C" fn(*const c_char) -> *mut *mut c_void,
}
