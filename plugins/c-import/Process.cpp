//===- Process.cpp - running other programs, reading files ----------------===//

#include "Process.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace fs = std::filesystem;

namespace plc::cimport {

std::string findProgram(const std::string &name) {
  if (name.find('/') != std::string::npos)
    return access(name.c_str(), X_OK) == 0 ? name : "";
  std::string path = getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin";
  path += ":/usr/lib/llvm-19/bin";
  for (size_t start = 0; start <= path.size();) {
    size_t end = path.find(':', start);
    if (end == std::string::npos)
      end = path.size();
    std::string candidate = path.substr(start, end - start) + "/" + name;
    if (candidate[0] == '/' && isFile(candidate) &&
        access(candidate.c_str(), X_OK) == 0)
      return candidate;
    start = end + 1;
  }
  return "";
}

ProcessResult runProcess(const std::vector<std::string> &command) {
  ProcessResult result;
  std::string program = findProgram(command[0]);
  int out[2], err[2];
  if (program.empty())
    return result;
  if (pipe2(out, O_CLOEXEC))
    return result;
  if (pipe2(err, O_CLOEXEC)) {
    close(out[0]);
    close(out[1]);
    return result;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  std::vector<char *> arguments;
  for (const std::string &argument : command)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child;
  int failed = posix_spawn(&child, program.c_str(), &actions, nullptr,
                           arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  pollfd files[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string *texts[2] = {&result.output, &result.errors};
  for (int open = failed ? 0 : 2; open;) {
    if (poll(files, 2, -1) < 0) {
      if (errno == EINTR)
        continue;
      break;
    }
    for (int i = 0; i < 2; ++i) {
      if (files[i].fd < 0 || !files[i].revents)
        continue;
      char buffer[4096];
      ssize_t count = read(files[i].fd, buffer, sizeof buffer);
      if (count > 0) {
        texts[i]->append(buffer, count);
      } else if (count == 0 || errno != EINTR) {
        files[i].fd = -1;
        --open;
      }
    }
  }
  close(out[0]);
  close(err[0]);
  if (failed)
    return result;
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

bool isFile(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool readFile(const std::string &path, std::string &contents) {
  contents.clear();
  FILE *file = fopen(path.c_str(), "rbe");
  if (!file)
    return false;
  char buffer[1 << 16];
  while (size_t count = fread(buffer, 1, sizeof buffer, file))
    contents.append(buffer, count);
  bool isGood = !ferror(file);
  fclose(file);
  return isGood;
}

std::string writeFile(const std::string &path, const std::string &contents) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error)
    return "cannot make the folder `" + fs::path(path).parent_path().string() +
           "`: " + error.message();
  std::string temporary = path + "." + std::to_string(getpid()) + ".part";
  FILE *file = fopen(temporary.c_str(), "wbe");
  bool isGood =
      file && fwrite(contents.data(), 1, contents.size(), file) ==
                  contents.size();
  int reason = errno;
  if (file && fclose(file) != 0 && isGood) {
    isGood = false;
    reason = errno;
  }
  if (isGood && rename(temporary.c_str(), path.c_str()) != 0) {
    isGood = false;
    reason = errno;
  }
  if (isGood)
    return "";
  unlink(temporary.c_str());
  return "cannot write `" + path + "`: " + strerror(reason);
}

uint64_t hashBytes(const std::string &bytes, uint64_t seed) {
  // Eight bytes at a time, each step a bijection of the state.
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  uint64_t hash = seed ^ (bytes.size() * kMultiplier);
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    memcpy(&word, bytes.data() + i, 8);
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 32;
  }
  uint64_t rest = 0;
  memcpy(&rest, bytes.data() + i, bytes.size() - i);
  hash = (hash ^ rest) * kMultiplier;
  hash ^= hash >> 29;
  hash *= 0xBF58476D1CE4E5B9;
  return hash ^ (hash >> 32);
}

std::string hexText(uint64_t value) {
  char buffer[17];
  snprintf(buffer, sizeof buffer, "%016llx",
           static_cast<unsigned long long>(value));
  return buffer;
}

std::string cacheFolder(const char *name) {
  auto variable = [](const char *name) {
    const char *value = getenv(name);
    return std::string(value ? value : "");
  };
  std::string folder = variable("PLC_CACHE_DIR");
  if (folder.empty()) {
    if (std::string base = variable("XDG_CACHE_HOME"); base.starts_with("/"))
      folder = base + "/plc";
    else if (std::string home = variable("HOME"); !home.empty())
      folder = home + "/.cache/plc";
    else
      folder = "/tmp/plc-" + variable("USER");
  }
  return folder + "/" + name;
}

} // namespace plc::cimport
