/// Something that solves models. Solvers keep nothing between solves.
public protocol Solver: Sendable {
  /// What it is called in options: `glpk`, `highs`.
  var name: String { get }

  /// Its version, such as `5.0`.
  var version: String { get }

  /// What it can do for callbacks.
  var capabilities: SolverCapabilities { get }

  /// Solves `model`, calling `observer` on the way.
  ///
  /// - Throws: `Misuse` for options that make no sense, for an observer that wants more than the solver can do, and for
  ///   a model that is being solved already; whatever `observer` throws, after the solver has stopped.
  func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution
}

extension Solver {
  /// Solves `model` without a callback, and without limits unless `options` has some.
  public func solve(_ model: Model, options: SolveOptions = SolveOptions()) throws -> Solution {
    try solve(model, options: options, observer: nil)
  }
}
