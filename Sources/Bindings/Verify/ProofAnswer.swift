/// What a proof says to the question whether a network is robust.
struct ProofAnswer {
  let isProved: Bool
  /// Why "robust" says little, where the constraints leave no input.
  let reason: String?

  init(_ isProved: Bool, leavesNoInput: Bool = false) {
    self.isProved = isProved
    reason = isProved && leavesNoInput ? "no admissible input" : nil
  }
}
