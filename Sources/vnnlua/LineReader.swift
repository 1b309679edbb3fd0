/// A source of lines for the prompt.
protocol LineReader {
  /// Whether a person types the lines.
  var isTerminal: Bool { get }
  /// The next line; `earlier` are the lines before it of the same input.
  func next(prompt: String, after earlier: String) -> LineResult
  /// Adds a whole input to the history, which is saved.
  func remember(_ text: String)
}
