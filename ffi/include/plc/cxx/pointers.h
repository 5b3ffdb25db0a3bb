/// \file
/// C++ shims: pointers that own what they point to, and memory.
#ifndef PLC_CXX_POINTERS_H
#define PLC_CXX_POINTERS_H

#include "plc/cxx/calls.h"

#include <bit>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

//===----------------------------------------------------------------------===//
// Ownership
//===----------------------------------------------------------------------===//

/// What a member that is not the pointer's own is a member of.
template <class P> auto &pointee(P &pointer) {
  if constexpr (requires { pointer == nullptr; })
    if (pointer == nullptr)
      refuse("this `" + demangled(typeid(P).name()) + "` is empty");
  return *pointer.operator->();
}

/// An object of Lisp that is given away, or an owner that is given away itself.
template <class T> struct HeldUnique {
  std::unique_ptr<T> *owner = nullptr;
  plc_shim_object *given = nullptr;
  T *object = nullptr;
  operator std::unique_ptr<T>() {
    if (owner)
      return std::move(*owner);
    if (given) {
      // It is C++ that destroys it.
      given->address = nullptr;
      given->is_owned = false;
    }
    return std::unique_ptr<T>(object);
  }
};

/// What is behind it is a base: an object of Lisp that owns it.
template <class T>
  requires(!std::is_array_v<T> && std::is_class_v<T>)
struct Convert<std::unique_ptr<T>> {
  using Pointer = std::unique_ptr<T>;
  static int rank(plc_value v) {
    if (v == PLC_NIL)
      return Conversion;
    int rank = objectRank<Pointer>(v);
    return rank == Impossible && given(v) ? int(Promotion) : rank;
  }
  static HeldUnique<T> from(plc_value v) {
    int depth;
    if (v == PLC_NIL)
      return {};
    if (Pointer *owner = objectIn<Pointer>(v, depth))
      return {owner};
    if (T *object = given(v))
      return {nullptr, shimObject(v), object};
    refuse("an object of the class `" + demangled(typeid(T).name()) +
           "` that Lisp owns is needed here: it is given away");
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if (!x)
      return PLC_NIL;
    if constexpr (std::is_lvalue_reference_v<U>)
      return cxx::reference(x.get(), false, owner);
    else
      return cxx::reference(new Pointer(std::move(x)), true);
  }

private:
  /// It can be deleted through a T.
  static T *given(plc_value v) {
    int depth;
    using Object = std::remove_const_t<T>;
    Object *object = objectIn<Object>(v, depth);
    bool isAlone = object && shimObject(v)->is_owned &&
                   !(shimObject(v)->is_const && !std::is_const_v<T>) &&
                   (depth == 0 || std::has_virtual_destructor_v<T>) &&
                   !isPointer(shimObject(v)->type->name);
    return isAlone ? object : nullptr;
  }
  /// Of another pointer, which is no T though that is a base.
  static bool isPointer(std::string_view name) {
    return name.starts_with("std::shared_ptr<") ||
           name.starts_with("std::unique_ptr<");
  }
};

/// A share that C++ has of an object which Lisp owns: that is C++'s meanwhile, and
/// Lisp's again when C++ has dropped the last one.
class Share {
public:
  explicit Share(plc_value v) : root(v), object(shimObject(v)) {
    if (counts()[object]++ == 0)
      object->is_owned = false;
  }
  /// Lisp owns it, or did before it was shared.
  static bool isPossible(plc_shim_object *object) {
    return object->is_owned || counts().count(object);
  }
  Share(const Share &) = delete;
  Share &operator=(const Share &) = delete;
  ~Share() {
    shims->run([](void *share) { static_cast<Share *>(share)->end(); }, this);
  }

private:
  static std::map<plc_shim_object *, size_t> &counts() {
    static auto *counts = new std::map<plc_shim_object *, size_t>();
    return *counts;
  }
  void end() {
    if (--counts()[object] != 0)
      return;
    counts().erase(object);
    object->is_owned = true;
    if (object->address)
      return;
    // Lisp has closed it.
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    object->type->destroy(address, &error);
  }
  Root root;
  plc_shim_object *object;
  void *address = object->address;
};

/// How an instance of a std::shared_ptr, by the name of its class, is shared.
using ShareFn = std::shared_ptr<const void>(const void *pointer);
inline std::map<std::string, ShareFn *> &shares() {
  static auto *known = new std::map<std::string, ShareFn *>();
  return *known;
}
template <class T> constexpr bool isShared = false;
template <class T> constexpr bool isShared<std::shared_ptr<T>> = true;

/// It shares an object of Lisp by keeping that alive, and one of another pointer with
/// that.
template <class T>
  requires(!std::is_array_v<T> && std::is_class_v<T>)
