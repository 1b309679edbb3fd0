import Embedding
import Essentials
import Interchange
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// `vnn.verify`: problems, bounds, encodings, attacks and the recheck.
enum VerifyModule {
  static let name = "vnn.verify"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("norms", .array(Norm.names.map { .string($0) }))
      module.constant("bound_methods", .array(BoundMethod.names.map { .string($0) }))
      module.constant(
        "element_types", .array(VNNLIBElementType.supported.map { .string($0.rawValue) }))
      module.function("problem") { call in call.push(boxed: try call.options(1) { try Problem(reading: $0) }) }
      module.function("load_property") { call in call.push(boxed: try VNNLIBFile.read(try call.string(1))) }
      module.function("property") { call in
        call.push(boxed: try VNNLIBProperty(try call.boxed(2), of: try call.object(1)))
      }
      module.function("condition") { call in call.push(boxed: try OutputCondition(reading: call, 1)) }
      module.function("load_problem") { call in call.push(boxed: try Problem.read(try call.string(1))) }
      module.function("bounds") { call in
        let question = try call.question()
        let (name, usesBox, start, shouldStop) = try call.options(3) { options in
          (
            try options.string("method", oneOf: BoundMethod.names, default: BoundMethod.backward.name),
            try options.string("over", oneOf: ["region", "box"], default: "region") == "box", try options.bounds(),
            try options.stopping()
          )
        }
        let bounds = try question.bounds(
          by: BoundMethod.named(name) ?? .backward, usesBox: usesBox, from: start, shouldStop: shouldStop)
        return call.push(NetworkBounds(bounds, method: name))
      }
      module.function("load_bounds") { call in
        let question = try call.question()
        return call.push(try NetworkBounds(try PreactivationBounds.read(try call.string(3)), for: question))
      }
      module.function("encode") { call in
        let question = try call.question()
        var options = EncodingOptions()
        let bounds = try call.options(3) { table in
          options.encodesOutputs = try table.bool("outputs", default: false)
          options.formulation = try table.formulation()
          let objectives = EncodingObjective.allCases.map(\.rawValue)
          let objective = try table.string("objective", oneOf: objectives, default: objectives[0])
          options.objective = EncodingObjective(rawValue: objective) ?? .margin
          options.threshold = try table.double("threshold", default: options.threshold)
          return try table.bounds()
        }
        return call.push(NetworkEncoding(try question.encoding(from: bounds, options: options)))
      }
      module.function("relax") { call in
        let question = try call.question()
        let (bounds, depth, assumesTarget) = try call.options(3) { table in
          (try table.bounds(), try table.optionalInt("depth"), try table.bool("target", default: false))
        }
        return call.push(
          NetworkRelaxation(try question.relaxation(from: bounds, depth: depth, assumesTarget: assumesTarget)))
      }
      module.function("difference") { call in
        let question = try Question(try call.object(1), try call.boxed(3))
        return call.push(NetworkDifference(try question.difference(from: try call.object(2))))
      }
      module.function("check") { call in
        let network: Network = try call.object(1)
        let problem: Problem = try call.boxed(2)
        let candidate = try call.numberList(3)
        guard let witness = try Witness.confirmed(candidate, network: network, problem: problem) else {
          return call.pushNil()
        }
        return call.push(boxed: witness)
      }
      module.function("proves_robust") { call in
        let answer = try call.proofAnswer(1, try call.object(2), try call.boxed(3), solutionAt: 4)
        return answer.map(call.push) ?? call.pushNil()
      }
      module.function("evaluate") { call in
        call.push(boxed: try Witness(try call.numberList(3), network: try call.object(1), problem: try call.boxed(2)))
      }
      module.function("certify") { call in try call.certify() }
      module.function("attack", attack)
      module.function("branch_and_bound") { call in
        let question = try call.question()
        let (bounds, options) = try call.options(3) { table in
          (try table.bounds(), try BranchAndBoundOptions(reading: table))
        }
        return try NetworkSearch(try question.search(from: bounds, options: options)).run(call)
      }
    }
  }

  /// `verify.attack(network, problem, options)`: the best point that gradients find.
  private static func attack(_ call: Call) throws -> Int {
    let network: Network = try call.object(1)
    let problem: Problem = try call.boxed(2)
    var random = RandomSource(seed: 0)
    let (options, shouldStop) = try call.options(3) { table in
      var options = AttackOptions()
      if let names = try table.optionalStrings("methods") {
        options.methods = try names.map { name in
          guard let method = AttackMethod(rawValue: name) else {
            let known = AttackMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misuse("methods: expected some of \(known), got \(name)")
          }
          return method
        }
      }
      options.restarts = try table.int("restarts", default: options.restarts)
      options.steps = try table.int("steps", default: options.steps)
      options.threads = try table.int("threads", default: options.threads)
      random = RandomSource(seed: UInt64(bitPattern: Int64(try table.int("seed", default: 0))))
      return (options, try table.stopping())
    }
    let attack = try Attack(network, problem: problem, options: options)
    let result = try attack.run(using: &random, shouldStop: shouldStop)
    return call.push(try Tensor(result.point)) + call.push(result.margin)
  }
}

extension Call {
  /// The network and the problem at positions 1 and 2.
  fileprivate func question() throws -> Question { try Question(try object(1), try boxed(2)) }
}

extension TableReader {
  /// The options `formulation` and `partitions`; more than one part is a partition even where no formulation is named.
  func formulation() throws -> Formulation {
    let partitions = try optionalInt("partitions")
    if let partitions, partitions < 1 { throw Misuse("partitions: expected at least 1, got \(partitions)") }
    let name = try string("formulation", oneOf: Formulation.names, default: partitions ?? 1 > 1 ? "partition" : "big_m")
    return Formulation.named(name, partitions: partitions ?? 2) ?? .bigM
  }

  /// The option `bounds`.
  fileprivate func bounds() throws -> Certified<PreactivationBounds>? {
    try optionalObject("bounds", as: NetworkBounds.self)?.finding
  }
}
