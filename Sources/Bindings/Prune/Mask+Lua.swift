import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

extension Mask: LuaBoxable {
  /// `vnn.Mask`
  public static let luaTypeName = "vnn.Mask"
  /// The tensors.
  public var luaByteCount: Int { weights.reduce(256) { $0 + 8 * $1.count } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<Mask>>) {
    type.field("sparsity") { mask, call in call.push(mask.value.sparsity) }
    type.field("depth") { mask, call in call.push(mask.value.weights.count) }
    type.field("kept") { mask, call in
      call.push(mask.value.weights.indices.map { mask.value.keptWeights(ofLayer: $0) })
    }
    type.field("empty_layers") { mask, call in call.push(mask.value.emptyLayers.map { $0 + 1 }) }
    // Copies: a mask never changes.
    type.method("layer") { mask, call in
      call.push(mask.value.weights[try call.zeroBased(1, count: mask.value.weights.count)].copy())
    }
    type.method("bias") { mask, call in
      call.push(mask.value.biases[try call.zeroBased(1, count: mask.value.biases.count)].copy())
    }
    type.method("apply") { mask, call in call.push(try mask.value.apply(to: try call.object(1))) }
    type.method("both") { mask, call in call.push(boxed: try mask.value.and(try call.boxed(1))) }
    type.method("either") { mask, call in call.push(boxed: try mask.value.or(try call.boxed(1))) }
    type.metamethod("__band") { call in
      call.push(boxed: try call.boxed(1, as: Mask.self).and(try call.boxed(2)))
    }
    type.metamethod("__bor") { call in call.push(boxed: try call.boxed(1, as: Mask.self).or(try call.boxed(2))) }
    type.metamethod("__eq") { call in
      guard let a = call.objectIfAny(1, as: Box<Mask>.self), let b = call.objectIfAny(2, as: Box<Mask>.self) else {
        return call.push(false)
      }
      let (first, second) = (a.value, b.value)
      return call.push(
        first.weights.map(\.shape) == second.weights.map(\.shape)
          && zip(first.weights + first.biases, second.weights + second.biases).allSatisfy { $0 == $1 })
    }
    type.text { "Mask(\($0.value.weights.count) layers, \(Int((100 * $0.value.sparsity).rounded())) % zero)" }
  }
}
