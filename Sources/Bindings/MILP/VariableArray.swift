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
    type.method("dot") { array, call in call.push(boxed: try call.dot(1, array)) }
    type.method("reshape") { array, call in
      let shape = call.kind(1) == .table ? try call.ints(1) : try (0..<call.count).map { try call.int($0 + 1) }
      guard try Tensor.elementCount(of: shape, for: "Variables.reshape") == array.variables.count else {
        throw Misuse(
          "Variables.reshape: \(array.variables.count) variables do not fill the shape \(Tensor.describe(shape: shape))"
        )
      }
      return call.push(VariableArray(array.variables, shape: shape))
    }
    type.method("flatten") { array, call in call.push(VariableArray(array.variables)) }
    type.method("select") { array, call in
      guard !array.shape.isEmpty else { throw Misuse("Variables.select: a scalar has no axes") }
      let axis = try call.zeroBased(1, count: array.shape.count)
      return call.push(array.select(axis, try call.zeroBased(2, count: array.shape[axis])))
    }
    type.method("slice") { array, call in
      guard !array.shape.isEmpty else { throw Misuse("Variables.slice: a scalar has no axes") }
      let axis = try call.zeroBased(1, count: array.shape.count)
      let first = try call.int(2, in: 1...max(1, array.shape[axis]))
      let last = try call.int(3, default: array.shape[axis])
      guard (first - 1...array.shape[axis]).contains(last) else {
        throw call.failure(3, "expected a position from \(first - 1) to \(array.shape[axis]), got \(last)")
      }
      return call.push(array.gather(axis, Array(first - 1..<last)))
    }
    type.method("gather") { array, call in
      guard !array.shape.isEmpty else { throw Misuse("Variables.gather: a scalar has no axes") }
      let axis = try call.zeroBased(1, count: array.shape.count)
      let positions = try call.numberList(2).map { number in
        // There may be none at all.
        guard let position = Int(exactly: number), position >= 1, position <= array.shape[axis] else {
          throw call.failure(2, "expected positions from 1 to \(array.shape[axis]), got \(number)")
        }
        return position - 1
      }
      return call.push(array.gather(axis, positions))
    }
    type.indexed { array, position, call in
      guard let size = array.shape.first else { throw Misuse("Variables: a scalar has no positions; use at()") }
      // One past the end is nil, so that ipairs ends there.
      if position == size + 1 { return call.pushNil() }
      guard position >= 1, position <= size else {
        throw Misuse("Variables: expected a position from 1 to \(size), got \(position)")
      }
      if array.shape.count == 1 { return call.push(boxed: array.variables[position - 1]) }
      return call.push(array.select(0, position - 1))
    }
    type.length { $0.shape.first ?? 0 }
    type.pairs { array in
      (0..<(array.shape.first ?? 0)).map { position in
        let item: any LuaObject =
          array.shape.count == 1 ? Box(array.variables[position]) : array.select(0, position)
        return (.integer(position + 1), .object(item))
      }
    }
    type.text { "Variables(\(Tensor.describe(shape: $0.shape)))" }
  }

  /// The part at `position` (from 0) along `axis`, which is gone from its shape.
  private func select(_ axis: Int, _ position: Int) -> VariableArray {
    VariableArray(gather(axis, [position]).variables, shape: Array(shape[..<axis] + shape[(axis + 1)...]))
  }

  /// The parts at `positions` (from 0) along `axis`, in that order.
  private func gather(_ axis: Int, _ positions: [Int]) -> VariableArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var part: [Variable] = []
    part.reserveCapacity(outer * positions.count * inner)
    for block in 0..<outer {
      for position in positions {
        let start = (block * shape[axis] + position) * inner
        part += variables[start..<start + inner]
      }
    }
    var shape = shape
    shape[axis] = positions.count
    return VariableArray(part, shape: shape)
  }

  /// Arrays one after the other along `axis` (from 0); all other sizes must be equal.
  static func concatenated(_ arrays: [VariableArray], axis: Int) throws -> VariableArray {
    guard let first = arrays.first else { throw Misuse("concat: expected at least one array of variables") }
    guard axis < first.shape.count else {
      throw Misuse("concat: expected an axis from 1 to \(first.shape.count), got \(axis + 1)")
    }
    func without(_ shape: [Int]) -> [Int] {
      var rest = shape
      if axis < rest.count { rest[axis] = -1 }
      return rest
    }
    for array in arrays where without(array.shape) != without(first.shape) {
      throw Misuse(
        "concat: expected shapes that differ along axis \(axis + 1) only, got \(Tensor.describe(shape: first.shape)) "
          + "and \(Tensor.describe(shape: array.shape))")
    }
    var shape = first.shape
    shape[axis] = arrays.reduce(0) { $0 + $1.shape[axis] }
    let outer = shape[..<axis].reduce(1, *)
    var all: [Variable] = []
    for block in 0..<outer {
      for array in arrays {
        let size = array.shape[axis...].reduce(1, *)
        all += array.variables[block * size..<(block + 1) * size]
      }
    }
    return VariableArray(all, shape: shape)
  }
}

