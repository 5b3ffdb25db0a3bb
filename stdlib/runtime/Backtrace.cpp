//===- Backtrace.cpp - walking the frames ---------------------------------===//
//
// A raise only collects return addresses; names and lines are looked up when
// somebody asks.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/Continuation.h"
#include "stdlib/runtime/FormTree.h"
#include "stdlib/runtime/ReturnAddress.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <optional>

using namespace plc::rt;

int (*rt_symbolize_hook)(uint64_t pc, plc_frame *frames, int capacity);

/// Frames that are shown, and return addresses that are kept for them: more,
/// since some belong to the runtime.
static constexpr int MaxTrace = 64, MaxAddresses = 96;
/// In the place of a return address: the symbol with the name of a native function that
/// compiled code has called. The code may be gone when somebody asks.
static constexpr uint64_t NativeNameBit = uint64_t(1) << 62;

namespace {
/// Walks the frame pointers. Where a continuation has put a barrier the frames
/// go on in a segment, on the stack if they are intact, else in its copy.
class FrameWalker {
public:
  FrameWalker(Context *ctx, uint64_t frame)
      : ctx(ctx), frame(frame), barrier(barrierOf(ctx)),
        boundary(boundaryOf(ctx)), lowestFrame(stackGuardLow()) {}

  /// The next return address, or 0; instead of one into the walk of a form's
  /// tree, the place of the form.
  uint64_t next() {
    uint64_t pc = nextAddress();
    if (pc != reinterpret_cast<uint64_t>(plc_tree_returned) || !frame)
      return pc;
    return *word(frame - TreePlaceOffset) | PLC_TREE_PLACE_BIT;
  }

  /// Addresses as next() gives them, as long as nothing but the chain of frames has
  /// to be looked at: a raise goes through a dozen of them or more.
  size_t takePlain(uint64_t *pcs, size_t room) {
    if (copy)
      return 0;
    // The frames that have to be looked at are the first of these ends.
    uint64_t end = ctx->stack_high;
    for (uint64_t stop : {boundary ? boundary->rbp : 0,
                          barrier ? segmentWord(barrier, SegmentLo) - 8 : 0})
      if (stop >= frame && stop < end)
        end = stop;
    const uint64_t returned = reinterpret_cast<uint64_t>(plc_tree_returned);
    size_t count = 0;
    while (count < room && frame >= lowestFrame && frame < end && !(frame & 7)) {
      const uint64_t *slot = word(frame + 8);
      uint64_t up = *word(frame);
      if (!*slot || *slot == returned || holdsWatermark(slot) || up <= frame)
        break;
      pcs[count++] = *slot;
      frame = up;
    }
    return count;
  }

private:
  uint64_t nextAddress() {
    if (frame - lowestFrame >= ctx->stack_high - lowestFrame || (frame & 7))
      return 0;
    if (boundary && frame == boundary->rbp) {
      // Frames of foreign code may keep no frame pointers.
      if (isCallback(boundary) ||
          (youngestForeignCall &&
           youngestForeignCall->boundary == boundary->prev))
        return 0;
      barrier = reinterpret_cast<Value>(boundary->barrier);
      boundary = boundary->prev;
      copy = 0;
    }
    uint64_t slot = frame + 8;
    if (barrier && slot == segmentWord(barrier, SegmentLo)) {
      Value segment = barrier;
      frame = segmentWord(segment, SegmentFrame);
      copy = isIntact(segment) ? 0 : segment;
      barrier = barrierParent(segment);
      return segmentData(segment)[0];
    }
    uint64_t pc = readReturnAddress(ctx, word(slot));
    uint64_t up = *word(frame);
    if (up <= frame)
      up = 0;
    frame = up;
    return pc;
  }

  const uint64_t *word(uint64_t address) const {
    if (copy) {
      uint64_t offset = address - segmentWord(copy, SegmentLo);
      if (offset < segmentWords(copy) * 8)
        return segmentData(copy) + offset / 8;
    }
    return reinterpret_cast<uint64_t *>(address);
  }

  Context *ctx;
  uint64_t frame;
  Value barrier;
  Boundary *boundary;
  uint64_t lowestFrame; ///< those of an overflow lie in the guard
  Value copy = 0;
};
} // namespace

