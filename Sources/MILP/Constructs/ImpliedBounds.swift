import Essentials

/// Bounds of a model's variables as its rows imply them, one row at a time (feasibility-based bound tightening).
///
/// y = W x + b bounds a free y if x is bounded. Each pass costs about as much as looking at every entry twice, and passes
/// go on while they find something; a network of n layers in any order needs at most n.
package struct ImpliedBounds {
  /// Which bounds are looked for.
  package enum Wanted {
    /// Those that are infinite.
    case missing
    /// Also finite ones that leave too much room, by a tenth of the variable's range or more.
    case tighter
  }

  private static let mostPasses = 50
  private static let leastGain = 0.1

  /// Lower bounds of the variables.
  package private(set) var lower: [Double]
  /// Upper bounds of the variables.
  package private(set) var upper: [Double]
  private let wanted: Wanted

  /// Looks through the rows of `model`.
  package init(_ model: Model, _ wanted: Wanted = .missing) {
    lower = model.columnLower
    upper = model.columnUpper
    self.wanted = wanted
    for _ in 0..<ImpliedBounds.mostPasses {
      var hasChanged = false
      for row in 0..<model.rowCount where propagate(row, of: model) { hasChanged = true }
      if !hasChanged { break }
    }
  }

  /// A sum with the number of infinite terms kept apart, so that one of them can be taken out again.
  private struct Activity {
    var finite = 0.0
    var size = 0.0
    var count = 0
    var infinite = 0

    mutating func add(_ term: Double) {
      if term.isInfinite {
        infinite += 1
      } else {
        finite += term
        size += abs(term)
        count += 1
      }
    }

    /// The sum without `term`, nil if it is infinite.
    func without(_ term: Double) -> Double? {
      if term.isInfinite { return infinite == 1 ? finite : nil }
      return infinite == 0 ? finite - term : nil
    }

    /// How far that may be off.
    var error: Double { Rounding.error(terms: count + 2, size: size) }
  }

  private mutating func propagate(_ row: Int, of model: Model) -> Bool {
    let entries = model.rowStarts[row]..<model.rowStarts[row + 1]
    let (rowLower, rowUpper) = (model.rowLower[row], model.rowUpper[row])
    var (least, most) = (Activity(), Activity())
    var largest = 0.0
    func ends(_ entry: Int) -> (least: Double, most: Double) {
      let column = Int(model.columnIndices[entry])
      let (a, b) = (model.coefficients[entry] * lower[column], model.coefficients[entry] * upper[column])
      return (min(a, b), max(a, b))
    }
    for entry in entries {
      let ends = ends(entry)
      least.add(ends.least)
      most.add(ends.most)
      largest = max(largest, model.coefficients[entry].magnitude)
    }
    guard least.infinite <= 1 && rowUpper.isFinite || most.infinite <= 1 && rowLower.isFinite else { return false }
    var hasChanged = false
    for entry in entries {
      let column = Int(model.columnIndices[entry])
      let coefficient = model.coefficients[entry]
      // The sums are those of the bounds before this row, which is as right and only less sharp. Dividing
      // by a tiny number bounds nothing sensibly.
      guard wanted == .tighter || lower[column].isInfinite || upper[column].isInfinite,
        coefficient.magnitude > 1e-6 * largest
      else { continue }
      let ends = ends(entry)
      let fromUpper = least.without(ends.least).map { (rowUpper - $0) / coefficient }
      let fromLower = most.without(ends.most).map { (rowLower - $0) / coefficient }
      let bounds = coefficient > 0 ? (lower: fromLower, upper: fromUpper) : (lower: fromUpper, upper: fromLower)
      // Outward by more than all the rounding above, and than solvers' tolerances.
      let error = (least.error + most.error) / coefficient.magnitude
      func outward(_ bound: Double) -> Double { error + 1e-6 * max(1, bound.magnitude) }
      if let bound = bounds.upper, bound.isFinite, isGain(upper[column] - (bound + outward(bound)), column) {
        upper[column] = bound + outward(bound)
        hasChanged = true
      }
      if let bound = bounds.lower, bound.isFinite, isGain(bound - outward(bound) - lower[column], column) {
        lower[column] = bound - outward(bound)
        hasChanged = true
      }
    }
    return hasChanged
  }

  /// Whether it is worth it to move a column's bound by `distance`.
  private func isGain(_ distance: Double, _ column: Int) -> Bool {
    distance == .infinity || wanted == .tighter && distance > ImpliedBounds.leastGain * (upper[column] - lower[column])
  }
}
