/// The world said no: a missing or damaged file, an absent solver, a full disk.
///
/// In Lua it becomes the pair `nil, message`, made for `assert`. The message names the file or component first.
public struct OutsideFailure: Error, CustomStringConvertible {
  /// One sentence without a final full stop, beginning with the file or component concerned.
  public let message: String

  /// Makes a failure with a message that names the file or component and what was expected of it.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
