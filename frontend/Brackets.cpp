//===- Brackets.cpp - which bracket has no partner ------------------------===//
//
// Method: if brackets match as they stand, all is well. Otherwise the file is
// cut into regions where an opening bracket stands in the first column, since
// that is how a top-level form starts, and an error should not leave its
// form. In each region several readings of the evidence are tried; the one
// that needs the fewest corrections wins, and among equals the one that follows
// the indentation.
//
//===----------------------------------------------------------------------===//

#include "frontend/Brackets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cassert>

namespace plc::frontend {
namespace {

/// Where a token stands; only needed once something is wrong.
struct Place {
  uint32_t line;
  uint32_t column;
  bool isFirstOfLine;
};

/// How one attempt weighs the evidence.
struct Policy {
  /// That many brackets may be closed because a line below is indented less.
  uint32_t byIndentation = 0;
  /// That many closing brackets may be dropped because the form that they end
  /// goes on below, indented.
  uint32_t byContinuation = 0;
  /// A closing bracket of the wrong kind is a slip of the finger, even if it
  /// has a partner further out.
  bool isMismatchTypo = false;
};

enum class Action : uint8_t { Close, Drop, Change };
struct Correction {
  uint32_t before; // token index; Close: insert before it
  Action action;
  TokenKind kind; // Close, Change: the closing bracket
};

struct Outcome {
  std::vector<BracketProblem> problems;
  std::vector<Correction> corrections;
  uint32_t unclosed = 0;
  uint32_t unmatched = 0;
};

class Matcher {
public:
  Matcher(llvm::ArrayRef<Token> tokens, llvm::ArrayRef<Place> places)
      : tokens(tokens), places(places) {}

  /// Matches tokens [begin, end).
  Outcome run(uint32_t begin, uint32_t end, Policy policy);

private:
  void close(uint32_t before, bool isProblem);
  void closing(uint32_t i, uint32_t end);
  /// True if the form that starts a line seems to go on with token `next`: it
  /// starts a line below and is indented more.
  bool goesOn(uint32_t opening, uint32_t next, uint32_t end) const {
    return next < end && places[opening].isFirstOfLine &&
           places[next].isFirstOfLine && !isClosing(tokens[next].kind) &&
           places[next].column > places[opening].column;
  }
  /// First stack entry that belongs to the innermost interpolation.
  size_t floor() const { return barriers.empty() ? 0 : barriers.back(); }

