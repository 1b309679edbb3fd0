/// A chunk that is not Lua.
public struct SyntaxFailure: Error, CustomStringConvertible {
  /// Lua's message, with the position.
  public let message: String
  /// The message followed by the line and a caret.
  public let report: String

  /// Whether the chunk could become valid by going on: it ended too early.
  public var isIncomplete: Bool { message.hasSuffix("near <eof>") }

  /// The report.
  public var description: String { report }
}
