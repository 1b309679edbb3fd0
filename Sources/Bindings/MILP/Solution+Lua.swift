import Essentials
import LuaHost
import MILP
import Tensors

extension Solution: LuaBoxable {
  /// `vnn.Solution`
  public static let luaTypeName = "vnn.Solution"
  /// The point.
  public var luaByteCount: Int { 256 + 8 * (values?.count ?? 0) + 24 * incumbents.count }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<Solution>>) {
    type.field("status") { solution, call in call.push(solution.value.status.rawValue) }
    type.field("has_point") { solution, call in call.push(solution.value.hasPoint) }
    type.field("objective") { solution, call in call.push(solution.value.objective) }
    type.field("bound") { solution, call in call.push(solution.value.bound) }
    type.field("gap") { solution, call in call.push(solution.value.gap) }
    type.field("nodes") { solution, call in call.push(solution.value.nodes) }
    type.field("iterations") { solution, call in call.push(solution.value.iterations) }
    type.field("seconds") { solution, call in call.push(solution.value.wallSeconds) }
    type.field("processor_seconds") { solution, call in call.push(solution.value.processorSeconds) }
    type.field("solver") { solution, call in call.push(solution.value.solver) }
    type.field("accepted_points") { solution, call in call.push(solution.value.acceptedPoints) }
    type.field("rejected_points") { solution, call in call.push(solution.value.rejectedPoints) }
    type.field("start_used") { solution, call in
      guard let used = solution.value.startPointUsed else { return call.pushNil() }
      return call.push(used)
    }
    type.field("added_rows") { solution, call in call.push(solution.value.addedRows) }
    type.field("warnings") { solution, call in call.push(solution.value.warnings) }
    type.field("incumbents") { solution, call in
      call.push(
        .array(
          solution.value.incumbents.map {
            .table([
              ("seconds", .number($0.seconds)), ("objective", .number($0.objective)), ("nodes", .integer($0.nodes)),
            ])
          }))
    }
    type.field("row_duals") { solution, call in call.push(try solution.value.rowDuals.map { try Tensor($0) }) }
    type.field("reduced_costs") { solution, call in call.push(try solution.value.reducedCosts.map { try Tensor($0) }) }
    describeLookups(type)
    type.method("write") { solution, call in
      let path = try call.string(1)
      let style = try call.options(2) { options in
        try options.optional("style") { try $0.string(1, oneOf: SolutionStyle.allCases.map(\.rawValue)) }
      }
      try SolutionFile.write(solution.value, to: path, style: style.flatMap(SolutionStyle.init(rawValue:)))
      return call.push(true)
    }
    type.text { box in
      let objective = box.value.objective.map { ", objective \($0)" } ?? ""
      return "Solution(\(box.value.status.rawValue)\(objective))"
    }
  }

  private static func describeLookups(_ type: LuaType<Box<Solution>>) {
    type.method("values") { solution, call in
      let array = try call.variables(1)
      let columns = try array.variables.map { try solution.value.column(of: $0) }
      guard let values = solution.value.values else { return call.pushNil() }
      return call.push(try Tensor(columns.map { values[$0] }, shape: array.shape))
    }
    type.method("value") { solution, call in
      let expression = try call.expression(1)
      let columns = try expression.terms.map { try solution.value.column(of: $0.variable) }
      guard let values = solution.value.values else { return call.pushNil() }
      return call.push(
        zip(expression.terms, columns).reduce(expression.constant) { $0 + $1.0.coefficient * values[$1.1] })
    }
    type.method("point") { solution, call in call.push(try solution.value.values.map { try Tensor($0) }) }
    type.method("dual") { solution, call in
      let row = try solution.value.row(of: try call.boxed(1))
      return call.push(solution.value.rowDuals.map { $0[row] })
    }
    type.method("duals") { solution, call in
      let rows = try call.constraints(1).map { try solution.value.row(of: $0) }
      guard let duals = solution.value.rowDuals else { return call.pushNil() }
      return call.push(try Tensor(rows.map { duals[$0] }))
    }
    type.method("reduced_cost") { solution, call in
      let column = try solution.value.column(of: try call.boxed(1))
      return call.push(solution.value.reducedCosts.map { $0[column] })
    }
  }
}
