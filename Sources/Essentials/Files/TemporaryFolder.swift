import CWalls
import Glibc
import Synchronization

/// The folders that are there now, to be removed when the process exits with them: `os.exit` ends no object.
private let folders = Mutex<[String: Int32]>([:])

/// An empty folder of its own under `$TMPDIR`, removed with everything in it when the object goes, or the process exits.
public final class TemporaryFolder {
  /// Where it is.
  public let path: String

  /// Where temporary folders are made.
  public static var parent: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// Makes the folder.
  ///
  /// - Throws: `OutsideFailure` when it cannot be made.
  public init() throws {
    let parent = TemporaryFolder.parent
    path = "\(parent)/vnnlua-\(FileAccess.randomName())"
    // Held, so that the folder is removed from where it was made.
    let descriptor = try FileAccess.open(parent, WALLS_PATH_ONLY | O_DIRECTORY, orSay: "no folder can be made in it")
    guard mkdirat(descriptor, AllowedFolder.split(path).name, 0o700) == 0 else {
      defer { close(descriptor) }
      throw FileAccess.failure(parent, "no folder can be made in it")
    }
    let isFirst = folders.withLock { folders in
      defer { folders[path] = descriptor }
      return folders.isEmpty
    }
    if isFirst { atexit { TemporaryFolder.removeAll() } }
  }

  deinit { TemporaryFolder.remove(path) }

  /// Removes all that are there, for a process that ends with them.
  public static func removeAll() { for path in folders.withLock({ $0.keys }) { remove(path) } }

  private static func remove(_ path: String) {
    guard let parent = folders.withLock({ $0.removeValue(forKey: path) }) else { return }
    removeAll(AllowedFolder.split(path).name, in: parent)
    close(parent)
  }

  /// Removes what is called `name` in a folder; links are removed, not followed. What cannot be removed stays.
  private static func removeAll(_ name: String, in folder: Int32) {
    let descriptor = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      unlinkat(folder, name, 0)
      return
    }
    for inner in FileAccess.names(in: descriptor) ?? [] { removeAll(inner, in: descriptor) }
    close(descriptor)
    unlinkat(folder, name, AT_REMOVEDIR)
  }
}
