import Essentials
import LuaHost
import MILP

extension LinearExpression: LuaBoxable {
  /// `vnn.Expression`
  public static let luaTypeName = "vnn.Expression"
  /// The terms.
  public var luaByteCount: Int { 96 + 24 * terms.count }
  /// Pushes a short one as bytes.
  public func push(on call: Call) -> Int { ExpressionOperand.push(1, ExpressionOperand(self), on: call) }
  /// One that was pushed as bytes.
  public static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> LinearExpression? {
    ExpressionOperand(bytes).expression
  }

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
    typealias Operand = ExpressionOperand
    type.metamethod("__add") { call in Operand.push(1, try Operand(call, 1), plus: 1, try Operand(call, 2), on: call) }
    type.metamethod("__sub") { call in Operand.push(1, try Operand(call, 1), plus: -1, try Operand(call, 2), on: call) }
    type.metamethod("__unm") { call in Operand.push(-1, try Operand(call, 1), on: call) }
    type.metamethod("__mul") { call in
      if call.kind(1) == .number { return Operand.push(try call.factor(1), try Operand(call, 2), on: call) }
      guard call.kind(2) == .number else {
        throw Misuse("expression: expected a number as one factor: products of variables are not linear")
      }
      return Operand.push(try call.factor(2), try Operand(call, 1), on: call)
    }
    type.metamethod("__div") { call in
      guard call.kind(2) == .number else { throw Misuse("expression: expected a number as the divisor") }
      return Operand.push(1 / (try call.factor(2, isDivisor: true)), try Operand(call, 1), on: call)
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
      let left = call.boxedIfAny(1, as: Variable.self)
      return call.push(left != nil && left == call.boxedIfAny(2, as: Variable.self))
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
      let left = call.boxedIfAny(1, as: Constraint.self)
      return call.push(left != nil && left == call.boxedIfAny(2, as: Constraint.self))
    }
    type.text { "Constraint(\($0.value.index + 1))" }
  }
}
