import Embedding
import Essentials
import LuaHost
import MILP
import Solvers
import Tensors

/// `vnn.milp`: models, expressions and solvers.
enum MILPModule {
  static let name = "vnn.milp"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.function("model") { call in call.push(Model(name: try call.string(1, default: "model"))) }
      module.function("read") { call in call.push(try ModelFile.read(try call.string(1))) }
      module.function("sum") { call in
        if let array = call.objectIfAny(1, as: VariableArray.self) {
          return call.push(boxed: LinearExpression(sumOf: array.variables))
        }
        var total = LinearExpression()
        for term in try call.elements(1, of: "expressions", expected: "an expression", { try $0.expression(1) }) {
          total += term
        }
        return call.push(boxed: total)
      }
      module.function("dot") { call in call.push(boxed: try call.dot(1, try call.variables(2))) }
      module.constant("formulations", .array(Formulation.names.map { .string($0) }))
      module.function("concat") { call in
        let arrays = try call.elements(1, of: "arrays", expected: "variables") { try $0.variables(1) }
        return call.push(try VariableArray.concatenated(arrays, axis: call.isNil(2) ? 0 : try call.zeroBased(2)))
      }
      module.constant("solver_names", solverNames)
      module.function("solvers") { call in call.push(.array(SolverRegistry.reports.map(facts))) }
      module.function("register") { call in
        try SolverRegistry.add(try call.options(1) { try PipeSolver(reading: $0) })
        call.setConstant("solver_names", of: "vnn.milp", to: solverNames)
        return 0
      }
      module.function("capabilities") { call in
        call.push(.table(facts(of: try SolverRegistry.solver(named: try call.string(1)))))
      }
    }
  }

  private static var solverNames: LuaValue { .array(SolverRegistry.names.map { .string($0) }) }

  /// What a solver is and can do: `events`, `answers` and `constructs` are sets, keyed by name.
  private static func facts(of solver: any Solver) -> [(String, LuaValue)] {
    func set(_ names: [String]) -> LuaValue { .table(names.sorted().map { ($0, .boolean(true)) }) }
    let capabilities = solver.capabilities
    return [
      ("name", .string(solver.name)), ("version", .string(solver.version)),
      ("events", set(capabilities.events.map(\.rawValue))), ("answers", set(capabilities.answers.map(\.rawValue))),
      ("constructs", set(capabilities.constructs.map(\.rawValue))),
      ("uses_threads", .boolean(capabilities.usesThreads)),
    ]
  }

  /// Whether a solver is there, and what it is and can do, or why it is not.
  private static func facts(_ report: SolverReport) -> LuaValue {
    guard case .success(let solver) = report.solver else {
      return .table([
        ("name", .string(report.name)), ("available", .boolean(false)), ("reason", .string(report.reason ?? "")),
      ])
    }
    return .table(facts(of: solver) + [("available", .boolean(true))])
  }
}
