import Essentials

/// Solutions in files of other solvers.
public enum SolutionFile {
  /// Reads the file at `path`, gzipped or not: as HiGHS writes it, in any of its styles, or SCIP, Gurobi (also a start),
  /// GLPK, or MIPLIB. Its names are those of `model`, or those that a file of `model` has.
  ///
  /// - Throws: `OutsideFailure` naming the file and the line of what is no solution, and where it has none or is about
  ///   other variables altogether.
  public static func read(_ path: String, for model: Model) throws -> ReadSolution {
    var reader = SolutionReader(try FileText(reading: path), model)
    return try reader.read()
  }

  /// Writes the point of `solution` to `path`, gzipped if that ends in `.gz`, with the names that an MPS file of its model
  /// has.
  ///
  /// - Parameter style: by default Gurobi's if `path` ends in `.mst`, otherwise HiGHS's.
  /// - Throws: `Misuse` without a point, but in the style of HiGHS, and for a solution that does not know its model;
  ///   `OutsideFailure` when the file cannot be written.
  public static func write(_ solution: Solution, to path: String, style: SolutionStyle? = nil) throws {
    let lowercased = path.lowercased()
    let style = style ?? (lowercased.hasSuffix(".mst") || lowercased.hasSuffix(".mst.gz") ? .gurobi : .highs)
    let bytes = try text(solution, style).bytes
    try FileAccess.write(lowercased.hasSuffix(".gz") ? try Gzip.compress(bytes) : bytes, to: path)
  }

  private static func text(_ solution: Solution, _ style: SolutionStyle) throws -> TextBuffer {
    guard let handles = solution.handles else {
      throw Misuse("write: the solver does not tell what its point is about")
    }
    var text = TextBuffer()
    guard let values = solution.values, let objective = solution.objective else {
      guard style == .highs else {
        throw Misuse("write: expected a solution with a point, got \(solution.status.rawValue)")
      }
      text.append("Model status\n\(highsStatus(solution.status))\n\n# Primal solution values\nNone\n")
      return text
    }
    let columns = handles.namedColumns(values.count, .mps)
    switch style {
    case .highs:
      text.append("Model status\n\(highsStatus(solution.status))\n\n# Primal solution values\nFeasible\nObjective ")
      text.append(objective)
      text.append("\n# Columns \(columns.count)\n")
    case .scip:
      text.append("solution status: \(solution.status.rawValue)\nobjective value: ")
      text.append(objective)
      text.endLine()
    case .gurobi:
      text.append("# Solution for model \(NameRules.withoutBlanks(handles.modelName))\n# Objective value = ")
      text.append(objective)
      text.endLine()
    }
    for (column, name) in columns where style != .scip || values[column] != 0 {
      text.append(name)
      text.append(" ")
      text.append(values[column])
      text.endLine()
    }
    return text
  }

  /// HiGHS's own words.
  private static func highsStatus(_ status: SolveStatus) -> String {
    switch status {
    case .optimal: "Optimal"
    case .infeasible: "Infeasible"
    case .unbounded: "Unbounded"
    case .stopped: "Interrupted by user"
    case .feasible, .limit: "Unknown"
    }
  }
}
