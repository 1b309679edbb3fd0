/// What a finding says to the question whether a network is robust.
public struct ProofAnswer: Sendable, Equatable {
  /// Whether it proves it.
  public let isProved: Bool
  /// Why "robust" says little, where the constraints leave no input.
  public let reason: String?

  /// The answer of a finding that cannot give one.
  static let none = ProofAnswer(marginBound: nil, leavesNoInput: false)

  /// The answer of a bound that no margin exceeds: a tie is no proof.
  package init(marginBound: Double?, leavesNoInput: Bool) {
    isProved = (marginBound ?? .infinity) < 0
    reason = isProved && leavesNoInput ? "no admissible input" : nil
  }
}
