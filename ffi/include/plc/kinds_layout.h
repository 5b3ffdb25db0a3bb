/// \file
/// Places of words in objects that compiled code makes and reads itself.
#ifndef PLC_KINDS_LAYOUT_H
#define PLC_KINDS_LAYOUT_H

/// Words of a POINTER. Where the bytes are not known it ends before them.
enum {
  PLC_POINTER_ADDRESS,
  PLC_POINTER_TYPE,
  PLC_POINTER_KEEPS,
  PLC_POINTER_BYTES,
  PLC_POINTER_WORDS,
  PLC_POINTER_LEAST_WORDS = PLC_POINTER_BYTES
};
/// Flags of a POINTER: it stands for memory which was given back; it has
/// PLC_POINTER_LEAST_WORDS, but keeps something alive.
#define PLC_POINTER_FREED 2u
#define PLC_POINTER_KEEPS_SOME 16u
/// Bytes on the stack for text that is passed to native code, with its NUL.
#define PLC_TEXT_ROOM 64u

#endif // PLC_KINDS_LAYOUT_H
