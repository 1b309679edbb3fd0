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
    type.field("sense") { model, call in call.push(model.objectiveSense.rawValue) }
    type.field("warnings") { model, call in call.push(model.warnings) }
    describeBuilding(type)
    describeLogic(type)
    describeConstructs(type)
    describeChanging(type)
    describeHandles(type)
    describeReading(type)
    describeEmbedding(type)
    type.method("solve") { model, call in try ModelSolve.run(model, call) }
    type.method("copy") { model, call in call.push(model.copy(name: try call.optionalName(1))) }
    type.method("relaxation") { model, call in call.push(model.relaxation()) }
    type.method("write") { model, call in
      try ModelFile.write(model, to: try call.string(1))
      return call.push(true)
    }
    type.method("read_solution") { model, call in
      let read = try SolutionFile.read(try call.string(1), for: model)
      return call.push(try Tensor(read.point)) + call.push(read.luaValue)
    }
    type.method("statistics") { model, call in call.push(model.statistics().luaValue) }
    type.method("violation") { model, call in
      let violation = try model.violation(at: try call.numberList(1))
      return call.push(
        .table([
          ("bounds", .number(violation.bounds)), ("rows", .number(violation.rows)),
          ("integrality", .number(violation.integrality)), ("constructs", .number(violation.constructs)),
          ("largest", .number(violation.largest)),
        ]))
    }
    type.method("objective_value") { model, call in
      call.push(try model.objectiveValue(at: try call.numberList(1)))
    }
    type.method("activity") { model, call in
      call.push(try model.activity(of: try call.boxed(1), at: try call.numberList(2)))
    }
    type.text { $0.description }
  }

  private static func describeHandles(_ type: LuaType<Model>) {
    type.method("all_variables") { model, call in call.push(VariableArray(model.variables)) }
    type.method("all_constraints") { model, call in call.push(ConstraintArray(model.constraints)) }
    type.method("find_variable") { model, call in
      guard let variable = model.variable(named: try call.string(1)) else { return call.pushNil() }
      return call.push(boxed: variable)
    }
    type.method("find_constraint") { model, call in
      guard let constraint = model.constraint(named: try call.string(1)) else { return call.pushNil() }
      return call.push(boxed: constraint)
    }
    type.method("name_of") { model, call in
      if let variable = call.boxedIfAny(1, as: Variable.self) {
        return call.push(try model.name(of: variable))
      }
      if let construct = call.boxedIfAny(1, as: Construct.self) {
        return call.push(try model.name(of: construct))
      }
      guard let constraint = call.boxedIfAny(1, as: Constraint.self) else {
        throw call.mismatch(1, expected: "a variable, a constraint or a construct")
      }
      return call.push(try model.name(of: constraint))
    }
    type.method("remove") { model, call in
      if let constraints = try? call.constraints(1) {
        try model.remove(constraints)
      } else if let constructs = call.constructsIfAny(1) {
        try model.remove(constructs)
      } else {
        try model.remove(try call.variables(1).variables)
      }
      return 0
    }
    type.method("range") { model, call in
      let range = try model.range(of: try call.expression(1))
      return call.push(range.lower) + call.push(range.upper)
    }
  }
}

extension Model {
  /// Registers what reads the model back.
  fileprivate static func describeReading(_ type: LuaType<Model>) {
    type.method("kind") { model, call in call.push(try model.kind(of: try call.boxed(1)).name) }
    type.method("terms") { model, call in
      let expression: LinearExpression
      if let constraint = call.boxedIfAny(1, as: Constraint.self) {
        expression = try model.terms(of: constraint)
      } else {
        expression = try call.expression(1)
      }
      return call.push(VariableArray(expression.terms.map(\.variable)))
        + call.push(try Tensor(expression.terms.map(\.coefficient)))
    }
    type.method("objective") { model, call in call.push(boxed: model.objective) }
    type.method("text") { model, call in
      if let construct = call.boxedIfAny(1, as: Construct.self) {
        return call.push(try model.text(of: construct))
      }
      return call.push(try model.text(ofRow: try model.row(of: try call.boxed(1), for: "text")))
    }
  }
}

extension VariableKind {
  /// The name that scripts use.
  var name: String { "\(self)" }
}

extension ReadSolution {
  /// What the file claims, as a table.
  fileprivate var luaValue: LuaValue {
    .table([
      ("status", status.map { .string($0) } ?? .nil), ("objective", objective.map { .number($0) } ?? .nil),
      ("open", .integer(openCount)), ("unknown_names", .array(unknownNames.map { .string($0) })),
    ])
  }
}

extension ModelStatistics {
  /// The counts and warnings as a table.
  fileprivate var luaValue: LuaValue {
    .table([
      ("columns", .integer(columns)), ("continuous", .integer(continuous)), ("integers", .integer(integers)),
      ("binaries", .integer(binaries)), ("semicontinuous", .integer(semicontinuous)),
      ("semiintegers", .integer(semiintegers)), ("fixed", .integer(fixed)), ("rows", .integer(rows)),
      ("equalities", .integer(equalities)), ("entries", .integer(entries)),
      ("sos1", .integer(sos1)), ("sos2", .integer(sos2)), ("indicators", .integer(indicators)),
      ("smallest_coefficient", coefficientRange.map { .number($0.lowerBound) } ?? .nil),
      ("largest_coefficient", coefficientRange.map { .number($0.upperBound) } ?? .nil),
      ("warnings", .array(warnings.map { .string($0) })),
    ])
  }
}
