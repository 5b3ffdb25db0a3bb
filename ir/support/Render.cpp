//===- Render.cpp - diagnostics as text and as JSON lines -----------------===//
//
//   error[E0204]: wrong number of arguments to `vector-ref`
//     --> sum.lisp:4:12
//      |
//    4 |     (+ acc (vector-ref v)))
//      |            ^^^^^^^^^^^^^^ expected 2 arguments, found 1
//      = note: expanded from macro `accumulate` at sum.lisp:9:3
//      = help: pass an index: `(vector-ref v 0)`
//
//===----------------------------------------------------------------------===//

#include "ir/support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace plc::ir {
namespace {

constexpr unsigned kTabWidth = 4;
constexpr unsigned kMaxExcerptColumns = 120;
constexpr unsigned kMaxExpansions = 8;

/// One underlined piece of one line, in bytes of that line.
struct Mark {
  uint32_t begin;
  uint32_t end;
  bool isPrimary;
  llvm::StringRef text;
};

/// A source line as the terminal shows it: tabs and control characters are
/// replaced, and each byte knows the screen column at which it stands.
struct ShownLine {
  std::string text;
  std::vector<unsigned> columns; // per byte of the source, and its end

  explicit ShownLine(llvm::StringRef source) {
    unsigned column = 0;
    for (size_t i = 0; i < source.size();) {
      unsigned length = llvm::getNumBytesForUTF8(source[i]);
      length = std::min<size_t>(length ? length : 1, source.size() - i);
      llvm::StringRef character = source.substr(i, length);
      int width = llvm::sys::unicode::columnWidthUTF8(character);
      columns.insert(columns.end(), length, column);
      if (character == "\t") {
        width = kTabWidth;
        text.append(width, ' ');
      } else if (width < 0) {
        width = 1;
        text += "\xEF\xBF\xBD";
      } else {
        text += character;
      }
      column += width;
      i += length;
    }
    columns.push_back(column);
  }
  unsigned column(uint32_t byte) const {
    return columns[std::min<size_t>(byte, columns.size() - 1)];
  }
};

class TextRenderer {
public:
  TextRenderer(const SourceManager &sources, bool color,
               llvm::raw_ostream &out)
      : sources(sources), color(color), out(out) {}

  void render(const Diagnostic &d);
  void paint(llvm::StringRef code, llvm::StringRef text) {
    if (color && !text.empty())
      out << "\033[" << code << 'm' << text << "\033[0m";
    else
      out << text;
  }

private:
  void place(llvm::StringRef arrow, Location location);
  void gutter(llvm::StringRef number);
  void excerpt(const Diagnostic &d);
  void line(uint32_t file, uint32_t number, std::vector<Mark> marks);
  void trailer(llvm::StringRef kind, llvm::StringRef text);

