/* Buffers.c - memory that Lua and Lisp share.
 *
 * What Lisp lends (a pointer that `foreign-buffer` made) answers in Lua to v[i],
 * v[i] = x and #v. Lua itself has no arrays of numbers: the module "plc" makes
 * them, and a C module for Lua offers its own by the field __buffer in the
 * metatable of a full userdata, which names the element ("f64"): the block is an
 * array of these then.
 */

#include "LuaPlugin.h"

#include <stdlib.h>
#include <string.h>

static const char kArray[] = "plc.array"; /* metatable in the registry */

/* --- Elements ------------------------------------------------------------- */

typedef struct Element {
  const char *name;
  plc_scalar scalar;
  uint32_t bits;
} Element;
#define SCALAR_OF(CType)                                                       \
  ((CType)0.5 != 0    ? PLC_SCALAR_FLOAT                                       \
   : (CType)-1 < 0    ? PLC_SCALAR_SIGNED                                      \
                      : PLC_SCALAR_UNSIGNED)
static const Element elements[] = {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  {#Name, SCALAR_OF(CType), 8 * Bytes},
#include "plc/elements.def"
};

/* Lisp and Lua write the letter small. */
static const Element *elementNamed(const char *name) {
  for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
    const char *row = elements[i].name;
    if (name[0] == (row[0] | 0x20) && strcmp(name + 1, row + 1) == 0)
      return &elements[i];
  }
  return NULL;
}

/* The memory of one dimension, for one access. */
typedef struct View {
  unsigned char *data;
  int64_t length, step;
  plc_scalar scalar;
  uint32_t bits;
  bool isReadOnly;
} View;

/* Raises. */
static void pushElement(lua_State *L, const View *view, int64_t i) {
  union {
    unsigned char bytes[8];
    float f32;
    double f64;
    uint64_t word;
  } n = {.word = 0};
  memcpy(n.bytes, view->data + i * view->step, view->bits / 8);
  switch (view->scalar) {
  case PLC_SCALAR_FLOAT:
    lua_pushnumber(L, view->bits == 32 ? (double)n.f32 : n.f64);
    return;
  case PLC_SCALAR_BOOLEAN:
    lua_pushboolean(L, n.word != 0);
    return;
  case PLC_SCALAR_SIGNED: {
    int shift = 64 - (int)view->bits;
    lua_pushinteger(L, (lua_Integer)(n.word << shift) >> shift);
    return;
  }
  default:
    if (n.word > (uint64_t)LUA_MAXINTEGER)
      raiseStatus(L, PLC_E_TYPE, "the integer does not fit into 64 bits of Lua");
    lua_pushinteger(L, (lua_Integer)n.word);
  }
}

/* The value at `index` of the stack. Raises. */
static void storeElement(lua_State *L, const View *view, int64_t i, int index) {
  unsigned char *at = view->data + i * view->step;
  if (view->scalar == PLC_SCALAR_FLOAT) {
    double number = luaL_checknumber(L, index);
    float narrow = (float)number;
    memcpy(at, view->bits == 32 ? (void *)&narrow : &number, view->bits / 8);
    return;
  }
  if (view->scalar == PLC_SCALAR_BOOLEAN) {
    *at = (unsigned char)lua_toboolean(L, index);
    return;
  }
  lua_Integer number = luaL_checkinteger(L, index);
  bool fits = view->scalar == PLC_SCALAR_UNSIGNED
                  ? number >= 0 &&
                        (view->bits == 64 || (uint64_t)number >> view->bits == 0)
                  : view->bits == 64 ||
                        (number >= -((int64_t)1 << (view->bits - 1)) &&
                         number < (int64_t)1 << (view->bits - 1));
  if (!fits)
    luaL_argerror(L, index, "the number does not fit into an element");
  memcpy(at, &number, view->bits / 8); /* least significant byte first */
}

/* Raises unless the key in slot 2 is an index, counted from 1. */
static int64_t checkIndex(lua_State *L, const View *view) {
  lua_Integer i = luaL_checkinteger(L, 2);
  if (i < 1 || i > view->length)
    luaL_argerror(L, 2, "the index is outside of the array");
  return i - 1;
}

static int getElement(lua_State *L, const View *view) {
  pushElement(L, view, checkIndex(L, view));
  return 1;
}
static int setElement(lua_State *L, const View *view) {
  int64_t i = checkIndex(L, view);
  if (view->isReadOnly)
    return luaL_error(L, "this memory can only be read");
  storeElement(L, view, i, 3);
  return 0;
}

/* --- Memory of Lisp ------------------------------------------------------- */

/* The memory of the Lisp value in slot 1. It is asked for each time, as Lisp may
   have given it back meanwhile; the value holds it until Lua drops that. Raises
   if it has none. */
static View lispView(lua_State *L) {
  const plc_host *host = theLua.host;
  plc_buffer buffer = {.struct_size = sizeof buffer};
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status =
      host->buffer(host, heldValue(L, 1), &buffer, &error);
  if (status != PLC_OK)
    raiseStatus(L, status, "this value of Lisp has no elements in Lua");
  View view = {buffer.data, 1, buffer.bits / 8, buffer.scalar, buffer.bits,
               buffer.is_read_only};
  uint32_t dimensions = buffer.dimensions;
  if (dimensions == 1) {
    view.length = buffer.shape[0];
    if (buffer.strides)
      view.step = buffer.strides[0];
  }
  if (buffer.release)
    buffer.release(&buffer);
  if (dimensions != 1 || view.bits > 64 || view.scalar == PLC_SCALAR_OPAQUE ||
      view.scalar == PLC_SCALAR_COMPLEX)
    raiseStatus(L, PLC_E_UNSUPPORTED,
                "Lua sees numbers in one dimension only");
  return view;
}