struct Convert<std::shared_ptr<T>> {
  using Pointer = std::shared_ptr<T>;
  using Object = std::remove_const_t<T>;
  static int rank(plc_value v) {
    if (v == PLC_NIL)
      return Conversion;
    int rank = objectRank<Pointer>(v);
    if (rank != Impossible)
      return rank;
    rank = !std::is_const_v<T> && isConstObject(v) ? int(Impossible)
                                                   : objectRank<Object>(v);
    return rank == Impossible ? rank : std::max<int>(rank, Promotion);
  }
  static Pointer from(plc_value v) {
    int depth;
    if (v == PLC_NIL)
      return nullptr;
    if (Pointer *shared = objectIn<Pointer>(v, depth))
      return *shared;
    if (!std::is_const_v<T> && isConstObject(v))
      refuse("this object is const");
    T *object = &cxx::objectOf<Object>(v);
    if (auto other = shares().find(shimObject(v)->type->name); other != shares().end())
      return Pointer(other->second(shimObject(v)->address), object);
    if (Share::isPossible(shimObject(v)))
      return Pointer(object, [share = std::make_shared<Share>(v)](T *) {});
    return Pointer(object, [root = std::make_shared<Root>(v)](T *) {});
  }
  static plc_value to(const Pointer &x, Owner owner = {}) {
    return x ? cxx::reference(new Pointer(x), true) : PLC_NIL;
  }
};

