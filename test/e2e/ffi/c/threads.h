#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
/// What a thread does: calls f(number, i) for i below count, adds up the results.
struct thread_work {
  pthread_t thread;
  long number, count, sum;
  long (*f)(long number, long i);
};
static void *thread_main(void *data) {
  struct thread_work *work = data;
  for (long i = 0; i < work->count; ++i)
    work->sum += work->f(work->number, i);
  return 0;
}
/// Runs f in so many threads and waits for their end; the sum of all.
static inline long in_threads(long threads, long count,
                              long (*f)(long number, long i)) {
  struct thread_work *works = calloc(threads, sizeof *works);
  long sum = 0;
  for (long i = 0; i < threads; ++i) {
    works[i].number = i;
    works[i].count = count;
    works[i].f = f;
    pthread_create(&works[i].thread, 0, thread_main, works + i);
  }
  for (long i = 0; i < threads; ++i) {
    pthread_join(works[i].thread, 0);
    sum += works[i].sum;
  }
  free(works);
  return sum;
}
/// All kinds of arguments and results, more than there are registers.
typedef double many_function(int a, double b, long c, float d, long e, long f,
                             long g, long h, long i, double j, _Bool k,
                             long double l);
struct many_work {
  many_function *f;
  double result;
};
static void *many_main(void *data) {
  struct many_work *work = data;
  work->result = work->f(1, 2.5, 3, 4.5f, 5, 6, 7, 8, 9, 10.5, 1, 12.5L);
  return 0;
}
static inline double many(many_function *f, _Bool in_thread) {
  struct many_work work = {f, 0};
  pthread_t thread;
  if (in_thread) {
    pthread_create(&thread, 0, many_main, &work);
    pthread_join(thread, 0);
  } else {
    many_main(&work);
  }
  return work.result;
}
