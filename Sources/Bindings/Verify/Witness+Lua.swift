import LuaHost
import Tensors
import Verification

extension Witness: LuaBoxable {
  /// `vnn.Witness`
  public static let luaTypeName = "vnn.Witness"
  /// The point.
  public var luaByteCount: Int { 256 + 8 * point.count }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<Witness>>) {
    type.field("input") { witness, call in call.push(try Tensor(witness.value.point)) }
    type.field("margin") { witness, call in call.push(witness.value.margin64) }
    type.field("margin32") { witness, call in call.push(witness.value.margin32) }
    type.field("margin_lower") { witness, call in call.push(witness.value.marginLower) }
    type.field("certain") { witness, call in call.push(witness.value.isCertain) }
    type.field("distance") { witness, call in call.push(witness.value.distance) }
    type.field("box_violation") { witness, call in call.push(witness.value.boxViolation) }
    type.field("constraint_violation") { witness, call in call.push(witness.value.constraintViolation) }
    type.field("moved") { witness, call in call.push(witness.value.moved) }
    type.field("unchanged") { witness, call in call.push(witness.value.isUnchanged) }
    type.field("winner") { witness, call in call.push(witness.value.winner + 1) }
    type.field("adversarial") { witness, call in call.push(witness.value.isAdversarial) }
    type.method("save") { witness, call in
      try witness.value.write(try call.string(1))
      return call.push(true)
    }
    type.text { box in
      "Witness(margin \(box.value.margin64), distance \(box.value.distance)"
        + (!box.value.isAdversarial ? ", not adversarial)" : box.value.isCertain ? ")" : ", not certain)")
    }
  }
}