extension Call {
  /// The variables at `position`: an array, a sequence of variables, or one variable.
  func variables(_ position: Int) throws -> VariableArray {
    if let array = objectIfAny(position, as: VariableArray.self) { return array }
    if let single = boxedIfAny(position, as: Variable.self) { return VariableArray([single], shape: [1]) }
    guard kind(position) == .table else { throw mismatch(position, expected: "variables") }
    return VariableArray(
      try elements(position, of: "variables", expected: "a variable") {
        $0.boxedIfAny(1, as: Variable.self)
      })
  }

  /// The linear expression at `position`: an expression, a variable or a number.
  func expression(_ position: Int) throws -> LinearExpression {
    try ExpressionOperand(self, position).expression
  }

  /// The expression at `left` less that at `right`.
  func difference(_ left: Int, _ right: Int) throws -> LinearExpression {
    ExpressionOperand.difference(try ExpressionOperand(self, left), try ExpressionOperand(self, right))
  }

  /// One of the relations `<=`, `==` and `>=` at `position`.
  func relation(_ position: Int) throws -> Relation {
    let symbol = try string(position)
    if let relation = Relation(symbol: symbol) { return relation }
    let expected = "expected \"<=\", \"==\" or \">=\", got \"\(symbol)\""
    guard symbol == "<" || symbol == ">" else { throw failure(position, expected) }
    // Taken as `<=` or `>=` it would allow what it forbids.
    let instance = symbol == "<" ? "x <= 2 in place of x < 3" : "x >= 4 in place of x > 3"
    throw failure(
      position,
      "\(expected): a strict inequality leaves out its own limit, so there need be no optimum; "
        + "write \"\(symbol)=\", for whole variables with the next whole number (\(instance))")
  }

  /// The numbers at `position`: a tensor in row-major order, or a sequence.
  func numberList(_ position: Int) throws -> [Double] {
    if let tensor = objectIfAny(position, as: Tensor.self) { return tensor.array }
    return try numbers(position)
  }

  /// The numbers at `position`: one number for all, a tensor, or a sequence.
  func numberOrList(_ position: Int) throws -> [Double] {
    kind(position) == .number ? [try double(position)] : try numberList(position)
  }

  /// `count` numbers at `position`: one for all, or as many in a tensor or a sequence.
  func numbers(_ position: Int, count: Int, of what: String) throws -> [Double] {
    let numbers = try numberOrList(position)
    if numbers.count == count { return numbers }
    guard numbers.count == 1, kind(position) == .number else {
      throw failure(position, "expected a number or one for each of \(count) \(what), got \(numbers.count)")
    }
    return [Double](repeating: numbers[0], count: count)
  }

  /// The name at `position`; nil when it is left out.
  func optionalName(_ position: Int) throws -> String? { isNil(position) ? nil : try string(position) }

  /// The sum of the numbers at `position` times `array`.
  func dot(_ position: Int, _ array: VariableArray) throws -> LinearExpression {
    let coefficients = try numberList(position)
    guard coefficients.count == array.variables.count else {
      throw Misuse("dot: \(coefficients.count) numbers do not match \(array.variables.count) variables")
    }
    return LinearExpression(coefficients, array.variables)
  }
}
