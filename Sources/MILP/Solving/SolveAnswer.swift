/// What a callback wants of the solver.
public enum SolveAnswer: Sendable {
  /// Go on.
  case `continue`
  /// End the solve and keep the incumbent.
  case stop
  /// Use this point, one number per column. It is checked first; one that violates the model is counted in
  /// `Solution.rejectedPoints` and otherwise ignored.
  case submit(point: [Double])
  /// Fix these variables, solve for the rest, and use the point if there is one.
  case complete(partial: [Variable: Double])
  /// Enforce these rows, from now on and for every point.
  case addLazyRows([AddedRow])
  /// Use these rows to cut off fractional points.
  case addCuts([AddedRow])
  /// Branch on this variable, which must be integer and fractional at the current node.
  case branch(on: Variable, first: BranchDirection)

  /// What the answer asks for; nil for `continue`.
  public var kind: SolveAnswerKind? {
    switch self {
    case .continue: nil
    case .stop: .stop
    case .submit, .complete: .submit
    case .addLazyRows: .lazyRows
    case .addCuts: .cuts
    case .branch: .branch
    }
  }
}
