/// A mistake in the calling program: a wrong type, shape or range, or an object used after its time.
///
/// In Lua it becomes `error()`, blamed on the script's own line. The message states what was expected and what came:
/// `matmul: inner sizes differ: 3x4 times 5x6`.
public struct Misuse: Error, CustomStringConvertible {
  /// One sentence without a final full stop.
  public let message: String

  /// Makes an error with a message that says what was expected and what came.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
