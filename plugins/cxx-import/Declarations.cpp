//===- Declarations.cpp - what names of C++ mean --------------------------===//

#include "Declarations.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/RawCommentList.h"
#include "clang/Sema/Overload.h"
#include "clang/Sema/Scope.h"
#include "clang/Sema/Sema.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using plc::native::Argument;

namespace plc::cxximport {

std::string cxxName(const std::string &name) {
  std::string result;
  for (size_t i = 0; i < name.size(); ++i) {
    result += name[i];
    if (name[i] != ':')
      continue;
    result += ':';
    if (i + 1 < name.size() && name[i + 1] == ':')
      ++i;
  }
  return result;
}

std::string textType(llvm::StringRef spelling) {
  if (!spelling.consume_front("std::basic_string"))
    return "";
  bool isView = spelling.consume_front("_view");
  return !spelling.starts_with("<char>") && !spelling.starts_with("<char,") ? ""
         : isView ? "std::string_view"
                  : "std::string";
}

Declarations::Declarations(ASTUnit &unit, const Declarations *earlier)
    : context(unit.getASTContext()), policy(unit.getASTContext().getLangOpts()) {
  if (earlier) {
    semas = earlier->semas;
    scopes = earlier->scopes;
    bodyErrors = earlier->bodyErrors;
  }
  if (unit.hasSema()) {
    semas[&context] = &unit.getSema();
    // That of the parser has ended.
    auto outermost = std::make_shared<Scope>(nullptr, Scope::DeclScope,
                                        unit.getDiagnostics());
    outermost->setEntity(context.getTranslationUnitDecl());
    unit.getSema().TUScope = outermost.get();
    scopes.push_back(std::move(outermost));
  }
  policy.SuppressTagKeyword = true;
  policy.FullyQualifiedName = true;
  policy.PrintCanonicalTypes = true;
  policy.SuppressUnwrittenScope = true;
}

std::string Declarations::spell(QualType type) const {
  return type.getCanonicalType().getAsString(policy);
}

std::string Declarations::qualifiedName(const NamedDecl *declaration) const {
  std::string text;
  llvm::raw_string_ostream out(text);
  declaration->printQualifiedName(out, policy);
  return text;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static const NamedDecl *behind(const NamedDecl *declaration) {
  while (auto *shadow = dyn_cast<UsingShadowDecl>(declaration))
    declaration = shadow->getTargetDecl();
  return declaration;
}

/// What names can be looked up in; null if there are none.
static const DeclContext *contextOf(const NamedDecl *declaration) {
  if (auto *space = dyn_cast<NamespaceDecl>(declaration))
    return space;
  if (auto *alias = dyn_cast<NamespaceAliasDecl>(declaration))
    return alias->getNamespace();
  if (auto *name = dyn_cast<TypedefNameDecl>(declaration))
    if (auto *tag = name->getUnderlyingType()->getAsTagDecl())
      return tag;
  if (auto *tag = dyn_cast<TagDecl>(declaration))
    return tag->getDefinition() ? tag->getDefinition() : tag;
  return nullptr;
}

/// Of an identifier or of "operator+=".
static DeclarationName nameIn(ASTContext &context, llvm::StringRef text) {
  if (llvm::StringRef sign = text; sign.consume_front("operator"))
    for (int i = OO_None + 1; i < NUM_OVERLOADED_OPERATORS; ++i)
      if (auto kind = OverloadedOperatorKind(i);
          sign == getOperatorSpelling(kind))
        return context.DeclarationNames.getCXXOperatorName(kind);
  return DeclarationName(&context.Idents.get(text));
}

std::vector<const NamedDecl *> Declarations::find(const std::string &name) {
  const DeclContext *scope = context.getTranslationUnitDecl();
  llvm::StringRef rest = name;
  while (true) {
    auto [part, next] = rest.split("::");
    if (part.empty())
      return {};
    std::vector<const NamedDecl *> found;
    llvm::SmallPtrSet<const Decl *, 8> seen;
    for (const NamedDecl *declaration :
         scope->lookup(nameIn(context, part))) {
      declaration = behind(declaration);
      // Names of C that have both: the function hides the tag.
      if (declaration->getAccess() != AS_private &&
          declaration->getAccess() != AS_protected &&
          seen.insert(declaration->getCanonicalDecl()).second)
        found.push_back(declaration);
    }
    if (next.empty() || found.empty())
      return found;
    scope = nullptr;
    for (const NamedDecl *declaration : found)
      if (const DeclContext *inner = contextOf(declaration))
        scope = inner;
    if (!scope)
      return {};
    rest = next;
  }
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

std::string Declarations::declarationOf(const NamedDecl *declaration) const {
  std::string text;
  llvm::raw_string_ostream out(text);
  PrintingPolicy terse(context.getLangOpts());
  terse.TerseOutput = true;
  terse.PolishForDeclaration = true;
  terse.FullyQualifiedName = true;
  declaration->print(out, terse);
  std::string line;
  for (char c : text)
    if (c != '\n' && !(c == ' ' && !line.empty() && line.back() == ' '))
      line += c;
  // What is between the braces is told apart, that of an enum here.
  if (llvm::StringRef(line).ends_with(" {}"))
    line.resize(line.size() - 3);
  if (auto *type = dyn_cast<EnumDecl>(declaration)) {
    std::string names;
    for (const EnumConstantDecl *member : type->enumerators())
      names += (names.empty() ? "" : ", ") + member->getNameAsString();
    line += " { " + names + " }";
  } else if (auto *value = dyn_cast<EnumConstantDecl>(declaration)) {
    line = value->getQualifiedNameAsString() + " = " +
           llvm::toString(value->getInitVal(), 10);
  }
  return line;
}

std::string
Declarations::documentationOf(const NamedDecl *declaration) const {
  const RawComment *comment =
      context.getRawCommentForAnyRedecl(declaration);
  if (!comment)
    return "";
  return comment->getFormattedText(context.getSourceManager(),
                                   context.getDiagnostics());
}

native::Origin Declarations::originOf(const NamedDecl *declaration) const {
  const SourceManager &sources = context.getSourceManager();
  PresumedLoc place = sources.getPresumedLoc(declaration->getLocation());
  native::Origin origin;
  if (place.isInvalid())
    return origin;
  origin.file = place.getFilename();
  origin.line = place.getLine();
  origin.column = place.getColumn();
  return origin;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::string Declarations::scalarText(QualType type) const {
  type = context.getCanonicalType(type).getUnqualifiedType();
  if (type->isVoidType())
    return "v";
  if (type->isBooleanType())
    return "b";
  if (auto *builtin = type->getAs<BuiltinType>()) {
    if (builtin->isInteger() && context.getTypeSize(type) <= 64)
      return (builtin->isSignedInteger() ? "i" : "u") +
             std::to_string(context.getTypeSize(type));
    if (builtin->getKind() == BuiltinType::Float)
      return "f32";
    if (builtin->getKind() == BuiltinType::Double)
      return "f64";
    if (builtin->getKind() == BuiltinType::LongDouble)
      return "f80";
  }
  return "";
}

bool Declarations::isBoxed(QualType type) const {
  QualType value = type.getNonReferenceType();
  return type->isLValueReferenceType() && !value.isConstQualified() &&
         (value->isArithmeticType() || value->isEnumeralType() ||
          textType(spell(value)) == "std::string");
}

bool Declarations::mayTake(QualType type, const Argument &argument) const {
  if (argument.kind == Argument::Unknown || argument.kind == Argument::Box)
    return true;
  if (isBoxed(type))
    return argument.kind == Argument::Object && !textType(argument.type).empty();
  type = context.getCanonicalType(type.getNonReferenceType())
             .getUnqualifiedType();
  if (type->isBooleanType())
    return true;
  if (type->isRealFloatingType())
    return argument.kind == Argument::Integer ||
           argument.kind == Argument::Real;
  if (type->isIntegralOrEnumerationType()) {
    if (argument.kind == Argument::Character)
      return type->isAnyCharacterType();
    if (argument.kind != Argument::Integer)
      return false;
    if (argument.isLarge)
      return context.getTypeSize(type) == 64;
    bool isUnsigned = type->isUnsignedIntegerOrEnumerationType();
    uint64_t bits = context.getTypeSize(type);
    if (argument.value < 0 && isUnsigned)
      return false;
    return bits >= 64 || (isUnsigned
                              ? uint64_t(argument.value) >> bits == 0
                              : argument.value >= -(int64_t(1) << (bits - 1)) &&
                                    argument.value < int64_t(1) << (bits - 1));
  }
  if (type->isPointerType())
    return argument.kind == Argument::Nil || argument.kind == Argument::Other ||
           argument.kind == Argument::Procedure ||
           ((argument.kind == Argument::Text ||
             (argument.kind == Argument::Object && !textType(argument.type).empty())) &&
            type->getPointeeType()->isAnyCharacterType());
  auto *record = type->getAsCXXRecordDecl();
  std::string name = record && record->isInStdNamespace() ? spell(record) : "";
  if (!textType(name).empty())
    return argument.kind == Argument::Text || argument.kind == Argument::Other ||
           (argument.kind == Argument::Object && !textType(argument.type).empty());
  if (name.starts_with("std::initializer_list<"))
    return argument.kind == Argument::Other;
  if (name.starts_with("std::allocator<"))
    return argument.kind == Argument::Object;
  if (name.starts_with("std::function<"))
    return argument.kind == Argument::Procedure ||
           argument.kind == Argument::Object || argument.kind == Argument::Nil;
  return true; // another class: who knows what it is made of
}

std::string Declarations::symbolOf(const FunctionDecl *function) const {
  if (function->isInlined() || !function->hasExternalFormalLinkage() ||
      function->isVariadic())
    return "";
  ASTNameGenerator names(context);
  return names.getName(function);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Sema *Declarations::semaOf(const Decl *declaration) const {
  auto known = semas.find(&declaration->getASTContext());
  return known == semas.end() ? nullptr : known->second;
}

namespace {
/// Keeps the first error.
struct FirstMessage final : DiagnosticConsumer {
  void HandleDiagnostic(DiagnosticsEngine::Level level,
                        const Diagnostic &diagnostic) override {
    if (level < DiagnosticsEngine::Error || !text.empty())
      return;
    llvm::SmallString<128> message;
    diagnostic.FormatDiagnostic(message);
    text = message.str().str();
  }
  std::string text;
};
} // namespace

std::string Declarations::errorIn(const FunctionDecl *function, bool isDeep) const {
  Sema *sema = semaOf(function);
  if (!sema || function->isDefaulted() || !function->isImplicitlyInstantiable() ||
      function->getTemplateSpecializationKind() != TSK_ImplicitInstantiation ||
      !function->getTemplateInstantiationPattern() ||
      !function->getTemplateInstantiationPattern()->isDefined())
    return "";
  // A body is instantiated once.
  auto [known, isNew] = bodyErrors.try_emplace(function);
  if (!isNew)
    return known->second;
  auto *own = const_cast<FunctionDecl *>(function);
  DiagnosticsEngine &diagnostics = sema->getDiagnostics();
  std::unique_ptr<DiagnosticConsumer> before = diagnostics.takeClient();
  DiagnosticConsumer *client = diagnostics.getClient();
  FirstMessage first;
  diagnostics.setClient(&first, /*ShouldOwnClient=*/false);
  sema->InstantiateFunctionDefinition(own->getLocation(), own, /*Recursive=*/isDeep);
  if (before)
    diagnostics.setClient(before.release(), /*ShouldOwnClient=*/true);
  else
    diagnostics.setClient(client, /*ShouldOwnClient=*/false);
  return known->second = first.text;
}

static bool isNothrow(const FunctionDecl *function) {
  auto *type = function->getType()->getAs<FunctionProtoType>();
  if (!type)
    return function->isExternC();
  // Of implicit members, and of instances of templates, it may not be known yet.
  ExceptionSpecificationType kind = type->getExceptionSpecType();
  return function->isExternC() || kind == EST_BasicNoexcept ||
         kind == EST_NoexceptTrue || kind == EST_NoThrow ||
         kind == EST_DynamicNone;
}

Candidate Declarations::candidate(const FunctionDecl *function) {
  Candidate result;
  result.function = function;
  result.declaration = declarationOf(function);
  result.most = function->getNumParams();
  result.least = function->getMinRequiredArguments();
  result.mayThrow = !isNothrow(function);
  auto *method = dyn_cast<CXXMethodDecl>(function);
  if (auto *made = dyn_cast<CXXConstructorDecl>(function))
    result.made = made->getParent();
  if (method && method->getAccess() != AS_public)
    result.refusal = "it is not public";
  else if (function->isDeleted())
    result.refusal = "it is deleted";
  else if (method && method->getRefQualifier() == RQ_RValue)
    result.refusal = "it is for objects that end (`&&`)";
  else if (function->isVariadic())
    result.refusal = "it takes any number of arguments";
  for (const ParmVarDecl *parameter : function->parameters()) {
    QualType type = context.getCanonicalType(parameter->getType());
    result.parameters.push_back(spell(type));
    result.types.push_back(type);
    if (!result.refusal.empty())
      continue;
    QualType value = type.getNonReferenceType();
    std::string name = result.parameters.back();
    // Numbers and strings are in boxes.
    if (type->isLValueReferenceType() && !value.isConstQualified() &&
        ((value->isScalarType() && !value->isArithmeticType() &&
          !value->isEnumeralType()) ||
         textType(spell(value)) == "std::string_view"))
      result.refusal = "it changes what its parameter `" + name + "` refers to";
  }
  return result;
}

std::optional<Candidate>
Declarations::aggregate(const CXXRecordDecl *record) {
  if (!record->isAggregate() || record->getNumBases() || record->isUnion())
    return std::nullopt;
  Candidate result;
  result.made = record;
  result.least = 1; // without any it is a constructor's
  result.declaration = spell(record) + "{";
  for (const FieldDecl *field : record->fields()) {
    QualType type = context.getCanonicalType(field->getType());
    if (!field->getIdentifier() || type.isConstQualified() ||
        type->isReferenceType() || type->isArrayType())
      return std::nullopt;
    // Not spelled: the name may be one that only the class may use.
    result.parameters.push_back("decltype(::" + spell(record) +
                                "::" + field->getName().str() + ")");
    result.types.push_back(type);
    result.declaration += (result.most++ ? ", ." : ".") + field->getName().str();
  }
  result.declaration += "}";
  if (result.types.empty())
    return std::nullopt;
  return result;
}

Candidate Declarations::qualified(const CXXMethodDecl *method) {
  Candidate result = candidate(method);
  if (method->isPureVirtual())
    result.refusal = "it is pure: there is only that of derived classes";
  result.parameters.insert(result.parameters.begin(),
                           (method->isConst() ? "const ::" : "::") +
                               spell(method->getParent()) + " &");
  result.types.insert(result.types.begin(),
                      context.getRecordType(method->getParent()));
  ++result.least;
  ++result.most;
  result.objects = 1;
  return result;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

const CXXRecordDecl *Declarations::classOf(QualType type) const {
  const CXXRecordDecl *record = recordOf(type);
  return record && textType(spell(record)).empty() ? record : nullptr;
}

const CXXRecordDecl *Declarations::recordOf(QualType type) const {
  type = type.getCanonicalType().getNonReferenceType();
  if (type->isPointerType())
    type = type->getPointeeType();
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  // An instance of a template is made when it is needed, by its own unit.
  if (record && !record->getDefinition() && !type->isDependentType() &&
      isa<ClassTemplateSpecializationDecl>(record))
    if (auto known = semas.find(&record->getASTContext()); known != semas.end())
      known->second->isCompleteType(SourceLocation(), type);
  if (!record || !record->getDefinition() || record->isUnion() ||
      record->isLambda() || record->isDependentContext() ||
      record->getAccess() == AS_private || record->getAccess() == AS_protected ||
      spell(record).empty())
    return nullptr;
  return record->getDefinition();
}

std::vector<const FunctionTemplateDecl *>
Declarations::constructorTemplates(const CXXRecordDecl *record) const {
  std::vector<const FunctionTemplateDecl *> found;
  for (const Decl *declaration : record->decls())
    if (auto *pattern = dyn_cast<FunctionTemplateDecl>(declaration);
        pattern && isa<CXXConstructorDecl>(pattern->getTemplatedDecl()) &&
        pattern->getAccess() == AS_public)
      found.push_back(pattern);
  return found;
}

bool Declarations::convertsTo(const CXXRecordDecl *record,
                              const Argument &argument) const {
  ASTContext &own = record->getASTContext();
  QualType to = own.getRecordType(record);
  switch (argument.kind) {
  case Argument::Integer:
    return converts(own.LongTy, to);
  case Argument::Real:
    return converts(own.DoubleTy, to);
  case Argument::Boolean:
    return converts(own.BoolTy, to);
  case Argument::Text:
    return converts(own.getPointerType(own.CharTy.withConst()), to);
  default:
    return false;
  }
}

bool Declarations::takesAnything(const CXXRecordDecl *record) const {
  ASTContext &own = record->getASTContext();
  QualType to = own.getRecordType(record);
  return converts(own.getPointerType(own.getPointerType(to)), to);
}

/// Without a cast. One of them is a class.
bool Declarations::converts(QualType from, QualType to) const {
  const CXXRecordDecl *record = from->getAsCXXRecordDecl();
  if (!record)
    record = to->getAsCXXRecordDecl();
  Sema *sema = record ? semaOf(record) : nullptr;
  if (!sema)
    return false;
  OpaqueValueExpr value(SourceLocation(), from.getUnqualifiedType(), VK_PRValue);
  return !sema
              ->TryImplicitConversion(&value, to, /*SuppressUserConversions=*/false,
                                      Sema::AllowedExplicit::None,
                                      /*InOverloadResolution=*/false,
                                      /*CStyle=*/false,
                                      /*AllowObjCWritebackConversion=*/false)
              .isBad();
}

/// Of a method without arguments; a null type if there is none, or only its body
/// tells.
QualType Declarations::resultOf(const CXXRecordDecl *record,
                                DeclarationName method) const {
  for (const NamedDecl *found : record->lookup(method))
    if (auto *function = dyn_cast<CXXMethodDecl>(behind(found));
        function && function->getAccess() == AS_public &&
        function->getMinRequiredArguments() == 0 &&
        !function->getReturnType()->getContainedDeducedType())
      return function->getReturnType();
  for (const CXXRecordDecl *base : basesOf(record))
    if (QualType type = resultOf(base, method); !type.isNull())
      return type;
  return QualType();
}

QualType Declarations::elementType(const CXXRecordDecl *record) const {
  ASTContext &own = record->getASTContext();
  QualType iterator =
      resultOf(record, DeclarationName(&own.Idents.get("begin")));
  if (iterator.isNull())
    return QualType();
  iterator = iterator.getCanonicalType().getNonReferenceType();
  if (iterator->isPointerType())
    return iterator->getPointeeType();
  const CXXRecordDecl *walk = classOf(iterator);
  return walk ? resultOf(walk, own.DeclarationNames.getCXXOperatorName(OO_Star))
              : QualType();
}

const CXXRecordDecl *
Declarations::classOf(const NamedDecl *declaration) const {
  auto *type = dyn_cast<TypeDecl>(declaration);
  const CXXRecordDecl *record =
      type && type->getTypeForDecl() ? recordOf(context.getTypeDeclType(type))
      : isa<TypedefNameDecl>(declaration)
          ? recordOf(cast<TypedefNameDecl>(declaration)->getUnderlyingType())
          : nullptr;
  // Of texts by name, only strings: views need something to look at.
  return record && textType(spell(record)) != "std::string_view" ? record : nullptr;
}

std::string Declarations::spell(const CXXRecordDecl *record) const {
  if (!isUnnamed(record))
    return spell(context.getRecordType(record));
  auto *owner = dyn_cast<CXXRecordDecl>(record->getDeclContext());
  if (!owner)
    return "";
  for (const Decl *member : owner->decls())
    if (auto *field = dyn_cast<ValueDecl>(member))
      if (field->getAccess() == AS_public && !field->getName().empty() &&
          context.hasSameUnqualifiedType(field->getType(), context.getRecordType(record)))
        return spellMember(owner, field);
  return "";
}

bool Declarations::isUnnamed(const TagDecl *type) {
  return !type->getIdentifier() && !type->getTypedefNameForAnonDecl();
}

std::string Declarations::spellMember(const CXXRecordDecl *owner,
                                      const ValueDecl *member) const {
  return "std::remove_cvref_t<decltype(::" + spell(owner) +
         "::" + member->getNameAsString() + ")>";
}

std::string Declarations::spellTypeOf(const CXXRecordDecl *owner,
                                      const ValueDecl *member) const {
  const TagDecl *type = member->getType()->getAsTagDecl();
  return type && isUnnamed(type) ? spellMember(owner, member)
                                 : spell(member->getType().getUnqualifiedType());
}

std::vector<const CXXRecordDecl *>
Declarations::basesOf(const CXXRecordDecl *record) const {
  std::vector<const CXXRecordDecl *> bases;
  for (const CXXBaseSpecifier &base : record->bases())
    if (base.getAccessSpecifier() == AS_public)
      if (const CXXRecordDecl *found = classOf(base.getType()))
        bases.push_back(found);
  return bases;
}

std::vector<const CXXRecordDecl *>
Declarations::namedBasesOf(const CXXRecordDecl *record) const {
  std::vector<const CXXRecordDecl *> bases = basesOf(record);
  std::erase_if(bases, [](const CXXRecordDecl *base) {
    return base->isInStdNamespace() && base->getName().starts_with("_");
  });
  return bases;
}

const CXXRecordDecl *Declarations::pointeeOf(const CXXRecordDecl *record,
                                            bool *isConst) const {
  DeclarationName arrow =
      record->getASTContext().DeclarationNames.getCXXOperatorName(OO_Arrow);
  for (const NamedDecl *declaration : record->lookup(arrow))
    if (auto *method = dyn_cast<CXXMethodDecl>(declaration);
        method && method->getAccess() == AS_public) {
      QualType type = method->getReturnType().getCanonicalType();
      if (isConst && type->isPointerType())
        *isConst |= type->getPointeeType().isConstQualified();
      return classOf(type);
    }
  for (const CXXRecordDecl *base : basesOf(record))
    if (const CXXRecordDecl *found = pointeeOf(base, isConst))
      return found;
  return nullptr;
}

bool Declarations::isSmartPointer(const CXXRecordDecl *record) const {
  return record->isInStdNamespace() && (record->getName() == "unique_ptr" ||
                                        record->getName() == "shared_ptr");
}

bool Declarations::isCallable(const VarDecl *variable) const {
  const CXXRecordDecl *record =
      variable->getType().getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->getDefinition() &&
         !membersOf(record->getDefinition(), "operator()").empty();
}

bool Declarations::isValue(const CXXRecordDecl *record) const {
  if (!record->isInStdNamespace() && spell(record) != "std::filesystem::path" &&
      !llvm::StringRef(spell(record)).starts_with("std::chrono::duration<"))
    return false;
  llvm::StringRef name = record->getName();
  for (llvm::StringRef value : {"expected", "pair", "tuple", "optional", "variant", "path",
                                "duration", "complex", "initializer_list",
                                "function"})
    if (name == value)
      return true;
  return false;
}

std::vector<const CXXRecordDecl *>
Declarations::convertedClasses(const CXXRecordDecl *record) const {
  std::vector<const CXXRecordDecl *> found;
  for (const CXXConstructorDecl *constructor : record->ctors()) {
    if (constructor->getAccess() != AS_public || constructor->isDeleted() ||
        constructor->getNumParams() == 0 ||
        constructor->getMinRequiredArguments() > 1 ||
        constructor->getExplicitSpecifier().isExplicit())
      continue;
    QualType type = constructor->getParamDecl(0)->getType();
    const CXXRecordDecl *other = type->isPointerType() ? nullptr : classOf(type);
    if (other && other->getCanonicalDecl() != record->getCanonicalDecl() &&
        !other->isAbstract() && !isValue(other) &&
        !type->isRValueReferenceType() &&
        (!type->isLValueReferenceType() ||
         type.getNonReferenceType().isConstQualified()) &&
        errorIn(constructor, /*isDeep=*/true).empty())
      found.push_back(other);
  }
  return found;
}

std::vector<const CXXRecordDecl *>
Declarations::conversionsOf(const CXXRecordDecl *record) const {
  std::vector<const CXXRecordDecl *> found;
  for (const CXXMethodDecl *method : record->methods()) {
    auto *conversion = dyn_cast<CXXConversionDecl>(method);
    if (!conversion || conversion->getAccess() != AS_public ||
        conversion->isExplicit() || conversion->getConversionType()->isPointerType())
      continue;
    const CXXRecordDecl *other = classOf(conversion->getConversionType());
    if (other && !other->isAbstract() && !isValue(other))
      found.push_back(other);
  }
  return found;
}

std::vector<const NamedDecl *>
Declarations::membersOf(const CXXRecordDecl *record,
                        const std::string &name) const {
  std::vector<const NamedDecl *> found;
  // Which may be of an earlier unit.
  for (const NamedDecl *declaration :
       record->lookup(nameIn(record->getASTContext(), name))) {
    AccessSpecifier access = declaration->getAccess();
    declaration = behind(declaration);
    if (access == AS_public &&
        isa<CXXMethodDecl, FieldDecl, IndirectFieldDecl, VarDecl,
            FunctionTemplateDecl>(declaration))
      found.push_back(declaration);
  }
  // No object of Lisp is volatile: what there is for these is for them alone.
  auto isVolatile = [](const NamedDecl *declaration) {
    auto *method = dyn_cast<CXXMethodDecl>(declaration);
    return method && method->isVolatile();
  };
  if (!llvm::all_of(found, isVolatile))
    llvm::erase_if(found, isVolatile);
  if (!found.empty())
    return found;
  for (const CXXRecordDecl *base : basesOf(record))
    if (found = membersOf(base, name); !found.empty())
      return found;
  return found;
}

} // namespace plc::cxximport
