import LuaHost
import MILP
import Solvers

/// Solves the linear programs that bounds and searches make of their own accord.
enum ProgramSolving {
  /// GLPK's answer within so many seconds, in floating point or in fractions; Ctrl-C ends it.
  @Sendable static func solve(_ model: Model, timeLimit: Double?, isExact: Bool = false) throws -> Solution {
    var options = SolveOptions()
    if isExact { options.native["exact"] = "on" }
    options.timeLimit = timeLimit
    options.shouldStop = { Interrupt.isRequested }
    return try GLPKSolver().solve(model, options: options)
  }
}
