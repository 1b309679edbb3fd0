#pragma once

/// Threads that wait for work beside the one that gives it. Between two pieces of work they watch for the next one for
/// some microseconds, and then sleep.
struct kernel_team;

/// A team of `members`, the caller included; NULL where the system has no room for the threads.
struct kernel_team *kernel_team_create(int members);

/// Calls `work` once for each member from 0, which is the caller, and returns when all calls have.
void kernel_team_run(struct kernel_team *team, void (*work)(void *context, int member), void *context);

/// Ends the threads. No work may be under way.
void kernel_team_free(struct kernel_team *team);
