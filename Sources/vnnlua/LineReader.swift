/// What reading a line can lead to.
enum LineResult {
  /// A line without its line feed.
  case line(String)
  /// The input ended.
  case end
  /// Ctrl-C: the line is given up.
  case interrupted
}

/// A source of lines for the prompt.
protocol LineReader {
  /// Whether a person types the lines.
  var isTerminal: Bool { get }
  /// The next line; `earlier` are the lines before it of the same input.
  func next(prompt: String, after earlier: String) -> LineResult
  /// Adds a whole input to the history, which is saved.
  func remember(_ text: String)
}

/// Lines from a pipe or file, without a prompt.
struct PipedLines: LineReader {
  let isTerminal = false

  func next(prompt: String, after earlier: String) -> LineResult {
    readLine(strippingNewline: true).map { .line($0) } ?? .end
  }

  func remember(_ text: String) {}
}
