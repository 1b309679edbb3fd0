/// What points are worth to semicontinuous variables, special ordered sets and indicators.
extension Model {
  /// The largest violation of one of them: for a semicontinuous variable the distance from 0 or from its threshold, the
  /// latter divided by max(1, |threshold|); for a set the largest magnitude that would have to be 0; for an indicator
  /// what its row misses where its variable is nearer to its value than to the other one, divided by max(1, |right|).
  func constructViolation(at point: [Double]) -> Double {
    var worst = 0.0
    for (column, threshold) in thresholds {
      let value = point[column]
      guard value / threshold > 0, value / threshold < 1 else { continue }
      worst = max(worst, min(abs(value), abs(threshold - value) / max(1, abs(threshold))))
    }
    for construct in constructs {
      switch construct.content {
      case .specialOrderedSet(let set): worst = max(worst, set.window(at: point).excess)
      case .indicator(let indicator):
        guard abs(point[indicator.binary] - Double(indicator.value)) < 0.5 else { continue }
        let left = zip(indicator.columns, indicator.coefficients).reduce(0) { $0 + $1.1 * point[Int($1.0)] }
        worst = max(worst, Model.excess(left, indicator.bounds.lower, indicator.bounds.upper))
      }
    }
    return worst
  }

  /// Makes what is within the tolerance of 0, or of a threshold, that number itself where another one is not allowed.
  func snapConstructs(_ point: inout [Double]) {
    for (column, threshold) in thresholds {
      let value = outsideGap(point[column], column: column)
      if abs(value - point[column]) <= Model.feasibilityTolerance * max(1, abs(threshold)) { point[column] = value }
    }
    for (_, set) in specialOrderedSets {
      let (positions, excess) = set.window(at: point)
      guard excess > 0, excess <= Model.feasibilityTolerance else { continue }
      for (position, column) in set.columns.enumerated() where !positions.contains(position) {
        if columnLower[column] <= 0, columnUpper[column] >= 0 { point[column] = 0 }
      }
    }
  }
}
