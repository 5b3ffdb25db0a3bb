// A pool of threads as libraries of C++ have them: tasks by virtual methods, events
// for a listener, results by futures.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace pool {

class Failed : public std::runtime_error {
public:
  Failed(int task, const std::string &why)
      : std::runtime_error("task " + std::to_string(task) + ": " + why),
        task(task) {}
  int task;
};

class Task {
public:
  explicit Task(int number) : id(number) {}
  virtual ~Task() = default;
  virtual long run(long input) = 0;
  virtual std::string label() const { return "task " + std::to_string(id); }
  int number() const { return id; }

private:
  int id;
};

class Listener {
public:
  virtual ~Listener() = default;
  virtual void done(const std::string &label, long result) = 0;
  virtual void failed(const std::string &, const std::string &) {}
};

class Pool {
public:
  explicit Pool(int count) {
    for (int i = 0; i < count; ++i)
      threads.emplace_back([this] { work(); });
  }
  ~Pool() {
    {
      std::lock_guard guard(lock);
      isOver = true;
    }
    changed.notify_all();
    for (std::thread &thread : threads)
      thread.join();
  }
  void listen(Listener *who) { listener = who; }
  void add(Task *task, long input) {
    {
      std::lock_guard guard(lock);
      jobs.push_back({task, input});
      ++open;
    }
    changed.notify_one();
  }
  /// Waits for all; throws what the first task that failed threw.
  long finish() {
    std::unique_lock guard(lock);
    changed.wait(guard, [this] { return open == 0; });
    if (trouble) {
      std::exception_ptr first = nullptr;
      std::swap(first, trouble);
      std::rethrow_exception(first);
    }
    return sum;
  }

private:
  struct Job {
    Task *task;
    long input;
  };
  void work() {
    for (;;) {
      std::unique_lock guard(lock);
      changed.wait(guard, [this] { return isOver || !jobs.empty(); });
      if (jobs.empty())
        return;
      Job job = jobs.front();
      jobs.pop_front();
      guard.unlock();
      long result = 0;
      std::exception_ptr thrown;
      try {
        result = job.task->run(job.input);
        if (listener)
          listener->done(job.task->label(), result);
      } catch (const std::exception &e) {
        if (listener)
          listener->failed(job.task->label(), e.what());
        thrown = std::make_exception_ptr(Failed(job.task->number(), e.what()));
      }
      guard.lock();
      sum += result;
      if (thrown && !trouble)
        trouble = thrown;
      if (--open == 0)
        changed.notify_all();
    }
  }

  std::mutex lock;
  std::condition_variable changed;
  std::deque<Job> jobs;
  std::vector<std::thread> threads;
  std::exception_ptr trouble;
  Listener *listener = nullptr;
  int open = 0;
  long sum = 0;
  bool isOver = false;
};

/// The sum of f of each number, by threads of std::async.
inline long sum_of(const std::vector<int> &numbers, std::function<long(int)> f) {
  std::vector<std::future<long>> all;
  for (int n : numbers)
    all.push_back(std::async(std::launch::async, f, n));
  long sum = 0;
  for (auto &one : all)
    sum += one.get();
  return sum;
}

} // namespace pool
