import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folders that are there now, to be removed when the process exits with them: `os.exit` ends no object.
private let folders = Mutex<Set<String>>([])

/// An empty folder of its own under `$TMPDIR`, removed with everything in it when the object goes, or the process exits.
public final class TemporaryFolder {
  /// Where it is.
  public let path: String

  /// Makes the folder.
  ///
  /// - Throws: `OutsideFailure` when it cannot be made.
  public init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(try FileAccess.permitted("\(parent)/vnnlua-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw FileAccess.failure(parent, "no folder can be made in it") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isFirst = folders.withLock { folders in
      defer { folders.insert(path) }
      return folders.isEmpty
    }
    if isFirst { atexit { for path in folders.withLock({ $0 }) { TemporaryFolder.remove(path) } } }
  }

  deinit {
    folders.withLock { _ = $0.remove(path) }
    TemporaryFolder.remove(path)
  }

  /// Removes what is at `path`; links are removed, not followed. What cannot be removed stays.
  private static func remove(_ path: String) {
    var information = stat()
    guard lstat(path, &information) == 0 else { return }
    guard information.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in (try? FileAccess.list(path)) ?? [] { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
