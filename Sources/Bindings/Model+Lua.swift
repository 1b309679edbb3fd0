import Essentials
import LuaHost
import MILP
import Tensors

extension Model: LuaObject {
  /// `vnn.Model`
  public static let luaTypeName = "vnn.Model"
  /// The matrix and the bounds.
  public var luaByteCount: Int { 1024 + 12 * entryCount + 40 * columnCount + 24 * rowCount }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Model>) {
    type.field("name") { model, call in call.push(model.name) }
    type.field("columns") { model, call in call.push(model.columnCount) }
    type.field("rows") { model, call in call.push(model.rowCount) }
    type.field("entries") { model, call in call.push(model.entryCount) }
    describeBuilding(type)
    describeChanging(type)
    type.method("solve") { model, call in try ModelSolve.run(model, call) }
    type.method("copy") { model, call in call.push(model.copy()) }
    type.method("statistics") { model, call in
      let statistics = model.statistics()
      return call.push(
        .table([
          ("columns", .integer(statistics.columns)), ("continuous", .integer(statistics.continuous)),
          ("integers", .integer(statistics.integers)), ("binaries", .integer(statistics.binaries)),
          ("fixed", .integer(statistics.fixed)), ("rows", .integer(statistics.rows)),
          ("equalities", .integer(statistics.equalities)), ("entries", .integer(statistics.entries)),
          ("warnings", .array(statistics.warnings.map { .string($0) })),
        ]))
    }
    type.text { $0.description }
  }

  private static func describeBuilding(_ type: LuaType<Model>) {
    type.method("variable") { model, call in
      let (name, kind, bounds) = try call.options(1) { options in
        (try options.optionalString("name"), try VariableKind(reading: options), try ColumnBounds(reading: options))
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
      let difference = try call.expression(1) - call.expression(3)
      let name = call.isNil(4) ? nil : try call.string(4)
      return call.push(boxed: try model.constrain(difference, try call.relation(2), 0, name: name))
    }
    type.method("constrain_range") { model, call in
      let name = call.isNil(4) ? nil : try call.string(4)
      return call.push(
        boxed: try model.constrain(try call.expression(1), from: try call.double(2), to: try call.double(3), name: name)
      )
    }
    type.method("imply") { model, call in
      let binary: Variable = try call.boxed(1)
      let difference = try call.expression(3) - call.expression(5)
      let rows = try model.imply(binary, is: try call.int(2), difference, try call.relation(4), 0)
      return call.push(rows.map { Box($0) })
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

  private static func describeChanging(_ type: LuaType<Model>) {
    type.method("fix") { model, call in
      let variables = try call.variables(1).variables
      if call.kind(2) == .number {
        for variable in variables { try model.fix(variable, at: try call.double(2)) }
        return 0
      }
      let values = try call.numberList(2)
      guard values.count == variables.count else {
        throw Misuse("Model.fix: \(values.count) numbers do not match \(variables.count) variables")
      }
      for (variable, value) in zip(variables, values) { try model.fix(variable, at: value) }
      return 0
    }
    type.method("unfix") { model, call in
      for variable in try call.variables(1).variables { try model.unfix(variable) }
      return 0
    }
    type.method("bounds") { model, call in
      let bounds = try model.bounds(of: try call.boxed(1))
      return call.push(bounds.lower) + call.push(bounds.upper)
    }
    type.method("set_bounds") { model, call in
      let variable: Variable = try call.boxed(1)
      try model.setBounds(of: variable, lower: try call.double(2), upper: try call.double(3))
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
    func read(_ call: Call) throws -> [Double] {
      call.kind(1) == .number ? [try call.double(1)] : try call.numberList(1)
    }
    lower = try options.optional("lower", read) ?? [0]
    upper = try options.optional("upper", read) ?? [.infinity]
  }
}

extension VariableKind {
  fileprivate init(reading options: TableReader) throws {
    switch try options.string("kind", oneOf: ["continuous", "integer", "binary"], default: "continuous") {
    case "integer": self = .integer
    case "binary": self = .binary
    default: self = .continuous
    }
  }
}