static int lispGet(lua_State *L) {
  View view = lispView(L);
  return getElement(L, &view);
}
static int lispSet(lua_State *L) {
  View view = lispView(L);
  return setElement(L, &view);
}
static int lispLength(lua_State *L) {
  lua_pushinteger(L, lispView(L).length);
  return 1;
}

/* --- Arrays of Lua -------------------------------------------------------- */

typedef struct Array {
  const Element *element;
  int64_t length;
  double data[]; /* aligned for all elements */
} Array;

static lua_Integer arrayCount;

static View arrayView(lua_State *L) {
  Array *array = luaL_checkudata(L, 1, kArray);
  const Element *element = array->element;
  return (View){(unsigned char *)array->data, array->length, element->bits / 8,
                element->scalar, element->bits, false};
}
static int arrayGet(lua_State *L) {
  View view = arrayView(L);
  return getElement(L, &view);
}
static int arraySet(lua_State *L) {
  View view = arrayView(L);
  return setElement(L, &view);
}
static int arrayLength(lua_State *L) {
  lua_pushinteger(L, arrayView(L).length);
  return 1;
}
static int collectArray(lua_State *L) {
  (void)L;
  arrayCount--;
  return 0;
}

/* plc.array(element, length): zeros. */
static int makeArray(lua_State *L) {
  const Element *element = elementNamed(luaL_checkstring(L, 1));
  lua_Integer length = luaL_checkinteger(L, 2);
  if (!element)
    return luaL_argerror(L, 1, "no element such as \"f64\" or \"u8\"");
  if (length < 0 || length > (lua_Integer)1 << 40)
    return luaL_argerror(L, 2, "no usable length");
  size_t size = (size_t)length * (element->bits / 8);
  Array *array = lua_newuserdatauv(L, sizeof *array + size, 0);
  array->element = element;
  array->length = length;
  memset(array->data, 0, size);
  arrayCount++;
  luaL_setmetatable(L, kArray);
  return 1;
}
/* plc.arrays(): how many there are. */
static int countArrays(lua_State *L) {
  lua_pushinteger(L, arrayCount);
  return 1;
}

/* --- Memory for Lisp ------------------------------------------------------ */

typedef struct Lent {
  int reference; /* keeps the userdata */
  int64_t length;
} Lent;

typedef struct BufferJob {
  plc_value object;
  plc_buffer *result;
} BufferJob;

static void releaseBuffer(plc_buffer *buffer) {
  Lent *lent = buffer->owner;
  if (theLua.main) /* not after the end */
    luaL_unref(theLua.spare, LUA_REGISTRYINDEX, lent->reference);
  free(lent);
}

static int bufferBody(lua_State *L) {
  BufferJob *job = lua_touserdata(L, 1);
  pushReference(L, job->object); /* slot 2 */
  const Element *element = NULL;
  unsigned char *data = NULL;
  int64_t bytes = 0;
  Array *array = luaL_testudata(L, 2, kArray);
  if (array) {
    element = array->element;
    data = (unsigned char *)array->data;
    bytes = array->length * (element->bits / 8);
  } else if (lua_type(L, 2) == LUA_TUSERDATA &&
             luaL_getmetafield(L, 2, "__buffer") == LUA_TSTRING) {
    element = elementNamed(lua_tostring(L, -1));
    data = lua_touserdata(L, 2);
    bytes = (int64_t)lua_rawlen(L, 2);
  }
  if (!element)
    return raiseStatus(L, PLC_E_UNSUPPORTED,
                       "of Lua's objects, arrays of the module `plc` and "
                       "userdata with `__buffer` have memory to share");
  lua_pushvalue(L, 2);
  int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  Lent *lent = malloc(sizeof *lent);
  if (!lent) {
    luaL_unref(L, LUA_REGISTRYINDEX, reference);
    return raiseStatus(L, PLC_E_FOREIGN, "there is no memory");
  }
  *lent = (Lent){reference, bytes / (element->bits / 8)};
  *job->result = (plc_buffer){.struct_size = job->result->struct_size,
                              .data = data,
                              .scalar = element->scalar,
                              .bits = element->bits,
                              .dimensions = 1,
                              .shape = &lent->length,
                              .owner = lent,
                              .release = releaseBuffer};
  return 0;
}

plc_status luaBuffer(plc_plugin *self, plc_value object, plc_buffer *result,
                     plc_error *error) {
  (void)self;
  BufferJob job = {object, result};
  return protect(bufferBody, &job, error);
}

/* --- Start ---------------------------------------------------------------- */

static void setFunctions(lua_State *L, lua_CFunction get, lua_CFunction set,
                         lua_CFunction length) {
  const luaL_Reg functions[] = {
      {"__index", get}, {"__newindex", set}, {"__len", length}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}

static int openModule(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"array", makeArray}, {"arrays", countArrays}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}

void openBuffers(lua_State *L, const char *lispValues) {
  luaL_getmetatable(L, lispValues);
  setFunctions(L, lispGet, lispSet, lispLength);
  lua_pop(L, 1);
  luaL_newmetatable(L, kArray);
  setFunctions(L, arrayGet, arraySet, arrayLength);
  lua_pushcfunction(L, collectArray);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, openModule);
  lua_setfield(L, -2, "plc");
  lua_pop(L, 1);
}
