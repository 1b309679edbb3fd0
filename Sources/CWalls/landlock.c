#define _GNU_SOURCE
#include "walls.h"

#include <errno.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The headers of Debian 12 know the second version of the interface only.
enum {
  ACCESS_TRUNCATE = 1 << 14,
  ACCESS_IOCTL_DEVICE = 1 << 15,
  NETWORK_BIND_TCP = 1 << 0,
  NETWORK_CONNECT_TCP = 1 << 1,
  SCOPE_ABSTRACT_SOCKET = 1 << 0,
  SCOPE_SIGNAL = 1 << 1,
};

struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

static const uint64_t on_files =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | ACCESS_TRUNCATE;

int walls_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : (int)version;
}

/// All rights of files that this version of Landlock can take away.
static uint64_t handled(int version) {
  uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all |= ACCESS_TRUNCATE;
  if (version >= 5) all |= ACCESS_IOCTL_DEVICE;
  return all;
}

static uint64_t rights(enum walls_right right) {
  const uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  switch (right) {
    case WALLS_READ: return read;
    case WALLS_WRITE:
      return read | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
             LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | ACCESS_TRUNCATE;
    case WALLS_REMOVE_FOLDERS: return LANDLOCK_ACCESS_FS_REMOVE_DIR;
  }
  return 0;
}

static int add(int ruleset, const struct walls_rule *rule, uint64_t all) {
  struct stat information;
  if (fstat(rule->descriptor, &information) != 0) return -errno;
  uint64_t allowed = rights(rule->right) & all;
  if (!S_ISDIR(information.st_mode)) allowed &= on_files;
  struct landlock_path_beneath_attr beneath = {.allowed_access = allowed, .parent_fd = rule->descriptor};
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 ? 0 : -errno;
}

int walls_restrict_files(const struct walls_rule *rules, size_t count) {
  int version = walls_landlock_version();
  if (version == 0) return -ENOSYS;
  const uint64_t all = handled(version);
  struct ruleset attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.handled_access_fs = all;
  if (version >= 4) attributes.handled_access_net = NETWORK_BIND_TCP | NETWORK_CONNECT_TCP;
  if (version >= 6) attributes.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
  // The record has grown with the versions, and older kernels refuse one that is longer than theirs.
  size_t size = version >= 6 ? sizeof attributes : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (ruleset < 0) return -errno;
  int result = 0;
  for (size_t index = 0; index < count && result == 0; index++) result = add(ruleset, &rules[index], all);
  if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) result = -errno;
  if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) result = -errno;
  close(ruleset);
  return result;
}
