import MILP

/// Models about which HiGHS may never answer, and would not notice limits and interrupts either.
///
/// HiGHS 1.15 counts the values of whole-number columns in 32 bits (`HighsRedcostFixing::addRootRedcost`), and where
/// they are more its loop has no end; presolve makes columns whole that the model has continuous, where a row leaves
/// them nothing else, and scales them. A dive goes down as many levels as a column has values, looks at no clock, and takes
/// a time that grows with the square of them (`HighsSearch::openNodesToQueue`). Of 120,000 small models drawn at random,
/// up to 10^18 in size, 90 were never answered about: each was one of these.
enum HiGHSHazard {
  /// The values of an integer column up to which dives end soon.
  private static let mostValues = 10_000.0
  /// 2^31, beyond which HiGHS counts wrongly.
  private static let mostCount = 0x1p31

  /// Whether `model` is such a model.
  static func mayHang(_ model: Model) -> Bool {
    let integers = (0..<model.columnCount).filter { model.kinds[$0].isIntegral }
    guard !integers.isEmpty else { return false }
    let isOpen = integers.contains { model.columnLower[$0].isInfinite || model.columnUpper[$0].isInfinite }
    let implied = isOpen ? ImpliedBounds(model) : nil
    let (lower, upper) = (implied?.lower ?? model.columnLower, implied?.upper ?? model.columnUpper)
    let hasManyValues = integers.contains { column in
      upper[column] - lower[column] > mostValues || max(-lower[column], upper[column]) >= mostCount
    }
    return hasManyValues || (0..<model.rowCount).contains { mayMakeWhole($0, of: model, lower, upper) }
  }

  /// Whether a row may make a column whole that has too many values then: it has integers, one other column at most, and
  /// the integers may add up to so many times its smallest coefficient.
  private static func mayMakeWhole(_ row: Int, of model: Model, _ lower: [Double], _ upper: [Double]) -> Bool {
    var others = 0
    var sum = 0.0
    var smallest = Double.infinity
    for entry in model.rowStarts[row]..<model.rowStarts[row + 1] {
      let column = Int(model.columnIndices[entry])
      let magnitude = model.coefficients[entry].magnitude
      smallest = min(smallest, magnitude)
      if model.kinds[column].isIntegral {
        sum += magnitude * max(lower[column].magnitude, upper[column].magnitude)
      } else {
        others += 1
        if others > 1 { return false }
      }
    }
    return sum >= mostCount * smallest
  }
}
