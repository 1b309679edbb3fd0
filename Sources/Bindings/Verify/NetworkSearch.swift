import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// The outcome of a branch and bound, together with the network that it is about: `verify.branch_and_bound`.
final class NetworkSearch: RobustnessProof {
  static let luaTypeName = "vnn.Search"
  let proof: Proof
  private let search: BranchAndBound
  private var result: BranchAndBoundResult

  /// Runs the search; Ctrl-C ends it early.
  init(_ network: Network, _ problem: Problem, bounds: NetworkBounds?, options: BranchAndBoundOptions) throws {
    proof = try Proof(network, problem, restingOn: bounds?.proof)
    if proof.scope != .region, options.gap != nil {
      throw Misuse("verify.branch_and_bound: gap: expected bounds of the whole region, got those of \(proof.scope)")
    }
    search = try BranchAndBound(proof.network, problem: problem, bounds: bounds?.bounds, options: options)
    result = try search.run { Interrupt.isRequested }
    try checkConsistency()
  }

  /// - Throws: `Misuse` where a bound that is a proof is below the margin of a witness.
  private func checkConsistency() throws {
    guard let bound = result.refutedBound, let witness = result.witness, proof.isCertified else { return }
    throw Misuse(
      "verify.branch_and_bound: proved that no margin is above \(bound), and found a witness with a margin of at least "
        + "\(witness.marginLower) at \(witness.point): expected at most one of them, please report this")
  }

  /// No margin of the network over the admissible inputs is larger; nil where that is not known.
  var marginBound: Double? { proof.marginBound(result.bound) }

  var luaByteCount: Int { proof.network.luaByteCount + 8 * result.point.count }
  var isStopped: Bool { result.status == .stopped }

  func provesRobust(_ network: Network, _ question: Problem?) throws -> ProofAnswer {
    ProofAnswer(proof.provesRobust(network, question, marginBound: result.isProof ? result.bound : nil))
  }

  static func describe(_ type: LuaType<NetworkSearch>) {
    type.field("status") { search, call in call.push(search.result.status.rawValue) }
    type.field("bound") { search, call in call.push(search.result.bound) }
    type.field("margin") { search, call in call.push(search.result.margin) }
    type.field("point") { search, call in call.push(try Tensor(search.result.point)) }
    type.field("witness") { search, call in
      guard let witness = search.result.witness else { return call.pushNil() }
      return call.push(boxed: witness)
    }
    type.field("nodes") { search, call in call.push(search.result.nodes) }
    type.field("evaluations") { search, call in call.push(search.result.evaluations) }
    type.field("unstable") { search, call in call.push(search.result.unstable) }
    type.field("seconds") { search, call in call.push(search.result.seconds) }
    type.method("resume") { search, call in
      let (timeLimit, nodeLimit) = try call.options(1) { table in
        (try table.optionalDouble("time_limit_s"), try table.optionalInt("node_limit"))
      }
      search.result = try call.answeringInterrupts {
        try search.search.resume(timeLimit: timeLimit, nodeLimit: nodeLimit) { Interrupt.isRequested }
      }
      if search.isStopped { call.acknowledgeInterrupt() }
      try search.checkConsistency()
      return call.push(search)
    }
    type.provesRobust()
    type.text { search in
      "Search(\(search.result.status.rawValue), \(search.result.nodes) nodes, margin \(search.result.margin), "
        + "bound \(search.result.bound))"
    }
  }
}

extension BranchAndBoundOptions {
  /// The options of `verify.branch_and_bound` beside `bounds`.
  init(reading table: TableReader) throws {
    self.init()
    timeLimit = try table.optionalDouble("time_limit_s")
    nodeLimit = try table.optionalInt("node_limit")
    gap = try table.optionalDouble("gap")
    let branchings = Branching.allCases.map(\.rawValue)
    branching = Branching(rawValue: try table.string("branching", oneOf: branchings, default: "automatic")) ?? branching
    iterations = try table.int("iterations", default: iterations)
    rootIterations = try table.int("root_iterations", default: rootIterations)
    probes = try table.int("probes", default: probes)
    tighteningDepth = try table.int("tightening_depth", default: tighteningDepth)
    stepSize = try table.double("step_size", default: stepSize)
    stepDecay = try table.double("step_decay", default: stepDecay)
  }
}
