//===- Repl.cpp - plc repl ------------------------------------------------===//

#include "tools/driver/Repl.h"

#include "codegen/EmitObject.h"
#include "frontend/Reader.h"
#include "ir/Op.h"
#include "ir/Text.h"
#include "tools/driver/SystemFiles.h"
#ifdef PLC_HAS_LINE_EDITOR
#include "tools/line-editor/line_editor.h"
#endif

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <sys/ioctl.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

using namespace llvm;

namespace plc::driver {

static constexpr ReplCommand rows[] = {
    {"doc", ReplArgument::Name, "NAME", "what a name means"},
    {"apropos", ReplArgument::Text, "TEXT", "names that contain TEXT"},
    {"source", ReplArgument::Name, "NAME", "where a name was defined"},
    {"expand", ReplArgument::Form, "FORM", "the form without macros"},
    {"ir", ReplArgument::Form, "FORM", "its typed SSA form"},
    {"asm", ReplArgument::Form, "FORM", "its machine code"},
    {"time", ReplArgument::Form, "FORM", "evaluates it and says how long it took"},
    {"load", ReplArgument::Path, "FILE", "evaluates the forms of a file"},
    {"reload", ReplArgument::None, "", "the last file again"},
    {"cd", ReplArgument::Path, "FOLDER", "changes the folder"},
    {"help", ReplArgument::None, "", "this list"},
};

ArrayRef<ReplCommand> replCommands() { return rows; }

const ReplCommand *findReplCommand(StringRef name) {
  for (const ReplCommand &row : rows)
    if (name == row.name)
      return &row;
  return nullptr;
}

static termios beforeLine;
static std::atomic<bool> isLineEdited = false;

void restoreTerminal() {
  if (!isLineEdited.exchange(false))
    return;
  tcsetattr(0, TCSANOW, &beforeLine);
#ifdef PLC_HAS_LINE_EDITOR
  // Pasted text is not marked any longer.
  constexpr StringLiteral end = "\x1b[?2004l\n";
#else
  constexpr StringLiteral end = "\n";
#endif
  (void)!write(1, end.data(), end.size());
}

static void onEndingSignal(int number) {
  restoreTerminal();
  raise(number);
}

/// Unless whoever started the process had it ignored.
static void restoreAtSignal(int number) {
  struct sigaction action = {};
  sigaction(number, nullptr, &action);
  if (action.sa_handler != SIG_DFL)
    return;
  action.sa_handler = onEndingSignal;
  action.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
  sigaction(number, &action, nullptr);
}

namespace {

/// While a line is read, the terminal is not as the process found it.
class LineOnTerminal {
public:
  LineOnTerminal() {
    isLineEdited = tcgetattr(0, &beforeLine) == 0;
    isEdited = isLineEdited;
  }
  ~LineOnTerminal() {
    // Output at the very end may have met the editor in the middle of that.
    if (isLineEdited.exchange(false))
      tcsetattr(0, TCSANOW, &beforeLine);
  }
  bool isEdited;
};

#ifdef PLC_HAS_LINE_EDITOR
/// What the editor asks to be completed.
struct Completion {
  StringRef text;
  size_t cursor;
  function_ref<void(StringRef word, size_t start)> add;
};
#endif

class Repl {
public:
  Repl(const Options &options, const plc_host &host)
      : options(options), compiler(options, host),
        process(options, host, {"plc"}), evaluator(compiler, process) {}
  int run();

private:
  bool submit(StringRef text);
  bool command(StringRef line);
  int runInteractive();
  int runPiped();
  /// Lets fibers run until there is input; false after Ctrl-C.
  bool waitForInput() { return runLoop(0) >= 0; }
  int runLoop(int fd) {
    return process.entry<int(plc_context *, int)>("plc_wait_for_input")(
        process.context(), fd);
  }
#ifdef PLC_HAS_LINE_EDITOR
  int readBesideFibers(plc_editor *editor, const char *prompt,
                       const char **text, size_t *length);
  void complete(const Completion &request);
#else
  bool waitAtPrompt(StringRef prompt);
#endif
  bool isDone(StringRef text) {
    return text.ltrim().starts_with(",") || frontend::isComplete(text);
  }