  const SourceManager &sources;
  bool color;
  llvm::raw_ostream &out;
  llvm::StringRef severityColor;
  unsigned digits = 1;
};

constexpr llvm::StringRef kGutterColor = "1;34";
constexpr llvm::StringRef kBold = "1";

void TextRenderer::gutter(llvm::StringRef number) {
  out << ' ';
  out.indent(digits - number.size());
  paint(kGutterColor, number);
  out << ' ';
  paint(kGutterColor, "|");
}

void TextRenderer::place(llvm::StringRef arrow, Location location) {
  out.indent(digits + 1);
  paint(kGutterColor, arrow);
  LineColumn lc = sources.lineColumn(location);
  out << ' ' << sources.fileName(location) << ':' << lc.line << ':'
      << lc.column << '\n';
}

/// One source line, its underlines, and the texts of its marks: the rightmost
/// beside its underline, the others below, hanging on bars.
void TextRenderer::line(uint32_t file, uint32_t number,
                        std::vector<Mark> marks) {
  ShownLine shown(sources.lineText(file, number));
  llvm::sort(marks, [](const Mark &a, const Mark &b) {
    return std::tie(a.begin, b.isPrimary) < std::tie(b.begin, a.isPrimary);
  });
  struct Piece {
    unsigned begin, end;
    const Mark *mark;
  };
  std::vector<Piece> pieces;
  for (const Mark &m : marks) {
    unsigned begin = shown.column(m.begin);
    pieces.push_back({begin, std::max(begin + 1, shown.column(m.end)), &m});
  }

  // A very long line is clipped around its first primary mark.
  unsigned skip = 0;
  if (shown.columns.back() > kMaxExcerptColumns) {
    unsigned anchor = pieces.front().begin;
    for (const Piece &p : pieces)
      if (p.mark->isPrimary) {
        anchor = p.begin;
        break;
      }
    if (anchor > kMaxExcerptColumns / 2)
      skip = anchor - kMaxExcerptColumns / 2;
    std::string clipped;
    unsigned column = 0;
    for (size_t i = 0; i < shown.text.size();) {
      unsigned length = std::min<size_t>(
          std::max(1u, llvm::getNumBytesForUTF8(shown.text[i])),
          shown.text.size() - i);
      llvm::StringRef character(&shown.text[i], length);
      int width = std::max(
          0, llvm::sys::unicode::columnWidthUTF8(character));
      if (column >= skip && column < skip + kMaxExcerptColumns)
        clipped += character;
      column += width;
      i += length;
    }
    bool cutRight = column > skip + kMaxExcerptColumns;
    shown.text = (skip ? "..." : "") + clipped + (cutRight ? "..." : "");
    unsigned shift = skip ? 3 : 0;
    unsigned width = kMaxExcerptColumns + shift;
    for (Piece &p : pieces) {
      p.begin = p.begin < skip ? 0 : std::min(p.begin - skip + shift, width);
      p.end = p.end < skip ? 1 : std::min(p.end - skip + shift, width);
      p.end = std::max(p.end, p.begin + 1);
    }
  }

  gutter(llvm::utostr(number));
  llvm::StringRef text = llvm::StringRef(shown.text).rtrim();
  out << (text.empty() ? "" : " ") << text << '\n';

  std::string underline;
  for (bool primary : {false, true})
    for (const Piece &p : pieces)
      if (p.mark->isPrimary == primary) {
        if (underline.size() < p.end)
          underline.resize(p.end, ' ');
        for (unsigned i = p.begin; i < p.end; ++i)
          underline[i] = primary ? '^' : '-';
      }
  // The last text may stand beside the underlines if it belongs to the last.
  const Piece *beside = &pieces.back();
  if (llvm::any_of(pieces, [&](const Piece &p) { return p.end > beside->end; }))
    beside = nullptr;
  gutter("");
  out << ' ';
  for (size_t i = 0; i < underline.size();) {
    size_t j = i;
    while (j < underline.size() && underline[j] == underline[i])
      ++j;
    llvm::StringRef run = llvm::StringRef(underline).slice(i, j);
    if (run[0] == ' ')
      out << run;
    else
      paint(run[0] == '^' ? severityColor : kGutterColor, run);
    i = j;
  }
  if (beside && !beside->mark->text.empty()) {
    out << ' ';
    paint(beside->mark->isPrimary ? severityColor : kGutterColor,
          beside->mark->text);
  }
  out << '\n';

  // The others, from right to left, each under a row of bars.
  for (size_t i = pieces.size(); i-- > 0;) {
    const Piece &p = pieces[i];
    if (&p == beside || p.mark->text.empty())
      continue;
    gutter("");
    out << ' ';
    unsigned column = 0;
    for (size_t j = 0; j < i; ++j)
      if (!pieces[j].mark->text.empty() && pieces[j].begin < p.begin &&
          pieces[j].begin >= column) {
        out.indent(pieces[j].begin - column);
        paint(pieces[j].mark->isPrimary ? severityColor : kGutterColor, "|");
        column = pieces[j].begin + 1;
      }
    out.indent(p.begin - column);
    paint(p.mark->isPrimary ? severityColor : kGutterColor, p.mark->text);
    out << '\n';
  }
}

void TextRenderer::excerpt(const Diagnostic &d) {
  // Marks by line, those of the primary file first, other files after it.
  struct Key {
    uint32_t order, file, line;
    bool operator<(const Key &o) const {
      return std::tie(order, file, line) < std::tie(o.order, o.file, o.line);
    }
  };
  std::map<Key, std::vector<Mark>> lines;
  uint32_t primaryFile = sources.span(d.location).file;
  auto add = [&](Location location, llvm::StringRef text, bool isPrimary) {
    if (!location.isKnown())
      return;
    const Span &s = sources.span(location);
    uint32_t number = sources.lineColumn(location).line;
    llvm::StringRef lineText = sources.lineText(s.file, number);
    uint32_t lineStart = lineText.data() - sources.fileText(s.file).data();
    uint32_t begin = s.begin - lineStart;
    // A span of several lines is marked to the end of its first.
    uint32_t end = std::min<uint64_t>(uint64_t(begin) + (s.end - s.begin),
                                      lineText.size());
    lines[{s.file != primaryFile, s.file, number}].push_back(
        {begin, std::max(end, begin), isPrimary, text});
  };
  add(d.location, d.primaryLabel, true);
  for (const Diagnostic::Label &l : d.secondary)
    add(l.location, l.text, false);

  digits = 1;
  for (const auto &[key, marks] : lines)
    digits = std::max<unsigned>(digits, llvm::utostr(key.line).size());

  place("-->", d.location);
  gutter("");
  out << '\n';
  const Key *previous = nullptr;
  for (auto &[key, marks] : lines) {
    if (previous && previous->file != key.file) {
      out.indent(digits + 1);
      paint(kGutterColor, ":::");
      out << ' ' << sources.fileName(key.file) << ':' << key.line << '\n';
    } else if (previous && key.line == previous->line + 2) {
      gutter(llvm::utostr(key.line - 1));
      ShownLine between(sources.lineText(key.file, key.line - 1));
      llvm::StringRef text = llvm::StringRef(between.text).rtrim();
      if (text.size() > kMaxExcerptColumns)
        text = "...";
      out << (text.empty() ? "" : " ") << text << '\n';
    } else if (previous && key.line > previous->line + 2) {
      paint(kGutterColor, "...");
      out << '\n';
    }
    line(key.file, key.line, std::move(marks));
    previous = &key;
  }
}

void TextRenderer::trailer(llvm::StringRef kind, llvm::StringRef text) {
  out.indent(digits + 2);
  paint(kGutterColor, "=");
  out << ' ';
  paint(kBold, kind);
  out << ": ";
  // Further lines of a text stand below its first.
  auto [first, rest] = text.split('\n');
  out << first << '\n';
  while (!rest.empty()) {
    std::tie(first, rest) = rest.split('\n');
    out.indent(digits + 6 + kind.size()) << first << '\n';
  }
}

void TextRenderer::render(const Diagnostic &d) {
  bool isError = d.severity == Severity::Error;
  severityColor = isError ? "1;31" : "1;33";
  std::string head = isError ? "error" : "warning";
  head += '[';
  head += diagnosticRow(d.id).code;
  head += ']';
  paint(severityColor, head);
  paint(kBold, ": " + d.message);
  out << '\n';
  digits = 1;
  if (d.location.isKnown()) {
    excerpt(d);
    Location at = d.location;
    unsigned shown = 0, hidden = 0;
    while (sources.span(at).expandedFrom.isKnown()) {
      const Span &s = sources.span(at);
      if (++shown <= kMaxExpansions) {
        LineColumn lc = sources.lineColumn(s.expandedFrom);
        trailer("note", ("expanded from macro `" + s.macro + "` at " +
                         sources.fileName(s.expandedFrom) + ":" +
                         llvm::Twine(lc.line) + ":" + llvm::Twine(lc.column))
                            .str());
      } else {
        ++hidden;
      }
      at = s.expandedFrom;
    }
    if (hidden)
      trailer("note", "and " + llvm::utostr(hidden) + " more expansions");
  }
  for (const std::string &note : d.notes)
    trailer("note", note);
  for (const std::string &help : d.helps)
    trailer("help", help);
}

/// LSP counts lines from zero and columns in UTF-16 units.
void jsonPosition(llvm::json::OStream &json, const SourceManager &sources,
                  uint32_t file, uint32_t offset) {
  LineColumn lc = sources.lineColumn(file, offset);
  llvm::StringRef text = sources.lineText(file, lc.line);
  uint32_t start = text.data() - sources.fileText(file).data();
  uint32_t units = 0;
  for (unsigned char c : text.take_front(offset - start))
    units += c >= 0xF0 ? 2 : (c & 0xC0) != 0x80;
  json.object([&] {
    json.attribute("line", lc.line - 1);
    json.attribute("character", units);
  });
}

void jsonRange(llvm::json::OStream &json, const SourceManager &sources,
               Location location) {
  json.attributeBegin("range");
  json.objectBegin();
  const Span &s = sources.span(location);
  for (auto [name, offset] : {std::pair("start", s.begin), {"end", s.end}}) {
    json.attributeBegin(name);
    if (location.isKnown())
      jsonPosition(json, sources, s.file, offset);
    else
      json.object([&] {
        json.attribute("line", 0);
        json.attribute("character", 0);
      });
    json.attributeEnd();
  }
  json.objectEnd();
  json.attributeEnd();
}

std::string validUtf8(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

void renderJson(const SourceManager &sources, const Diagnostic &d,
                llvm::raw_ostream &out) {
  llvm::json::OStream json(out);
  auto related = [&](Location location, llvm::StringRef message) {
    json.object([&] {
      json.attribute("file", validUtf8(sources.fileName(location)));
      jsonRange(json, sources, location);
      json.attribute("message", validUtf8(message));
    });
  };
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("file", validUtf8(sources.fileName(d.location)));
    jsonRange(json, sources, d.location);
    json.attribute("severity", d.severity == Severity::Error ? 1 : 2);
    json.attribute("code", diagnosticRow(d.id).code);
    json.attribute("message", validUtf8(d.message));
    json.attribute("label", validUtf8(d.primaryLabel));
    json.attributeArray("related", [&] {
      for (const Diagnostic::Label &l : d.secondary)
        related(l.location, l.text);
      Location at = d.location;
      while (at.isKnown() && sources.span(at).expandedFrom.isKnown()) {
        const Span &s = sources.span(at);
        related(s.expandedFrom,
                ("expanded from macro `" + s.macro + "`").str());
        at = s.expandedFrom;
      }
    });
    json.attributeArray("notes", [&] {
      for (const std::string &note : d.notes)
        json.value(validUtf8(note));
    });
    json.attributeArray("helps", [&] {
      for (const std::string &help : d.helps)
        json.value(validUtf8(help));
    });
    json.attributeArray("edits", [&] {
      for (const Diagnostic::Edit &e : d.edits)
        json.object([&] {
          jsonRange(json, sources, e.location);
          json.attribute("newText", validUtf8(e.replacement));
        });
    });
  });
  out << '\n';
}

} // namespace

