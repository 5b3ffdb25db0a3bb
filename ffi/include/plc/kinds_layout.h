/// \file
/// Places of words in objects that compiled code makes and reads itself.
#ifndef PLC_KINDS_LAYOUT_H
#define PLC_KINDS_LAYOUT_H

/// Words of a POINTER.
enum {
  PLC_POINTER_ADDRESS,
  PLC_POINTER_TYPE,
  PLC_POINTER_KEEPS,
  PLC_POINTER_BYTES,
  PLC_POINTER_WORDS
};
/// Flag of a POINTER that stands for memory which was given back.
#define PLC_POINTER_FREED 2u
/// Bytes on the stack for text that is passed to native code, with its NUL.
#define PLC_TEXT_ROOM 64u

#endif // PLC_KINDS_LAYOUT_H
