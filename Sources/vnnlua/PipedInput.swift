/// Inputs from a pipe or file, without a prompt.
final class PipedInput: InputReader {
  let isTerminal = false

  func next(prompt: String, isUnfinished: @escaping (String) -> Bool) -> Input {
    guard var text = readLine(strippingNewline: true) else { return .end }
    // What is unfinished at the end of the input is worth its message.
    while isUnfinished(text), let line = readLine(strippingNewline: true) { text += "\n" + line }
    return .text(text)
  }
}
