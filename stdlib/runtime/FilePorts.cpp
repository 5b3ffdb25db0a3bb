//===- FilePorts.cpp - ports on files and the standard streams -------------===//

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace plc::rt {

static constexpr size_t kFileBuffer = 16384;
static PortState *openOutputs;

void raiseFileError(Context *ctx, const char *action, const char *name,
                    int error) {
  char message[512];
  snprintf(message, sizeof message, "%s `%.300s`: %s", action, name,
           strerror(error));
  raiseCondition(ctx, "file-error", message, list1(ctx, makeString(ctx, name)));
}

static const char *nameOf(PortState *p) {
  return p->name                ? p->name
         : p->fd == STDIN_FILENO  ? "stdin"
         : p->fd == STDOUT_FILENO ? "stdout"
         : p->fd == STDERR_FILENO ? "stderr"
                                  : "descriptor";
}

//===--- Reading and writing ----------------------------------------------===//

/// After EAGAIN: waits. After EINTR: handles signals unless ctx is null. True
/// if the call is to be repeated. May raise.
static bool shouldRetry(Context *ctx, int fd, short events) {
  if (errno == EINTR) {
    if (ctx && ctx->lim == 0)
      detail::rt_poll(ctx);
    return true;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK)
    return false;
  pollfd wait = {fd, events, 0};
  poll(&wait, 1, -1);
  return true;
}

/// The reader of our stdout has gone: the program ends without a word.
[[noreturn]] static void endQuietly(PortState *p) {
  for (PortState *q = openOutputs; q; q = q->next)
    if (q != p && !q->has(PortState::Standard))
      tryWriteOut(theContext, q, SignalAction::Wait);
  _exit(0);
}

void (*rt_output_hook)(int fd, const char *text, size_t length, bool isBefore);

int tryWriteOut(Context *ctx, PortState *p, SignalAction action) {
  int error = 0;
  const char *text = reinterpret_cast<const char *>(p->memory + p->begin);
  size_t length = p->end - p->begin;
  bool isWatched = rt_output_hook && length && p->has(PortState::Standard);
  if (isWatched)
    rt_output_hook(p->fd, text, length, true);
  while (p->begin < p->end && error == 0) {
    ssize_t n = write(p->fd, p->memory + p->begin, p->end - p->begin);
    if (n >= 0)
      p->begin += size_t(n);
    else if (errno == EINTR && ctx->lim == 0 && action == SignalAction::Stop)
      return EINTR;
    else if (!shouldRetry(action == SignalAction::Handle ? ctx : nullptr,
                          p->fd, POLLOUT))
      error = errno;
  }
  p->begin = p->end = 0;
  if (isWatched)
    rt_output_hook(p->fd, text, length, false);
  // A pipe that nobody reads, or `>&-`.
  if ((error == EPIPE || error == EBADF) && p->has(PortState::Standard))
    endQuietly(p);
  return error;
}

void writeOut(Context *ctx, PortState *p) {
  if (p == standardOutput && rt_show_foreign_output)
    rt_show_foreign_output();
  if (int error = tryWriteOut(ctx, p, SignalAction::Handle))
    raiseWriteError(ctx, p, error);
}

void raiseWriteError(Context *ctx, PortState *p, int error) {
  raiseFileError(ctx, "cannot write to", nameOf(p), error);
}

bool readMore(Context *ctx, PortState *p) {
  // Two readers would share out the keys between them.
  if (p->fd == STDIN_FILENO && rt_output_hook)
    raiseCondition(ctx, "file-error",
                   "cannot read from `stdin` while the REPL edits a line",
                   list1(ctx, makeString(ctx, nameOf(p))));
  // Who answers a prompt wants to see it first.
  if (p->fd == STDIN_FILENO)
    for (PortState *q = openOutputs; q; q = q->next)
      if (q->has(PortState::Standard) && q->end > 0 && isatty(q->fd))
        writeOut(ctx, q);
  if (p->begin == p->end)
    p->begin = p->end = 0;
  if (p->end == p->capacity) { // the rest of a sequence cut by the buffer
    memmove(p->memory, p->memory + p->begin, p->end - p->begin);
    p->end -= p->begin;
    p->begin = 0;
  }
  ssize_t n;
  do
    n = read(p->fd, p->memory + p->end, p->capacity - p->end);
  while (n < 0 && shouldRetry(ctx, p->fd, POLLIN));
  if (n < 0)
    raiseFileError(ctx, "cannot read from", nameOf(p), errno);
  p->end += size_t(n);
  return n > 0;
}

//===--- Opening and closing ----------------------------------------------===//

static void finalizePort(Context *, Value port) {
  PortState *p = portState(port);
  if (!p->has(PortState::File) || p->has(PortState::Standard))
    return;
  if (p->has(PortState::Open)) {
    if (p->has(PortState::Output))
      tryWriteOut(theContext, p, SignalAction::Wait);
    releaseFile(p);
  }
  free(p->name);
  free(p);
}

void releaseFile(PortState *p) {
  p->flags &= ~uint32_t(PortState::Open);
  if (p->link) {
    *p->link = p->next;
    if (p->next)
      p->next->link = p->link;
    p->link = nullptr;
  }
  if (p->has(PortState::Standard))
    return;
  if (p->fd >= 0)
    close(p->fd);
  p->fd = -1;
  free(p->memory);
  p->memory = nullptr;
  p->capacity = p->begin = p->end = 0;
}

/// A closed pipe shows as EPIPE. A handler, not SIG_IGN, because programs that
/// we start would inherit that; and not in place of one the host has set.
static void disarmBrokenPipes() {
  static bool done;
  if (done)
    return;
  done = true;
  struct sigaction action = {};
  if (sigaction(SIGPIPE, nullptr, &action) != 0 ||
      action.sa_handler != SIG_DFL)
    return;
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigaction(SIGPIPE, &action, nullptr);
}

Value openDescriptor(Context *ctx, int fd, uint32_t flags, char *name) {
  disarmBrokenPipes();
  auto *p = static_cast<PortState *>(calloc(1, sizeof(PortState)));
  auto *buffer = static_cast<uint8_t *>(malloc(kFileBuffer));
  if (!p || !buffer) {
    free(p);
    free(buffer);
    free(name);
    close(fd);
    raiseHeapExhausted(ctx, kFileBuffer);
  }
  p->flags = flags | PortState::Open | PortState::File;
  p->fd = fd;
  p->memory = buffer;
  p->capacity = kFileBuffer;
  p->line = p->column = 1;
  p->name = name;
  if (flags & PortState::Output) {
    p->next = openOutputs;
    p->link = &openOutputs;
    if (openOutputs)
      openOutputs->link = &p->next;
    openOutputs = p;
  }
  Value port = allocateFilePort(ctx, p);
  if (!(flags & PortState::Standard)) {
    setFinalizer(ctx, PLC_KIND_PORT, finalizePort);
    registerFinalizer(ctx, port);
  }
  return port;
}

PortState *standardOutput;

void showOutput(Context *ctx) {
  if (standardOutput && standardOutput->end > 0)
    writeOut(ctx, standardOutput);
}

Value standardPort(Context *ctx, PortRole role) {
  static Value ports[3];
  static bool registered;
  if (!registered) {
    registered = true;
    registerRoots(ctx, ports, 3);
  }
  if (ports[role])
    return ports[role];
  uint32_t flags = PortState::Textual | PortState::Standard;
  switch (role) {
  case CurrentInput:
    ports[role] =
        openDescriptor(ctx, STDIN_FILENO, flags | PortState::Input, nullptr);
    break;
  case CurrentOutput:
    if (isatty(STDOUT_FILENO))
      flags |= PortState::LineFlush;
    ports[role] =
        openDescriptor(ctx, STDOUT_FILENO, flags | PortState::Output, nullptr);
    standardOutput = portState(ports[role]);
    break;
  case CurrentError:
    ports[role] = openDescriptor(
        ctx, STDERR_FILENO,
        flags | PortState::Output | PortState::AlwaysFlush, nullptr);
    break;
  }
  return ports[role];
}

bool flushAllPorts(Context *) {
  bool isWritten = true;
  for (PortState *p = openOutputs; p; p = p->next)
    if (int error = tryWriteOut(theContext, p, SignalAction::Wait)) {
      isWritten = false;
      fprintf(stderr, "error: cannot write to `%s`: %s\n", nameOf(p),
              strerror(error));
    }
  return isWritten;
}

static Value openFile(Context *ctx, Value name, const char *who, int mode,
                      uint32_t flags) {
  if (!isString(name))
    wrongType(ctx, who, 1, "a string", name);
  char *path = toUtf8(ctx, name, nullptr);
  auto attempt = [&] {
    int fd;
    do
      fd = open(path, mode | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
  };
  int fd = attempt();
  if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
    // Ports that nothing refers to hold descriptors until they are collected.
    collectAll(ctx);
    fd = attempt();
  }
  if (fd < 0) {
    int error = errno;
    char copy[400];
    snprintf(copy, sizeof copy, "%s", path);
    free(path);
    char action[64];
    snprintf(action, sizeof action, "%s: cannot open", who);
    raiseFileError(ctx, action, copy, error);
  }
  return openDescriptor(ctx, fd, flags, path);
}

extern "C" {

bool plc_flush_ports(plc_context *ctx) { return flushAllPorts(ctx); }

/// Before a wait: what was written is seen. An error is met again, by who writes
/// next or at the end.
void plc_show_standard_output(plc_context *ctx) {
  if (standardOutput && standardOutput->end > 0)
    tryWriteOut(ctx, standardOutput, SignalAction::Wait);
}

Value prim_OpenInputFile(Context *ctx, Value name) {
  return openFile(ctx, name, "open-input-file", O_RDONLY,
                  PortState::Input | PortState::Textual);
}
Value prim_OpenBinaryInputFile(Context *ctx, Value name) {
  return openFile(ctx, name, "open-binary-input-file", O_RDONLY,
                  PortState::Input);
}
Value prim_OpenOutputFile(Context *ctx, Value name) {
  return openFile(ctx, name, "open-output-file", O_WRONLY | O_CREAT | O_TRUNC,
                  PortState::Output | PortState::Textual);
}
Value prim_OpenBinaryOutputFile(Context *ctx, Value name) {
  return openFile(ctx, name, "open-binary-output-file",
                  O_WRONLY | O_CREAT | O_TRUNC, PortState::Output);
}

Value prim_FileExistsP(Context *ctx, Value name) {
  if (!isString(name))
    wrongType(ctx, "file-exists?", 1, "a string", name);
  char *path = toUtf8(ctx, name, nullptr);
  bool exists = access(path, F_OK) == 0;
  free(path);
  return plc_bool(exists);
}

Value prim_DeleteFile(Context *ctx, Value name) {
  if (!isString(name))
    wrongType(ctx, "delete-file", 1, "a string", name);
  char *path = toUtf8(ctx, name, nullptr);
  int error = unlink(path) == 0 ? 0 : errno;
  char copy[400];
  snprintf(copy, sizeof copy, "%s", path);
  free(path);
  if (error)
    raiseFileError(ctx, "delete-file: cannot delete", copy, error);
  return PLC_UNSPECIFIED;
}

Value prim_CurrentInputPort(Context *ctx) {
  return standardPort(ctx, CurrentInput);
}
Value prim_CurrentOutputPort(Context *ctx) {
  return standardPort(ctx, CurrentOutput);
}
Value prim_CurrentErrorPort(Context *ctx) {
  return standardPort(ctx, CurrentError);
}

} // extern "C"
} // namespace plc::rt
