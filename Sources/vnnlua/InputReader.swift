/// A source of inputs for the prompt. An input is what runs at once: a line, or several that belong together.
protocol InputReader: AnyObject {
  /// Whether a person types the inputs.
  var isTerminal: Bool { get }
  /// The next input. It goes on over further lines while `isUnfinished` says so of what is there.
  func next(prompt: String, isUnfinished: @escaping (String) -> Bool) -> Input
}
