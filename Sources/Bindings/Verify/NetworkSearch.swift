import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// A branch and bound and what it found out: `verify.branch_and_bound`.
final class NetworkSearch: RobustnessProof {
  static let luaTypeName = "vnn.Search"
  let finding: Certified<BranchAndBound>

  /// A search that has not begun.
  init(_ finding: Certified<BranchAndBound>) { self.finding = finding }

  private var result: BranchAndBoundResult { finding.content.result }
  var luaByteCount: Int { finding.question.network.luaByteCount + 8 * result.point.count }

  /// Searches until the question is settled, a limit is reached, or Ctrl-C.
  func run(_ call: Call) throws -> Int {
    try call.answeringInterrupts { try finding.run { Interrupt.isRequested } }
    if result.status == .stopped { call.acknowledgeInterrupt() }
    return call.push(self)
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
      try search.finding.content.limit(time: timeLimit, nodes: nodeLimit)
      return try search.run(call)
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
    isRecorded = try table.bool("certificate", default: false)
    condition = try table.optionalObject("condition", as: Box<OutputCondition>.self)?.value
    let branchings = Branching.allCases.map(\.rawValue)
    branching = Branching(rawValue: try table.string("branching", oneOf: branchings, default: "automatic")) ?? branching
    fewNeurons = try table.int("few_neurons", default: fewNeurons)
    solveProgram = ProgramSolving.solve
    iterations = try table.int("iterations", default: iterations)
    rootIterations = try table.optionalInt("root_iterations")
    threads = try table.int("threads", default: threads)
    probes = try table.int("probes", default: probes)
    tighteningDepth = try table.int("tightening_depth", default: tighteningDepth)
    stepSize = try table.double("step_size", default: stepSize)
    stepDecay = try table.double("step_decay", default: stepDecay)
  }
}