  llvm::ArrayRef<Token> tokens;
  llvm::ArrayRef<Place> places;
  Policy policy;
  Outcome outcome;
  llvm::SmallVector<uint32_t, 0> open;
  llvm::SmallVector<size_t, 0> barriers;
  /// Open brackets by kind of their closing bracket.
  uint32_t openCount[3] = {};
  uint32_t &count(TokenKind closingKind) {
    return openCount[static_cast<unsigned>(closingKind) -
                     static_cast<unsigned>(TokenKind::ListEnd)];
  }
};

/// Pops the innermost bracket; its closing bracket is missing before a token.
void Matcher::close(uint32_t before, bool isProblem) {
  uint32_t i = open.pop_back_val();
  TokenKind kind = closingOf(tokens[i].kind);
  --count(kind);
  if (!isProblem)
    return;
  outcome.problems.push_back(
      {BracketProblem::Unclosed, i,
       before < tokens.size() ? before : kEndOfFile});
  outcome.corrections.push_back({before, Action::Close, kind});
  ++outcome.unclosed;
}

void Matcher::closing(uint32_t i, uint32_t end) {
  TokenKind kind = tokens[i].kind;
  auto drop = [&](uint32_t evidence) {
    outcome.problems.push_back({BracketProblem::Unmatched, i, evidence});
    outcome.corrections.push_back({i, Action::Drop, kind});
    ++outcome.unmatched;
  };
  if (open.size() == floor())
    return drop(kEndOfFile);
  if (closingOf(tokens[open.back()].kind) == kind) {
    if (policy.byContinuation && goesOn(open.back(), i + 1, end)) {
      --policy.byContinuation;
      return drop(i + 1);
    }
    return close(i, false);
  }
  // A partner further out means that those inside it lack theirs.
  if (!policy.isMismatchTypo && count(kind)) {
    size_t j = open.size();
    while (j > floor() && closingOf(tokens[open[j - 1]].kind) != kind)
      --j;
    if (j > floor()) {
      while (open.size() > j)
        close(i, true);
      return close(i, false);
    }
  }
  uint32_t partner = open.back();
  outcome.problems.push_back({BracketProblem::Mismatched, i, partner});
  outcome.corrections.push_back(
      {i, Action::Change, closingOf(tokens[partner].kind)});
  close(i, false);
}

Outcome Matcher::run(uint32_t begin, uint32_t end, Policy p) {
  policy = p;
  outcome = {};
  open.clear();
  barriers.clear();
  std::fill(std::begin(openCount), std::end(openCount), 0);
  for (uint32_t i = begin; i < end; ++i) {
    TokenKind kind = tokens[i].kind;
    if (policy.byIndentation && places[i].isFirstOfLine && !isClosing(kind))
      while (policy.byIndentation && open.size() > floor() &&
             places[open.back()].line < places[i].line &&
             places[open.back()].column >= places[i].column) {
        close(i, true);
        --policy.byIndentation;
      }
    if (isOpening(kind)) {
      open.push_back(i);
      ++count(closingOf(kind));
    } else if (isClosing(kind)) {
      closing(i, end);
    } else if (kind == TokenKind::InterpolationStart) {
      barriers.push_back(open.size());
    } else if (kind == TokenKind::InterpolationEnd && !barriers.empty()) {
      while (open.size() > floor())
        close(i, true);
      barriers.pop_back();
    }
  }
  barriers.clear();
  while (!open.empty())
    close(end, true);
  return std::move(outcome);
}

std::vector<Place> findPlaces(llvm::StringRef text,
                              llvm::ArrayRef<Token> tokens) {
  std::vector<Place> places;
  places.reserve(tokens.size());
  uint32_t line = 1, lineStart = 0, at = 0, previousLine = 0;
  for (const Token &t : tokens) {
    for (; at < t.begin; ++at)
      if (text[at] == '\n') {
        ++line;
        lineStart = at + 1;
      }
    bool isText = t.kind == TokenKind::StringContent ||
                  t.kind == TokenKind::Escape || t.kind == TokenKind::StringEnd;
    places.push_back({line, t.begin - lineStart,
                      line != previousLine && !isText});
    // A token of several lines ends on another one.
    for (; at < t.end; ++at)
      if (text[at] == '\n') {
        ++line;
        lineStart = at + 1;
      }
    previousLine = line;
  }
  return places;
}

struct Region {
  uint32_t begin, end;
  Outcome natural;
};

class Repairer {
public:
  Repairer(llvm::ArrayRef<Token> tokens, llvm::ArrayRef<Place> places)
      : tokens(tokens), places(places), matcher(tokens, places) {}

  void cut();
  Outcome best(const Region &region);

