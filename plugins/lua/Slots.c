/* Slots.c - is the stack of Lua laid out as in Slots.h? */

#include "Slots.h"

#include <string.h>

bool areSlotsKnown;

enum { Guesses = 7 };

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* One value of each kind, the table last. */
static void pushGuesses(lua_State *L) {
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, 0x1234567890);
  lua_pushnumber(L, -0.75);
  lua_pushcfunction(L, nothing);
  lua_pushvalue(L, LUA_REGISTRYINDEX);
}

static bool isSame(const Slot *slot, const Slot *guess) {
  return slot->tag == guess->tag &&
         (guess->tag == TagNil || guess->tag == TagFalse ||
          guess->tag == TagTrue ||
          memcmp(&slot->value, &guess->value, sizeof slot->value) == 0);
}

void openSlots(lua_State *L) {
  areSlotsKnown = false;
  if (sizeof(Slot) != 16 || !lua_checkstack(L, 2 * Guesses))
    return;
  char *before = (char *)*topOf(L), *after;
  pushGuesses(L);
  after = (char *)*topOf(L);
  bool isTop = after - before == Guesses * (ptrdiff_t)sizeof(Slot);
  const Slot guesses[Guesses] = {
      {.tag = TagNil},
      {.tag = TagFalse},
      {.tag = TagTrue},
      {{.integer = 0x1234567890}, TagInteger},
      {{.number = -0.75}, TagFloat},
      {{.object = (const void *)nothing}, TagFunction},
      {{.object = lua_topointer(L, -1)}, TagTable}};
  bool areSame = isTop;
  for (int i = 0; i < Guesses && areSame; ++i)
    areSame = isSame((const Slot *)before + i, &guesses[i]);
  /* The other way round: what is written is what the API reads. */
  for (int i = 0; i < Guesses && areSame; ++i) {
    putSlot(L, &guesses[i]);
    areSame = lua_rawequal(L, -1, i - Guesses - 1) &&
              lua_type(L, -1) == lua_type(L, i - Guesses - 1) &&
              lua_isinteger(L, -1) == lua_isinteger(L, i - Guesses - 1);
    lua_pop(L, 1);
  }
  lua_pop(L, Guesses);
  areSlotsKnown = areSame;
}
