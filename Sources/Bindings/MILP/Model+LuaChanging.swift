import Essentials
import LuaHost
import MILP
import Tensors

extension Model {
  /// Registers the methods that change what is there, between solves.
  static func describeChanging(_ type: LuaType<Model>) {
    type.method("fix") { model, call in
      let variables = try call.variables(1).variables
      let values = try call.numbers(2, count: variables.count, of: "variables")
      try model.changeBounds(variables.count) {
        for (variable, value) in zip(variables, values) { try model.fix(variable, at: value) }
      }
      return 0
    }
    type.method("unfix") { model, call in
      let variables = try call.variables(1).variables
      try model.changeBounds(variables.count) { for variable in variables { try model.unfix(variable) } }
      return 0
    }
    type.method("bounds") { model, call in
      if let single = call.boxedIfAny(1, as: Variable.self) {
        let bounds = try model.bounds(of: single)
        return call.push(bounds.lower) + call.push(bounds.upper)
      }
      let array = try call.variables(1)
      let bounds = try array.variables.map { try model.bounds(of: $0) }
      return call.push(try Tensor(bounds.map(\.lower), shape: array.shape))
        + call.push(try Tensor(bounds.map(\.upper), shape: array.shape))
    }
    type.method("set_bounds") { model, call in
      let variables = try call.variables(1).variables
      let lower = try call.numbers(2, count: variables.count, of: "variables")
      let upper = try call.numbers(3, count: variables.count, of: "variables")
      try model.changeBounds(variables.count) {
        for (variable, bounds) in zip(variables, zip(lower, upper)) {
          try model.setBounds(of: variable, lower: bounds.0, upper: bounds.1)
        }
      }
      return 0
    }
    type.method("row_bounds") { model, call in
      let row = try model.row(of: try call.boxed(1), for: "row bounds")
      return call.push(model.rowLower[row]) + call.push(model.rowUpper[row])
    }
    type.method("set_row_bounds") { model, call in
      let rows = try call.constraints(1)
      let lower = try call.numbers(2, count: rows.count, of: "constraints")
      let upper = try call.numbers(3, count: rows.count, of: "constraints")
      try model.changeBounds(rows.count) {
        for (row, bounds) in zip(rows, zip(lower, upper)) {
          try model.setBounds(of: row, lower: bounds.0, upper: bounds.1)
        }
      }
      return 0
    }
    type.method("set_coefficient") { model, call in
      try model.setCoefficient(try call.double(3), of: try call.boxed(2), in: try call.boxed(1))
      return 0
    }
    type.method("set_objective_coefficient") { model, call in
      try model.setObjectiveCoefficient(try call.double(2), of: try call.boxed(1))
      return 0
    }
    type.method("truncate_rows") { model, call in
      try model.truncateRows(to: try call.int(1))
      return 0
    }
  }
}
