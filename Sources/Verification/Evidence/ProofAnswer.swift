/// What a finding says to the question whether a network is robust.
public struct ProofAnswer: Sendable, Equatable {
  /// Whether it proves it.
  public let isProved: Bool
  /// Why "robust" says little, where the constraints leave no input.
  public let reason: String?
}
