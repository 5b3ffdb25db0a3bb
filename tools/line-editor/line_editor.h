/*===- line_editor.h - interactive line editing -------------------*- C -*-===*
 *
 * The C interface of the crate beside it (reedline): editing of whole forms on
 * several lines, kept history with Ctrl-R, completion, highlighting, bracketed
 * paste. Not thread-safe: one editor a process, used by one thread.
 *
 *===--------------------------------------------------------------------===*/
#ifndef PLC_TOOLS_LINE_EDITOR_H
#define PLC_TOOLS_LINE_EDITOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plc_editor plc_editor;

enum plc_editor_style {
  PLC_STYLE_PLAIN,
  PLC_STYLE_COMMENT,
  PLC_STYLE_STRING,
  PLC_STYLE_NUMBER,
  PLC_STYLE_CONSTANT,
  PLC_STYLE_KEYWORD,
  PLC_STYLE_BRACKET,
  /* The bracket at the cursor and its partner. */
  PLC_STYLE_MATCH,
  PLC_STYLE_ERROR,
  /* The name in a definition. */
  PLC_STYLE_DEFINED
};

/* Text is UTF-8 and not terminated; positions are byte offsets. Callbacks are
 * only called inside plc_editor_read. */
typedef struct plc_editor_callbacks {
  void *state;
  /* Whether Enter submits `text`. */
  int (*is_complete)(void *state, const char *text, size_t length);
  /* Calls add(sink, word, length, start, end) for each word that may replace
     text[start, end), which ends at the cursor. */
  void (*complete)(void *state, const char *text, size_t length, size_t cursor,
                   void *sink,
                   void (*add)(void *sink, const char *word, size_t length,
                               size_t start, size_t end));
  /* Calls add(sink, start, end, style) for styled pieces, from left to right;
     what lies between is plain. */
  void (*highlight)(void *state, const char *text, size_t length,
                    size_t cursor, void *sink,
                    void (*add)(void *sink, size_t start, size_t end,
                                int style));
} plc_editor_callbacks;

/* history: path of the file, or NULL to keep none. Returns NULL on failure. */
plc_editor *plc_editor_open(const char *history, int color,
                            const plc_editor_callbacks *callbacks);

enum plc_editor_result {
  PLC_EDITOR_TEXT,      /* *text is set: NUL-terminated, freed by the editor
                           at the next call */
  PLC_EDITOR_INTERRUPT, /* Ctrl-C */
  PLC_EDITOR_END,       /* Ctrl-D on an empty line */
  PLC_EDITOR_FAILED     /* no terminal any more */
};
int plc_editor_read(plc_editor *editor, const char *prompt,
                    const char **text, size_t *length);
void plc_editor_close(plc_editor *editor);

#ifdef __cplusplus
}
#endif
#endif