/// The symbol of that name; the function that failed last often fails again.
static Value symbolOfFunction(Context *ctx, const char *name) {
  static Value last = PLC_FALSE; // symbols stay where they are
  size_t bytes = strlen(name);
  if (last != PLC_FALSE) {
    StringView known(symbolName(last));
    if (!known.isWide && known.length == bytes && memcmp(known.narrow, name, bytes) == 0)
      return last;
  }
  Value symbol = intern(ctx, name, bytes);
  // Then it is ASCII, and its characters are these bytes.
  if (StringView(symbolName(symbol)).length == bytes)
    last = symbol;
  return symbol;
}

Value plc::rt::captureTrace(Context *ctx, const char *nativeFunction) {
  uint64_t pcs[MaxAddresses];
  FrameWalker walker(ctx,
                     reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
  size_t count = 0;
  if (nativeFunction)
    pcs[count++] = symbolOfFunction(ctx, nativeFunction) | NativeNameBit;
  while (count < MaxAddresses) {
    count += walker.takePlain(pcs + count, MaxAddresses - count);
    uint64_t pc = count < MaxAddresses ? walker.next() : 0;
    if (!pc)
      break;
    pcs[count++] = pc;
  }
  Value bytes = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, count * 8);
  memcpy(plc_fields(bytes), pcs, count * 8);
  return bytes;
}

int plc::rt::symbolize(uint64_t pc, plc_frame *frames, int capacity) {
  if (pc & PLC_TREE_PLACE_BIT) {
    auto *place =
        reinterpret_cast<const plc_tree_place *>(pc & ~PLC_TREE_PLACE_BIT);
    frames[0] = {place->procedure, place->file, place->line, place->column, "lisp"};
    return 1;
  }
  if (rt_symbolize_hook)
    if (int count = rt_symbolize_hook(pc, frames, capacity))
      return count;
  return symbolizeExecutable(pc, frames, capacity);
}

// A trace is a bytevector of return addresses of Lisp (before them the name of a native
// function that they called), or, where foreign runtimes took part, a list of such
// bytevectors and of pairs: the language, and a list of its frames, each
// (procedure file line). Innermost first.

namespace {
/// Text of a string or symbol, cut to fit; null for other values.
struct FrameText {
  explicit FrameText(Value v) {
    if (isSymbol(v))
      v = symbolName(v);
    if (!isString(v))
      return;
    StringView view(v);
    char *out = text;
    for (size_t i = 0; i < view.length && out < text + sizeof text - 5; ++i)
      out = encodeUtf8(out, view[i]);
    *out = 0;
    shown = text;
  }
  const char *shown = nullptr;
  char text[256];
};
} // namespace

template <typename Use>
static void forEachLispFrame(Value pcs, int &shown, Use use) {
  uint64_t count = lengthOf(pcs) / 8;
  for (uint64_t i = 0; i < count && shown < MaxTrace; ++i) {
    uint64_t pc = plc_fields(pcs)[i];
    if ((pc & (NativeNameBit | PLC_TREE_PLACE_BIT)) == NativeNameBit) {
      FrameText name(pc & ~NativeNameBit);
      use(plc_frame{name.shown, nullptr, 0, 0, "c"});
      ++shown;
      continue;
    }
    plc_frame frames[MaxInlinedFrames];
    int found = symbolize(pc, frames, MaxInlinedFrames);
    for (int k = 0; k < found && shown < MaxTrace; ++k, ++shown)
      use(frames[k]);
  }
}

template <typename Use>
static void forEachForeignFrame(Value part, int &shown, Use use) {
  FrameText language(plc_car(part));
  for (Value list = plc_cdr(part); plc_is_pair(list) && shown < MaxTrace;
       list = plc_cdr(list), ++shown) {
    Value words[3] = {PLC_FALSE, PLC_FALSE, PLC_FALSE};
    Value frame = plc_car(list);
    for (int i = 0; i < 3 && plc_is_pair(frame); ++i, frame = plc_cdr(frame))
      words[i] = plc_car(frame);
    FrameText procedure(words[0]), file(words[1]);
    int line = plc_is_fixnum(words[2]) ? int(plc_fixnum_value(words[2])) : 0;
    use(plc_frame{procedure.shown, file.shown, line, 0,
                  language.shown ? language.shown : "?"});
  }
}

