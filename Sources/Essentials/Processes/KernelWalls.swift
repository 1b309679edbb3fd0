import CWalls
import Glibc

/// The second wall of a sandbox, which the kernel puts around the whole process: should native code be turned against its
/// user, it still reaches no file, program, process or machine that the sandbox has no use for.
///
/// Landlock (M. Salaün, kernel documentation `userspace-api/landlock`) says which files there are, seccomp
/// (`userspace-api/seccomp_filter`, by libseccomp) which system calls.
public enum KernelWalls {
  /// The version of the kernel's interface to Landlock; nil when the kernel has none, or it is switched off.
  public static var landlockVersion: Int? {
    let version = Int(walls_landlock_version())
    return version > 0 ? version : nil
  }

  /// The version of libseccomp, such as `2.5.4`; nil when the kernel filters no system calls.
  public static var filterVersion: String? {
    guard walls_has_filter() != 0 else { return nil }
    var numbers: [UInt32] = [0, 0, 0]
    walls_filter_version(&numbers)
    return numbers.map(String.init).joined(separator: ".")
  }

  /// What libraries, the loader, the C library and the prompt may want to read. `/proc/self/mem` and its kind are not in it.
  private static let systemFiles = [
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime", "/etc/terminfo",
    "/usr/share/locale", "/usr/share/zoneinfo", "/usr/share/terminfo", "/sys/devices/system", "/proc/cpuinfo",
    "/proc/meminfo", "/proc/self/maps", "/proc/self/stat", "/proc/self/statm", "/proc/self/status",
    "/proc/sys/vm/overcommit_memory", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
  ]

  /// Puts up the walls, for good, around the calling thread and all that it starts: the folders that
  /// `FileAccess.restrict` allows may be read and written, `systemFiles` and `readable` only read. Call it before another
  /// thread is started.
  ///
  /// - Parameters:
  ///   - readable: files and folders that may be read as well; those that are not there are left out.
  ///   - removable: folders from which empty folders may be removed.
  ///   - accepts: whether others may still connect to sockets that listen by now.
  /// - Returns: what this kernel cannot do, one phrase for each wall that is missing.
  /// - Throws: `OutsideFailure` when a wall that the kernel has cannot be put up.
  public static func enter(readable: [String], removable: [String] = [], accepts: Bool = false) throws -> [String] {
    var missing: [String] = []
    if landlockVersion != nil {
      try restrictFiles(readable: readable, removable: removable)
    } else {
      missing.append("has no Landlock")
    }
    if filterVersion != nil {
      let result = walls_filter_calls(accepts ? 1 : 0)
      guard result == 0 else { throw failure("seccomp", result) }
    } else {
      missing.append("filters no system calls")
    }
    return missing
  }

  private static func restrictFiles(readable: [String], removable: [String]) throws {
    var rules = FileAccess.allowedDescriptors.map { walls_rule(descriptor: $0, right: WALLS_WRITE) }
    let kept = rules.count
    defer { for rule in rules[kept...] { close(rule.descriptor) } }
    for (paths, right) in [(systemFiles + readable, WALLS_READ), (removable, WALLS_REMOVE_FOLDERS)] {
      for path in paths {
        let descriptor = open(path, WALLS_PATH_ONLY | O_CLOEXEC)
        if descriptor >= 0 { rules.append(walls_rule(descriptor: descriptor, right: right)) }
      }
    }
    let result = walls_restrict_files(rules, rules.count)
    guard result == 0 else { throw failure("Landlock", result) }
  }

  private static func failure(_ wall: String, _ result: Int32) -> OutsideFailure {
    OutsideFailure("sandbox: \(wall) refuses: \(String(cString: strerror(-result)))")
  }
}