  bool perform(StringRef name, StringRef argument);
  void help();
  bool doc(StringRef name);
  void apropos(StringRef text);
  bool source(StringRef name);
  bool time(StringRef form);
  bool load(StringRef path);
  bool reload();
  bool changeFolder(StringRef path);
  bool showStage(StringRef stage, StringRef text);

  [[maybe_unused]] const Options &options; // of the line editor
  Compiler compiler;
  Process process;
  Evaluator evaluator;
  std::string lastLoaded;

#ifdef PLC_HAS_LINE_EDITOR
  /// While the editor has a thread of its own: completion asks Lisp, which runs
  /// in this one.
  std::thread::id ownThread = std::this_thread::get_id();
  std::mutex mutex;
  std::condition_variable isServed;
  const Completion *asked = nullptr;
  int editorPipe[2] = {-1, -1};
  /// Ctrl-C is a key to the editor; fibers that run meanwhile want the signal.
  std::atomic<bool> doFibersRun = false;
#endif
};

//===--- Commands ----------------------------------------------------------===//

void Repl::help() {
  for (const ReplCommand &row : rows) {
    std::string left = std::string(",") + row.name + " " + row.shape;
    outs() << left_justify(left, 15) << ' ' << row.doc << '\n';
  }
  outs() << "*1 *2 *3 are the last values, *e is the last condition.\n";
}

bool Repl::doc(StringRef name) {
  const frontend::Global *global = evaluator.findGlobal(name);
  if (global && evaluator.definitionOf(global).isKnown()) {
    const char *state = evaluator.hotCode
                            ? evaluator.hotCode->stateOf(global->symbol)
                            : nullptr;
    outs() << name << (state ? " is a procedure defined here, "
                             : " is a variable defined here")
           << (state ? state : "") << '\n';
    return source(name);
  }
  if (std::optional<ir::PrimitiveId> id = ir::findPrimitive(name)) {
    const ir::PrimitiveRow &row = ir::primitiveRow(*id);
    outs() << name << " : " << row.type << '\n' << row.doc << '\n';
    return true;
  }
  struct Form {
    const char *name, *shape, *doc;
  };
  static constexpr Form forms[] = {
#define CORE_FORM(Id, Name, Library, Shape, Doc) {Name, Shape, Doc},
#include "frontend/CoreForms.def"
  };
  for (const Form &form : forms)
    if (name == form.name) {
      outs() << form.shape << '\n' << form.doc << '\n';
      return true;
    }
  // What an import or a library says of its members.
  if (name.contains(':') && llvm::is_contained(evaluator.names(), name))
    return evaluator.evaluate(("(doc " + name + ")").str(), "<repl>", false);
  if (llvm::is_contained(evaluator.names(), name)) {
    outs() << name << " is defined by the standard library\n";
    return true;
  }
  std::vector<StringRef> candidates(evaluator.names().begin(),
                                    evaluator.names().end());
  StringRef nearest = ir::nearestName(name, candidates);
  errs() << "error: nothing is called `" << name << "`\n";
  if (!nearest.empty())
    errs() << "help: is `" << nearest << "` meant?\n";
  return false;
}

void Repl::apropos(StringRef text) {
  for (const std::string &name : evaluator.names())
    if (StringRef(name).contains(text))
      outs() << name << '\n';
}

bool Repl::source(StringRef name) {
  const frontend::Global *global = evaluator.findGlobal(name);
  ir::Location location =
      global ? evaluator.definitionOf(global) : ir::Location();
  if (!location.isKnown()) {
    errs() << "error: no source of `" << name << "` is known here\n";
    return false;
  }
  const ir::SourceManager &sources = compiler.session.sources;
  const ir::Span &span = sources.span(location);
  ir::LineColumn at = sources.lineColumn(location);
  outs() << sources.fileName(location) << ':' << at.line << ':' << at.column
         << '\n'
         << sources.fileText(span.file).slice(span.begin, span.end) << '\n';
  return true;
}

bool Repl::showStage(StringRef stage, StringRef text) {
  return evaluator.expandOnly(text, [&](const frontend::Unit &unit) {
    if (stage == "expand") {
      frontend::dumpUnit(unit, outs());
      return;
    }
    std::unique_ptr<ir::Module> module = compiler.lower(unit);
    if (stage == "ir") {
      ir::print(*module, outs());
      return;
    }
    LLVMContext context;
    std::unique_ptr<Module> translated = compiler.translate(*module, context);
    outs() << codegen::emitAssembly(*translated, compiler.machine());
  });
}

bool Repl::time(StringRef form) {
  auto start = std::chrono::steady_clock::now();
  bool isGood = evaluator.evaluate(form, "<repl>", true);
  std::chrono::duration<double, std::milli> taken =
      std::chrono::steady_clock::now() - start;
  errs() << format("%.3f ms, compilation included\n", taken.count());
  return isGood;
}

bool Repl::load(StringRef path) {
  lastLoaded = path.str();
  return evaluator.evaluateFile(path);
}

bool Repl::reload() {
  if (!lastLoaded.empty())
    return evaluator.evaluateFile(lastLoaded);
  errs() << "error: no file was loaded yet\n";
  return false;
}

bool Repl::changeFolder(StringRef path) {
  std::error_code error = sys::fs::set_current_path(path);
  if (error)
    errs() << "error: " << path << ": " << error.message() << '\n';
  return !error;
}

bool Repl::command(StringRef line) {
  auto [name, rest] = line.drop_front().split(' ');
  name = name.trim();
  rest = rest.trim();
  const ReplCommand *row = findReplCommand(name);
  if (!row) {
    std::vector<StringRef> candidates;
    for (const ReplCommand &known : rows)
      candidates.push_back(known.name);
    StringRef nearest = ir::nearestName(name, candidates);
    errs() << "error: unknown command `," << name << "`\nhelp: ";
    if (nearest.empty())
      errs() << "`,help` lists the commands\n";
    else
      errs() << "the nearest one is `," << nearest << "`\n";
    return false;
  }
  if (rest.empty() != (row->argument == ReplArgument::None)) {
    errs() << "error: `," << name << "` "
           << (rest.empty() ? "needs an argument" : "takes no argument")
           << "\nhelp: it is used as `," << name << (*row->shape ? " " : "")
           << row->shape << "`\n";
    return false;
  }
  bool isGood = perform(name, rest);
  outs().flush();
  return isGood;
}

bool Repl::perform(StringRef name, StringRef argument) {
  if (name == "help")
    return help(), true;
  if (name == "doc")
    return doc(argument);
  if (name == "apropos")
    return apropos(argument), true;
  if (name == "source")
    return source(argument);
  if (name == "time")
    return time(argument);
  if (name == "load")
    return load(argument);
  if (name == "reload")
    return reload();
  if (name == "cd")
    return changeFolder(argument);
  return showStage(name, argument);
}

bool Repl::submit(StringRef text) {
  StringRef trimmed = text.trim();
  if (trimmed.empty())
    return true;
  if (evaluator.hotCode)
    evaluator.hotCode->exchange();
  if (trimmed.starts_with(","))
    return command(trimmed);
  return evaluator.evaluate(text, "<repl>", true);
}

//===--- Input -------------------------------------------------------------===//

/// One line from standard input without reading ahead, which programs that
/// read it would miss. False at the end.
bool readLine(std::string &line) {
  line.clear();
  char c;
  for (ssize_t n; (n = read(0, &c, 1)) != 0;) {
    // A handler of a signal, which may be Python's, is no end.
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      break;
    line += c;
    if (c == '\n')
      return true;
  }
  return !line.empty();
}

int Repl::runPiped() {
  std::string text, line;
  bool isGood = true;
  while (waitForInput(), readLine(line)) {
    text += line;
    if (!isDone(text))
      continue;
    isGood &= submit(text);
    text.clear();
  }
  if (!StringRef(text).trim().empty())
    isGood &= submit(text);
  return isGood ? 0 : 1;
}

#ifdef PLC_HAS_LINE_EDITOR
/// Asks the editor to draw its line anew, by the signal of a changed window. It
/// reads no keys until 100 ms went by without another one.
class Redrawing {
public:
  Redrawing() {
    sigevent event = {};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGWINCH;
    hasTimer = timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
  }
  void request() {
    using namespace std::chrono;
    auto now = steady_clock::now();
    if (now < asked)
      return;
    auto wait = asked + pause - now;
    if (wait.count() <= 0) {
      asked = now;
      raise(SIGWINCH);
    } else if (hasTimer) {
      asked += pause;
      setTimer(duration_cast<nanoseconds>(wait).count());
    }
  }
  void cancel() {
    asked = {};
    if (hasTimer)
      setTimer(0);
  }

private:
  static constexpr std::chrono::milliseconds pause{200};
  void setTimer(int64_t nanoseconds) {
    itimerspec time = {};
    time.it_value.tv_nsec = nanoseconds;
    timer_settime(timer, 0, &time, nullptr);
  }
  bool hasTimer;
  timer_t timer;
  /// When the last signal was sent, or will be.
  std::chrono::steady_clock::time_point asked;
};

Redrawing &redrawing() {
  static Redrawing theOne;
  return theOne;
}

/// Output of fibers while a line is edited: it takes the place of the line, which
/// the editor then draws anew below, as after a change of the window's size.
static void aroundOutput(int fd, const char *text, size_t length, bool isBefore) {
  static termios raw;
  static bool wasRaw;
  if (isBefore) {
    // In the editor's mode of the terminal a newline is no return.
    wasRaw = isatty(fd) && tcgetattr(fd, &raw) == 0 && !(raw.c_lflag & ICANON);
    if (!wasRaw)
      return;
    termios lines = raw;
    lines.c_oflag |= OPOST | ONLCR;
    tcsetattr(fd, TCSADRAIN, &lines);
    constexpr StringLiteral erase = "\r\x1b[K";
    (void)!write(fd, erase.data(), erase.size());
  } else if (wasRaw) {
    if (text[length - 1] != '\n')
      (void)!write(fd, "\n", 1);
    tcsetattr(fd, TCSADRAIN, &raw);
    // The editor cannot draw on a terminal that has no size.
    winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row)
      redrawing().request();
  }
}

void Repl::complete(const Completion &request) {
  if (std::this_thread::get_id() == ownThread)
    return completeWord(evaluator, request.text, request.cursor, request.add);
  std::unique_lock lock(mutex);
  asked = &request;
  (void)!write(editorPipe[1], "?", 1);
  isServed.wait(lock, [&] { return !asked; });
}

/// The editor blocks the thread that it reads in, so it gets one of its own while
/// fibers have something to do here.
int Repl::readBesideFibers(plc_editor *editor, const char *prompt,
                           const char **text, size_t *length) {
  LineOnTerminal line;
  if (runLoop(-1) == 0 || !line.isEdited || pipe2(editorPipe, O_CLOEXEC) != 0)
    return plc_editor_read(editor, prompt, text, length);
  int result = PLC_EDITOR_FAILED;
  // Signals are for this thread.
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  std::thread thread([&] {
    result = plc_editor_read(editor, prompt, text, length);
    if (result == PLC_EDITOR_INTERRUPT && doFibersRun)
      kill(getpid(), SIGINT);
    (void)!write(editorPipe[1], ".", 1);
  });
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  auto **hook = process.entry<decltype(&aroundOutput)>("rt_output_hook");
  *hook = aroundOutput;
  for (bool isEnd = false; !isEnd;) {
    doFibersRun = true;
    bool isInterrupted = runLoop(editorPipe[0]) < 0;
    doFibersRun = false;
    char what;
    if (isInterrupted || read(editorPipe[0], &what, 1) != 1)
      continue;
    isEnd = what == '.';
    if (isEnd)
      continue;
    std::unique_lock lock(mutex);
    completeWord(evaluator, asked->text, asked->cursor, asked->add);
    asked = nullptr;
    isServed.notify_one();
  }
  *hook = nullptr;
  redrawing().cancel();
  thread.join();
  close(editorPipe[0]);
  close(editorPipe[1]);
  return result;
}

int Repl::runInteractive() {
  plc_editor_callbacks callbacks;
  callbacks.state = this;
  callbacks.is_complete = [](void *state, const char *text, size_t length) {
    return int(static_cast<Repl *>(state)->isDone(StringRef(text, length)));
  };
  callbacks.complete = [](void *state, const char *text, size_t length,
                          size_t cursor, void *sink,
                          void (*add)(void *, const char *, size_t, size_t,
                                      size_t)) {
    static_cast<Repl *>(state)->complete(
        {StringRef(text, length), cursor, [&](StringRef word, size_t start) {
           add(sink, word.data(), word.size(), start, cursor);
         }});
  };
  callbacks.highlight = [](void *, const char *text, size_t length,
                           size_t cursor, void *sink,
                           void (*add)(void *, size_t, size_t, int)) {
    highlight(StringRef(text, length), cursor,
              [&](size_t begin, size_t end, int style) {
                add(sink, begin, end, style);
              });
  };
  SmallString<128> history(stateFolder());
  sys::fs::create_directories(history);
  sys::path::append(history, "history");
  plc_editor *editor = plc_editor_open(
      history.c_str(), useColor(options.color, 1), &callbacks);
  if (!editor)
    return runPiped();
  outs() << "plc " PLC_VERSION ", `,help` lists commands, Ctrl-D ends\n";
  for (;;) {
    outs().flush();
    errs().flush();
    const char *text;
    size_t length;
    switch (readBesideFibers(editor, "> ", &text, &length)) {
    case PLC_EDITOR_TEXT:
      submit(StringRef(text, length));
      continue;
    case PLC_EDITOR_INTERRUPT:
      continue;
    default:
      plc_editor_close(editor);
      return 0;
    }
  }
}
#else
/// The event loop runs until a key is pressed.
bool Repl::waitAtPrompt(StringRef prompt) {
  if (runLoop(-1) == 0)
    return true;
  LineOnTerminal line;
  if (!line.isEdited)
    return waitForInput();
  termios keys = beforeLine;
  keys.c_lflag &= ~tcflag_t(ICANON | ECHO);
  tcsetattr(0, TCSANOW, &keys);
  outs() << prompt;
  outs().flush();
  bool goesOn = waitForInput();
  outs() << (goesOn ? "\r\x1b[K" : "\n");
  outs().flush();
  return goesOn;
}

int Repl::runInteractive() {
  std::string text, line;
  outs() << "plc " PLC_VERSION ", `,help` lists commands, Ctrl-D ends\n";
  for (;;) {
    if (!waitAtPrompt(text.empty() ? "> " : "  "))
      continue;
    outs() << (text.empty() ? "> " : "  ");
    outs().flush();
    if (!readLine(line)) {
      outs() << '\n';
      return 0;
    }
    text += line;
    if (!isDone(text))
      continue;
    submit(text);
    text.clear();
  }
}
#endif

int Repl::run() {
  int status = 0;
  process.runOnStack([&] {
    // One form: each costs a compilation.
    evaluator.evaluate("(begin (define *1 #f) (define *2 #f) (define *3 #f) "
                       "(define *e #f))",
                       "<repl>", false);
    bool isInteractive = isatty(0) && isatty(1);
    // A fiber or a signal may end the process while a line is edited.
    if (isInteractive) {
      std::atexit(restoreTerminal);
      std::at_quick_exit(restoreTerminal);
      for (int number : {SIGTERM, SIGQUIT})
        restoreAtSignal(number);
    }
    // Even if a shell or nohup had it ignored: the line editor would wait for
    // the terminal that is gone without a pause.
    if (isInteractive)
      signal(SIGHUP, SIG_DFL);
    status = isInteractive ? runInteractive() : runPiped();
    outs().flush();
    process.exit(status);
  });
  return status;
}

} // namespace

int runRepl(const Options &options, const plc_host &host) {
  return Repl(options, host).run();
}

} // namespace plc::driver
