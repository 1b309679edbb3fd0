import Essentials
import LuaHost
import MILP

/// A point that a script gives: to begin a solve with, or to submit in a callback.
enum StartPoint {
  /// One number per column.
  case full([Double])
  /// Values of some variables; the others are solved for.
  case partial([Variable: Double])

  /// Reads a tensor or a sequence, a solution, or `{ variables = …, values = … }`.
  init(reading call: Call) throws {
    if let solution = call.objectIfAny(1, as: Box<Solution>.self) {
      guard let values = solution.value.values else { throw call.failure(1, "expected a solution with a point") }
      self = .full(values)
      return
    }
    guard call.kind(1) == .table, let variables = try call.table(1).optional("variables", { try $0.variables(1) })
    else {
      self = .full(try call.numberList(1))
      return
    }
    let table = try call.table(1)
    let values = try table.required("values") { try $0.numberOrList(1) }
    _ = table.has("variables")
    try table.rejectOthers()
    let count = variables.variables.count
    guard values.count == count || values.count == 1 else {
      throw Misuse("\(values.count) values do not match \(count) variables")
    }
    let all = values.count == count ? values : [Double](repeating: values[0], count: count)
    self = .partial(Dictionary(zip(variables.variables, all), uniquingKeysWith: { $1 }))
  }

  /// The whole point; for a partial one the rest is solved for, within the same limits. nil if that finds none.
  func point(for model: Model, solver: any Solver, options: SolveOptions) throws -> [Double]? {
    switch self {
    case .full(let point):
      guard let partial = model.partial(point) else { return point }
      return try StartPoint.partial(partial).point(for: model, solver: solver, options: options)
    case .partial(let partial):
      guard let completion = try model.completion(of: partial) else { return nil }
      var limits = SolveOptions()
      limits.timeLimit = options.timeLimit
      limits.limitClock = options.limitClock
      limits.nodeLimit = options.nodeLimit
      limits.threads = options.threads
      limits.shouldStop = options.shouldStop
      return try solver.solve(completion, options: limits).values
    }
  }
}