void renderDiagnostics(const DiagnosticEngine &engine,
                       const RenderOptions &options, llvm::raw_ostream &out) {
  const SourceManager &sources = engine.sourceManager();
  std::vector<size_t> order(engine.all().size());
  std::iota(order.begin(), order.end(), 0);
  // Those without a place come last, in the order in which they were found.
  llvm::sort(order, [&](size_t i, size_t j) {
    Location a = engine.all()[i]->location, b = engine.all()[j]->location;
    const Span &x = sources.span(a), &y = sources.span(b);
    return std::tuple(!a.isKnown(), x.file, x.begin, i) <
           std::tuple(!b.isKnown(), y.file, y.begin, j);
  });

  unsigned errors = 0, warnings = 0, hiddenErrors = 0, hiddenWarnings = 0;
  bool isFirst = true;
  TextRenderer renderer(sources, options.color, out);
  for (size_t i : order) {
    const Diagnostic *d = engine.all()[i].get();
    bool isError = d->severity == Severity::Error;
    // Behind the last error that is shown nothing else is; and warnings alone
    // do not fill the screen either.
    if (options.errorLimit &&
        (errors >= options.errorLimit ||
         (!isError && warnings >= options.errorLimit))) {
      ++(isError ? hiddenErrors : hiddenWarnings);
      continue;
    }
    ++(isError ? errors : warnings);
    if (options.format == RenderOptions::Format::Json) {
      renderJson(sources, *d, out);
      continue;
    }
    if (!isFirst)
      out << '\n';
    isFirst = false;
    renderer.render(*d);
  }
  if (options.format == RenderOptions::Format::Json ||
      hiddenErrors + hiddenWarnings == 0)
    return;
  auto count = [](unsigned n, llvm::StringRef what) {
    return llvm::utostr(n) + " more " + what.str() + (n == 1 ? "" : "s");
  };
  std::string left;
  if (hiddenErrors)
    left = count(hiddenErrors, "error");
  if (hiddenWarnings)
    left += (left.empty() ? "" : " and ") + count(hiddenWarnings, "warning");
  out << '\n';
  if (hiddenErrors)
    renderer.paint("1;31", "error");
  else
    renderer.paint("1;33", "warning");
  out << ": " << left << " not shown; --error-limit=0 shows all\n";
}

} // namespace plc::ir
