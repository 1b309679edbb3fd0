import Essentials
import LuaHost
import MILP
import Tensors

/// Variables of one model in the shape of a tensor, so that scripts need no loop to name many of them.
final class VariableArray: LuaObject {
  static let luaTypeName = "vnn.Variables"
  let variables: [Variable]
  /// The shape; its product is the number of variables.
  let shape: [Int]

  init(_ variables: [Variable], shape: [Int]? = nil) {
    self.variables = variables
    self.shape = shape ?? [variables.count]
  }

  var luaByteCount: Int { 64 + 16 * variables.count }

  static func describe(_ type: LuaType<VariableArray>) {
    type.field("shape") { array, call in call.push(array.shape) }
    type.field("count") { array, call in call.push(array.variables.count) }
    type.method("at") { array, call in
      guard call.count == array.shape.count else {
        throw Misuse("Variables.at: expected \(array.shape.count) positions, got \(call.count)")
      }
      var place = 0
      for (axis, size) in array.shape.enumerated() {
        place = place * size + (try call.zeroBased(axis + 1, count: size))
      }
      return call.push(boxed: array.variables[place])
    }
    type.method("sum") { array, call in call.push(boxed: LinearExpression(sumOf: array.variables)) }
    type.indexed { array, position, call in
      guard array.variables.indices.contains(position - 1) else {
        throw Misuse("Variables: expected a position from 1 to \(array.variables.count), got \(position)")
      }
      return call.push(boxed: array.variables[position - 1])
    }
    type.length { $0.variables.count }
    type.text { "Variables(\(Tensor.describe(shape: $0.shape)))" }
  }
}

extension Call {
  /// The variables at `position`: an array, a sequence of variables, or one variable.
  func variables(_ position: Int) throws -> VariableArray {
    if let array = objectIfAny(position, as: VariableArray.self) { return array }
    if let single = objectIfAny(position, as: Box<Variable>.self) { return VariableArray([single.value], shape: [1]) }
    guard kind(position) == .table else { throw mismatch(position, expected: "variables") }
    return VariableArray(
      try elements(position, of: "variables", expected: "a variable") {
        $0.objectIfAny(1, as: Box<Variable>.self)?.value
      })
  }

  /// The linear expression at `position`: an expression, a variable or a number.
  func expression(_ position: Int) throws -> LinearExpression {
    if let expression = objectIfAny(position, as: Box<LinearExpression>.self) { return expression.value }
    if let variable = objectIfAny(position, as: Box<Variable>.self) { return LinearExpression(variable.value) }
    guard kind(position) == .number else {
      throw mismatch(position, expected: "an expression, a variable or a number")
    }
    return LinearExpression(constant: try double(position))
  }

  /// One of the relations `<=`, `==` and `>=` at `position`.
  func relation(_ position: Int) throws -> Relation {
    let symbol = try string(position)
    guard let relation = Relation(symbol: symbol) else {
      throw failure(position, "expected \"<=\", \"==\" or \">=\", got \"\(symbol)\"")
    }
    return relation
  }

  /// The numbers at `position`: a tensor in row-major order, or a sequence.
  func numberList(_ position: Int) throws -> [Double] {
    if let tensor = objectIfAny(position, as: Tensor.self) { return tensor.array }
    return try numbers(position)
  }
}
