//===- Report.h - what tools that report on imports share -------*- C++ -*-===//
#ifndef PLC_TOOLS_IMPORT_REPORT_H
#define PLC_TOOLS_IMPORT_REPORT_H

#include "plc/native.h"

#include <map>
#include <string>

namespace plc::report {

/// The importer of a library beside the program, "plc-c-import"; nullptr, and a
/// message, if it is not there.
native::ImporterFn *openImporter(const char *tool, const std::string &library);

/// Whether an argument is "--option=value"; `option` has the `=`.
bool takeValue(const std::string &argument, const char *option,
               std::string &value);

/// Tells why an import failed.
void printError(const std::string &module, const native::ImportError &error);

/// Without the names of the declaration, so that equal reasons meet.
std::string generalReason(const std::string &reason);

/// How often each reason occurs for which something cannot be bound.
class Reasons {
public:
  void add(const std::string &reason);
  /// The most frequent one first.
  void print() const;

private:
  std::map<std::string, size_t> counts;
};

/// The share in percent; of nothing it is all.
inline double percent(size_t good, size_t all) {
  return all ? 100.0 * double(good) / double(all) : 100;
}

} // namespace plc::report
#endif // PLC_TOOLS_IMPORT_REPORT_H
