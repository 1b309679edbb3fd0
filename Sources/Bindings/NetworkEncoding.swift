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
  private let problem: Problem
  /// What the model looked like when it was made; a proof must be about that model.
  private let revision: Int
  /// Whether the bounds in it were computed here, and not by a script.
  private let hasOwnBounds: Bool

  init(_ network: Network, _ problem: Problem, bounds: NetworkBounds?, options: EncodingOptions) throws {
    if let bounds { try bounds.check(network, problem, for: "verify.encode") }
    hasOwnBounds = bounds?.isCertified ?? true
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
      call.push(try encoding.provesRobust(try call.boxed(1), try call.object(2)))
    }
    type.text { encoding in
      let record = encoding.encoding.record
      return "Encoding(\(record.columns) columns, \(record.binaries) binary, \(record.rows) rows)"
    }
  }

  /// Whether `solution` proves that `network` has no adversarial input in the region: it must be the solution of this
  /// very model, unchanged and without rows that a callback added, and the encoded network must be `network` itself.
  private func provesRobust(_ solution: Solution, _ network: Network) throws -> Bool {
    guard hasOwnBounds, network.hasSameParameters(as: encoding.network),
      solution.isAbout(encoding.model, revision: revision)
    else { return false }
    let attained = try bestKnownMargin(solution)
    return VerdictRule().verdict(solution, of: encoding.model, isDense: true, attainedMargin: attained) == .robust
  }

  /// The largest margin that is easily had: a bound below it would unmask a solver that went wrong numerically.
  private func bestKnownMargin(_ solution: Solution) throws -> Double {
    var points = [problem.input]
    if let values = solution.values { points.append(problem.region.project(try encoding.input(of: values))) }
    var random = RandomSource(seed: 0)
    points.append(try Attack(encoding.network, problem: problem).run(using: &random).point)
    return try points.map { problem.margin(of: try encoding.network.forward($0)) }.max() ?? -.infinity
  }
}
