import MILP
import Solvers
import Verification

extension BranchAndBoundOptions {
  /// The defaults, with GLPK for linear programs.
  static var solvingPrograms: BranchAndBoundOptions {
    var options = BranchAndBoundOptions()
    options.solveProgram = { model, timeLimit in
      var limits = SolveOptions()
      limits.timeLimit = timeLimit
      return try GLPKSolver().solve(model, options: limits)
    }
    return options
  }
}
