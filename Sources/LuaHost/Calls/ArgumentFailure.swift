/// A wrong argument; the function's name is put before it where it is reported.
@usableFromInline
struct ArgumentFailure: Error {
  /// The 1-based position as the script's author counts, without `self`; 0 is `self`.
  let position: Int
  /// "expected number, got nil"
  let text: String

  init(_ position: Int, _ text: String) {
    self.position = position
    self.text = text
  }

  var message: String { position == 0 ? text : "argument \(position): \(text)" }
}
