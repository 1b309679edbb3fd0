/// Lines from a pipe or file, without a prompt.
struct PipedLines: LineReader {
  let isTerminal = false

  func next(prompt: String, after earlier: String) -> LineResult {
    readLine(strippingNewline: true).map { .line($0) } ?? .end
  }

  func remember(_ text: String) {}
}
