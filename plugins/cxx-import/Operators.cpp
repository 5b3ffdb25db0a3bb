//===- Operators.cpp - operators of two operands --------------------------===//
//
// What `(+ a b)` means for the classes of the program: methods, friends, functions
// and templates of the namespaces of both. A class has a table of overloads for its
// instances on the left of an operator, and one for those on the right of what is no
// class: members with names that no program has.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"

#include <algorithm>

using namespace clang;
using plc::native::Argument;

namespace plc::cxximport {

void CxxSource::useOperator(const std::string &sign,
                            const std::vector<Argument> &arguments) {
  bool isObject = std::any_of(arguments.begin(), arguments.end(), [](auto &a) {
    return a.kind == Argument::Object;
  });
  operators[sign] |= isObject;
}

/// The operators that make `a sign b` possible.
static std::vector<OverloadedOperatorKind> kindsOf(llvm::StringRef sign) {
  std::vector<OverloadedOperatorKind> kinds;
  for (int i = OO_None + 1; i < NUM_OVERLOADED_OPERATORS; ++i)
    if (sign == getOperatorSpelling(OverloadedOperatorKind(i)))
      kinds.push_back(OverloadedOperatorKind(i));
  if (sign == "<" || sign == ">" || sign == "<=" || sign == ">=")
    kinds.push_back(OO_Spaceship);
  return kinds;
}

namespace {

/// An operand of a pattern: a type for the trial and one for the argument.
struct Operand {
  std::string tried, parameter, record;
};

/// Finds the functions and makes the tables.
class OperatorFinder {
public:
  using Classes = std::map<std::string, const CXXRecordDecl *>;
  /// \param mixins  those that are no operands of templates
  OperatorFinder(Declarations &declarations, const Classes &classes,
                 const std::set<std::string> &mixins, const std::string &sign)
      : declarations(declarations), classes(classes), mixins(mixins), sign(sign) {}

  void find(const CXXRecordDecl *record);
  /// Functions that are no templates.
  std::vector<const FunctionDecl *> functions;
  std::vector<std::pair<Operand, Operand>> pairs; ///< to be tried
  std::set<std::string> rights; ///< classes that it may have on its right side

private:
  void add(const NamedDecl *declaration);
  void addFriends(const CXXRecordDecl *record);
  std::vector<Operand> operandsOf(QualType type);
  std::vector<Operand> instancesOf(const CXXRecordDecl *owner);
  static bool isInstance(const CXXRecordDecl *record, const std::string &pattern);

