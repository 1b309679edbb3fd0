import Essentials
import LuaHost
import MILP
import Tensors

extension SolveEvent: LuaObject {
  /// `vnn.SolveEvent`
  public static let luaTypeName = "vnn.SolveEvent"

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<SolveEvent>) {
    type.field("kind") { event, call in call.push(event.kind.rawValue) }
    type.field("seconds") { event, call in call.push(event.seconds) }
    type.field("objective") { event, call in call.push(event.objective) }
    type.field("incumbent_objective") { event, call in call.push(event.incumbentObjective) }
    type.field("bound") { event, call in call.push(try event.bound()) }
    type.field("nodes") { event, call in call.push(event.nodes) }
    type.field("iterations") { event, call in call.push(event.iterations) }
    type.field("depth") { event, call in call.push(event.depth) }
    type.field("is_alive") { event, call in call.push(event.isAlive) }
    type.method("values") { event, call in
      let array = try call.variables(1)
      return call.push(try Tensor(try event.values(of: array.variables), shape: array.shape))
    }
    type.method("value") { event, call in
      let expression = try call.expression(1)
      let values = try event.values(of: expression.terms.map(\.variable))
      return call.push(zip(expression.terms, values).reduce(expression.constant) { $0 + $1.0.coefficient * $1.1 })
    }
    type.method("point") { event, call in call.push(try Tensor(try event.point())) }
    type.text { "SolveEvent(\($0.kind.rawValue), \($0.nodes) nodes)" }
  }
}
