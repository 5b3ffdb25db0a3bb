//! Plugins for plc, written in safe Rust.
//!
//! ```ignore
//! /// The sum of two integers.
//! #[plc::export]
//! fn add(a: i64, b: i64) -> i64 {
//!     a + b
//! }
//!
//! plc::plugin! { language: "sums", version: "1.0", modules: { "sums": [add] } }
//! ```
//!
//! built as a `cdylib` and copied to `plc-sums.so` where plc looks for plugins is
//! used by `(import "sums" :from "sums" :as s)` and `(s:add 1 2)`.
//!
//! Arguments are converted by [`FromLisp`], results by [`ToLisp`]. An `Err` raises
//! a condition with the error's text and those of its sources, a panic one of type
//! `panic`. Objects of Rust are given to Lisp as a [`Handle`], and are dropped once,
//! when the last side has let go of them.
//!
//! Everything that touches Lisp wants a [`Lisp`], which proves that this thread may.
#![deny(missing_docs)]

#[allow(missing_docs)]
mod any;
mod buffer;
#[allow(missing_docs)]
mod class;
mod closure;
mod convert;
mod error;
mod export;
mod handle;
mod lisp;
#[allow(missing_docs)]
mod object;
#[allow(missing_docs)]
mod shims;
#[allow(missing_docs)]
mod spans;
pub mod sys;
mod task;
mod transfer;

pub use buffer::{Buffer, Element, Shared};
pub use convert::{Borrowed, FromLisp, Rest, ToLisp};
pub use error::{Error, Result};
pub use export::{Export, Module};
pub use handle::{Class, Handle};
pub use lisp::{with_lisp, Lisp, NoMemory, Value};
pub use plc_macros::export;

/// What the macros and the shims of crates expand to.
#[doc(hidden)]
pub mod private {
    pub use crate::any::Any;
    pub use crate::class::{collect, itself, member, probe_of, Class, Failed, Probe, Traits};
    pub use crate::closure::{call, released};
    pub use crate::export::{plugin, query};
    pub use crate::object::{
        borrow, borrow_mut, cloned, copied, is, keep, method, method_mut, own, own_box, part,
        part_mut, take, take_box, ties_of, Known, Lent, Sequence, Shared, Ties, Unique, NO_TIES,
    };
    pub use crate::shims::*;
    pub use crate::spans::Span;
    pub use crate::task::{in_lisp, promise};
    pub use crate::transfer::Allocator;
    /// Traits that `class!`, `give!` and `failure!` ask by.
    pub mod probes {
        pub use crate::class::{
            ByObject, ByValue, HasDebug, HasDisplay, HasEqual, HasHash, HasOrder, IsSend, IsSync,
            NoDebug, NoDisplay, NoEqual, NoHash, NoOrder, NotSend, NotSync, OfAny, OfBox, OfError,
            OfText, OfDebug,
        };
    }
}

/// Describes the plugin, once in a crate: its language, which is also what stands
/// after `:from`, its version, and the functions of each module.
#[macro_export]
macro_rules! plugin {
    (language: $language:literal, version: $version:literal,
     modules: { $($module:literal : [$($($function:ident)::+),* $(,)?]),* $(,)? } $(,)?) => {
        static PLC_MODULES: &[$crate::Module] = &[$($crate::Module {
            name: $module,
            functions: &[$(&$($function ::)+ EXPORT),*],
        }),*];
        static PLC_PLUGIN: $crate::sys::Plugin =
            $crate::private::plugin(concat!($language, "\0"), concat!($version, "\0"));
        /// The one exported symbol.
        ///
        /// # Safety
        /// plc gives a valid table.
        #[no_mangle]
        pub unsafe extern "C" fn plc_plugin_query(
            host: *const $crate::sys::Host,
        ) -> *const $crate::sys::Plugin {
            $crate::private::query(host, &PLC_PLUGIN, PLC_MODULES)
        }
    };
}
