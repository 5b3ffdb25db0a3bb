//===- Highlight.h - what to colour, from the queries -----------*- C++ -*-===//
#ifndef PLC_FRONTEND_HIGHLIGHT_H
#define PLC_FRONTEND_HIGHLIGHT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace plc::frontend {

/// Calls back for each piece of a text that grammar/queries/highlights.scm
/// names, in such an order that a later call wins. Names are those that editors
/// share, such as "string.escape"; they live as long as the process. Brackets
/// that are still open are taken as closed at the end: a form has its colours
/// while it is typed.
void highlight(llvm::StringRef text,
               llvm::function_ref<void(size_t begin, size_t end,
                                       llvm::StringRef name)>
                   add);

} // namespace plc::frontend
#endif // PLC_FRONTEND_HIGHLIGHT_H
