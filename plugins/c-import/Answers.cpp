//===- Answers.cpp - what was asked about a module before -----------------===//
//
// Questions and answers are texts, in one file for each module of the cache. A
// question that is not in it has the module parsed, and all that was asked so far
// asked again, for the shims depend on it.
//
//===----------------------------------------------------------------------===//

#include "Answers.h"

#include "Process.h"
#include "Serialize.h"

#include <map>
#include <set>

using namespace plc::native;

namespace plc::cimport {

template <typename A> void fields(A &a, ImportError &v) {
  a(v.message);
  a(v.hint);
  fields(a, v.origin);
  a(v.symbol);
}
template <typename A> void fields(A &a, Source::Found &v) {
  a.number(v.kind);
  a(v.declaration);
  a(v.doc);
  a(v.reason);
  fields(a, v.origin);
}
template <typename A> void fields(A &a, Argument &v) {
  a.number(v.kind);
  a.number(v.value);
  a.number(v.isLarge);
  a(v.type);
  a(v.text);
}
template <typename A> void fields(A &a, Source::Method &v) {
  a(v.name);
  a.number(v.count);
  a.number(v.isVariadic);
}
template <typename A> void fields(A &a, Call &v) {
  a(v.symbol);
  a(v.name);
  a(v.signature);
  a(v.type);
}

namespace {

/// How a call is made, or why there is none.
struct Answer {
  bool isCall = false;
  Call call;
  ImportError error;
  std::vector<std::string> variables; ///< of code
};
template <typename A> void fields(A &a, Answer &v) {
  a.number(v.isCall);
  fields(a, v.call);
  fields(a, v.error);
  a(v.variables);
}

/// What the end of a unit is.
struct Shims {
  bool isModule = false;
  std::string start, object, library;
  std::vector<std::string> requests, knowledge;
};
template <typename A> void fields(A &a, Shims &v) {
  a.number(v.isModule);
  a(v.start);
  a(v.object);
  a(v.library);
  a(v.requests);
  a(v.knowledge);
}

template <typename T> std::string bytesOf(const T &value) {
  Writer writer;
  if constexpr (requires { writer(const_cast<T &>(value)); })
    writer(const_cast<T &>(value));
  else
    fields(writer, const_cast<T &>(value));
  return writer.bytes;
}

template <typename... T> std::string question(char kind, const T &...parts) {
  std::string text(1, kind);
  ((text += bytesOf(parts)), ...);
  return text;
}

class CachedSource final : public Source {
public:
  CachedSource(const Cache &cache, std::unique_ptr<Source> parsed,
               const Module &known, ParseFn parse, Answering answering)
      : cache(cache), known(known), parse(std::move(parse)),
        answering(std::move(answering)), parsed(std::move(parsed)) {
    this->known.source = nullptr;
    uint64_t hash = 0;
    for (auto &[file, contents] : known.inputs)
      hash = hashBytes(file, hash ^ contents);
    stamp = hexText(hash);
    std::string bytes;
    if (!cache.loadBytes("answers", bytes))
      return;
    Reader reader{bytes};
    std::vector<std::string> all;
    reader(all);
    // Of these very files.
    if (reader.isGood && all.size() % 2 == 1 && all[0] == stamp)
      for (size_t i = 1; i < all.size(); i += 2)
        answers[all[i]] = all[i + 1];
  }

  std::string language() override { return answering.language; }

