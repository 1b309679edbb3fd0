import LuaHost
import Networks
import Verification

/// A native object that may prove a network robust by itself. An encoding needs a solution beside it.
protocol RobustnessProof: LuaObject {
  associatedtype Finding: MarginBounding
  /// What it found out, and about which question.
  var finding: Certified<Finding> { get }
}

extension LuaType where Object: RobustnessProof {
  /// Adds the method `proves_robust(network, problem?)`.
  func provesRobust() {
    method("proves_robust") { object, call in
      call.push(try object.finding.provesRobust(try call.object(1), try call.optionalBoxed(2)))
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
    func answer<Object: RobustnessProof>(_: Object.Type) throws -> ProofAnswer? {
      try objectIfAny(position, as: Object.self)?.finding.provesRobust(network, problem)
    }
    if let encoding = objectIfAny(position, as: NetworkEncoding.self) {
      return try encoding.finding.solved(by: try boxed(solutionPosition)).provesRobust(network, problem)
    }
    return try answer(NetworkBounds.self) ?? answer(NetworkSearch.self) ?? answer(NetworkRelaxation.self)
      ?? answer(NetworkDifference.self)
  }
}
