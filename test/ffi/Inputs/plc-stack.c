/* A stack machine as a plugin, written from plc/plugin.h alone. It has what the
 * examples leave out: source text, operators, things to close, deletion and
 * entries, elements that count from 1, an end of fibers.
 *
 * Its objects are stacks of integers. Source text is words separated by spaces:
 * integers are pushed, `dup drop + - *` do what they say, NAME! and NAME store
 * and fetch a variable. */
#include "plc/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { Most = 64, Names = 26 };

typedef struct Stack {
  bool isClosed;
  int count;
  int64_t items[Most];
} Stack;

static const plc_host *host;
static plc_plugin plugin;
static Stack variables;         /* the module: NAME is its letter */
static bool isSet[Names];
static int64_t endedFibers;
static uint64_t references;

static plc_status fail(plc_error *error, plc_status status, const char *text) {
  return host->fail(host, error, status, "StackError", text);
}

static plc_value reference(Stack *stack) {
  uintptr_t key = (uintptr_t)stack;
  plc_value old = host->reference_find(host, &plugin, key);
  if (old != PLC_UNBOUND)
    return old;
  ++references;
  return host->reference_make(host, &plugin, key, key);
}
static Stack *stackOf(plc_value v) {
  return (Stack *)plc_reference_handle(v);
}
static plc_status newStack(const Stack *from, plc_value *result,
                           plc_error *error) {
  Stack *stack = malloc(sizeof *stack);
  if (!stack)
    return fail(error, PLC_E_FOREIGN, "no memory");
  *stack = *from;
  *result = reference(stack);
  return PLC_OK;
}

static plc_status push(Stack *stack, int64_t n, plc_error *error) {
  if (stack->count == Most)
    return fail(error, PLC_E_FOREIGN, "the stack is full");
  stack->items[stack->count++] = n;
  return PLC_OK;
}
static plc_status pop(Stack *stack, int64_t *n, plc_error *error) {
  if (stack->count == 0)
    return fail(error, PLC_E_FOREIGN, "the stack is empty");
  *n = stack->items[--stack->count];
  return PLC_OK;
}

static plc_status arithmetic(char op, int64_t a, int64_t b, int64_t *n,
                             plc_error *error) {
  bool isLost = op == '+'   ? __builtin_add_overflow(a, b, n)
                : op == '-' ? __builtin_sub_overflow(a, b, n)
                            : __builtin_mul_overflow(a, b, n);
  return isLost ? fail(error, PLC_E_FOREIGN, "overflow") : PLC_OK;
}

static plc_status runWord(Stack *stack, const char *word, plc_error *error) {
  int64_t a = 0, b = 0, n = 0;
  char *end;
  n = strtoll(word, &end, 10);
  if (!*end)
    return push(stack, n, error);
  if (word[0] >= 'a' && word[0] <= 'z' && (!word[1] || !strcmp(word + 1, "!"))) {
    int name = word[0] - 'a';
    if (!word[1])
      return isSet[name] ? push(stack, variables.items[name], error)
                         : fail(error, PLC_E_FOREIGN, "it has no value");
    plc_status status = pop(stack, &variables.items[name], error);
    isSet[name] |= status == PLC_OK;
    return status;
  }
  plc_status status = pop(stack, &b, error);
  if (status != PLC_OK || !strcmp(word, "drop"))
    return status;
  if (!strcmp(word, "dup")) {
    push(stack, b, error);
    return push(stack, b, error);
  }
  if (!strchr("+-*", word[0]) || word[1])
    return fail(error, PLC_E_FOREIGN, "there is no such word");
  status = pop(stack, &a, error);
  if (status == PLC_OK)
    status = arithmetic(word[0], a, b, &n, error);
  return status == PLC_OK ? push(stack, n, error) : status;
}

static plc_status start(plc_plugin *self, const plc_host *given,
                        plc_error *error) {
  (void)self, (void)error;
  host = given;
  return PLC_OK;
}

static plc_status import(plc_plugin *self, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  (void)self, (void)name, (void)options, (void)error;
  *result = reference(&variables);
  return PLC_OK;
}

/* An expression leaves its stack: one number as it is, others as an object. */
static plc_status evaluate(plc_plugin *self, plc_value source, bool statements,
                           plc_value *result, plc_error *error) {
  (void)self;
  char text[400];
  size_t size = host->string_utf8(host, source, text, sizeof text - 1);
  if (size >= sizeof text)
    return fail(error, PLC_E_TYPE, "the text is too long");
  text[size] = 0;
  Stack stack = {0};
  for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n")) {
    plc_status status = runWord(&stack, word, error);
    if (status != PLC_OK)
      return status;
  }
  *result = statements ? PLC_UNSPECIFIED : PLC_NIL;
  if (statements)
    return PLC_OK;
  if (stack.count != 1)
    return newStack(&stack, result, error);
  *result = host->integer(host, stack.items[0]);
  return PLC_OK;
}

static plc_status letterOf(plc_value name, int *letter, plc_error *error) {
  char text[2];
  plc_value string = plc_is_kind(name, PLC_KIND_SYMBOL) ? plc_symbol_name(name)
                                                        : name;
  if (plc_type_of(string) != PLC_TYPE_STRING ||
      host->string_utf8(host, string, text, 2) != 1 || text[0] < 'a' ||
      text[0] > 'z')
    return fail(error, PLC_E_NAME, "variables are letters");
  *letter = text[0] - 'a';
  return PLC_OK;
}