/// Calls use(frame) for each frame of a trace, innermost first.
template <typename Use> static void forEachFrame(Value trace, Use use) {
  int shown = 0;
  if (plc_is_kind(trace, PLC_KIND_BYTEVECTOR))
    return forEachLispFrame(trace, shown, use);
  for (; plc_is_pair(trace); trace = plc_cdr(trace))
    if (plc_is_pair(plc_car(trace)))
      forEachForeignFrame(plc_car(trace), shown, use);
    else if (plc_is_kind(plc_car(trace), PLC_KIND_BYTEVECTOR))
      forEachLispFrame(plc_car(trace), shown, use);
}

/// What comes after more parts than are ever shown is dropped: a recursion through
/// foreign frames has as many as levels.
static void appendPart(Context *ctx, Value condition, Value part) {
  Value trace = conditionField(condition, ConditionPcs);
  if (trace == PLC_FALSE && plc_is_kind(part, PLC_KIND_BYTEVECTOR)) {
    setConditionField(ctx, condition, ConditionPcs, part);
    return;
  }
  Value end = list1(ctx, part);
  if (!plc_is_pair(trace)) {
    trace = trace == PLC_FALSE ? end : cons(ctx, trace, end);
    setConditionField(ctx, condition, ConditionPcs, trace);
    return;
  }
  for (int parts = 0; plc_is_pair(plc_cdr(trace)); trace = plc_cdr(trace))
    if (++parts > 2 * MaxTrace)
      return;
  store(ctx, plc_object_words(trace) + 1, end);
}

void plc::rt::appendTrace(Context *ctx, Value condition, Value pcs) {
  appendPart(ctx, condition, pcs);
}

void plc::rt::appendForeignTrace(Context *ctx, Value condition,
                                 const char *language, Value frames) {
  if (plc_is_pair(frames))
    appendPart(ctx, condition, cons(ctx, internKept(ctx, language), frames));
}

Value plc::rt::traceToList(Context *ctx, Value trace) {
  Value reversed = PLC_NULL;
  forEachFrame(trace, [&](const plc_frame &frame) {
    Value list = list1(ctx, intern(ctx, frame.language));
    list = cons(ctx, plc_fixnum(frame.column), list);
    list = cons(ctx, plc_fixnum(frame.line), list);
    Value file = frame.file ? makeString(ctx, frame.file) : PLC_FALSE;
    list = cons(ctx, file, list);
    Value name = frame.procedure ? intern(ctx, frame.procedure) : PLC_FALSE;
    reversed = cons(ctx, cons(ctx, name, list), reversed);
  });
  Value list = PLC_NULL;
  for (; reversed != PLC_NULL; reversed = plc_cdr(reversed))
    list = cons(ctx, plc_car(reversed), list);
  return list;
}

/// The same name may come from two copies of a file's debug information.
static bool isSame(const plc_frame &a, const plc_frame &b) {
  auto same = [](const char *x, const char *y) {
    return x == y || (x && y && strcmp(x, y) == 0);
  };
  return a.line == b.line && a.column == b.column &&
         same(a.procedure, b.procedure) && same(a.file, b.file);
}

void plc::rt::printTrace(Context *, Value trace) {
  // The texts of foreign frames are gone when the next one is shown.
  std::optional<plc_frame> last;
  int repeats = 0;
  auto sayRepeats = [&] {
    if (repeats)
      fprintf(stderr, "  ... %d more of the same\n", repeats);
    repeats = 0;
  };
  forEachFrame(trace, [&](const plc_frame &frame) {
    if (last && isSame(frame, *last)) {
      ++repeats;
      return;
    }
    sayRepeats();
    last.reset();
    if (strcmp(frame.language, "lisp") == 0)
      last = frame;
    fprintf(stderr, "  at %s", frame.procedure ? frame.procedure : "?");
    if (frame.file) {
      fprintf(stderr, " (%s", frame.file);
      if (frame.line)
        fprintf(stderr, ":%d", frame.line);
      if (frame.line && frame.column)
        fprintf(stderr, ":%d", frame.column);
      fputs(")", stderr);
    }
    fprintf(stderr, " [%s]\n", frame.language);
  });
  sayRepeats();
}