  Declarations &declarations;
  const Classes &classes;
  const std::set<std::string> &mixins;
  const std::string sign;
  std::set<const Decl *> seen;
};

} // namespace

void OperatorFinder::find(const CXXRecordDecl *record) {
  ASTContext &context = record->getASTContext();
  for (OverloadedOperatorKind kind : kindsOf(sign)) {
    for (const NamedDecl *member : declarations.membersOf(
             record, std::string("operator") + getOperatorSpelling(kind)))
      add(member);
    const DeclContext *space = record->getEnclosingNamespaceContext();
    for (const NamedDecl *declaration : space->lookup(
             context.DeclarationNames.getCXXOperatorName(kind)))
      add(declaration);
  }
  addFriends(record);
}

void OperatorFinder::addFriends(const CXXRecordDecl *record) {
  std::vector<OverloadedOperatorKind> kinds = kindsOf(sign);
  for (const FriendDecl *declaration : record->friends())
    if (const NamedDecl *named = declaration->getFriendDecl())
      if (const FunctionDecl *function = named->getAsFunction();
          function && llvm::is_contained(kinds, function->getOverloadedOperator()))
        add(named);
  for (const CXXRecordDecl *base : declarations.basesOf(record))
    addFriends(base);
}

void OperatorFinder::add(const NamedDecl *declaration) {
  if (!seen.insert(declaration->getCanonicalDecl()).second)
    return;
  if (auto *function = dyn_cast<FunctionDecl>(declaration)) {
    if (function->isDependentContext())
      return;
    functions.push_back(function);
    if (unsigned count = function->getNumParams())
      for (const Operand &operand :
           operandsOf(function->getParamDecl(count - 1)->getType()))
        this->rights.insert(operand.record);
    return;
  }
  auto *pattern = dyn_cast<FunctionTemplateDecl>(declaration);
  if (!pattern)
    return;
  const FunctionDecl *function = pattern->getTemplatedDecl();
  auto *method = dyn_cast<CXXMethodDecl>(function);
  unsigned count = function->getNumParams();
  if (count != (method ? 1u : 2u))
    return;
  std::vector<Operand> lefts =
      method ? instancesOf(method->getParent())
             : operandsOf(function->getParamDecl(0)->getType());
  std::vector<Operand> rights =
      operandsOf(function->getParamDecl(count - 1)->getType());
  // What takes anything is not about the class.
  if (QualType type = function->getParamDecl(count - 1)->getType();
      !type->isDependentType() ||
      type.getNonReferenceType()->getAs<TemplateSpecializationType>() ||
      type.getNonReferenceType()->getAs<InjectedClassNameType>())
    for (const Operand &right : rights)
      this->rights.insert(right.record);
  for (const Operand &left : lefts)
    for (const Operand &right : rights)
      if (!left.record.empty() || !right.record.empty())
        pairs.push_back({left, right});
}

/// True of an instance of a class template, and of what is derived from one.
bool OperatorFinder::isInstance(const CXXRecordDecl *record,
                                const std::string &pattern) {
  if (auto *instance = dyn_cast<ClassTemplateSpecializationDecl>(record))
    if (instance->getSpecializedTemplate()->getQualifiedNameAsString() == pattern)
      return true;
  for (const CXXBaseSpecifier &base : record->bases())
    if (const CXXRecordDecl *above = base.getType()->getAsCXXRecordDecl();
        above && above->hasDefinition() &&
        isInstance(above->getDefinition(), pattern))
      return true;
  return false;
}

static Operand ofClass(const std::string &name) {
  return {"const ::" + name + " &", "const " + name + " &", name};
}

/// Those that have the methods of the class.
std::vector<Operand> OperatorFinder::instancesOf(const CXXRecordDecl *owner) {
  std::vector<Operand> found;
  std::string own = declarations.spell(owner);
  auto isBelow = [&](auto &self, const CXXRecordDecl *record) -> bool {
    if (declarations.spell(record) == own)
      return true;
    for (const CXXRecordDecl *base : declarations.basesOf(record))
      if (self(self, base))
        return true;
    return false;
  };
  for (auto &[name, record] : classes)
    if (!mixins.count(name) && isBelow(isBelow, record))
      found.push_back(ofClass(name));
  return found;
}

std::vector<Operand> OperatorFinder::operandsOf(QualType type) {
  type = type.getNonReferenceType().getUnqualifiedType();
  std::vector<Operand> found;
  if (!type->isDependentType()) {
    const CXXRecordDecl *record = declarations.classOf(type);
    std::string name = declarations.spell(type);
    if (record && classes.count(declarations.spell(record)))
      found.push_back(ofClass(declarations.spell(record)));
    else if (!record) // a class that the program has no objects of
      found.push_back({name, name, ""});
    return found;
  }
  std::string pattern;
  if (auto *instance = type->getAs<TemplateSpecializationType>())
    if (const TemplateDecl *known = instance->getTemplateName().getAsTemplateDecl())
      pattern = known->getQualifiedNameAsString();
  if (auto *injected = type->getAs<InjectedClassNameType>())
    pattern = injected->getDecl()->getQualifiedNameAsString();
  for (auto &[name, record] : classes)
    if (!mixins.count(name) && (pattern.empty() || isInstance(record, pattern)))
      found.push_back(ofClass(name));
  // Narrow numbers where classes are instances for these.
  auto isNamed = [&](const std::string &number) {
    return llvm::any_of(classes, [&](auto &known) {
      return known.first.find(number + ",") != std::string::npos ||
             known.first.find(number + ">") != std::string::npos;
    });
  };
  if (!pattern.empty())
    return found;
  for (const char *number : {"long", "double"})
    found.push_back({number, number, ""});
  for (const char *number : {"int", "float"})
    if (isNamed(number))
      found.push_back({number, number, ""});
  return found;
}

/// Whether the headers have an operator << that writes instances to a stream.
bool CxxSource::isWritten(const CXXRecordDecl *record) {
  if (current->find("std::ostream").empty() || current->isValue(record) ||
      !textType(current->spell(record)).empty() ||
      current->spell(record) == "std::exception") // that plc/cxx.h has made
    return false;
  OperatorFinder::Classes one = {{current->spell(record), record}};
  OperatorFinder finder(*current, one, mixins, "<<");
  finder.find(record);
  return finder.rights.count(current->spell(record));
}

/// A row of the table for what stands left or right of the other operand.
std::string CxxSource::operatorRow(const Candidate &found, const std::string &sign,
                                   const std::string &record,
                                   const std::string &other, bool isLeft,
                                   bool isConst) {
  Candidate row;
  row.function = found.function;
  row.declaration = found.declaration;
  row.parameters = {other};
  row.least = row.most = 1;
  std::string self = std::string("*static_cast<") + (isConst ? "const ::" : "::") +
                     record + " *>(self)";
  return overload(row, 1, isLeft ? self + " " + sign + " " : "",
                  isLeft ? "" : " " + sign + " " + self,
                  isConst ? "plc::cxx::Overload::Const" : "0");
}

/// The tables of an operator, which make it known. Templates that nobody has asked
/// clang about yet are asked for.
std::string CxxSource::operatorCode(const std::string &sign, bool isOfLibrary) {
  OperatorFinder::Classes known;
  for (auto &[name, record] : classes)
    if (!current->isValue(record) &&
        (isOfLibrary ||
         !(record->isInStdNamespace() || name.starts_with("__gnu_cxx::"))) &&
        !name.ends_with("_ordering")) // what comparisons yield
      known.emplace(name, record);
  OperatorFinder finder(*current, known, mixins, sign);
  for (auto &[name, record] : known)
    finder.find(record);

  // By class and side; a row for each type of the other operand.
  std::map<std::pair<std::string, bool>, std::map<std::string, std::string>> tables;
  auto addRow = [&](const Candidate &found, const std::string &record,
                    const std::string &other, bool isLeft, bool isConst) {
    std::string &row = tables[{record, isLeft}][other];
    if (row.empty())
      row = operatorRow(found, sign, record, other, isLeft, isConst);
  };
  for (const FunctionDecl *function : finder.functions) {
    Candidate candidate = current->candidate(function);
    auto *method = dyn_cast<CXXMethodDecl>(function);
    if (method) {
      if (method->isStatic())
        continue;
      candidate.types.insert(candidate.types.begin(),
                             method->getASTContext().getRecordType(method->getParent()));
      candidate.parameters.insert(candidate.parameters.begin(),
                                  (method->isConst() ? "const ::" : "::") +
                                      current->spell(method->getParent()) + " &");
    }
    if (!candidate.refusal.empty() || candidate.parameters.size() != 2)
      continue;
    auto classAt = [&](size_t i) {
      const CXXRecordDecl *record = candidate.types[i]->isPointerType()
                                        ? nullptr
                                        : current->classOf(candidate.types[i]);
      std::string name = record ? current->spell(record) : "";
      return known.count(name) ? name : "";
    };
    auto isConst = [&](size_t i) {
      return !llvm::StringRef(candidate.parameters[i]).ends_with("&") ||
             llvm::StringRef(candidate.parameters[i]).starts_with("const ");
    };
    std::string left = classAt(0), right = classAt(1);
    if (left.empty() && right.empty())
      continue;
    if (!left.empty())
      addRow(candidate, left, candidate.parameters[1], true, isConst(0));
    else
      addRow(candidate, right, candidate.parameters[0], false, isConst(1));
    OverloadedOperatorKind kind = function->getOverloadedOperator();
    if (!left.empty() && right.empty() &&
        (kind == OO_EqualEqual || kind == OO_Spaceship))
      addRow(candidate, left, candidate.parameters[1], false, isConst(0));
    useResult(candidate);
  }
  for (auto &[left, right] : finder.pairs) {
    std::string expression = "plc_value_of<" + left.tried + ">() " + sign +
                             " plc_value_of<" + right.tried + ">()";
    trials.ask(expression);
    const Candidate *candidate = trials.find(expression);
    if (!candidate || !candidate->refusal.empty())
      continue;
    bool isLeft = !left.record.empty();
    addRow(*candidate, isLeft ? left.record : right.record,
           isLeft ? right.parameter : left.parameter, isLeft, true);
    useResult(*candidate);
  }

  std::string code;
  for (auto &[place, rows] : tables) {
    std::string table;
    for (auto &[other, row] : rows)
      table += row;
    auto &[record, isLeft] = place;
    std::string name = (isLeft ? "left operator" : "right operator") + sign;
    // More rows are a new table.
    if (!madeMembers.insert(record + "." + name + " " + hexText(hashBytes(table))).second)
      continue;
    code += "  plc::cxx::addMember<::" + record + ">(\"" + name +
            "\", [](plc_value ref, plc_shim_object *object, const plc_value *args, "
            "size_t count, plc_value *result, plc_error *error) noexcept -> "
            "plc_status {\n  static const plc::cxx::Overload overloads[] = {\n" +
            table + "  };\n  return plc::cxx::callMethod(\"operator" + sign +
            "\", overloads, ref, object, args, count, result, error);\n}, nullptr, "
            "nullptr);\n";
  }
  return code;
}

} // namespace plc::cxximport
