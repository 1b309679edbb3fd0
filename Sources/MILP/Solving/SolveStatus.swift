/// How a solve ended. None of these is an error; whether there is a point is `Solution.hasPoint`.
public enum SolveStatus: String, Sendable, Hashable, CaseIterable {
  /// The point is optimal within the gaps asked for.
  case optimal
  /// There is a point, nothing is known about better ones: the objective stop was reached, or the solver gave up.
  case feasible
  /// No point satisfies the constraints.
  case infeasible
  /// Points with arbitrarily good objective values exist.
  case unbounded
  /// The time limit, the node limit or the bound stop was reached, or the solver gave up without a point.
  case limit
  /// A callback answered stop, or an interrupt came.
  case stopped
}
