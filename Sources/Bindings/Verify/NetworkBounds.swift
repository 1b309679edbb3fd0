import Essentials
import LuaHost
import Networks
import Tensors
import Verification

/// Preactivation bounds and the question that they belong to: `verify.bounds`.
final class NetworkBounds: RobustnessProof {
  static let luaTypeName = "vnn.Bounds"
  let finding: Certified<PreactivationBounds>
  /// A bound method's name, "relaxation", or "given" for bounds from outside.
  private let method: String

  /// Bounds that `method` computed.
  init(_ finding: Certified<PreactivationBounds>, method: String) {
    self.finding = finding
    self.method = method
  }

  /// Bounds that came from outside.
  convenience init(_ bounds: PreactivationBounds, for question: Question) throws {
    self.init(try question.given(bounds), method: "given")
  }

  private var bounds: PreactivationBounds { finding.content }
  private var network: Network { finding.question.network }
  var luaByteCount: Int { network.luaByteCount + 16 * network.layers.reduce(0) { $0 + $1.outputCount } }

  static func describe(_ type: LuaType<NetworkBounds>) {
    type.field("method") { bounds, call in call.push(bounds.method) }
    type.field("unstable") { bounds, call in call.push(bounds.bounds.unstableCount(of: bounds.network)) }
    type.field("certified") { bounds, call in call.push(bounds.finding.isCertified) }
    type.field("scope") { bounds, call in call.push(bounds.finding.scope.rawValue) }
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
      return call.push(try NetworkBounds(PreactivationBounds(layers: layers), for: bounds.finding.question))
    }
    type.method("margin_upper_bound") { bounds, call in
      call.push(try bounds.finding.claimedMarginBound ?? .infinity)
    }
    type.provesRobust()
    type.method("save") { bounds, call in
      try bounds.bounds.write(try call.string(1))
      return call.push(true)
    }
    type.text {
      "Bounds(\($0.method), \($0.bounds.unstableCount(of: $0.network)) unstable of \($0.network.hiddenCount))"
    }
  }
}
