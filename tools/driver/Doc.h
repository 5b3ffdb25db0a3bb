//===- Doc.h - what plc doc knows of a module -------------------*- C++ -*-===//
//
// A page lists the names of a module, a library or a file. One file for each
// origin gathers them; DocText.cpp writes them.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_DOC_H
#define PLC_TOOLS_DRIVER_DOC_H

#include "tools/driver/Compiler.h"

#include <string>
#include <vector>

namespace plc::driver {

class Process;

struct DocItem {
  std::string name; ///< as Lisp spells it
  std::string kind; ///< "function", "class", "constant", "syntax", ...
  std::string signature; ///< overloads one a line; "" if there is none
  std::string doc;
  std::string file; ///< "" if its place is not known
  unsigned line = 0;
  std::string reason; ///< why it cannot be bound; "" if it can
};

struct DocPage {
  std::string title;
  std::string import; ///< the form that makes the names known, "" for none
  std::vector<DocItem> items;
  bool hasDots = false;   ///< its language writes `a.b` for members
  bool isOneName = false; ///< what was asked for is the item itself
};

/// \{ False after a diagnostic.
/// A module that an importer reads: C, C++, Rust.
bool gatherNative(Compiler &compiler, DocPage &page);
/// A module that its language loads: Python, Lua. Runs on the Lisp stack.
bool gatherHosted(Compiler &compiler, Process &process, DocPage &page);
/// A file, a library "(srfi 1)", or a name of a standard library.
bool gatherLisp(Compiler &compiler, DocPage &page);
/// \}

/// What the import of a module is written like.
std::string importForm(const Options &options);

/// "std:regex_replace" for "std::regex_replace".
std::string lispSpelling(llvm::StringRef name);

void writePage(const DocPage &page, const Options &options,
               llvm::raw_ostream &out);
/// All that is known of some items.
void writeItems(const DocPage &page, llvm::ArrayRef<const DocItem *> items,
                const Options &options, llvm::raw_ostream &out);

int runDoc(const Options &options, const plc_host &host);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_DOC_H
