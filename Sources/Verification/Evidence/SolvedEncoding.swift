import MILP

/// What the solution of an encoding's model says, up to the solver's tolerances; see `SolverTrust`.
public struct SolvedEncoding {
  /// What the model was asked for.
  public let objective: EncodingObjective
  /// What no admissible input has a better objective than; nil where the solution does not tell.
  private let bound: Double?

  init(_ encoding: Encoding, by solution: Solution, scope: BoundsScope) throws {
    objective = encoding.objective
    bound = try encoding.objectiveBound(solution, scope: scope)
  }

  /// No margin of an input in the scope is larger; nil where the solution does not tell.
  var marginBound: Double? {
    switch objective {
    case .margin: bound
    // Minus the least excess of the constraints: where it is negative, no input counts.
    case .admissibility: (bound ?? 0) < 0 ? -.infinity : nil
    case .distance: nil
    }
  }

  /// No input whose margin reaches the threshold is nearer to x0; nil where the solution does not tell.
  public var distanceBound: Double? { objective == .distance ? bound.map { max($0, 0) } : nil }
}
