import CWalls
import Glibc
import Synchronization

/// What a sandbox allows.
private struct Restriction {
  let folders: [AllowedFolder]
  /// The folder that relative paths begin in.
  let start: String
  /// Files larger than this many bytes are not read.
  let byteLimit: Int
}

/// nil as long as files anywhere may be touched.
private let restriction = Mutex<Restriction?>(nil)

// Everything that opens, makes, renames or removes a file in this program does it by `open` or `inFolder` below, so that
// there is one place in which a sandbox is to be right.
extension FileAccess {
  /// From now on, and for good, every function here works in `directories` only, whatever `..` and symbolic links are
  /// in a path, and whatever happens to those paths meanwhile: the directories are opened now, and files in them are
  /// opened from there by `openat2` with RESOLVE_BENEATH. Devices, pipes and sockets are refused.
  ///
  /// - Parameter byteLimit: files larger than this are not read.
  /// - Throws: `OutsideFailure` when one of them is no directory, or the system has no `openat2`.
  public static func restrict(to directories: [String], byteLimit: Int = .max) throws {
    guard let current = getcwd(nil, 0) else { throw failure(".", "cannot be found") }
    defer { free(current) }
    let start = String(cString: current)
    let folders = try directories.map { try AllowedFolder($0, from: start) }
    // Once, so that a system without it is not found out file by file.
    let root = Glibc.open("/", WALLS_PATH_ONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(root) }
    let probe = walls_open_beneath(root, ".", WALLS_PATH_ONLY | O_DIRECTORY, 0)
    guard probe >= 0 else {
      errno = -probe
      throw failure("sandbox", "needs openat2, of Linux 5.6 or newer")
    }
    close(probe)
    restriction.withLock { $0 = Restriction(folders: folders, start: start, byteLimit: byteLimit) }
  }

  /// Whether paths are restricted.
  public static var isRestricted: Bool { restriction.withLock { $0 != nil } }

  /// The descriptors of the allowed directories; none where paths are not restricted.
  static var allowedDescriptors: [Int32] { restriction.withLock { $0?.folders.map(\.descriptor) ?? [] } }

  /// The lesser of `limit` and what a sandbox reads.
  static func readable(_ limit: Int) -> Int { min(limit, restriction.withLock { $0?.byteLimit ?? .max }) }

  /// Opens the file or directory at `path`; the caller closes it. The flags are those of `open`, and it is closed in
  /// programs that are started.
  ///
  /// - Parameter problem: what is said when it fails, before the system's reason.
  /// - Throws: `OutsideFailure` naming the path.
  public static func open(_ path: String, _ flags: Int32, orSay problem: String = "cannot be opened") throws -> Int32 {
    let descriptor = try descriptor(path, flags)
    guard descriptor < 0 else { return descriptor }
    errno = -descriptor
    throw failure(path, problem)
  }

  /// Opens as `open` does, and returns the negative `errno` where that fails.
  ///
  /// - Throws: `OutsideFailure` for what the sandbox does not allow.
  static func descriptor(_ path: String, _ flags: Int32) throws -> Int32 {
    try refuseZeroBytes(path)
    if let restriction = restriction.withLock({ $0 }) { return try descriptor(path, flags, restriction) }
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    return descriptor < 0 ? -errno : descriptor
  }

  /// Calls `body` with the descriptor of a directory and the name in it that stand for `path`, for the system calls that
  /// make, rename and remove names: they follow no link at the end of a path.
  ///
  /// - Throws: `OutsideFailure` when there is no such directory; what `body` throws.
  static func inFolder<Result>(of path: String, _ body: (Int32, String) throws -> Result) throws -> Result {
    try refuseZeroBytes(path)
    guard let restriction = restriction.withLock({ $0 }) else { return try body(AT_FDCWD, path) }
    let (parent, name) = AllowedFolder.split(AllowedFolder.absolute(path, from: restriction.start))
    guard !path.isEmpty, name != "", name != ".." else { throw outside(path) }
    let folder: Int32
    do { folder = try descriptor(parent, WALLS_PATH_ONLY | O_DIRECTORY, restriction) } catch { throw outside(path) }
    guard folder >= 0 else {
      errno = -folder
      throw failure(path, "cannot be reached")
    }
    defer { close(folder) }
    return try body(folder, name)
  }

  private static func descriptor(_ path: String, _ flags: Int32, _ restriction: Restriction) throws -> Int32 {
    let whole = AllowedFolder.absolute(path, from: restriction.start)
    let folded = AllowedFolder.folded(whole)
    // `..` leads where the links before it say, unless that is outside: then where the words say.
    for whole in whole == folded ? [whole] : [whole, folded] {
      for folder in restriction.folders {
        guard let rest = folder.rest(of: whole), !path.isEmpty else { continue }
        let isNamedOnly = flags & WALLS_PATH_ONLY != 0
        // A pipe without another end would be waited for.
        let more = isNamedOnly ? 0 : O_NONBLOCK | O_NOCTTY
        let descriptor = walls_open_beneath(folder.descriptor, rest, flags | more, 0o666)
        if descriptor >= 0 { return isNamedOnly ? descriptor : try plain(descriptor, path) }
        if descriptor != -EXDEV { return descriptor }
      }
    }
    throw outside(path)
  }

  /// `descriptor` if it is of a file or directory; others lead out of the file system.
  private static func plain(_ descriptor: Int32, _ path: String) throws -> Int32 {
    var information = stat()
    guard fstat(descriptor, &information) == 0, [S_IFREG, S_IFDIR].contains(information.st_mode & S_IFMT) else {
      close(descriptor)
      throw OutsideFailure("\(path): is neither a file nor a directory, and the sandbox opens nothing else")
    }
    return descriptor
  }

  private static func refuseZeroBytes(_ path: String) throws {
    guard !path.utf8.contains(0) else { throw OutsideFailure("a path with a zero byte in it leads nowhere") }
  }

  private static func outside(_ path: String) -> OutsideFailure {
    OutsideFailure("\(path): is outside the directories that the sandbox allows (see --allow-dir)")
  }
}
