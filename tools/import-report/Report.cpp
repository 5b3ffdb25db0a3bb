//===- Report.cpp - what tools that report on imports share ---------------===//

#include "tools/import-report/Report.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>
#include <vector>

using namespace plc::native;

namespace plc::report {

ImporterFn *openImporter(const char *tool, const std::string &library) {
  char path[4096];
  ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  std::string folder(path, size > 0 ? size : 0);
  folder.erase(folder.rfind("/bin/"));
  std::string file = folder + "/lib/plc/" + library + ".so";
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fprintf(stderr, "%s: %s\n", tool, dlerror());
    return nullptr;
  }
  return reinterpret_cast<ImporterFn *>(dlsym(handle, "plc_native_importer"));
}

bool takeValue(const std::string &argument, const char *option,
               std::string &value) {
  size_t length = strlen(option);
  if (argument.compare(0, length, option) != 0)
    return false;
  value = argument.substr(length);
  return true;
}

void printError(const std::string &module, const ImportError &error) {
  if (error.origin.line)
    fprintf(stderr, "%s:%u:%u: ", error.origin.file.c_str(), error.origin.line,
            error.origin.column);
  else
    fprintf(stderr, "%s: ", module.c_str());
  fprintf(stderr, "error: %s\n", error.message.c_str());
  if (!error.hint.empty())
    fprintf(stderr, "hint: %s\n", error.hint.c_str());
}

std::string generalReason(const std::string &reason) {
  size_t at =
      reason.compare(0, 4, "its ") == 0 ? reason.find(": ") : std::string::npos;
  std::string text = at == std::string::npos ? reason : reason.substr(at + 2);
  for (size_t open = 0; (open = text.find('`', open)) != std::string::npos;) {
    size_t close = text.find('`', open + 1);
    if (close == std::string::npos)
      break;
    text.replace(open, close + 1 - open, "...");
    open += 3;
  }
  return text;
}

void Reasons::add(const std::string &reason) { ++counts[generalReason(reason)]; }

void Reasons::print() const {
  std::vector<std::pair<size_t, std::string>> list;
  for (auto &[reason, count] : counts)
    list.push_back({count, reason});
  std::sort(list.rbegin(), list.rend());
  for (auto &[count, reason] : list)
    printf("%6zu  %s\n", count, reason.c_str());
}

} // namespace plc::report
