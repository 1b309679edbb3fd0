import MILP
import Solvers
import Verification

extension BranchAndBoundOptions {
  /// The defaults, with GLPK for linear programs.
  static var solvingPrograms: BranchAndBoundOptions {
    var options = BranchAndBoundOptions()
    options.solveProgram = { model, timeLimit, isExact in
      var limits = SolveOptions()
      if isExact { limits.native["exact"] = "on" }
      limits.timeLimit = timeLimit
      return try GLPKSolver().solve(model, options: limits)
    }
    return options
  }
}
