import Essentials
import LuaHost
import MILP

extension LinearExpression: LuaBoxable {
  /// `vnn.Expression`
  public static let luaTypeName = "vnn.Expression"
  /// The terms.
  public var luaByteCount: Int { 96 + 24 * terms.count }

  /// Registers the operators.
  public static func describe(_ type: LuaType<Box<LinearExpression>>) {
    type.field("constant") { expression, call in call.push(expression.value.constant) }
    type.field("count") { expression, call in call.push(expression.value.terms.count) }
    type.method("add_") { expression, call in
      // Read before writing: the operand may be the expression itself.
      let (operand, factor) = (try call.expression(1), call.isNil(2) ? 1 : try call.factor(2))
      expression.value.add(factor, operand)
      return call.pushArgument(0)
    }
    LinearExpression.addOperators(type)
    type.text { "Expression(\($0.value.terms.count) terms, constant \($0.value.constant))" }
  }

  /// `+ - *` and the unary minus, for expressions and variables alike.
  static func addOperators<Object>(_ type: LuaType<Object>) {
    type.metamethod("__add") { call in call.push(boxed: try call.expression(1) + call.expression(2)) }
    type.metamethod("__sub") { call in call.push(boxed: try call.expression(1) - call.expression(2)) }
    type.metamethod("__unm") { call in call.push(boxed: -1 * (try call.expression(1))) }
    type.metamethod("__mul") { call in
      if call.kind(1) == .number { return call.push(boxed: try call.factor(1) * call.expression(2)) }
      guard call.kind(2) == .number else {
        throw Misuse("expression: expected a number as one factor: products of variables are not linear")
      }
      return call.push(boxed: try call.factor(2) * call.expression(1))
    }
    type.metamethod("__div") { call in
      guard call.kind(2) == .number else { throw Misuse("expression: expected a number as the divisor") }
      return call.push(boxed: try (1 / call.factor(2, isDivisor: true)) * call.expression(1))
    }
    // Lua would make a boolean of any result, and `model:constrain(x <= 3)` would fail without saying why.
    for name in ["__lt", "__le"] {
      type.metamethod(name) { _ in
        throw Misuse("expressions do not compare: write model:constrain(left, \"<=\", right)")
      }
    }
  }
}

extension Call {
  /// The finite number at `position` that an expression is multiplied with, or divided by if it is not 0.
  fileprivate func factor(_ position: Int, isDivisor: Bool = false) throws -> Double {
    let number = try double(position)
    guard number.isFinite, !isDivisor || (1 / number).isFinite else {
      throw Misuse("expression: expected a finite coefficient, got \(isDivisor ? "1 / " : "")\(number)")
    }
    return number
  }
}

extension Variable: LuaBoxable {
  /// `vnn.Variable`
  public static let luaTypeName = "vnn.Variable"
  /// A handle.
  public var luaByteCount: Int { 48 }

  /// Registers the operators.
  public static func describe(_ type: LuaType<Box<Variable>>) {
    type.field("index") { variable, call in call.push(variable.value.index + 1) }
    LinearExpression.addOperators(type)
    type.metamethod("__eq") { call in
      let left = call.objectIfAny(1, as: Box<Variable>.self)?.value
      return call.push(left != nil && left == call.objectIfAny(2, as: Box<Variable>.self)?.value)
    }
    type.text { "Variable(\($0.value.index + 1))" }
  }
}

extension Constraint: LuaBoxable {
  /// `vnn.Constraint`
  public static let luaTypeName = "vnn.Constraint"
  /// A handle.
  public var luaByteCount: Int { 48 }

  /// Registers fields.
  public static func describe(_ type: LuaType<Box<Constraint>>) {
    type.field("index") { constraint, call in call.push(constraint.value.index + 1) }
    type.metamethod("__eq") { call in
      let left = call.objectIfAny(1, as: Box<Constraint>.self)?.value
      return call.push(left != nil && left == call.objectIfAny(2, as: Box<Constraint>.self)?.value)
    }
    type.text { "Constraint(\($0.value.index + 1))" }
  }
}
