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
  let proof: Proof

  init(_ network: Network, _ problem: Problem, bounds: NetworkBounds?, options: EncodingOptions) throws {
    proof = try Proof(network, problem, restingOn: bounds?.proof)
    if proof.scope != .region, options.objective != .margin {
      throw Misuse("verify.encode: objective: expected bounds of the whole region, got those of \(proof.scope)")
    }
    encoding = try Encoding(proof.network, problem: problem, bounds: bounds?.bounds, options: options)
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
      call.push(try encoding.provesRobust(try call.object(2), try call.optionalBoxed(3), by: try call.boxed(1)))
    }
    type.method("distance_bound") { encoding, call in call.push(try encoding.distanceBound(try call.boxed(1))) }
    type.text { encoding in
      let record = encoding.encoding.record
      return "Encoding(\(record.columns) columns, \(record.binaries) binary, \(record.rows) rows)"
    }
  }

  /// Whether `solution` proves that `network` is robust, and perhaps for which problem.
  func provesRobust(_ network: Network, _ question: Problem?, by solution: Solution) throws -> ProofAnswer {
    // A negative bound of admissibility leaves no input at all.
    ProofAnswer(
      try proof.provesRobust(
        network, question, marginBound: encoding.objective == .distance ? nil : try bound(solution)),
      leavesNoInput: encoding.objective == .admissibility)
  }

  /// What no admissible input has a better objective than; nil where the solution does not tell.
  private func bound(_ solution: Solution) throws -> Double? {
    try encoding.objectiveBound(solution, scope: proof.scope)
  }

  /// No margin of the embedded network over the admissible inputs is larger, up to the solver's tolerances; nil where the
  /// solution does not tell.
  func marginBound(_ solution: Solution) throws -> Double? {
    proof.marginBound(encoding.objective == .margin ? try bound(solution) : nil)
  }

  /// No input whose margin reaches the threshold is nearer to x0 than this, up to the solver's tolerances; nil where the
  /// solution does not tell.
  private func distanceBound(_ solution: Solution) throws -> Double? {
    guard encoding.objective == .distance, proof.isCertified, let bound = try bound(solution) else { return nil }
    return max(bound, 0)
  }
}
