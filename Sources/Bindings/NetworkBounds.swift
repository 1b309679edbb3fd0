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
  /// Which inputs they hold for; those of a problem prove nothing about another.
  let scope: BoundsScope

  /// Computes bounds, and intersects them with those to start from.
  init(_ network: Network, _ problem: Problem, method: String, usesBox: Bool, start: NetworkBounds?) throws {
    try problem.check(network)
    try start?.check(network, problem, for: "verify.bounds")
    self.network = try network.copy()
    self.problem = problem
    self.method = method
    isCertified = start?.isCertified ?? true
    scope = start?.scope ?? .region
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
  init(_ relaxation: LinearRelaxation, isCertified: Bool) {
    network = relaxation.network
    problem = relaxation.problem
    method = "relaxation"
    bounds = relaxation.bounds
    scope = relaxation.scope
    self.isCertified = isCertified
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
    scope = .region
  }

  var luaByteCount: Int { network.luaByteCount + 16 * network.layers.reduce(0) { $0 + $1.outputCount } }

  /// Refuses another network, or another region, than the bounds were made for; where they assume the problem's
  /// constraints or target, any other problem.
  func check(_ network: Network, _ problem: Problem, for caller: String) throws {
    let isSame = scope == .region ? self.problem.hasSameRegion(as: problem) : self.problem.isSameQuestion(as: problem)
    guard network.hasSameParameters(as: self.network), isSame else {
      throw Misuse("\(caller): the bounds are those of another network or problem")
    }
  }

  /// No input that the bounds hold for has a larger margin.
  func marginUpperBound() throws -> Double {
    try bounds.marginUpperBound(network, for: problem)
  }

  static func describe(_ type: LuaType<NetworkBounds>) {
    type.field("method") { bounds, call in call.push(bounds.method) }
    type.field("unstable") { bounds, call in call.push(bounds.bounds.unstableCount) }
    type.field("certified") { bounds, call in call.push(bounds.isCertified) }
    type.field("scope") { bounds, call in call.push(bounds.scope.rawValue) }
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
      // Where only inputs with a margin of at least 0 were considered, the others have a smaller one.
      let bound = try bounds.marginUpperBound()
      return call.push(bounds.scope == .counterexamples ? max(bound, 0) : bound)
    }
    type.method("proves_robust") { bounds, call in
      // Bounds of a pruned copy say nothing about the dense network, whatever the script believes.
      guard bounds.isCertified, try call.isAbout(bounds.network, bounds.problem) else { return call.push(false) }
      return call.push(VerdictRule.verdict(marginUpperBound: try bounds.marginUpperBound()) == .robust)
    }
    type.method("save") { bounds, call in
      try bounds.bounds.write(try call.string(1))
      return call.push(true)
    }
    type.text { "Bounds(\($0.method), \($0.bounds.unstableCount) unstable of \($0.network.hiddenCount))" }
  }
}

extension Call {
  /// Why a problem is robust whose constraints contradict each other.
  static let noAdmissibleInput = "no admissible input"

  /// Whether a question about robustness, a network and perhaps a problem, is one that a proof about `network` and
  /// `problem` answers.
  func isAbout(_ network: Network, _ problem: Problem) throws -> Bool {
    let asked: Network = try object(1)
    guard asked.hasSameParameters(as: network) else { return false }
    return isNil(2) ? true : problem.covers(try boxed(2, as: Problem.self))
  }
}
