/// What a program says is none of the protocol.
struct PipeBreach: Error {
  /// What was expected and what came.
  let text: String
}
