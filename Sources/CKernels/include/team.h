#pragma once
#include <stdbool.h>

/// Threads that help the one that gives them work. Between two pieces of work they watch for the next one for some
/// microseconds, and then sleep.
struct kernel_team;

/// A team of `members`, the caller included; NULL where the system has no room for the threads.
///
/// Where items take microseconds, `brief`, the helpers are kept on other processors than the caller's, and one that the
/// system interrupts in an item comes to the caller's to finish it.
struct kernel_team *kernel_team_create(int members, bool brief);

/// Calls `work` once for each item from 0 to before `items`, by the caller, which is member 0, from the first on and by
/// the helpers from the last on, and returns when all calls have. A helper that comes late does less, and nobody waits
/// for one that does not come. Mostly the same items go to the same member, in whose cache is what they need.
void kernel_team_share(struct kernel_team *team, int items, void (*work)(void *context, int item, int member),
                       void *context);

/// How often the system has taken the processor from the calling thread for the sake of others.
long kernel_thread_interruptions(void);

/// Ends the threads. No work may be under way.
void kernel_team_free(struct kernel_team *team);
