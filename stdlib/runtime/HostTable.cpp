//===- HostTable.cpp - what plugins may call ------------------------------===//
//
// Functions of host_slots.def. No frame of a plugin is ever jumped over: what
// could raise (memory that runs out, an interrupt) is run behind a boundary,
// and goes on when the plugin has returned. Where the nursery has room nothing
// can raise, and the boundary is left out.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Buffers.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/HostAsync.h"
#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"
#include "stdlib/runtime/Transfer.h"

#include <cstdio>
#include <cstdlib>

namespace plc::rt {
namespace {

/// Makes a value of at most `bytes`, all its objects together.
template <typename Make> Value making(size_t bytes, Make make) {
  Context *ctx = theContext;
  if (bytes <= kLargeObject && ctx->ap + bytes <= ctx->lim)
    return make(ctx);
  struct Work {
    Make &make;
    Value result;
  } work{make, PLC_UNSPECIFIED};
  bool isMade = protect(
      ctx,
      [](Context *context, void *data) {
        auto *w = static_cast<Work *>(data);
        w->result = w->make(context);
      },
      &work);
  // An operation looks for what was raised at its end; a shim, which none has
  // called, returns to code that asks whether something was thrown.
  if (!isMade && !(youngestForeignCall &&
                   youngestForeignCall->boundary == boundaryOf(ctx)))
    setThrown(ctx, true);
  return work.result;
}
/// For what calls other parts of the runtime.
constexpr size_t kUnknown = SIZE_MAX;

//===--- Making values ----------------------------------------------------===//

plc_value host_integer(const plc_host *, int64_t n) {
  if (plc_fits_fixnum(n))
    return plc_fixnum(n);
  return making(32, [&](Context *ctx) { return makeInteger(ctx, n); });
}

plc_value host_integer_from_limbs(const plc_host *, bool negative,
                                  const uint64_t *limbs, size_t count) {
  return making(kUnknown, [&](Context *ctx) {
    return makeIntegerFromLimbs(ctx, reinterpret_cast<const mp_limb_t *>(limbs),
                                mp_size_t(count), negative);
  });
}

plc_value host_rational(const plc_host *, plc_value n, plc_value d) {
  return making(kUnknown,
                [&](Context *ctx) { return makeRational(ctx, n, d); });
}

plc_value host_flonum(const plc_host *, double d) {
  plc_value v = plc_flonum_encode(d);
  if (plc_is_immediate_flonum(v))
    return v;
  return making(16, [&](Context *ctx) { return makeFlonum(ctx, d); });
}

plc_value host_complex(const plc_host *, plc_value re, plc_value im) {
  return making(kUnknown,
                [&](Context *ctx) { return makeComplex(ctx, re, im); });
}

/// UTF-8 in which surrogates may stand as three bytes; false for other bytes.
/// \param out  receives the characters, unless null
bool decodeHostText(const uint8_t *p, const uint8_t *end, size_t *length,
                    uint32_t *largest, Value out, bool wide) {
  size_t n = 0;
  uint32_t max = 0;
  while (p != end) {
    const uint8_t *at = p;
    uint32_t c = decodeUtf8(p, end);
    if (c == kBadUtf8) {
      if (end - at < 3 || at[0] != 0xED || (at[1] & 0xE0) != 0xA0 ||
          (at[2] & 0xC0) != 0x80)
        return false;
      c = 0xD000 | uint32_t(at[1] & 63) << 6 | (at[2] & 63);
      p = at + 3;
    }
    if (out) {
      StringView text(out);
      if (wide)
        text.wide[n] = c;
      else
        text.narrow[n] = uint8_t(c);
    }
    ++n;
    if (c > max)
      max = c;
  }
  *length = n;
  *largest = max;
  return true;
}

plc_status host_string(const plc_host *, const char *utf8, size_t bytes,
                       plc_value *result) {
  auto *p = reinterpret_cast<const uint8_t *>(utf8);
  if (asciiPrefix(p, bytes) == bytes) {
    *result = making(bytes + 96, [&](Context *ctx) {
      return makeLatin1String(ctx, utf8, bytes);
    });
    return PLC_OK;
  }
  size_t length;
  uint32_t largest;
  if (!decodeHostText(p, p + bytes, &length, &largest, 0, false))
    return PLC_E_TYPE;
  bool wide = largest > 0xFF;
  Value string = making(length * (wide ? 4 : 1) + 96, [&](Context *ctx) {
    return allocateString(ctx, length, wide);
  });
  if (isString(string))
    decodeHostText(p, p + bytes, &length, &largest, string, wide);
  *result = string;
  return PLC_OK;
}

plc_value host_bytevector(const plc_host *, const void *bytes, size_t count) {
  Value v = making(count + 32, [&](Context *ctx) {
    return allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, count);
  });
  if (plc_is_object(v)) {
    if (bytes)
      memcpy(plc_fields(v), bytes, count);
    else
      memset(plc_fields(v), 0, count);
  }
  return v;
}

plc_value host_numeric_vector(const plc_host *, plc_element element,
                              const void *data, size_t count) {
  size_t width = elementSize(element);
  Value v = making(count * width + 32, [&](Context *ctx) {
    return makeNumVector(ctx, element, count);
  });
  if (data && plc_is_object(v))
    memcpy(plc_fields(v), data, count * width);
  return v;
}

plc_value host_vector(const plc_host *, size_t count) {
  return making(count * 8 + 32, [&](Context *ctx) {
    return allocateObject(ctx, PLC_KIND_VECTOR, 0, count, PLC_UNSPECIFIED);
  });
}

void host_vector_set(const plc_host *, plc_value vector, size_t index,
                     plc_value v) {
  if (plc_is_kind(vector, PLC_KIND_VECTOR) && index < lengthOf(vector))
    store(theContext, plc_fields(vector) + index, v);
}

plc_value host_cons(const plc_host *, plc_value car, plc_value cdr) {
  return making(16, [&](Context *ctx) { return cons(ctx, car, cdr); });
}

plc_value host_map(const plc_host *) {
  return making(kUnknown,
                [&](Context *ctx) { return makeTable(ctx, TableEqual); });
}

void host_map_set(const plc_host *, plc_value map, plc_value key, plc_value v) {
  if (isTable(map))
    making(kUnknown, [&](Context *ctx) {
      tableSet(ctx, map, key, v);
      return PLC_UNSPECIFIED;
    });
}

bool host_map_next(const plc_host *, plc_value map, size_t *position,
                   plc_value *key, plc_value *v) {
  const Value *entries = plc_fields(plc_fields(map)[TableEntries]);
  size_t used = size_t(plc_fixnum_value(plc_fields(map)[TableUsed]));
  for (size_t i = *position; i < used; ++i)
    if (entries[i * EntryWords + EntryKey] != PLC_TOMBSTONE) {
      *key = entries[i * EntryWords + EntryKey];
      *v = entries[i * EntryWords + EntryValue];
      *position = i + 1;
      return true;
    }
  return false;
}

plc_value host_symbol(const plc_host *, const char *utf8, size_t bytes) {
  return making(kUnknown,
                [&](Context *ctx) { return intern(ctx, utf8, bytes); });
}

plc_value host_values(const plc_host *, const plc_value *v, size_t count) {
  Value result = making(kUnknown, [&](Context *ctx) {
    return returnValues(ctx, int64_t(count), v);
  });
  rememberHostValues(theContext, result);
  return result;
}

//===--- Reading values ---------------------------------------------------===//

size_t host_string_utf8(const plc_host *, plc_value string, char *buffer,
                        size_t capacity) {
  StringView text(string);
  size_t size = utf8Size(text, 0, text.length);
  if (size > capacity || size == 0)
    return size;
  if (!text.isWide && size == text.length) {
    memcpy(buffer, text.narrow, size);
    return size;
  }
  char *out = buffer;
  for (size_t i = 0; i < text.length; ++i)
    out = encodeUtf8(out, text[i]);
  return size;
}

int64_t host_list_length(const plc_host *, plc_value list) {
  return properListLength(list);
}

//===--- References and roots ---------------------------------------------===//

plc_value host_reference_find(const plc_host *, plc_plugin *plugin,
                              uintptr_t key) {
  return findReference(plugin, key);
}

plc_value host_reference_make(const plc_host *, plc_plugin *plugin,
                              uintptr_t key, uintptr_t handle) {
  return making(48, [&](Context *ctx) {
    return makeReference(ctx, plugin, key, handle);
  });
}

plc_root host_hold(const plc_host *, plc_value v) {
  return Handle::create(theContext, v).number();
}
plc_value host_held(const plc_host *, plc_root root) {
  return Handle::ofNumber(uint32_t(root)).get(theContext);
}
void host_drop(const plc_host *, plc_root root) {
  Handle::ofNumber(uint32_t(root)).release(theContext);
}
void host_pin(const plc_host *, plc_value object) { pin(theContext, object); }
void host_unpin(const plc_host *, plc_value object) {
  unpin(theContext, object);
}

//===--- Calling Lisp -----------------------------------------------------===//

/// After a call of Lisp that did not just return, or that has written something.
[[gnu::noinline]] plc_status afterCall(Context *ctx, EnterStatus status,
                                       plc_error *error) {
  if (status != EnterStatus::Returned)
    *error = {PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE,
              makeToken(ctx, status, pendingObject(ctx))};
  if (hasLispOutput())
    protect(
        ctx, [](Context *context, void *) { showOutput(context); }, nullptr);
  return status == EnterStatus::Returned ? PLC_OK : PLC_E_LISP;
}

[[gnu::always_inline]] inline plc_status
callProcedure(Context *ctx, plc_value procedure, const plc_value *args,
              size_t count, plc_value *result, plc_error *error) {
  showForeignOutput();
  EnterStatus status =
      callFromPlugin(ctx, procedure, int64_t(count), args, result);
  if (__builtin_expect(status != EnterStatus::Returned || hasLispOutput(), 0))
    return afterCall(ctx, status, error);
  return PLC_OK;
}

plc_status host_call(const plc_host *, plc_value procedure,
                     const plc_value *args, size_t count, plc_value *result,
                     plc_error *error) {
  return callProcedure(theContext, procedure, args, count, result, error);
}
plc_status host_call_held(const plc_host *, plc_root root,
                          const plc_value *args, size_t count,
                          plc_value *result, plc_error *error) {
  Context *ctx = theContext;
  return callProcedure(ctx, heapOf(ctx)->handles[uint32_t(root)], args, count,
                       result, error);
}

size_t host_values_count(const plc_host *, plc_value result) {
  return result == PLC_MV ? theContext->nvals : 1;
}
plc_value host_values_ref(const plc_host *, plc_value result, size_t index) {
  return result == PLC_MV ? plc_values(theContext)[index] : result;
}

plc_value host_procedure_name(const plc_host *, plc_value procedure) {
  const char *name = procedureName(procedure);
  if (!name)
    return PLC_FALSE;
  return making(kUnknown, [&](Context *ctx) { return makeString(ctx, name); });
}

//===--- Errors -----------------------------------------------------------===//

/// What an error says: of what is no UTF-8 the rest is better than nothing.
plc_value errorText(const plc_host *host, const char *text) {
  plc_value string;
  if (host_string(host, text, strlen(text), &string) == PLC_OK)
    return string;
  return making(kUnknown, [&](Context *ctx) { return makeString(ctx, text); });
}

plc_status host_fail(const plc_host *host, plc_error *error, plc_status status,
                     const char *type, const char *message) {
  if (type)
    error->type = errorText(host, type);
  error->message = errorText(host, message);
  return status;
}

plc_value host_token_condition(const plc_host *, plc_value token) {
  return isRaised(token) ? tokenObject(token) : PLC_FALSE;
}

plc_value host_condition_text(const plc_host *, plc_value object) {
  return making(kUnknown,
                [&](Context *ctx) { return conditionText(ctx, object); });
}

plc_value host_condition_object(const plc_host *, const plc_plugin *plugin,
                                plc_value condition) {
  Value details =
      isCondition(condition) ? conditionForeign(condition) : Value(PLC_FALSE);
  if (details == PLC_FALSE)
    return PLC_FALSE;
  Value object = plc_fields(details)[2];
  return plc_is_reference(object, plugin) ? object : Value(PLC_FALSE);
}

plc_value host_condition_trace(const plc_host *, plc_value condition) {
  if (!isCondition(condition))
    return PLC_NULL;
  return making(kUnknown, [&](Context *ctx) {
    return traceToList(ctx, conditionField(condition, ConditionPcs));
  });
}

plc_value host_condition_type(const plc_host *, plc_value condition) {
  return isCondition(condition) ? conditionField(condition, ConditionKind)
                                : Value(PLC_FALSE);
}

plc_value host_lisp_condition(const plc_host *, plc_value type,
                              plc_value message, plc_value irritants) {
  return making(kUnknown, [&](Context *ctx) {
    return makeCondition(ctx, type, message, irritants);
  });
}

bool host_condition_parts(const plc_host *, plc_value condition,
                          plc_value *message, plc_value *irritants) {
  if (!isCondition(condition))
    return false;
  *message = conditionField(condition, ConditionText);
  *irritants = conditionField(condition, ConditionIrritants);
  return true;
}

void host_procedure_arity(const plc_host *, plc_value procedure,
                          int64_t *least, int64_t *most) {
  callableArity(procedure, least, most);
}

void host_procedure_note(const plc_host *, plc_value procedure,
                         plc_procedure_note *note) {
  ProcedureNote known = {};
  procedureNote(procedure, &known);
  *note = {procedureName(procedure), known.parameters, known.length,
           known.docstring};
}

//===--- Memory that becomes a vector --------------------------------------===//

void host_transfer_range(const plc_host *, uint64_t *first, uint64_t *bytes) {
  transferRange(first, bytes);
}
void *host_transfer_take(const plc_host *, size_t bytes, bool is_zeroed) {
  return takeTransferable(bytes, is_zeroed);
}
bool host_transfer_resize(const plc_host *, void *memory, size_t bytes) {
  return resizeTransferable(memory, bytes);
}
void host_transfer_give_back(const plc_host *, void *memory) {
  giveTransferableBack(memory);
}
plc_value host_transfer(const plc_host *, plc_element element, void *memory,
                        size_t count) {
  return making(kUnknown, [&](Context *ctx) {
    return transfer(ctx, element, memory, count);
  });
}

void host_log(const plc_host *, const plc_plugin *plugin, const char *text) {
  if (getenv("PLC_LOG"))
    fprintf(stderr, "plc: %s: %s\n", plugin ? plugin->language : "?", text);
}

} // namespace

const plc_host hostTable = {
    sizeof(plc_host),
    PLC_PLUGIN_ABI_MAJOR,
    PLC_PLUGIN_ABI_MINOR,
#define HOST_SLOT(Result, Name, Parameters, Doc) host_##Name,
#include "plc/host_slots.def"
};

} // namespace plc::rt
