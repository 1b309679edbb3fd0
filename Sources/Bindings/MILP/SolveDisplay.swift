import Essentials
import LuaHost
import Synchronization

/// The line that shows in a notebook how a solve goes: `vnn.kernel.display` says what it is.
public enum SolveDisplay {
  private static let isOn = Atomic(false)

  /// Has every solve without an `on_progress` of its own shown from now on.
  public static func start() { isOn.store(true, ordering: .relaxed) }

  /// What is to be called with progress events; nil where nobody would see it.
  static func function(_ call: Call) throws -> LuaFunction? {
    guard isOn.load(ordering: .relaxed) else { return nil }
    guard case .function(let show)? = try call.libraryModule("vnn.kernel.display")["solve"] else {
      throw Misuse("vnn.kernel.display: expected a function 'solve'")
    }
    return show
  }
}