/* Elements of a stack from 1 on; variables by name. */
static plc_status place(plc_value object, plc_value key, bool mayMake,
                        int *index, plc_error *error) {
  Stack *stack = stackOf(object);
  if (stack == &variables) {
    plc_status status = letterOf(key, index, error);
    return status == PLC_OK && !mayMake && !isSet[*index]
               ? fail(error, PLC_E_NAME, "the variable has no value")
               : status;
  }
  if (stack->isClosed)
    return fail(error, PLC_E_FOREIGN, "the stack is closed");
  if (!plc_is_fixnum(key) || plc_fixnum_value(key) < 1 ||
      plc_fixnum_value(key) > stack->count)
    return fail(error, PLC_E_RANGE, "there is no such element");
  *index = (int)plc_fixnum_value(key) - 1;
  return PLC_OK;
}

static plc_status get(plc_plugin *self, plc_value object, plc_value key,
                      plc_value *result, plc_error *error) {
  (void)self;
  int index;
  plc_status status = place(object, key, false, &index, error);
  if (status == PLC_OK)
    *result = host->integer(host, stackOf(object)->items[index]);
  return status;
}
static plc_status set(plc_plugin *self, plc_value object, plc_value key,
                      plc_value value, plc_error *error) {
  (void)self;
  int index;
  plc_status status = place(object, key, true, &index, error);
  if (status != PLC_OK)
    return status;
  if (!plc_is_fixnum(value))
    return fail(error, PLC_E_TYPE, "only small integers are kept");
  stackOf(object)->items[index] = plc_fixnum_value(value);
  if (stackOf(object) == &variables)
    isSet[index] = true;
  return PLC_OK;
}
static plc_status deleteIndex(plc_plugin *self, plc_value object, plc_value key,
                              plc_error *error) {
  (void)self;
  int index;
  if (stackOf(object) != &variables)
    return fail(error, PLC_E_UNSUPPORTED, "elements are dropped by `drop`");
  plc_status status = place(object, key, false, &index, error);
  if (status == PLC_OK)
    isSet[index] = false;
  return status;
}
static plc_status entries(plc_plugin *self, plc_value object, plc_value *result,
                          plc_error *error) {
  (void)self, (void)error;
  Stack *stack = stackOf(object);
  bool isModule = stack == &variables;
  plc_value list = PLC_NULL;
  for (int i = isModule ? Names : stack->count; i-- > 0;) {
    if (isModule && !isSet[i])
      continue;
    char name = (char)('a' + i);
    plc_value key = host->integer(host, i + 1);
    if (isModule)
      host->string(host, &name, 1, &key);
    plc_value value = host->integer(host, stack->items[i]);
    list = host->cons(host, host->cons(host, key, value), list);
  }
  *result = list;
  return PLC_OK;
}

static plc_status length(plc_plugin *self, plc_value object, int64_t *result,
                         plc_error *error) {
  (void)self;
  if (stackOf(object) == &variables)
    return fail(error, PLC_E_UNSUPPORTED, "it has no length");
  *result = stackOf(object)->count;
  return PLC_OK;
}

/* Sum, difference and product of tops. */
static plc_status topOf(plc_value v, int64_t *n, plc_error *error) {
  if (plc_is_fixnum(v)) {
    *n = plc_fixnum_value(v);
    return PLC_OK;
  }
  if (!plc_is_reference(v, &plugin) || stackOf(v)->count == 0)
    return fail(error, PLC_E_TYPE, "there is no top");
  *n = stackOf(v)->items[stackOf(v)->count - 1];
  return PLC_OK;
}
static plc_status operate(plc_plugin *self, plc_operator op, plc_value a,
                          plc_value b, plc_value *result, plc_error *error) {
  (void)self;
  int64_t x = 0, y = 0, n = 0;
  if (op > PLC_OPERATOR_MUL)
    return fail(error, PLC_E_UNSUPPORTED, "no such operator");
  plc_status status = topOf(a, &x, error);
  if (status == PLC_OK)
    status = topOf(b, &y, error);
  if (status == PLC_OK)
    status = arithmetic("+-*"[op], x, y, &n, error);
  if (status == PLC_OK)
    *result = host->integer(host, n);
  return status;
}

static plc_status close(plc_plugin *self, plc_value object, plc_error *error) {
  (void)self, (void)error;
  stackOf(object)->isClosed = true;
  return PLC_OK;
}

static void release(plc_plugin *self, const uintptr_t *handles, size_t count) {
  (void)self;
  references -= count;
  for (size_t i = 0; i < count; ++i)
    if ((Stack *)handles[i] != &variables)
      free((Stack *)handles[i]);
}
static uint64_t liveReferences(plc_plugin *self) {
  (void)self;
  return references;
}
static void fiberEnd(plc_plugin *self, uint64_t fiber) {
  (void)self, (void)fiber;
  ++endedFibers;
}
static void shutDown(plc_plugin *self) {
  (void)self;
  printf("%s\n", endedFibers > 0 ? "fibers have ended" : "no fiber has ended");
}

static plc_plugin plugin = {
    .struct_size = sizeof(plc_plugin),
    .abi_major = PLC_PLUGIN_ABI_MAJOR,
    .abi_minor = PLC_PLUGIN_ABI_MINOR,
    .language = "stack",
    .ecosystems = "stack",
    .version = "1",
    .start = start,
    .import = import,
    .evaluate = evaluate,
    .get = get,
    .set = set,
    .index = get,
    .set_index = set,
    .length = length,
    .operate = operate,
    .close = close,
    .release = release,
    .live_references = liveReferences,
    .fiber_end = fiberEnd,
    .shutdown = shutDown,
    .delete_index = deleteIndex,
    .entries = entries,
    .first_index = 1,
};

plc_plugin *plc_plugin_query(const plc_host *given) {
  return given->abi_major == PLC_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
