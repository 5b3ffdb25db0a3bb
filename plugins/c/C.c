/* plc-c.so: calls of C functions whose signature is made when the program runs,
 * by libffi. Programs whose signatures are known when they are compiled do not
 * need it. */
#include "plc/native_dynamic.h"
#include "plc/plugin.h"

#include <ffi.h>
#include <stdlib.h>
#include <string.h>

struct plc_abi_signature {
  ffi_cif cif;
};

static ffi_type *scalarType(int kind) {
  switch (kind) {
  case PLC_ABI_Void: return &ffi_type_void;
  case PLC_ABI_Bool: return &ffi_type_uint8;
  case PLC_ABI_Int8: return &ffi_type_sint8;
  case PLC_ABI_UInt8: return &ffi_type_uint8;
  case PLC_ABI_Int16: return &ffi_type_sint16;
  case PLC_ABI_UInt16: return &ffi_type_uint16;
  case PLC_ABI_Int32: return &ffi_type_sint32;
  case PLC_ABI_UInt32: return &ffi_type_uint32;
  case PLC_ABI_Int64: return &ffi_type_sint64;
  case PLC_ABI_UInt64: return &ffi_type_uint64;
  case PLC_ABI_Float32: return &ffi_type_float;
  case PLC_ABI_Float64: return &ffi_type_double;
  case PLC_ABI_Float80: return &ffi_type_longdouble;
  case PLC_ABI_Complex64: return &ffi_type_complex_float;
  case PLC_ABI_Complex128: return &ffi_type_complex_double;
  case PLC_ABI_POINTER: return &ffi_type_pointer;
  default: return NULL;
  }
}

static ffi_type *typeOf(const plc_abi_type *type) {
  if (type->kind != PLC_ABI_RECORD)
    return scalarType(type->kind);
  ffi_type *made = calloc(1, sizeof *made);
  ffi_type **elements = calloc(type->count + 1, sizeof *elements);
  if (!made || !elements)
    return NULL;
  for (size_t i = 0; i < type->count; ++i)
    if (!(elements[i] = typeOf(type->elements[i])))
      return NULL;
  made->type = FFI_TYPE_STRUCT;
  made->size = type->size;
  made->alignment = (unsigned short)type->align;
  made->elements = elements;
  return made;
}

static plc_abi_signature *prepare(const plc_abi_type *result,
                                  const plc_abi_type *const *parameters,
                                  size_t count, size_t fixed) {
  plc_abi_signature *made = calloc(1, sizeof *made);
  ffi_type **types = calloc(count + 1, sizeof *types);
  ffi_type *resultType = typeOf(result);
  if (!made || !types || !resultType)
    return NULL;
  for (size_t i = 0; i < count; ++i)
    if (!(types[i] = typeOf(parameters[i])))
      return NULL;
  ffi_status status =
      fixed < count
          ? ffi_prep_cif_var(&made->cif, FFI_DEFAULT_ABI, (unsigned)fixed,
                             (unsigned)count, resultType, types)
          : ffi_prep_cif(&made->cif, FFI_DEFAULT_ABI, (unsigned)count,
                         resultType, types);
  return status == FFI_OK ? made : NULL;
}

static void call(plc_abi_signature *signature, void *function, void *result,
                 void **args) {
  ffi_call(&signature->cif, FFI_FN(function), result, args);
}

struct stub {
  ffi_closure *closure;
  plc_abi_handler *handler;
  void *data;
};

static void enter(ffi_cif *cif, void *result, void **args, void *data) {
  struct stub *stub = data;
  (void)cif;
  stub->handler(stub->data, result, args);
}

static void *callback(plc_abi_signature *signature, plc_abi_handler *handler,
                      void *data, void **result) {
  struct stub *stub = calloc(1, sizeof *stub);
  void *code = NULL;
  if (!stub)
    return NULL;
  stub->closure = ffi_closure_alloc(sizeof(ffi_closure), &code);
  stub->handler = handler;
  stub->data = data;
  if (!stub->closure || ffi_prep_closure_loc(stub->closure, &signature->cif,
                                             enter, stub, code) != FFI_OK) {
    if (stub->closure)
      ffi_closure_free(stub->closure);
    free(stub);
    return NULL;
  }
  *result = stub;
  return code;
}

static void release(void *stub) {
  ffi_closure_free(((struct stub *)stub)->closure);
  free(stub);
}

static const plc_native_dynamic table = {sizeof table, prepare, call, callback,
                                         release};

PLC_PLUGIN_EXPORT const plc_native_dynamic *plc_native_dynamic_table(void) {
  return &table;
}

/*--- As a plugin ---------------------------------------------------------*/

static const plc_host *host;

static plc_status start(plc_plugin *self, const plc_host *given,
                        plc_error *error) {
  (void)self;
  (void)error;
  host = given;
  return PLC_OK;
}

static plc_status describe(plc_plugin *self, char *buffer, size_t size) {
  (void)self;
  strncpy(buffer, "libffi", size - 1);
  buffer[size - 1] = 0;
  return PLC_OK;
}

static plc_status import(plc_plugin *self, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  (void)self;
  (void)name;
  (void)options;
  (void)result;
  return host->fail(host, error, PLC_E_UNSUPPORTED, "import",
                    "headers are read when a program is compiled: write the "
                    "import as a form of its own; c:function calls what has no "
                    "header");
}

static plc_plugin plugin = {.struct_size = sizeof(plc_plugin),
                            .abi_major = PLC_PLUGIN_ABI_MAJOR,
                            .abi_minor = PLC_PLUGIN_ABI_MINOR,
                            .language = "c",
                            .ecosystems = "c",
                            .version = "libffi",
                            .start = start,
                            .describe = describe,
                            .import = import};

PLC_PLUGIN_EXPORT plc_plugin *plc_plugin_query(const plc_host *given) {
  (void)given;
  return &plugin;
}
