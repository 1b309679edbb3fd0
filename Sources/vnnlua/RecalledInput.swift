/// A walk through the history: what is shown of it now, and what was typed before.
struct RecalledInput {
  private(set) var text: String
  private let typed: String
  private let prefix: String
  private var position: Int

  /// Begins at what was `typed`, after the last of the inputs; only those with `prefix` are shown.
  init(_ typed: String, prefix: String, after count: Int) {
    text = typed
    self.typed = typed
    self.prefix = prefix
    position = count
  }

  /// Goes to the next input before (-1) or after (1) the one shown that is another one. False where there is none.
  mutating func step(_ direction: Int, in inputs: [String]) -> Bool {
    var next = position + direction
    while inputs.indices.contains(next), !inputs[next].hasPrefix(prefix) || inputs[next] == text { next += direction }
    guard next >= 0, position < inputs.count || direction < 0 else { return false }
    position = min(next, inputs.count)
    text = position < inputs.count ? inputs[position] : typed
    return true
  }
}
