/// Memory that ends: the C library's allocating functions, which end the process with a sentence once they are armed
/// and the system refuses memory. Without that every library, and Swift, would crash in a way of its own.
#pragma once

/// From now on a refused allocation writes `sentence`, which must live for good, to standard error and ends the process
/// with exit code 1.
void memory_guard_arm(const char *sentence);
