import Glibc
import Synchronization

/// The program vnnlua, to be started beside itself.
public enum OwnProgram {
  private static let isThisProcess = Atomic<Bool>(false)

  /// Says that this process is vnnlua; its `main` does.
  public static func declare() { isThisProcess.store(true, ordering: .relaxed) }

  /// What starts vnnlua as it is now, even if its file has been replaced since: this process's own file, or for another
  /// process, such as tests, the one beside its file. nil where there is none.
  public static var path: String? {
    let own = "/proc/self/exe"
    if isThisProcess.load(ordering: .relaxed) { return own }
    guard let real = realpath(own, nil) else { return nil }
    defer { free(real) }
    let sibling = AllowedFolder.split(String(cString: real)).parent + "/vnnlua"
    return access(sibling, X_OK) == 0 ? sibling : nil
  }
}
