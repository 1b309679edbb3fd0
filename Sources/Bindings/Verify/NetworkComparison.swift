import Essentials
import LuaHost
import MILP
import Networks
import Verification

/// How far a network's margin can be above that of a pruned copy, and what a bound of the copy's margin then says about
/// the network itself: `verify.difference`.
final class NetworkComparison: RobustnessProof {
  static let luaTypeName = "vnn.Difference"
  private let proof: Proof
  private let embedded: Network
  /// By how much the dense network's margin can exceed the embedded one's, anywhere in the region.
  private let bound: Double
  /// The best that is known of the embedded network's largest margin.
  private var embeddedBound = Double.infinity

  init(_ dense: Network, _ embedded: Network, _ problem: Problem) throws {
    try problem.check(dense)
    try problem.check(embedded)
    if let number = problem.constraints.firstIndex(where: { !$0.outputs.isEmpty }) {
      throw Misuse(
        "verify.difference: constraint \(number + 1) is about outputs, which the networks compute differently: expected "
          + "constraints on inputs only")
    }
    let difference = try NetworkDifference(dense, embedded, over: problem.region)
    proof = try Proof(dense, problem)
    self.embedded = try embedded.copy()
    bound = try problem.rivals(outputCount: dense.outputCount).reduce(-.infinity) { most, rival in
      let weights = problem.marginWeights(rival: rival, outputCount: dense.outputCount)
      return max(most, try difference.upperBound(outputWeights: weights))
    }
  }

  var luaByteCount: Int { proof.network.luaByteCount + embedded.luaByteCount }

  /// No margin of the dense network is larger.
  private var marginBound: Double { (bound + embeddedBound).nextUp }

  func provesRobust(_ network: Network, _ question: Problem?) throws -> ProofAnswer {
    ProofAnswer(proof.provesRobust(network, question, marginBound: marginBound))
  }

  static func describe(_ type: LuaType<NetworkComparison>) {
    type.field("bound") { comparison, call in call.push(comparison.bound) }
    type.method("conclude") { comparison, call in
      try comparison.conclude(call)
      return call.push(comparison.marginBound)
    }
    type.provesRobust()
    type.text { "Difference(at most \($0.bound))" }
  }

  /// `search` or `encoding, solution`, of the embedded network and this problem.
  private func conclude(_ call: Call) throws {
    let about: Proof
    let known: Double?
    if let search = call.objectIfAny(1, as: NetworkSearch.self) {
      (about, known) = (search.proof, search.marginBound)
    } else {
      let encoding: NetworkEncoding = try call.object(1)
      (about, known) = (encoding.proof, try encoding.marginBound(try call.boxed(2)))
    }
    guard about.network.hasSameParameters(as: embedded), about.problem.covers(proof.problem) else {
      throw call.failure(1, "expected a search or an encoding of the embedded network and the same problem")
    }
    if let known { embeddedBound = min(embeddedBound, known) }
  }
}