  Found find(const std::string &name) override {
    return remember<Found>(question('f', name),
                           [=](Source &s) { return s.find(name); });
  }
  std::vector<std::string> names() override {
    return remember<std::vector<std::string>>(
        question('n'), [](Source &s) { return s.names(); });
  }
  std::vector<std::string> namesIn(const std::string &scope) override {
    return remember<std::vector<std::string>>(
        question('N', scope), [=](Source &s) { return s.namesIn(scope); });
  }
  std::vector<std::string> memberNotes(const std::string &member) override {
    // The classes that are known grow.
    ImportError error;
    Source *source = read(error);
    return source ? source->memberNotes(member) : std::vector<std::string>();
  }
  std::optional<Call> call(const std::string &name,
                           const std::vector<Argument> &arguments,
                           ImportError &error) override {
    // What a template is called with depends on the classes that are known, and
    // these grow.
    return ask(question('c', std::to_string(finishedModules), name, arguments),
               error, nullptr,
               [=](Source &s, Answer &a) {
                 return s.call(name, arguments, a.error);
               });
  }
  std::vector<uint32_t> arities(const std::string &name) override {
    return remember<std::vector<uint32_t>>(
        question('a', name), [=](Source &s) { return s.arities(name); });
  }
  std::optional<Call> value(const std::string &name,
                            ImportError &error) override {
    return ask(question('v', name), error, nullptr, [=](Source &s, Answer &a) {
      return s.value(name, a.error);
    });
  }
  std::optional<Call> assign(const std::string &name,
                             ImportError &error) override {
    return ask(question('=', name), error, nullptr, [=](Source &s, Answer &a) {
      return s.assign(name, a.error);
    });
  }
  std::optional<Call> code(const std::string &text, const std::string &type,
                           std::vector<std::string> &variables,
                           ImportError &error) override {
    return ask(question('t', text, type), error, &variables,
               [=](Source &s, Answer &a) {
                 return s.code(text, type, a.variables, a.error);
               });
  }
  std::optional<Call> derive(const std::string &name,
                             const std::vector<std::string> &bases,
                             const std::vector<Method> &methods,
                             ImportError &error) override {
    return ask(question('d', name, bases, methods), error, nullptr,
               [=](Source &s, Answer &a) {
                 return s.derive(name, bases, methods, a.error);
               });
  }
  void useMember(const std::string &name) override {
    tell(question('m', name), [=](Source &s) { s.useMember(name); });
  }
  void useMethod(const std::string &name,
                 const std::vector<Argument> &arguments) override {
    tell(question('M', name, arguments),
         [=](Source &s) { s.useMethod(name, arguments); });
  }
  void useOperator(const std::string &sign,
                   const std::vector<Argument> &arguments) override {
    tell(question('o', sign, arguments),
         [=](Source &s) { s.useOperator(sign, arguments); });
  }
  std::vector<Declared> declared() override {
    ImportError error;
    Source *source = read(error);
    return source ? source->declared() : std::vector<Declared>();
  }
  std::optional<Call> member(const std::string &type, const std::string &name,
                             MemberUse use,
                             const std::vector<Argument> &arguments) override {
    ImportError none;
    return ask(question('u', type, name, std::to_string(int(use)), arguments),
               none, nullptr, [=](Source &s, Answer &) {
                 return s.member(type, name, use, arguments);
               });
  }

  const Module *finish(std::string &start, ImportError &error) override {
    // All that was said, and not in which order.
    std::string everything;
    for (const std::string &text : said)
      everything += text;
    std::string text =
        question(kept.steps ? 'E' : 'e', finished, hexText(hashBytes(everything)));
    finished = hexText(hashBytes(text));
    Shims shims;
    bool isKnown = recall(text, shims) &&
                   (!shims.isModule ||
                    (isFile(shims.object) && isFile(shims.library)));
    auto ask = [](Source &s) {
      std::string ignored;
      ImportError none;
      s.finish(ignored, none);
    };
    if (isKnown) {
      if (parsed)
        ask(*parsed);
      history.push_back(ask);
      start = shims.start;
      told = shims;
      finishedModules += shims.isModule;
      return shims.isModule ? moduleOf(shims) : nullptr;
    }
    Source *source = read(error);
    if (!source)
      return nullptr;
    history.push_back(ask);
    const Module *module = source->finish(start, error);
    if (!error.message.empty())
      return nullptr;
    shims.isModule = module;
    if (module) {
      shims.start = start;
      shims.object = module->shims;
      shims.library = module->shimLibrary;
    }
    shims.requests = source->requests();
    shims.knowledge = source->knowledge();
    told = shims;
    answers[text] = bytesOf(shims);
    store(error);
    finishedModules += shims.isModule;
    return module ? moduleOf(shims) : nullptr;
  }

  void leaveOpen() override {
    tell(question('l'), [](Source &s) { s.leaveOpen(); });
  }
  std::vector<std::string> requests() override { return told.requests; }
  std::vector<std::string> knowledge() override { return told.knowledge; }
  void join(const std::vector<std::string> &requests,
            const std::vector<std::string> &knowledge) override {
    tell(question('j', requests, knowledge),
         [=](Source &s) { s.join(requests, knowledge); });
  }

