import LuaHost
import Networks
import Verification

/// A native object that may prove a network robust by itself. An encoding needs a solution beside it.
protocol RobustnessProof: LuaObject {
  /// Whether it proves that `network` is robust, and perhaps for which problem.
  func provesRobust(_ network: Network, _ question: Problem?) throws -> ProofAnswer
}

extension LuaType where Object: RobustnessProof {
  /// Adds the method `proves_robust(network, problem?)`.
  func provesRobust() {
    method("proves_robust") { object, call in
      call.push(try object.provesRobust(try call.object(1), try call.optionalBoxed(2)))
    }
  }
}

extension Call {
  /// Pushes the answer of a proof: whether it is one, and of what kind.
  func push(_ answer: ProofAnswer) -> Int {
    push(answer.isProved) + (answer.reason.map { push($0) } ?? 0)
  }

  /// Whether what is at `position` proves that `network` is robust for `problem`, an encoding by the solution at
  /// `solutionPosition`; nil for whatever is no proof. Classes are told by their identity, so that nothing which a script
  /// can assign takes part.
  func proofAnswer(
    _ position: Int, _ network: Network, _ problem: Problem, solutionAt solutionPosition: Int
  ) throws -> ProofAnswer? {
    if let bounds = objectIfAny(position, as: NetworkBounds.self) { return try bounds.provesRobust(network, problem) }
    if let search = objectIfAny(position, as: NetworkSearch.self) { return try search.provesRobust(network, problem) }
    if let relaxation = objectIfAny(position, as: NetworkRelaxation.self) {
      return try relaxation.provesRobust(network, problem)
    }
    if let comparison = objectIfAny(position, as: NetworkComparison.self) {
      return try comparison.provesRobust(network, problem)
    }
    if let encoding = objectIfAny(position, as: NetworkEncoding.self) {
      return try encoding.provesRobust(network, problem, by: try boxed(solutionPosition))
    }
    return nil
  }
}
