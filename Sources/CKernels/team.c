#define _GNU_SOURCE
#include "include/team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

// How often a helper looks for work before it sleeps, and a caller for the end before it does: some tens of
// microseconds, more than what lies between two brief pieces of work.
enum {
  looks = 2000
};

struct helper {
  struct kernel_team *team;
  pthread_t thread;
  int member;
};

struct kernel_team {
  // The first item that nobody has taken, times 2^32, and the one after the last: one number, so that two cannot take
  // one item. What an item is, `work` says, which changes when all are done: whoever has taken one may look.
  _Atomic uint64_t items;
  atomic_int unfinished, asleep;
  atomic_bool ends, caller_sleeps;
  void (*work)(void *, int, int);
  void *context;
  pthread_mutex_t mutex;
  pthread_cond_t wakes, finished;
  bool brief, is_spread;
  int helpers;
  struct helper helper[];
};

static int first_of(uint64_t items) { return (int)(items >> 32); }
static int end_of(uint64_t items) { return (int)(items & UINT32_MAX); }
static bool is_empty(uint64_t items) { return first_of(items) >= end_of(items); }

// Takes the first or the last item; -1 where there is none.
static int take(struct kernel_team *team, bool from_first) {
  uint64_t items = atomic_load(&team->items);
  while (!is_empty(items)) {
    const uint64_t rest = from_first ? items + (UINT64_C(1) << 32) : items - 1;
    if (!atomic_compare_exchange_weak(&team->items, &items, rest)) continue;
    return from_first ? first_of(items) : end_of(items) - 1;
  }
  return -1;
}

static void breathe(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void wait_for_items(struct kernel_team *team, bool at_once) {
  for (int look = 0; look < looks && !at_once; look++) {
    if (!is_empty(atomic_load(&team->items)) || atomic_load(&team->ends)) return;
    breathe();
  }
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->asleep, 1);
  while (is_empty(atomic_load(&team->items)) && !atomic_load(&team->ends))
    pthread_cond_wait(&team->wakes, &team->mutex);
  atomic_fetch_sub(&team->asleep, 1);
  pthread_mutex_unlock(&team->mutex);
}

// Says that an item is done; whether the caller slept until now.
static bool finish(struct kernel_team *team) {
  if (atomic_fetch_sub(&team->unfinished, 1) > 1 || !atomic_load(&team->caller_sleeps)) return false;
  pthread_mutex_lock(&team->mutex);
  pthread_cond_signal(&team->finished);
  pthread_mutex_unlock(&team->mutex);
  return true;
}

static void *help(void *argument) {
  const struct helper *own = argument;
  struct kernel_team *team = own->team;
  for (bool was_late = false; !atomic_load(&team->ends);) {
    // Who was waited for may be on the caller's processor and leaves it at once.
    wait_for_items(team, was_late);
    was_late = false;
    for (int item = take(team, false); item >= 0; item = take(team, false)) {
      team->work(team->context, item, own->member);
      was_late = finish(team);
    }
  }
  return NULL;
}

// Binds the helpers to the processors that the caller may use, but for the one that it runs on: otherwise they tend to
// stay on one, as to the system they look as if they ran in turn. Or to that one.
static void bind_helpers(struct kernel_team *team, bool to_own) {
  cpu_set_t all, own;
  const int processor = sched_getcpu();
  if (processor < 0 || sched_getaffinity(0, sizeof all, &all) != 0) return;
  CPU_ZERO(&own);
  CPU_SET(processor, &own);
  if (to_own) all = own;
  else CPU_CLR(processor, &all);
  if (CPU_COUNT(&all) == 0) return;
  for (int k = 0; k < team->helpers; k++) pthread_setaffinity_np(team->helper[k].thread, sizeof all, &all);
}

static void wake_helpers(struct kernel_team *team) {
  if (atomic_load(&team->asleep) == 0) return;
  pthread_mutex_lock(&team->mutex);
  pthread_cond_broadcast(&team->wakes);
  pthread_mutex_unlock(&team->mutex);
}

struct kernel_team *kernel_team_create(int members, bool brief) {
  struct kernel_team *team = calloc(1, sizeof *team + (size_t)members * sizeof(struct helper));
  if (!team) return NULL;
  team->brief = brief;
  pthread_mutex_init(&team->mutex, NULL);
  pthread_cond_init(&team->wakes, NULL);
  pthread_cond_init(&team->finished, NULL);
  for (; team->helpers + 1 < members; team->helpers++) {
    struct helper *helper = &team->helper[team->helpers];
    *helper = (struct helper){.team = team, .member = team->helpers + 1};
    if (pthread_create(&helper->thread, NULL, help, helper) == 0) continue;
    kernel_team_free(team);
    return NULL;
  }
  return team;
}

// Waits for the helpers' last items. One that the system has interrupted in a brief one would go on when its
// processor's other work lets it, in some milliseconds: it is fetched to the caller's processor, which the caller
// leaves to it.
static void wait_for_end(struct kernel_team *team) {
  for (int look = 0; look < looks; look++) {
    if (atomic_load(&team->unfinished) == 0) return;
    breathe();
  }
  if (team->brief) {
    bind_helpers(team, true);
    team->is_spread = false;
  }
  pthread_mutex_lock(&team->mutex);
  atomic_store(&team->caller_sleeps, true);
  while (atomic_load(&team->unfinished) > 0) pthread_cond_wait(&team->finished, &team->mutex);
  atomic_store(&team->caller_sleeps, false);
  pthread_mutex_unlock(&team->mutex);
}

void kernel_team_share(struct kernel_team *team, int items, void (*work)(void *context, int item, int member),
                       void *context) {
  if (team->brief && !team->is_spread) {
    bind_helpers(team, false);
    team->is_spread = true;
  }
  team->work = work;
  team->context = context;
  atomic_store(&team->unfinished, items);
  atomic_store(&team->items, (uint64_t)items);
  wake_helpers(team);
  for (int item = take(team, true); item >= 0; item = take(team, true)) {
    work(context, item, 0);
    atomic_fetch_sub(&team->unfinished, 1);
  }
  wait_for_end(team);
}

long kernel_thread_interruptions(void) {
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

void kernel_team_free(struct kernel_team *team) {
  atomic_store(&team->ends, true);
  wake_helpers(team);
  for (int k = 0; k < team->helpers; k++) pthread_join(team->helper[k].thread, NULL);
  pthread_cond_destroy(&team->wakes);
  pthread_cond_destroy(&team->finished);
  pthread_mutex_destroy(&team->mutex);
  free(team);
}
