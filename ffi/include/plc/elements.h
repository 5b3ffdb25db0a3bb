/// \file
/// Element types of homogeneous vectors.
#ifndef PLC_ELEMENTS_H
#define PLC_ELEMENTS_H

#include "plc/value.h"

typedef enum plc_element {
#define PLC_ELEMENT(Name, Number, CType, Bytes) PLC_ELEMENT_##Name = Number,
#include "plc/elements.def"
} plc_element;

/// \pre v is a NUMVECTOR.
static inline plc_element plc_element_of(plc_value v) {
  return (plc_element)((plc_header_flags(plc_header(v)) >> 1) & 15);
}

#endif // PLC_ELEMENTS_H