  llvm::ArrayRef<Token> tokens;
  llvm::ArrayRef<Place> places;
  Matcher matcher;
  std::vector<Region> regions;
};

/// Cuts where a top-level form seems to start. A closing bracket alone in the
/// first column belongs to a bracket of an earlier region.
void Repairer::cut() {
  unsigned depth = 0; // of interpolations
  uint32_t begin = 0;
  auto add = [&](uint32_t end) {
    if (begin == end)
      return;
    regions.push_back({begin, end, matcher.run(begin, end, {})});
    begin = end;
    const Outcome &o = regions.back().natural;
    bool hangs = llvm::any_of(o.problems, [&](const BracketProblem &p) {
      return p.kind == BracketProblem::Unmatched &&
             places[p.token].isFirstOfLine && places[p.token].column == 0;
    });
    if (!hangs)
      return;
    for (size_t i = regions.size() - 1; i-- > 0;)
      if (regions[i].natural.unclosed) {
        Region merged{regions[i].begin, end, {}};
        merged.natural = matcher.run(merged.begin, end, {});
        regions.resize(i);
        regions.push_back(std::move(merged));
        return;
      }
  };
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (depth == 0 && isOpening(tokens[i].kind) && places[i].isFirstOfLine &&
        places[i].column == 0)
      add(i);
    if (tokens[i].kind == TokenKind::InterpolationStart)
      ++depth;
    else if (tokens[i].kind == TokenKind::InterpolationEnd && depth)
      --depth;
  }
  add(tokens.size());
}

Outcome Repairer::best(const Region &region) {
  Outcome best = region.natural;
  if (best.problems.empty())
    return best;
  // Attempts that follow the indentation come first and win when equal.
  size_t bestCount = best.problems.size() + 1;
  auto attempt = [&](Policy policy) {
    Outcome o = matcher.run(region.begin, region.end, policy);
    if (o.problems.size() >= bestCount)
      return;
    bestCount = o.problems.size();
    best = std::move(o);
  };
  for (bool typo : {false, true}) {
    Outcome plain = matcher.run(region.begin, region.end, {0, 0, typo});
    if (plain.unclosed)
      attempt({plain.unclosed, 0, typo});
    if (plain.unmatched)
      attempt({0, plain.unmatched, typo});
    attempt({0, 0, typo});
  }
  return best;
}

} // namespace

size_t implausibility(llvm::StringRef text, llvm::ArrayRef<Token> tokens) {
  size_t count = Matcher(tokens, {}).run(0, tokens.size(), {}).problems.size();
  std::vector<Place> places = findPlaces(text, tokens);
  size_t depth = 0;
  for (size_t i = 0; i < tokens.size(); ++i)
    if (isOpening(tokens[i].kind)) {
      count += depth && places[i].isFirstOfLine && places[i].column == 0;
      ++depth;
    } else if (isClosing(tokens[i].kind) && depth) {
      --depth;
    }
  return count;
}

std::vector<BracketProblem> repairBrackets(llvm::StringRef text,
                                           std::vector<Token> &tokens) {
  Outcome whole = Matcher(tokens, {}).run(0, tokens.size(), {});
  if (whole.problems.empty())
    return {};
  std::vector<Place> places = findPlaces(text, tokens);
  Repairer repairer(tokens, places);
  repairer.cut();
  Outcome total;
  for (const Region &region : repairer.regions) {
    Outcome o = repairer.best(region);
    llvm::append_range(total.problems, o.problems);
    llvm::append_range(total.corrections, o.corrections);
  }
  // A file that does not indent gives no evidence.
  if (total.problems.size() > 3 * whole.problems.size() + 3)
    total = std::move(whole);

  // Corrections come in order of place already.
  std::vector<Token> repaired;
  repaired.reserve(tokens.size() + total.corrections.size());
  auto next = total.corrections.begin(), last = total.corrections.end();
  for (uint32_t i = 0; i <= tokens.size(); ++i) {
    bool keep = i < tokens.size();
    Token token = keep ? tokens[i] : Token{};
    for (; next != last && next->before == i; ++next)
      switch (next->action) {
      case Action::Close: {
        uint32_t at = i ? tokens[i - 1].end : 0;
        repaired.push_back({next->kind, at, at});
        break;
      }
      case Action::Drop:
        keep = false;
        break;
      case Action::Change:
        token.kind = next->kind;
        break;
      }
    if (keep)
      repaired.push_back(token);
  }
  tokens = std::move(repaired);
  llvm::sort(total.problems,
             [](const BracketProblem &a, const BracketProblem &b) {
               return a.token < b.token;
             });
  return total.problems;
}

} // namespace plc::frontend
