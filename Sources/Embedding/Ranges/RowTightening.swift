import Essentials
import MILP
import Networks

/// Bounds of variables that a model's rows imply, by linear programs (optimization-based bound tightening).
///
/// Whoever solves the programs is believed in nothing: bounds are computed here from the duals that come back, rounded
/// outward, and any duals give a valid bound.
public enum RowTightening {
  /// Solves a linear program to be maximised and gives its row duals; nil where there are none, or time is up.
  public typealias Solver = (Model) throws -> [Double]?

  /// The smallest boxes around the inputs that are found, one per row of inputs; the variables' own bounds where nothing
  /// better is.
  public static func boxes(
    _ inputs: [[Variable]], in model: Model, solver: Solver
  ) throws -> [(lower: [Double], upper: [Double])] {
    let relaxation = model.relaxation()
    var known: [Int: (lower: Double, upper: Double)] = [:]
    return try inputs.map { row in
      let bounds = try row.map { variable -> (lower: Double, upper: Double) in
        let column = try model.column(of: variable, for: "embed")
        if let bounds = known[column] { return bounds }
        var (lower, upper) = (model.columnLower[column], model.columnUpper[column])
        if lower < upper {
          upper = min(upper, try most(variable, 1, of: relaxation, solver: solver))
          lower = max(lower, -(try most(variable, -1, of: relaxation, solver: solver)))
          if model.kinds[column].isIntegral { (lower, upper) = (lower.rounded(.up), upper.rounded(.down)) }
          // Rows that leave nothing are the solve's to find.
          if lower > upper { (lower, upper) = (model.columnLower[column], model.columnUpper[column]) }
        }
        known[column] = (lower, upper)
        return (lower, upper)
      }
      return (bounds.map(\.lower), bounds.map(\.upper))
    }
  }

  /// Ranges of undecided preactivations and of the outputs, tightened layer by layer over the rows of a model together
  /// with the layers below, undecided neurons relaxed.
  ///
  /// - Parameter inputs: the columns of the network's inputs in `model`, which lie in `box`.
  static func ranges(
    _ known: PreactivationRanges, of network: Network, _ inputs: [Int], _ box: (lower: [Double], upper: [Double]),
    in model: Model, solver: Solver
  ) throws -> PreactivationRanges {
    var (lower, upper) = (known.lower, known.upper)
    let last = network.layers.count - 1
    for index in network.layers.indices {
      let layer = network.layers[index]
      let wanted = lower[index].indices.filter {
        index == last || layer.stability(of: $0, lower: lower[index][$0], upper: upper[index][$0]) == .unstable
      }
      guard !wanted.isEmpty else { continue }
      let extended = model.copy()
      let below = try HiddenColumns(
        network.prefix(index + 1), inputs: inputs, lower: box.lower, upper: box.upper,
        ranges: PreactivationRanges(lower: lower, upper: upper), outputs: Set(wanted), formulation: .bigM,
        label: { $0 + $1 }, in: extended)
      let relaxation = extended.relaxation()
      for neuron in wanted {
        var sum = ColumnSum()
        below.add(1, layer: index, neuron: neuron, to: &sum, in: relaxation)
        let terms = LinearExpression(sum.values, sum.indices.map { relaxation.variable(at: Int($0)) })
        let highest = try most(terms, 1, of: relaxation, solver: solver)
        let lowest = -(try most(terms, -1, of: relaxation, solver: solver))
        let low = max(lower[index][neuron], (lowest + sum.constant - sum.error).nextDown)
        let high = min(upper[index][neuron], (highest + sum.constant + sum.error).nextUp)
        guard low <= high else { continue }
        (lower[index][neuron], upper[index][neuron]) = (low, high)
      }
    }
    return PreactivationRanges(lower: lower, upper: upper)
  }

  /// No point of the relaxation has a larger `sign` · function.
  private static func most(
    _ function: some LinearOperand, _ sign: Double, of relaxation: Model, solver: Solver
  ) throws -> Double {
    try relaxation.setObjective(sign * function, .maximize)
    guard let duals = try solver(relaxation) else { return .infinity }
    return bound(of: relaxation, duals: duals)
  }

  /// An upper bound of the objective of a linear program to be maximised, from any row duals: with y the duals,
  /// c·x = (c - Aᵀy)·x + y·(Ax), each part at its best within the bounds of columns and rows.
  static func bound(of model: Model, duals: [Double]) -> Double {
    guard duals.count == model.rowCount else { return .infinity }
    var rest = model.objectiveCoefficients
    var sizes = rest.map(abs)
    var counts = [Int](repeating: 1, count: rest.count)
    var total = 0.0
    var magnitude = 0.0
    for row in 0..<model.rowCount where duals[row] != 0 {
      let side = duals[row] > 0 ? model.rowUpper[row] : model.rowLower[row]
      // A dual of the wrong sign is worth nothing.
      guard duals[row].isFinite, side.isFinite else { continue }
      total += duals[row] * side
      magnitude += abs(duals[row] * side)
      for entry in model.rowStarts[row]..<model.rowStarts[row + 1] {
        let column = Int(model.columnIndices[entry])
        rest[column] -= duals[row] * model.coefficients[entry]
        sizes[column] += abs(duals[row] * model.coefficients[entry])
        counts[column] += 1
      }
    }
    for column in rest.indices {
      let error = sizes[column] == 0 ? 0 : Rounding.error(terms: counts[column] + 2, size: sizes[column])
      let (low, high) = (rest[column] - error, rest[column] + error)
      guard low != 0 || high != 0 else { continue }
      let ends = [low, high].flatMap { [$0 * model.columnLower[column], $0 * model.columnUpper[column]] }
      let most = ends.filter { !$0.isNaN }.max() ?? .infinity
      total += most
      magnitude += abs(most)
    }
    return (total + Rounding.error(terms: 2 * (rest.count + model.rowCount) + 8, size: magnitude)).nextUp
  }
}
