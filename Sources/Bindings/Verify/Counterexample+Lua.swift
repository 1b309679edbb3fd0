import LuaHost
import Tensors
import Verification

extension Counterexample: LuaBoxable {
  /// `vnn.Counterexample`
  public static let luaTypeName = "vnn.Counterexample"
  /// The point and its outputs.
  public var luaByteCount: Int { 256 + 8 * (point.count + outputs.count) }

  /// Registers fields.
  public static func describe(_ type: LuaType<Box<Counterexample>>) {
    type.field("input") { example, call in call.push(try Tensor(example.value.point)) }
    type.field("outputs") { example, call in call.push(try Tensor(example.value.outputs)) }
    type.field("margin") { example, call in call.push(example.value.margin64) }
    type.field("margin32") { example, call in call.push(example.value.margin32) }
    type.field("margin_lower") { example, call in call.push(example.value.marginLower) }
    type.field("certain") { example, call in call.push(example.value.isCertain) }
    type.field("distance") { example, call in call.push(example.value.distance) }
    type.text { "Counterexample(margin \($0.value.margin64)" + ($0.value.isCertain ? ")" : ", not certain)") }
  }
}