/// What a pointer of the library points to is a base of it.
template <class P, class T> void addPointee() {
  if constexpr (isShared<P>)
    shares()[classOf<P>()->name] = [](const void *p) {
      return std::shared_ptr<const void>(*static_cast<const P *>(p));
    };
  shims->add_base(
      classOf<P>(), classOf<T>(),
      [](void *p, const void *) -> void * {
        return const_cast<std::remove_const_t<T> *>(static_cast<P *>(p)->get());
      },
      nullptr);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Memory of Lisp or of another runtime, kept where it is as long as this.
template <class T> class HeldMemory {
public:
  HeldMemory() = default;
  /// Of nil, or a pointer that C++ has returned, nothing is known.
  explicit HeldMemory(plc_value v) {
    if (v == PLC_NIL)
      return;
    if (int depth; T **object = objectIn<T *>(v, depth)) {
      pointer = *object;
      return;
    }
    buffer.struct_size = sizeof buffer;
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    if constexpr (isBoxed)
      if (plc_is_kind(v, PLC_KIND_BOX)) {
        box = std::make_unique<Changed<T>>(v);
        pointer = *box;
        elements = 1;
        return;
      }
    if (host()->buffer(host(), v, &buffer, &error) != PLC_OK)
      refuse("memory with elements of the type `" + name() +
             "` is needed here");
    isHeld = true;
    constexpr plc_scalar kind = std::is_floating_point_v<T> ? PLC_SCALAR_FLOAT
                                : std::is_signed_v<T>       ? PLC_SCALAR_SIGNED
                                                            : PLC_SCALAR_UNSIGNED;
    bool isBytes = sizeof(T) == 1 && buffer.bits == 8;
    bool isRight = (buffer.scalar == kind && buffer.bits == 8 * sizeof(T)) || isBytes;
    size_t count = 1;
    int64_t step = int64_t(sizeof(T));
    for (uint32_t i = buffer.dimensions; i-- > 0;) {
      if (buffer.strides && buffer.shape[i] > 1 && buffer.strides[i] != step)
        isRight = false;
      count *= size_t(buffer.shape[i]);
      step *= buffer.shape[i];
    }
    elements = count;
    std::string trouble =
        !isRight ? "the elements of this memory are not of the type `" +
                       name() + "`, one after the other"
        : buffer.is_read_only && !std::is_const_v<T>
            ? "this memory can only be read"
            : "";
    if (trouble.empty()) {
      pointer = static_cast<T *>(buffer.data);
      return;
    }
    release();
    refuse(trouble);
  }
  HeldMemory(HeldMemory &&other) noexcept
      : buffer(other.buffer), isHeld(other.isHeld), pointer(other.pointer),
        elements(other.elements), box(std::move(other.box)) {
    other.isHeld = false;
  }
  ~HeldMemory() { release(); }
  T *data() const { return pointer; }
  size_t size() const { return elements; }
  operator T *() const { return data(); }
  static bool isMemory(plc_value v) {
    return plc_is_kind(v, PLC_KIND_NUMVECTOR) ||
           plc_is_kind(v, PLC_KIND_BYTEVECTOR) ||
           plc_is_kind(v, PLC_KIND_POINTER);
  }
  /// The content of a box can be what it points to.
  static constexpr bool isBoxed = std::is_arithmetic_v<T> && !std::is_const_v<T>;

private:
  static std::string name() { return demangled(typeid(T).name()); }
  void release() {
    if (isHeld)
      buffer.release(&buffer);
    isHeld = false;
  }
  plc_buffer buffer = {};
  bool isHeld = false;
  T *pointer = nullptr;
  size_t elements = 0;
  struct NoBox {};
  std::unique_ptr<std::conditional_t<isBoxed, Changed<std::remove_const_t<T>>, NoBox>>
      box;
};

/// Pointers to numbers; `const char *` is text.
template <class T>
  requires(std::is_arithmetic_v<T> && !std::is_same_v<T, const char>)
struct Convert<T *> {
  static int rank(plc_value v) {
    if constexpr (HeldMemory<T>::isBoxed)
      if (plc_is_kind(v, PLC_KIND_BOX))
        return Changed<T>::rank(v);
    return v == PLC_NIL || HeldMemory<T>::isMemory(v) ? int(Conversion)
                                                      : objectRank<T *>(v);
  }
  static HeldMemory<T> from(plc_value v) { return HeldMemory<T>(v); }
  /// An object, whose elements `ref` reads: how many there are nobody knows.
  static plc_value to(T *x, Owner owner = {}) {
    return x ? cxx::reference(new T *(x), true, owner) : PLC_NIL;
  }
};

/// Memory, a vector, or data of Lisp that is copied for the call if it is only read.
template <class T> struct HeldSpan {
  HeldMemory<T> memory;
  std::vector<std::remove_const_t<T>> *object = nullptr;
  std::vector<std::remove_const_t<T>> own;
  LastingText texts;
  operator std::span<T>() {
    if (memory.data())
      return {memory.data(), memory.size()};
    return object ? std::span<T>(*object) : std::span<T>(own);
  }
};
template <class T>
  requires(!std::is_same_v<std::remove_const_t<T>, bool>)
struct Convert<std::span<T>> {
  using Vector = std::vector<std::remove_const_t<T>>;
  static int rank(plc_value v) {
    int rank = std::min(objectRank<std::span<T>>(v), objectRank<Vector>(v));
    if (rank != Impossible)
      return rank == Exact ? Promotion : rank;
    return HeldMemory<T>::isMemory(v) && std::is_arithmetic_v<T> ? int(Conversion)
           : std::is_const_v<T> && isSequence(v)                 ? int(Data)
                                                                 : int(Impossible);
  }
  static HeldSpan<T> from(plc_value v) {
    int depth;
    if (Vector *object = objectIn<Vector>(v, depth)) {
      if (isConstObject(v) && !std::is_const_v<T>)
        refuse("this object is const");
      return {{}, object, {}, {}};
    }
    if constexpr (std::is_arithmetic_v<T>)
      if (HeldMemory<T>::isMemory(v))
        return {HeldMemory<T>(v), nullptr, {}, {}};
    if constexpr (std::is_const_v<T>) {
      HeldSpan<T> held;
      eachElement(v, [&](plc_value element) {
        held.own.push_back(Part<std::remove_const_t<T>>(element, held.texts).get());
      });
      return held;
    } else {
      refuse("memory or a `" + demangled(typeid(Vector).name()) +
             "` is needed here");
    }
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    return instanceValue<std::span<T>>(std::span<T>(x), owner);
  }
};

template <class T> LastingText *textsOf(HeldSpan<T> &held) {
  return &held.texts;
}

/// True if a result may point to memory that one of these parameters got.
template <class P> struct IsMemory : std::false_type {};
template <class T>
  requires std::is_arithmetic_v<T>
struct IsMemory<T *> : std::true_type {};
template <class T> struct IsMemory<std::span<T>> : std::true_type {};
template <class... P>
constexpr bool isLending =
    (IsMemory<std::remove_cv_t<std::remove_reference_t<P>>>::value || ...);

/// Elements that are made for the call.
template <class T> struct HeldElements {
  std::vector<T> own;
  LastingText texts;
  operator std::initializer_list<T>() const {
    // As all libraries lay it out.
    struct {
      const T *first;
      size_t count;
    } parts = {own.data(), own.size()};
    return std::bit_cast<std::initializer_list<T>>(parts);
  }
};
template <class T> LastingText *textsOf(HeldElements<T> &held) {
  return &held.texts;
}
template <class T>
  requires(!std::is_same_v<T, bool>)
struct Convert<std::initializer_list<T>> {
  static int rank(plc_value v) {
    return isSequence(v) ? rankOfElements<T>(v) + 1 : int(Impossible);
  }
  static HeldElements<T> from(plc_value v) {
    HeldElements<T> held;
    eachElement(v, [&](plc_value element) {
      held.own.push_back(Part<T>(element, held.texts).get());
    });
    return held;
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_POINTERS_H