  void keep() override {
    if (answering.isUndoing) {
      history.push_back([](Source &s) { s.keep(); });
      if (parsed)
        parsed->keep();
    } else if (!kept.steps) {
      auto say = [](Source &s) { s.keep(); };
      if (parsed)
        say(*parsed);
      history.push_back(say);
    }
    kept = {said, history.size(), finished, finishedModules};
  }
  void drop() override {
    if (history.size() == kept.steps)
      return;
    said = kept.said;
    history.resize(kept.steps);
    finished = kept.finished;
    finishedModules = kept.finishedModules;
    // What it is to make is what it has not made yet: if need be, it is asked
    // anew.
    if (!answering.isUndoing)
      parsed.reset();
    else if (parsed)
      parsed->drop();
  }

private:
  /// The source itself, which knows all that was asked; null after an error.
  Source *read(ImportError &error) {
    if (!parsed) {
      parsed = parse(known, error);
      if (parsed)
        for (auto &step : history)
          step(*parsed);
    }
    return parsed.get();
  }

  template <typename T> bool recall(const std::string &text, T &value) {
    auto found = answers.find(text);
    if (found == answers.end())
      return false;
    Reader reader{found->second};
    if constexpr (requires { reader(value); })
      reader(value);
    else
      fields(reader, value);
    return reader.isGood && reader.at == found->second.size();
  }

  /// What changes nothing.
  template <typename T, typename F>
  T remember(const std::string &text, F ask) {
    T value;
    if (recall(text, value))
      return value;
    ImportError error;
    value = T();
    if (Source *source = read(error)) {
      value = ask(*source);
      answers[text] = bytesOf(value);
    }
    return value;
  }

  /// What has no answer.
  template <typename F> void tell(const std::string &text, F say) {
    if (!said.insert(text).second)
      return;
    if (parsed)
      say(*parsed);
    history.push_back(say);
  }

  /// What has shims made.
  template <typename F>
  std::optional<Call> ask(const std::string &text, ImportError &error,
                          std::vector<std::string> *variables, F ask) {
    Answer answer;
    said.insert(text);
    auto again = [=](Source &s) {
      Answer ignored;
      ask(s, ignored);
    };
    if (recall(text, answer)) {
      if (parsed)
        again(*parsed);
    } else {
      answer = Answer();
      Source *source = read(error);
      if (!source)
        return std::nullopt;
      if (std::optional<Call> call = ask(*source, answer)) {
        answer.isCall = true;
        answer.call = *call;
      }
      answers[text] = bytesOf(answer);
    }
    history.push_back(again);
    error = answer.error;
    if (variables)
      *variables = answer.variables;
    return answer.isCall ? std::optional(answer.call) : std::nullopt;
  }

  const Module *moduleOf(const Shims &shims) {
    auto module = std::make_unique<Module>();
    module->name = known.name;
    module->shims = shims.object;
    module->shimLibrary = shims.library;
    module->isLoaded = true;
    module->linkFlags = known.linkFlags;
    module->libraries = known.libraries;
    modules.push_back(std::move(module));
    return modules.back().get();
  }

  void store(ImportError &error) {
    if (answering.isLasting && !answering.isLasting())
      return;
    std::vector<std::string> all = {stamp};
    for (auto &[text, answer] : answers) {
      all.push_back(text);
      all.push_back(answer);
    }
    cache.storeBytes("answers", bytesOf(all), error);
  }

  Cache cache;
  Module known; ///< what it is linked with
  ParseFn parse;
  Answering answering;
  std::unique_ptr<Source> parsed;
  std::string stamp; ///< of the files
  std::map<std::string, std::string> answers;
  /// What was said so far that shims are made of, also as what is done again.
  std::set<std::string> said;
  std::vector<std::function<void(Source &)>> history;
  std::string finished;
  size_t finishedModules = 0;
  Shims told; ///< by the last `finish`
  struct {
    std::set<std::string> said;
    size_t steps = 0;
    std::string finished;
    size_t finishedModules = 0;
  } kept;
  std::vector<std::unique_ptr<Module>> modules;
};

} // namespace

std::unique_ptr<Source> answerFromCache(const Cache &cache,
                                        std::unique_ptr<Source> parsed,
                                        const Module &known, ParseFn parse,
                                        Answering answering) {
  return std::make_unique<CachedSource>(cache, std::move(parsed), known,
                                        std::move(parse), std::move(answering));
}

bool hasAnswers(const Cache &cache) {
  std::string bytes;
  return cache.loadBytes("answers", bytes);
}

} // namespace plc::cimport
