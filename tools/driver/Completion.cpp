//===- Completion.cpp - words that may stand at the cursor ----------------===//

#include "frontend/Tokens.h"
#include "tools/driver/Repl.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace plc::driver {

/// Files whose names begin with `prefix`.
static void completePath(StringRef prefix, size_t start,
                         function_ref<void(StringRef, size_t)> add) {
  StringRef folder = sys::path::parent_path(prefix);
  StringRef begin = prefix.ends_with("/") ? "" : sys::path::filename(prefix);
  std::vector<std::string> found;
  std::error_code error;
  for (sys::fs::directory_iterator i(folder.empty() ? "." : folder, error),
       end;
       !error && i != end; i.increment(error)) {
    StringRef name = sys::path::filename(i->path());
    if (!name.starts_with(begin))
      continue;
    bool isFolder = sys::fs::is_directory(i->path());
    found.push_back(
        (prefix.drop_back(begin.size()) + name + (isFolder ? "/" : "")).str());
  }
  llvm::sort(found);
  for (const std::string &path : found)
    add(path, start);
}

//===--- Local names -------------------------------------------------------===//

namespace {

/// A form as far as brackets tell.
struct Tree {
  StringRef text; // of an atom
  bool isIdentifier = false, isList = false, isOpen = false;
  std::vector<Tree> children;
};

Tree treeOf(StringRef text) {
  Tree root;
  root.isList = root.isOpen = true;
  std::vector<Tree> open;
  open.push_back(std::move(root));
  for (const frontend::Token &token : frontend::tokenize(text)) {
    if (isOpening(token.kind)) {
      Tree list;
      list.isList = true;
      open.push_back(std::move(list));
    } else if (isClosing(token.kind)) {
      if (open.size() == 1)
        continue;
      Tree list = std::move(open.back());
      open.pop_back();
      open.back().children.push_back(std::move(list));
    } else {
      Tree atom;
      atom.text = text.slice(token.begin, token.end);
      // `...` of a shape is one.
      atom.isIdentifier = token.kind == frontend::TokenKind::Identifier;
      open.back().children.push_back(std::move(atom));
    }
  }
  while (open.size() > 1) {
    Tree list = std::move(open.back());
    open.pop_back();
    list.isOpen = true;
    open.back().children.push_back(std::move(list));
  }
  return std::move(open[0]);
}

using AddName = function_ref<void(StringRef)>;

void addAll(const Tree &form, AddName add) {
  if (form.isIdentifier)
    add(form.text);
  for (const Tree &child : form.children)
    addAll(child, add);
}

/// Names that a form binds where its shape in CoreForms.def says `name`,
/// `keyword`, `formal` or `formals`.
void addBound(const Tree &form, const Tree &shape, AddName add) {
  if (!shape.isList) {
    if (shape.text == "name" || shape.text == "keyword" ||
        shape.text == "formal" || shape.text == "formals")
      addAll(form, add);
    return;
  }
  ArrayRef<Tree> words = form.children, places = shape.children;
  // A named let.
  if (words.size() > 1 && words[1].isIdentifier && places.size() > 1 &&
      places[1].isList) {
    add(words[1].text);
    words = words.drop_front();
    places = places.drop_front();
    words = words.drop_front(words.empty() ? 0 : 1);
    places = places.drop_front();
    if (!words.empty() && !places.empty())
      addBound(words[0], shape.children[1], add);
    return;
  }
  for (size_t place = 0; !words.empty() && place < places.size(); ++place) {
    size_t repeated = 1;
    if (place + 1 < places.size() && places[place + 1].text == "...") {
      size_t after = places.size() - place - 2;
      repeated = words.size() > after ? words.size() - after : 0;
    }
    for (const Tree &word : words.take_front(repeated))
      addBound(word, places[place], add);
    words = words.drop_front(std::min(repeated, words.size()));
    if (repeated != 1 || (place + 1 < places.size() &&
                          places[place + 1].text == "..."))
      ++place;
  }
}

const Tree *shapeOf(StringRef keyword) {
  static const StringMap<Tree> shapes = [] {
    StringMap<Tree> result;
#define CORE_FORM(Id, Name, Library, Form, Doc)                                \
  if (StringRef(Form).starts_with("("))                                        \
    result[Name] = std::move(treeOf(Form).children[0]);
#include "frontend/CoreForms.def"
    return result;
  }();
  auto found = shapes.find(keyword);
  return found == shapes.end() ? nullptr : &found->second;
}

/// Names bound by the forms around the end of a text, innermost last.
void addLocals(const Tree &form, AddName add) {
  if (form.children.empty())
    return;
  const Tree &head = form.children[0];
  if (head.isIdentifier)
    if (const Tree *shape = shapeOf(head.text))
      addBound(form, *shape, add);
  for (const Tree &child : form.children) {
    if (child.isOpen) {
      addLocals(child, add);
      continue;
    }
    // A definition in the same body.
    if (child.children.size() < 2 ||
        !child.children[0].text.starts_with("def"))
      continue;
    const Tree *name = &child.children[1];
    while (name->isList && !name->children.empty())
      name = &name->children[0];
    if (name->isIdentifier)
      add(name->text);
  }
}

} // namespace

