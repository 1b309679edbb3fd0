/// What is known about a problem in the end, everywhere: in the API, in results and in exit codes.
public enum Verdict: String, Sendable, CaseIterable {
  /// A witness passed the recheck.
  case adversarial
  /// The input itself passes it: no search was needed.
  case alreadyAdversarial = "already_adversarial"
  /// Proved on the dense network: by bounds, or by its finished MILP.
  case robust
  /// Everything else: a finished pruned model proves nothing, and neither does a time limit.
  case unknown
}
