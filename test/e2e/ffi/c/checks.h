/* What checks of results are tested with: all in the header. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

typedef enum status { STATUS_OK, STATUS_ROW = 100, STATUS_DONE, STATUS_BAD } status;
typedef struct session { int broken; char text[40]; } session;
typedef struct step { session *owner; } step;
typedef int other_int;

static inline status start(status code) { return code; }
static inline const char *status_text(status code) {
  return code == STATUS_BAD ? "bad" : "some other";
}
static inline int advance(step *s, int result) {
  if (result > 101)
    s->owner->text[0] = 'b', s->owner->text[1] = 0;
  return result;
}
static inline session *owner_of(step *s) { return s->owner; }
static inline const char *session_text(session *s) { return s->text; }
static inline char *plain_text(int code) { return code == EPERM ? "not permitted" : "plain"; }
static inline const char *last_error(void) { return "the last one"; }
static inline bool succeeds(bool it) { return it; }
static inline int positive(int n) { return n; }
static inline int fails_with(int code) { errno = code; return -1; }
static inline void *nothing_with(int code) { errno = code; return NULL; }
static inline int numbered(int code) { return code; }
static inline other_int other(int n) { return n; }
static inline session *maybe(int n) { return n ? calloc(1, sizeof(session)) : NULL; }
static inline unsigned long unsigned_result(unsigned long n) { return n; }
#define WIDE_FINE 0x8000000000000000ul
