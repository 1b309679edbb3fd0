import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// The MILP of a network and a problem: `verify.encode`.
final class NetworkEncoding: LuaObject {
  static let luaTypeName = "vnn.Encoding"
  let encoding: Encoding
  let problem: Problem
  /// What the model looked like when it was made; a proof must be about that model.
  private let revision: Int
  /// Whether the bounds in it were computed here, and not by a script.
  private let hasOwnBounds: Bool
  /// Whether the bounds in it are about counterexamples only.
  private let assumesCounterexample: Bool

  init(_ network: Network, _ problem: Problem, bounds: NetworkBounds?, options: EncodingOptions) throws {
    if let bounds { try bounds.check(network, problem, for: "verify.encode") }
    hasOwnBounds = bounds?.isCertified ?? true
    assumesCounterexample = bounds?.scope == .counterexamples
    if let scope = bounds?.scope, scope != .region, options.objective != .margin {
      throw Misuse("verify.encode: objective: expected bounds of the whole region, got those of \(scope)")
    }
    self.problem = problem
    encoding = try Encoding(
      try network.copy(), problem: problem, bounds: bounds?.bounds, options: options)
    revision = encoding.model.revision
  }

  var luaByteCount: Int { encoding.network.luaByteCount + encoding.model.luaByteCount }

  static func describe(_ type: LuaType<NetworkEncoding>) {
    type.field("model") { encoding, call in call.push(encoding.encoding.model) }
    type.field("inputs") { encoding, call in call.push(VariableArray(encoding.encoding.inputs)) }
    type.field("switches") { encoding, call in call.push(VariableArray(encoding.encoding.binaries)) }
    type.field("outputs") { encoding, call in
      let outputs = encoding.encoding.outputs
      guard !outputs.isEmpty else { return call.pushNil() }
      return call.push(VariableArray(outputs))
    }
    type.field("margin") { encoding, call in
      guard let margin = encoding.encoding.margin else { return call.pushNil() }
      return call.push(boxed: margin)
    }
    type.field("distance") { encoding, call in
      guard let distance = encoding.encoding.distance else { return call.pushNil() }
      return call.push(boxed: distance)
    }
    type.field("binaries") { encoding, call in call.push(encoding.encoding.record.binaries) }
    type.field("record") { encoding, call in call.push(encoding.encoding.record.description) }
    type.method("complete") { encoding, call in
      call.push(try Tensor(try encoding.encoding.completed(try call.numberList(1))))
    }
    type.method("pattern") { encoding, call in
      let point = try encoding.encoding.completed(try call.numberList(1))
      return call.push(encoding.encoding.binaries.map { point[$0.index] > 0.5 ? 1 : 0 })
    }
    type.method("proves_robust") { encoding, call in
      let solution: Solution = try call.boxed(1)
      guard try encoding.provesRobust(solution, try call.object(2), try call.optionalBoxed(3)) else {
        return call.push(false)
      }
      return call.push(true) + call.push(encoding.encoding.objective == .admissibility ? Call.noAdmissibleInput : nil)
    }
    type.method("distance_bound") { encoding, call in call.push(try encoding.distanceBound(try call.boxed(1))) }
    type.text { encoding in
      let record = encoding.encoding.record
      return "Encoding(\(record.columns) columns, \(record.binaries) binary, \(record.rows) rows)"
    }
  }

  /// Whether `solution` proves that `network` has no adversarial input in the region: it must be the solution of this
  /// very model, unchanged and without rows that a callback added, and the encoded network must be `network` itself.
  private func provesRobust(_ solution: Solution, _ network: Network, _ asked: Problem?) throws -> Bool {
    guard encoding.objective != .distance, isSound(solution), network.hasSameParameters(as: encoding.network),
      asked.map(problem.covers) ?? true
    else { return false }
    let attained = try bestKnownObjective(solution)
    return VerdictRule().verdict(solution, of: encoding.model, isDense: true, attainedMargin: attained) == .robust
  }

  /// No margin of the embedded network over the admissible inputs is larger, up to the solver's tolerances; nil where the
  /// solution does not tell.
  func marginBound(_ solution: Solution) throws -> Double? {
    guard encoding.objective == .margin, !assumesCounterexample, isSound(solution) else { return nil }
    return VerdictRule().upperBound(solution, of: encoding.model, attained: try bestKnownObjective(solution))
  }

  /// Whether the solution's bound is one of this model, made with bounds that were computed here.
  private func isSound(_ solution: Solution) -> Bool {
    hasOwnBounds && solution.isAbout(encoding.model, revision: revision)
  }

  /// No input whose margin reaches the threshold is nearer to x0 than this, up to the solver's tolerances; nil where the
  /// solution does not tell.
  private func distanceBound(_ solution: Solution) throws -> Double? {
    guard encoding.objective == .distance, isSound(solution), let bound = solution.bound, bound.isFinite else {
      return nil
    }
    return max(bound - VerdictRule().tolerance(for: encoding.model), 0)
  }

  /// The largest objective that is easily had: a bound below it would unmask a solver that went wrong numerically.
  private func bestKnownObjective(_ solution: Solution) throws -> Double? {
    var points = [problem.project(problem.input)]
    if let values = solution.values { points.append(problem.project(try encoding.input(of: values))) }
    if encoding.objective == .margin {
      var random = RandomSource(seed: 0)
      points.append(try Attack(encoding.network, problem: problem).run(using: &random).point)
    }
    let known = try points.compactMap { point -> Double? in
      let outputs = try encoding.network.forward(point)
      if encoding.objective == .admissibility {
        return -problem.constraintViolation(of: point, outputs: outputs)
      }
      // Only points of the model count.
      guard problem.isAdmissible(point, outputs: outputs) else { return nil }
      let margin = problem.margin(of: outputs)
      return assumesCounterexample && margin < 0 ? nil : margin
    }
    return known.max()
  }
}