//===--- Words -------------------------------------------------------------===//

void completeWord(Evaluator &evaluator, StringRef text, size_t cursor,
                  function_ref<void(StringRef, size_t)> add) {
  StringRef before = text.take_front(cursor);
  if (before.starts_with(",")) {
    auto [name, rest] = before.drop_front().split(' ');
    size_t start = cursor - rest.size();
    if (!before.contains(' ')) {
      for (const ReplCommand &command : replCommands())
        if (StringRef(command.name).starts_with(name))
          add((Twine(",") + command.name).str(), 0);
      return;
    }
    const ReplCommand *command = findReplCommand(name);
    if (command && command->argument == ReplArgument::Path)
      return completePath(rest, start, add);
  }
  // Inside a string: an odd number of quotes that are not escaped.
  size_t quote = StringRef::npos;
  for (size_t i = 0; i < before.size(); ++i)
    if (before[i] == '\\')
      ++i;
    else if (before[i] == '"')
      quote = quote == StringRef::npos ? i : StringRef::npos;
  if (quote != StringRef::npos)
    return completePath(before.drop_front(quote + 1), quote + 1, add);
  size_t start = before.find_last_of(" \t\n()[]{}'`,\";");
  start = start == StringRef::npos ? 0 : start + 1;
  StringRef prefix = before.drop_front(start);
  if (prefix.empty())
    return;
  // obj.member, namespace:member
  size_t separator = prefix.find_first_of(".:");
  if (separator != 0 && separator != StringRef::npos) {
    StringRef object = prefix.take_front(separator);
    for (const std::string &member : evaluator.membersOf(object))
      if (StringRef(member).starts_with(prefix.drop_front(separator + 1)))
        add((object + prefix.substr(separator, 1) + member).str(), start);
  }
  // namespace:inner:name of what is asked for its names.
  if (size_t colon = prefix.find(':'); colon != 0 && colon != StringRef::npos) {
    StringRef path = prefix.take_front(prefix.rfind(':'));
    StringRef scope = path.drop_front(std::min(colon + 1, path.size()));
    for (const std::string &name : evaluator.namesIn(prefix.take_front(colon), scope))
      if (StringRef(name).starts_with(prefix.drop_front(path.size() + 1)))
        add((path + ":" + name).str(), start);
  }
  std::vector<std::string> words;
  addLocals(treeOf(before.take_front(start)), [&](StringRef name) {
    if (name.starts_with(prefix) && name != "...")
      words.push_back(name.str());
  });
  // The nearest ones first, each once.
  StringSet<> seen;
  for (const std::string &word : llvm::reverse(words))
    if (seen.insert(word).second)
      add(word, start);
  for (const std::string &name : evaluator.names())
    if (StringRef(name).starts_with(prefix) && seen.insert(name).second)
      add(name, start);
}

} // namespace plc::driver
