import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// Preactivation bounds together with the network and the problem that they hold for: `verify.bounds`.
final class NetworkBounds: LuaObject {
  static let luaTypeName = "vnn.Bounds"
  static let methods = ["interval", "backward", "optimized"]

  /// A copy, so that later changes of the script's network cannot make the bounds wrong.
  let network: Network
  let problem: Problem
  let method: String
  let bounds: PreactivationBounds
  /// Whether they were computed here. Bounds that a script or a file gave are taken at their word in models and
  /// searches, but nothing that rests on them is called a proof.
  let isCertified: Bool

  init(_ network: Network, _ problem: Problem, method: String, usesBox: Bool) throws {
    try problem.check(network)
    self.network = try network.copy()
    self.problem = problem
    self.method = method
    isCertified = true
    let whole = problem.region
    let region: any InputRegion =
      usesBox ? try BoxRegion(lower: whole.boxLower, upper: whole.boxUpper, center: whole.center) : whole
    switch method {
    case "interval": bounds = try PreactivationBounds.interval(network, over: region)
    case "optimized":
      bounds = try PreactivationBounds.backwardLinear(network, over: region)
        .optimized(network, over: region) { Interrupt.isRequested }
    default: bounds = try PreactivationBounds.backwardLinear(network, over: region)
    }
  }

  /// Bounds that came from outside.
  init(_ network: Network, _ problem: Problem, given bounds: PreactivationBounds) throws {
    try problem.check(network)
    try bounds.check(network)
    self.network = try network.copy()
    self.problem = problem
    self.bounds = bounds
    method = "given"
    isCertified = false
  }

  var luaByteCount: Int { network.luaByteCount + 16 * network.layers.reduce(0) { $0 + $1.outputCount } }

  /// Refuses another network, or another region, than the bounds were made for.
  func check(_ network: Network, _ problem: Problem, for caller: String) throws {
    guard network.hasSameParameters(as: self.network), self.problem.hasSameRegion(as: problem) else {
      throw Misuse("\(caller): the bounds are those of another network or problem")
    }
  }

  /// No margin of the problem is larger than this, anywhere in the region.
  func marginUpperBound() throws -> Double {
    try bounds.marginUpperBound(network, over: problem.region, class: problem.classIndex, target: problem.target)
  }

  static func describe(_ type: LuaType<NetworkBounds>) {
    type.field("method") { bounds, call in call.push(bounds.method) }
    type.field("unstable") { bounds, call in call.push(bounds.bounds.unstableCount) }
    type.field("certified") { bounds, call in call.push(bounds.isCertified) }
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
    type.method("margin_upper_bound") { bounds, call in call.push(try bounds.marginUpperBound()) }
    type.method("proves_robust") { bounds, call in
      // Bounds of a pruned copy say nothing about the dense network, whatever the script believes.
      guard bounds.isCertified, (try call.object(1, as: Network.self)).hasSameParameters(as: bounds.network) else {
        return call.push(false)
      }
      return call.push(VerdictRule.verdict(marginUpperBound: try bounds.marginUpperBound()) == .robust)
    }
    type.method("save") { bounds, call in
      try bounds.bounds.write(try call.string(1))
      return call.push(true)
    }
    type.text { "Bounds(\($0.method), \($0.bounds.unstableCount) unstable of \($0.network.hiddenCount))" }
  }
}
