#ifndef MACROS_H
#define MACROS_H
#define INTEGER 42
#define NEGATIVE (-7)
#define HEXADECIMAL 0xFFu
#define BIGGEST 0xFFFFFFFFFFFFFFFFull
#define CHARACTER 'a'
#define FLOATING 2.5
#define FLOAT_SUFFIX 1.5f
#define TEXT "one " "two"
#define NESTED_TEXT (TEXT)
#define ESCAPES "tab\tquote\"nul\0end\377"
#define CAST ((unsigned char)300)
#define SHIFTED (1L << 40)
#define SIZE sizeof(struct pair)
#define MEMBER (SECOND + 1)
#define CONDITIONAL (INTEGER > 40 ? 1 : 0)
#define NOWHERE ((void *)-1)
#define WIDE L"wide"
#define EMPTY
#define EXTERNAL extern "C"
#define ATTRIBUTE __attribute__((unused))
#define INITIALISER { 1, 2 }
#define TYPE_NAME unsigned long
#define POINTER_TYPE struct pair *
#define PASTE(a, b) a##b
#define STRING_OF(a) #a
#define UNBALANCED (1 + 2
#define OPEN_BLOCK if (1) {
#define UNDEFINED 1
#undef UNDEFINED
#define FUNCTION_ALIAS real_function
#define GLOBAL_ALIAS real_global
#define PLACE (*place_of())
#define COMPUTED (real_function(1, 2) + 1)
#define VOID_COMPUTED (void)real_function(1, 2)
#define UNKNOWN_NAME no_such_thing + 1

enum order { FIRST, SECOND };
struct pair { int left, right; };
struct other { int left; double value; };
int real_function(int a, double b);
int takes_pair(struct pair *p, const char *name);
int variadic(const char *format, ...);
extern int real_global;
int *place_of(void);

#define CALL(a, b) real_function(a, b)
#define CALL_MORE(a) real_function((a) * 2 + 1, 0.5)
#define CALL_CAST(p) takes_pair((struct pair *)(p), "x")
#define BITS(x) ((x) >> 4 & 0xf)
#define MAKE_VERSION(a, b) ((a) << 8 | (b))
#define HALVE(x) ((x) * 0.5)
#define MAXIMUM(a, b) ((a) > (b) ? (a) : (b))
#define RIGHT_OF(p) ((p)->right)
#define VALUE_OF(r) ((r).value)
#define LEFT_OF(p) ((p)->left)
#define STORE(x, y) ((y) = (x))
#define STATEMENT(n) do { real_global = n; real_function(n, 1); } while (0)
#define IDENTITY(x) x
#define FORWARD(...) variadic(__VA_ARGS__)
#define ANY(...) (variadic)(__VA_ARGS__)
#define NONE() real_function(0, 0)
#define RETURNS(x) do { if (x) return 1; } while (0)
#endif
