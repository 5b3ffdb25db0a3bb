//===- Cache.h - modules that were read before ------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_CACHE_H
#define PLC_C_IMPORT_CACHE_H

#include "CommandLine.h"

namespace plc::cimport {

/// One module in the cache folder (`$PLC_CACHE_DIR`, `$XDG_CACHE_HOME/plc` or
/// `~/.cache/plc`), found by everything that it depends on but the text of the
/// headers, whose hashes are in it. What is not as it was written is no module.
class Cache {
public:
  /// \param compiler  its version
  Cache(const native::ImportOptions &options, const CommandLine &command,
        const std::string &compiler);
  /// Of something else, by all that it depends on.
  explicit Cache(const std::string &everything);

  /// False if there is none, or a header has changed since.
  bool load(native::Module &module) const;
  /// \returns false and fills in `error` if the file cannot be written.
  bool store(const native::Module &module, native::ImportError &error) const;

  /// What an importer keeps beside it, by a word for what it is.
  bool loadBytes(const char *kind, std::string &bytes) const;
  bool storeBytes(const char *kind, std::string bytes,
                  native::ImportError &error) const;

  uint64_t key() const { return hash; }

private:
  std::string path(const char *kind) const;
  uint64_t hash;
};

} // namespace plc::cimport
#endif // PLC_C_IMPORT_CACHE_H
