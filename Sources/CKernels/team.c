#define _GNU_SOURCE
#include "include/team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

// How often a helper looks for work before it sleeps, and a caller for the end before it lets others run: some tens of
// microseconds, more than what lies between two pieces of work.
enum {
  looks = 4000
};

struct helper {
  struct kernel_team *team;
  pthread_t thread;
  int member;
};

struct kernel_team {
  atomic_uint round;
  atomic_int busy, asleep;
  bool ends;
  void (*work)(void *, int);
  void *context;
  pthread_mutex_t mutex;
  pthread_cond_t wakes;
  int helpers;
  struct helper helper[];
};

static void breathe(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void wait_for_round(struct kernel_team *team, unsigned seen) {
  for (int look = 0; look < looks; look++) {
    if (atomic_load(&team->round) != seen) return;
    breathe();
  }
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->asleep, 1);
  while (atomic_load(&team->round) == seen) pthread_cond_wait(&team->wakes, &team->mutex);
  atomic_fetch_sub(&team->asleep, 1);
  pthread_mutex_unlock(&team->mutex);
}

static void *help(void *argument) {
  const struct helper *own = argument;
  struct kernel_team *team = own->team;
  for (unsigned round = 0;; round++) {
    wait_for_round(team, round);
    if (team->ends) return NULL;
    team->work(team->context, own->member);
    atomic_fetch_sub(&team->busy, 1);
  }
}

// Binds a helper to the processors that the caller may use but does not run on. Otherwise both tend to stay on one: to
// the system they look as if they ran in turn.
static void move_away(pthread_t helper) {
  cpu_set_t processors;
  const int own = sched_getcpu();
  if (own < 0 || sched_getaffinity(0, sizeof processors, &processors) != 0) return;
  CPU_CLR(own, &processors);
  if (CPU_COUNT(&processors) > 0) pthread_setaffinity_np(helper, sizeof processors, &processors);
}

static void begin_round(struct kernel_team *team) {
  atomic_fetch_add(&team->round, 1);
  if (atomic_load(&team->asleep) == 0) return;
  pthread_mutex_lock(&team->mutex);
  pthread_cond_broadcast(&team->wakes);
  pthread_mutex_unlock(&team->mutex);
}

struct kernel_team *kernel_team_create(int members) {
  struct kernel_team *team = calloc(1, sizeof *team + (size_t)members * sizeof(struct helper));
  if (!team) return NULL;
  pthread_mutex_init(&team->mutex, NULL);
  pthread_cond_init(&team->wakes, NULL);
  for (; team->helpers + 1 < members; team->helpers++) {
    struct helper *helper = &team->helper[team->helpers];
    *helper = (struct helper){.team = team, .member = team->helpers + 1};
    if (pthread_create(&helper->thread, NULL, help, helper) == 0) {
      move_away(helper->thread);
      continue;
    }
    kernel_team_free(team);
    return NULL;
  }
  return team;
}

void kernel_team_run(struct kernel_team *team, void (*work)(void *context, int member), void *context) {
  team->work = work;
  team->context = context;
  atomic_store(&team->busy, team->helpers);
  begin_round(team);
  work(context, 0);
  for (int look = 0; atomic_load(&team->busy) > 0; look++) {
    if (look < looks) breathe();
    else sched_yield();
  }
}

void kernel_team_free(struct kernel_team *team) {
  team->ends = true;
  begin_round(team);
  for (int k = 0; k < team->helpers; k++) pthread_join(team->helper[k].thread, NULL);
  pthread_cond_destroy(&team->wakes);
  pthread_mutex_destroy(&team->mutex);
  free(team);
}
