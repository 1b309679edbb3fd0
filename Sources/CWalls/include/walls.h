/// The walls that the kernel puts around a sandbox: openat2, Landlock and seccomp.
///
/// Functions return 0 or a descriptor on success and a negative `errno` otherwise; they allocate nothing of their own
/// and take nothing back.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// O_PATH, which the system's headers do not show to Swift: a descriptor that only stands for what was opened.
#define WALLS_PATH_ONLY 010000000

/// Opens `path` relative to the descriptor `folder`, from which neither `..` nor a link leads away (openat2 with
/// RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS, Linux 5.6).
///
/// - Returns: a descriptor; -EXDEV when the path leads out.
int walls_open_beneath(int folder, const char *path, int flags, unsigned mode);

/// What may be done with a file, or with everything in a folder.
enum walls_right {
  /// Read files and list folders.
  WALLS_READ,
  /// Also write, make, rename and remove files and folders, but make no links, devices, pipes or sockets.
  WALLS_WRITE,
  /// Remove empty folders.
  WALLS_REMOVE_FOLDERS,
};

/// What may be done with the file or folder that `descriptor` stands for.
struct walls_rule {
  int descriptor;
  enum walls_right right;
};

/// The version of Landlock's interface that the kernel has; 0 when it has none, or it is switched off.
int walls_landlock_version(void);

/// From now on this thread, and those that it starts, reach only the files in `rules`, bind and connect no TCP socket,
/// and send signals to no process outside, as far as the kernel's Landlock knows these rights.
int walls_restrict_files(const struct walls_rule *rules, size_t count);

/// Whether the kernel filters system calls.
int walls_has_filter(void);

/// From now on all threads of this process get EPERM for system calls that a sandbox has no use for: sockets, new
/// programs and processes, tracing, other processes' memory and signals, io_uring, mounts and namespaces, links, rights
/// of files, kernel modules, clocks, and limits. Threads can be started. With `accepts`, sockets that listen by now may
/// still be connected to.
int walls_filter_calls(int accepts);

/// The version of libseccomp, such as 2.5.4, in three numbers.
void walls_filter_version(unsigned version[3]);
