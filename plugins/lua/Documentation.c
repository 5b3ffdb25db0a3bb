/* Documentation.c - what the source of a function of Lua tells of it. */
#include "LuaPlugin.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef struct Question {
  plc_value object, *result;
} Question;

/* Pushes the object; true, and what is known of it, if it is a function whose
   source is Lua. */
static bool isLuaFunction(lua_State *L, const Question *question,
                          lua_Debug *info) {
  pushReference(L, question->object);
  if (lua_type(L, -1) != LUA_TFUNCTION)
    return false;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">uS", info);
  return *info->what != 'C';
}

static int signatureBody(lua_State *L) {
  Question *question = lua_touserdata(L, 1);
  lua_Debug info;
  if (!isLuaFunction(L, question, &info))
    return 0;
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  luaL_addchar(&text, '(');
  for (int i = 1; i <= info.nparams; ++i) {
    if (i > 1)
      luaL_addchar(&text, ' ');
    lua_pushvalue(L, 2);
    const char *name = lua_getlocal(L, NULL, i);
    luaL_addstring(&text, name ? name : "?");
  }
  if (info.isvararg)
    luaL_addstring(&text, info.nparams ? " ..." : "...");
  luaL_addchar(&text, ')');
  luaL_pushresult(&text);
  *question->result = toValue(L, -1);
  return 0;
}

/* Pushes the text of the file; false if it cannot be read. */
static bool pushFile(lua_State *L, const char *name) {
  FILE *file = fopen(name, "r");
  if (!file)
    return false;
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  rewind(file);
  /* Raises while the file is open, if there is no memory: once in a life. */
  char *text = size < 0 ? NULL : lua_newuserdatauv(L, (size_t)size + 1, 0);
  size_t count = text ? fread(text, 1, (size_t)size, file) : 0;
  fclose(file);
  if (text)
    lua_pushlstring(L, text, count);
  return text;
}

/* The text of a comment line, without its dashes and a space; NULL: the line is
   none. */
static const char *commentText(const char *line, const char *end) {
  while (line < end && (*line == ' ' || *line == '\t'))
    ++line;
  if (end - line < 2 || line[0] != '-' || line[1] != '-')
    return NULL;
  while (line < end && *line == '-')
    ++line;
  if (line < end && *line == '[')
    return NULL; /* of several lines */
  return line < end && *line == ' ' ? line + 1 : line;
}

/* The comment lines right above line number `line`. */
static int docBody(lua_State *L) {
  Question *question = lua_touserdata(L, 1);
  lua_Debug info;
  if (!isLuaFunction(L, question, &info) || info.linedefined < 2)
    return 0;
  const char *source = info.source, *first = NULL;
  if (*source == '=' || (*source == '@' && !pushFile(L, source + 1)))
    return 0;
  if (*source == '@')
    source = lua_tostring(L, -1);
  const char *line = source;
  for (int i = 1; i < info.linedefined; ++i) {
    const char *end = strchr(line, '\n');
    if (!end)
      return 0; /* the file has changed */
    if (!commentText(line, end))
      first = NULL;
    else if (!first)
      first = line;
    line = end + 1;
  }
  if (!first)
    return 0;
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  for (const char *end; first < line; first = end + 1) {
    end = strchr(first, '\n');
    const char *comment = commentText(first, end), *last = end;
    while (last > comment && isspace((unsigned char)last[-1]))
      --last;
    if (luaL_bufflen(&text) > 0)
      luaL_addchar(&text, '\n');
    luaL_addlstring(&text, comment, (size_t)(last - comment));
  }
  luaL_pushresult(&text);
  *question->result = toValue(L, -1);
  return 0;
}

static plc_status ask(lua_CFunction body, plc_value object, plc_value *result,
                      plc_error *error) {
  *result = PLC_FALSE;
  Question question = {object, result};
  return protect(body, &question, error);
}

plc_status luaSignature(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error) {
  (void)self;
  return ask(signatureBody, object, result, error);
}

plc_status luaDoc(plc_plugin *self, plc_value object, plc_value *result,
                  plc_error *error) {
  (void)self;
  return ask(docBody, object, result, error);
}
