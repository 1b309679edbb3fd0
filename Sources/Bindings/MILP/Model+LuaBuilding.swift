import Essentials
import LuaHost
import MILP
import Tensors

extension Model {
  /// Registers the methods that add variables and rows, and those that set the objective.
  static func describeBuilding(_ type: LuaType<Model>) {
    type.method("variable") { model, call in
      let (name, kind, bounds) = try call.options(1) { options in
        (try options.optionalString("name"), try VariableKind(reading: options), try ColumnBounds(reading: options))
      }
      guard bounds.lower.count == 1, bounds.upper.count == 1 else {
        throw Misuse("Model.variable: expected one lower and one upper bound")
      }
      return call.push(
        boxed: try model.addVariable(name: name, kind: kind, lower: bounds.lower[0], upper: bounds.upper[0]))
    }
    type.method("variables") { model, call in
      let shape = call.kind(1) == .table ? try call.ints(1) : [try call.int(1)]
      let count = try Tensor.elementCount(of: shape, for: "Model.variables")
      let (prefix, kind, bounds) = try call.options(2) { options in
        (try options.optionalString("prefix"), try VariableKind(reading: options), try ColumnBounds(reading: options))
      }
      let variables = try model.addVariables(
        count, prefix: prefix, kind: kind, lower: bounds.lower, upper: bounds.upper)
      return call.push(VariableArray(variables, shape: shape))
    }
    type.method("constrain") { model, call in
      let difference = try call.difference(1, 3)
      return call.push(
        boxed: try model.constrain(difference, try call.relation(2), 0, name: try call.optionalName(4)))
    }
    type.method("constrain_range") { model, call in
      call.push(
        boxed: try model.constrain(
          try call.expression(1), from: try call.double(2), to: try call.double(3), name: try call.optionalName(4)))
    }
    type.method("add_rows") { model, call in
      let blocks = try RowBlock.read(call, 1)
      let relation = try call.relation(2)
      let right = try call.numberOrList(3)
      guard right.allSatisfy(\.isFinite) else { throw call.failure(3, "expected finite numbers") }
      let rows = try model.addRows(
        blocks, lower: relation == .lessOrEqual ? [-.infinity] : right,
        upper: relation == .greaterOrEqual ? [.infinity] : right, prefix: try call.optionalName(4))
      return call.push(ConstraintArray(rows))
    }
    type.method("add_range_rows") { model, call in
      let rows = try model.addRows(
        try RowBlock.read(call, 1), lower: try call.numberOrList(2), upper: try call.numberOrList(3),
        prefix: try call.optionalName(4))
      return call.push(ConstraintArray(rows))
    }
    type.method("minimize") { model, call in
      try model.setObjective(try call.expression(1), .minimize)
      return call.pushArgument(0)
    }
    type.method("maximize") { model, call in
      try model.setObjective(try call.expression(1), .maximize)
      return call.pushArgument(0)
    }
  }

  /// Registers what becomes several rows: implications, absolute values and budgets.
  static func describeLogic(_ type: LuaType<Model>) {
    type.method("imply") { model, call in
      let binary: Variable = try call.boxed(1)
      let difference = try call.difference(3, 5)
      let rows = try model.imply(
        binary, is: try call.int(2), difference, try call.relation(4), 0, name: try call.optionalName(6))
      return call.push(ConstraintArray(rows))
    }
    type.method("absolute") { model, call in
      let expression = try call.expression(1)
      let (isExact, name) = try call.options(2) { options in
        (try options.bool("exact", default: false), try options.optionalString("name"))
      }
      return call.push(boxed: try model.absoluteValue(of: expression, isExact: isExact, name: name))
    }
    type.method("limit_l1") { model, call in
      let variables = try call.variables(1).variables
      let center = try call.numbers(2, count: variables.count, of: "variables")
      try model.limitL1Distance(of: variables, from: center, to: try call.double(3))
      return 0
    }
    type.method("limit_linf") { model, call in
      let variables = try call.variables(1).variables
      let center = try call.numbers(2, count: variables.count, of: "variables")
      try model.limitLInfinityDistance(of: variables, from: center, to: try call.double(3))
      return 0
    }
  }
}

/// Lower and upper bounds as options give them: nothing, a number for all, or one per variable.
private struct ColumnBounds {
  /// 0 unless said otherwise, as solvers and modelling languages have always done.
  let lower: [Double]
  let upper: [Double]

  init(reading options: TableReader) throws {
    lower = try options.optional("lower") { try $0.numberOrList(1) } ?? [0]
    upper = try options.optional("upper") { try $0.numberOrList(1) } ?? [.infinity]
  }
}

extension VariableKind {
  fileprivate init(reading options: TableReader) throws {
    let kinds = VariableKind.allCases
    let name = try options.string("kind", oneOf: kinds.map(\.name), default: VariableKind.continuous.name)
    self = kinds.first { $0.name == name } ?? .continuous
  }
}

extension RowBlock {
  /// Blocks as `{ { matrix, variables }, … }`; a matrix is a tensor, a number (times the identity), or
  /// `{ starts = …, positions = …, values = … }` with everything counted from 1.
  fileprivate static func read(_ call: Call, _ position: Int) throws -> [RowBlock] {
    let expected = "a block { matrix, variables }"
    return try call.elements(position, of: "blocks", expected: expected) { block in
      guard block.kind(1) == .table else { return nil }
      var matrix: RowBlock.Matrix?
      var variables: VariableArray?
      _ = try block.elements(1, of: "block parts", expected: "a matrix or variables") { part in
        if matrix == nil { matrix = try Matrix(reading: part) } else { variables = try part.variables(1) }
      }
      guard let matrix, let variables else { return nil }
      return RowBlock(matrix, variables.variables)
    }
  }
}

extension RowBlock.Matrix {
  fileprivate init(reading call: Call) throws {
    if let tensor = call.objectIfAny(1, as: Tensor.self) {
      self = .dense(tensor.array)
      return
    }
    if call.kind(1) == .number {
      self = .identity(try call.double(1))
      return
    }
    guard call.kind(1) == .table else { throw call.mismatch(1, expected: "a tensor, a number or a sparse matrix") }
    let table = try call.table(1)
    func counts(_ name: String) throws -> [Int] {
      try table.required(name) { call in
        try call.numberList(1).map { number in
          guard let whole = Int(exactly: number), whole >= 1 else {
            throw Misuse("expected whole numbers from 1 on, got \(number)")
          }
          return whole - 1
        }
      }
    }
    let (starts, positions) = (try counts("starts"), try counts("positions"))
    let values = try table.required("values") { try $0.numberList(1) }
    try table.rejectOthers()
    self = .sparse(starts: starts, positions: positions, values: values)
  }
}
