//===- Jobs.h - what the event loop is to run -------------------*- C++ -*-===//
//
// The queue behind postJob (Async.h): any thread adds to it, the holder of the
// Lisp world takes from it.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_JOBS_H
#define PLC_RUNTIME_JOBS_H

namespace plc::rt {

struct Job {
  void (*run)(void *data);
  void *data;
  Job *next;
};

bool hasJobs();
/// The oldest job, which the caller frees; null if there is none.
Job *takeJob();
/// Like postJob, for a job that is there already.
void postJob(Job *job);
/// Null if there is no memory.
Job *makeJob(void (*run)(void *data), void *data);
/// What expectJobs has counted.
int expectedJobs();
/// In a child process: other threads are not there.
void forgetJobsOfThreads();

} // namespace plc::rt
#endif // PLC_RUNTIME_JOBS_H
