import MILP

/// Bounds of a model's variables where the infinite ones are replaced by what the rows imply, as far as they do.
///
/// y = W x + b bounds a free y if x is bounded. Each pass costs about as much as looking at every entry twice, and passes
/// go on while they find something; a network of n layers in any order needs at most n.
struct ImpliedBounds {
  private static let mostPasses = 50

  private(set) var lower: [Double]
  private(set) var upper: [Double]

  init(_ model: Model) {
    lower = model.columnLower
    upper = model.columnUpper
    for _ in 0..<ImpliedBounds.mostPasses {
      var hasChanged = false
      for row in 0..<model.rowCount where propagate(row, of: model) { hasChanged = true }
      if !hasChanged { break }
    }
  }

  /// A sum with the number of infinite terms kept apart, so that one of them can be taken out again.
  private struct Activity {
    var finite = 0.0
    var infinite = 0

    mutating func add(_ term: Double) {
      if term.isInfinite { infinite += 1 } else { finite += term }
    }

    /// The sum without `term`, nil if it is infinite.
    func without(_ term: Double) -> Double? {
      if term.isInfinite { return infinite == 1 ? finite : nil }
      return infinite == 0 ? finite - term : nil
    }
  }

  private mutating func propagate(_ row: Int, of model: Model) -> Bool {
    let entries = model.rowStarts[row]..<model.rowStarts[row + 1]
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
    guard least.infinite <= 1 || most.infinite <= 1 else { return false }
    var hasChanged = false
    for entry in entries {
      let column = Int(model.columnIndices[entry])
      let coefficient = model.coefficients[entry]
      // The sums are those of the bounds before this row, which is as right and only less sharp. Dividing
      // by a tiny number bounds nothing sensibly.
      guard lower[column].isInfinite || upper[column].isInfinite, coefficient.magnitude > 1e-6 * largest else {
        continue
      }
      let ends = ends(entry)
      let fromUpper = least.without(ends.least).map { (model.rowUpper[row] - $0) / coefficient }
      let fromLower = most.without(ends.most).map { (model.rowLower[row] - $0) / coefficient }
      let bounds = coefficient > 0 ? (lower: fromLower, upper: fromUpper) : (lower: fromUpper, upper: fromLower)
      // Outward by more than all the rounding above.
      if upper[column].isInfinite, let bound = bounds.upper, bound.isFinite {
        upper[column] = bound + 1e-6 * max(1, bound.magnitude)
        hasChanged = true
      }
      if lower[column].isInfinite, let bound = bounds.lower, bound.isFinite {
        lower[column] = bound - 1e-6 * max(1, bound.magnitude)
        hasChanged = true
      }
    }
    return hasChanged
  }
}
