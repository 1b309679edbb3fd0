import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// Preactivation bounds together with the network and the problem that they hold for: `verify.bounds`.
final class NetworkBounds: RobustnessProof {
  static let luaTypeName = "vnn.Bounds"
  static let methods = ["interval", "backward", "optimized"]

  /// The network, the problem, and which inputs they hold for.
  let proof: Proof
  let method: String
  let bounds: PreactivationBounds

  var network: Network { proof.network }
  var problem: Problem { proof.problem }

  /// Computes bounds, and intersects them with those to start from.
  init(_ network: Network, _ problem: Problem, method: String, usesBox: Bool, start: NetworkBounds?) throws {
    proof = try Proof(network, problem, restingOn: start?.proof)
    self.method = method
    let whole = problem.region
    let region: any InputRegion =
      usesBox ? try BoxRegion(lower: whole.boxLower, upper: whole.boxUpper, center: whole.center) : whole
    var bounds =
      method == "interval"
      ? try PreactivationBounds.interval(network, over: region)
      : try PreactivationBounds.backwardLinear(network, over: region, tightening: start?.bounds)
    if method == "interval", let start { bounds = try bounds.intersected(with: start.bounds) }
    if method == "optimized" { bounds = try bounds.optimized(network, over: region) { Interrupt.isRequested } }
    self.bounds = bounds
  }

  /// Bounds that a relaxation tightened.
  init(_ bounds: PreactivationBounds, tightening proof: Proof) {
    self.proof = proof
    self.bounds = bounds
    method = "relaxation"
  }

  /// Bounds that came from outside.
  init(_ network: Network, _ problem: Problem, given bounds: PreactivationBounds) throws {
    proof = try Proof(network, problem).uncertified
    try bounds.check(network)
    self.bounds = bounds
    method = "given"
  }

  var luaByteCount: Int { network.luaByteCount + 16 * network.layers.reduce(0) { $0 + $1.outputCount } }

  /// No input that the bounds hold for has a larger margin.
  private func marginUpperBound() throws -> Double {
    try bounds.marginUpperBound(network, for: problem)
  }

  func provesRobust(_ network: Network, _ question: Problem?) throws -> ProofAnswer {
    ProofAnswer(try proof.provesRobust(network, question, marginBound: try marginUpperBound()))
  }

  static func describe(_ type: LuaType<NetworkBounds>) {
    type.field("method") { bounds, call in call.push(bounds.method) }
    type.field("unstable") { bounds, call in call.push(bounds.bounds.unstableCount) }
    type.field("certified") { bounds, call in call.push(bounds.proof.isCertified) }
    type.field("scope") { bounds, call in call.push(bounds.proof.scope.rawValue) }
    type.method("layer") { bounds, call in
      let layer = bounds.bounds.layers[try call.zeroBased(1, count: bounds.bounds.layers.count)]
      return call.push(
        .table([("lower", .object(try Tensor(layer.lower))), ("upper", .object(try Tensor(layer.upper)))]))
    }
    type.method("replace_layer") { bounds, call in
      let index = try call.zeroBased(1, count: bounds.bounds.layers.count)
      let layer = try LayerBounds(lower: try call.numberList(2), upper: try call.numberList(3))
      var layers = bounds.bounds.layers
      layers[index] = layer
      return call.push(try NetworkBounds(bounds.network, bounds.problem, given: PreactivationBounds(layers: layers)))
    }
    type.method("margin_upper_bound") { bounds, call in
      call.push(bounds.proof.boundOfAll(try bounds.marginUpperBound()))
    }
    type.provesRobust()
    type.method("save") { bounds, call in
      try bounds.bounds.write(try call.string(1))
      return call.push(true)
    }
    type.text { "Bounds(\($0.method), \($0.bounds.unstableCount) unstable of \($0.network.hiddenCount))" }
  }
}
