//===- Jobs.cpp - what the event loop is to run ---------------------------===//

#include "stdlib/runtime/Jobs.h"
#include "ffi/EventLoop.h"
#include "stdlib/runtime/Async.h"

#include <cstdlib>
#include <pthread.h>

namespace plc::rt {

static pthread_mutex_t jobLock = PTHREAD_MUTEX_INITIALIZER;
static Job *jobs, **lastJob = &jobs;
static int expected;

Job *makeJob(void (*run)(void *data), void *data) {
  Job *job = static_cast<Job *>(malloc(sizeof(Job)));
  if (job)
    *job = {run, data, nullptr};
  return job;
}

bool postJob(void (*run)(void *data), void *data) {
  Job *job = makeJob(run, data);
  if (job)
    postJob(job);
  return job;
}

void postJob(Job *job) {
  job->next = nullptr;
  pthread_mutex_lock(&jobLock);
  // Who asks hasJobs has no lock.
  __atomic_store_n(lastJob, job, __ATOMIC_RELEASE);
  lastJob = &job->next;
  pthread_mutex_unlock(&jobLock);
  ffi::wakeLoop();
}

bool hasJobs() { return __atomic_load_n(&jobs, __ATOMIC_ACQUIRE); }

Job *takeJob() {
  pthread_mutex_lock(&jobLock);
  Job *job = jobs;
  if (job) {
    __atomic_store_n(&jobs, job->next, __ATOMIC_RELEASE);
    if (!job->next)
      lastJob = &jobs;
  }
  pthread_mutex_unlock(&jobLock);
  return job;
}

void expectJobs(int change) {
  if (__atomic_add_fetch(&expected, change, __ATOMIC_SEQ_CST) == 0)
    ffi::wakeLoop();
}

void forgetJobsOfThreads() {
  jobLock = PTHREAD_MUTEX_INITIALIZER;
  __atomic_store_n(&expected, 0, __ATOMIC_SEQ_CST);
}

int expectedJobs() { return __atomic_load_n(&expected, __ATOMIC_SEQ_CST); }

} // namespace plc::rt
