//===- Encoding.cpp - source text as UTF-8 --------------------------------===//

#include "frontend/Encoding.h"

#include "llvm/Support/ConvertUTF.h"

namespace plc::frontend {

std::string withoutBadBytes(llvm::StringRef text,
                            llvm::SmallVectorImpl<uint32_t> &badBytes) {
  std::string result = text.str();
  if (text.starts_with("\xEF\xBB\xBF"))
    result.replace(0, 3, "   ");
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  auto *end = reinterpret_cast<const llvm::UTF8 *>(text.end());
  bool inBadRun = false;
  for (const llvm::UTF8 *p = begin; p < end;) {
    if (*p < 0x80) {
      ++p;
      inBadRun = false;
      continue;
    }
    unsigned length = llvm::getNumBytesForUTF8(*p);
    if (length <= size_t(end - p) && llvm::isLegalUTF8Sequence(p, p + length)) {
      p += length;
      inBadRun = false;
      continue;
    }
    uint32_t offset = p - begin;
    if (!inBadRun)
      badBytes.push_back(offset);
    inBadRun = true;
    result[offset] = '?';
    ++p;
  }
  return result;
}

} // namespace plc::frontend
