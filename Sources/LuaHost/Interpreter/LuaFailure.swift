import CLua
import CLuaBridge

/// A Lua error on its way through Swift: the original error value, its message and where it came from.
///
/// Thrown out of a native function, it is the same Lua error again.
///
/// `@unchecked Sendable` because errors must be: like everything of an interpreter, it is only used on the thread that
/// runs the interpreter.
public struct LuaFailure: Error, CustomStringConvertible, @unchecked Sendable {
  /// The error value as text, with the position when Lua put one before it.
  public let message: String
  /// The message followed by the calls that led to it, the script's own first.
  public let traceback: String
  /// Whether this is Ctrl-C, or what came of it.
  public let isInterrupt: Bool
  private let value: LuaReference

  /// Takes the error value from the stack.
  init(onTopOf state: OpaquePointer, status: Int32, host: HostState) {
    value = LuaReference(-1, on: state)
    isInterrupt = host.host.pointee.raised != 0 && host.host.pointee.pending == VNN_INTERRUPTED
    message = Traceback.text(of: -1, on: state)
    traceback = host.traceback ?? message
    host.traceback = nil
    vnn_pop(state, 1)
  }

  /// The message.
  public var description: String { message }

  func pushValue(on state: OpaquePointer) { value.push(on: state) }
}
