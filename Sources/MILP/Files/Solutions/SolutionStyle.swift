/// How a file holds a solution. Raw values are the names in scripts.
public enum SolutionStyle: String, Sendable, CaseIterable {
  /// As HiGHS writes it: status, objective, all values.
  case highs
  /// As SCIP writes it, and MIPLIB likewise: values that are not 0.
  case scip
  /// As Gurobi writes it, also for starts: all values.
  case gurobi
}
