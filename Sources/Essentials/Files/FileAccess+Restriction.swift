import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The only directories in which files may be touched, resolved; nil for all.
private let allowedDirectories = Mutex<[String]?>(nil)

extension FileAccess {
  /// From now on, and for good, every function here refuses paths outside `directories`, whatever `..` and symbolic
  /// links they go through.
  ///
  /// - Throws: `OutsideFailure` when one of them is no directory.
  public static func restrict(to directories: [String]) throws {
    let resolved = try directories.map { directory in
      guard isDirectory(directory), let path = existing(directory) else {
        throw OutsideFailure("\(directory): is not a directory")
      }
      return path
    }
    allowedDirectories.withLock { $0 = resolved }
  }

  /// Whether paths are restricted.
  public static var isRestricted: Bool { allowedDirectories.withLock { $0 != nil } }

  /// What to open for `path`: the path itself, or without symbolic links where paths are restricted.
  ///
  /// - Throws: `OutsideFailure` when it lies outside the allowed directories.
  public static func permitted(_ path: String) throws -> String {
    guard let allowed = allowedDirectories.withLock({ $0 }) else { return path }
    guard let resolved = resolve(path),
      allowed.contains(where: { resolved == $0 || resolved.hasPrefix($0 == "/" ? $0 : $0 + "/") })
    else {
      throw OutsideFailure("\(path): is outside the directories that the sandbox allows (see --allow-dir)")
    }
    return resolved
  }

  /// The absolute path without links, of something that need not exist yet; nil when that cannot be told.
  private static func resolve(_ path: String) -> String? {
    if let real = existing(path) { return real }
    var information = stat()
    // A link that leads nowhere would be followed when a file is made.
    guard !path.isEmpty, !path.utf8.contains(0), lstat(path, &information) != 0, errno == ENOENT else { return nil }
    let trimmed = path.last == "/" ? String(path.dropLast()) : path
    let slash = trimmed.lastIndex(of: "/")
    let name = slash.map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
    guard !["", ".", ".."].contains(name) else { return nil }
    let parent = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
    return resolve(parent).map { $0 == "/" ? "/" + name : $0 + "/" + name }
  }

  private static func existing(_ path: String) -> String? {
    guard !path.utf8.contains(0), let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
