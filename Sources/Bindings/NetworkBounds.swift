import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// Preactivation bounds together with the network and the problem that they hold for: `verify.bounds`.
final class NetworkBounds: LuaObject {
  static let luaTypeName = "vnn.Bounds"
  static let methods = ["interval", "backward"]

  /// A copy, so that later changes of the script's network cannot make the bounds wrong.
  let network: Network
  let problem: Problem
  let method: String
  let bounds: PreactivationBounds

  init(_ network: Network, _ problem: Problem, method: String, usesBox: Bool) throws {
    try problem.check(network)
    self.network = try network.copy()
    self.problem = problem
    self.method = method
    let whole = problem.region
    let region: any InputRegion =
      usesBox ? try BoxRegion(lower: whole.boxLower, upper: whole.boxUpper, center: whole.center) : whole
    bounds =
      method == "interval"
      ? try PreactivationBounds.interval(network, over: region)
      : try PreactivationBounds.backwardLinear(network, over: region)
  }

  var luaByteCount: Int { network.luaByteCount + 16 * network.layers.reduce(0) { $0 + $1.outputCount } }

  /// No margin of the problem is larger than this, anywhere in the region.
  func marginUpperBound() throws -> Double {
    try bounds.marginUpperBound(network, over: problem.region, class: problem.classIndex, target: problem.target)
  }

  static func describe(_ type: LuaType<NetworkBounds>) {
    type.field("method") { bounds, call in call.push(bounds.method) }
    type.field("unstable") { bounds, call in call.push(bounds.bounds.unstableCount) }
    type.method("layer") { bounds, call in
      let layer = bounds.bounds.layers[try call.zeroBased(1, count: bounds.bounds.layers.count)]
      return call.push(
        .table([("lower", .object(try Tensor(layer.lower))), ("upper", .object(try Tensor(layer.upper)))]))
    }
    type.method("margin_upper_bound") { bounds, call in call.push(try bounds.marginUpperBound()) }
    type.method("proves_robust") { bounds, call in
      // Bounds of a pruned copy say nothing about the dense network, whatever the script believes.
      guard (try call.object(1, as: Network.self)).hasSameParameters(as: bounds.network) else {
        return call.push(false)
      }
      return call.push(VerdictRule.verdict(marginUpperBound: try bounds.marginUpperBound()) == .robust)
    }
    type.text { "Bounds(\($0.method), \($0.bounds.unstableCount) unstable of \($0.network.hiddenCount))" }
  }
}
