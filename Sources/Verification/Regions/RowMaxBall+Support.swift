import Essentials
extension RowMaxBall {
  /// The exact maximum of c·x: a fractional knapsack over pieces of rows.
  ///
  /// Letting row r change by up to t gains Σ |c_i| min(t, room_i), which is concave and piecewise linear in t: its slope
  /// is the sum of the |c_i| that have room left, and falls as pixels reach the end of their box. The budget goes to
  /// the steepest piece of any row first.
  public func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support {
    let rooms = workspace.keys
    let slopes = workspace.heads
    let levels = workspace.levels
    let width = width
    var base = 0.0
    var magnitude = 0.0
    for index in 0..<inputCount {
      let term = c[index] * box.center[index]
      base += term
      magnitude += abs(term)
      rooms[index] =
        c[index] > 0
        ? box.upper[index] - box.center[index] : c[index] < 0 ? box.center[index] - box.lower[index] : 0
    }
    for row in 0..<rows {
      levels[row] = 0
      slopes[row] = RowMaxBall.slope(c + row * width, rooms + row * width, width, above: 0)
    }

    var left = epsilon
    var gain = 0.0
    var largestSlope = 0.0
    while left > 0 {
      var row = 0
      for candidate in 1..<max(rows, 1) where slopes[candidate] > slopes[row] { row = candidate }
      guard slopes[row] > 0 else { break }
      largestSlope = max(largestSlope, slopes[row])
      let first = rooms + row * width
      var next = Double.infinity
      for place in 0..<width where first[place] > levels[row] { next = min(next, first[place]) }
      let step = min(next - levels[row], left)
      gain += slopes[row] * step
      left -= step
      // The level is set to the room itself, not to a sum, so that the pixel counts as full from here on.
      levels[row] = left > 0 ? next : levels[row] + step
      slopes[row] = RowMaxBall.slope(c + row * width, first, width, above: levels[row])
    }

    if let maximizer {
      for index in 0..<inputCount {
        let step = min(levels[index / width], rooms[index])
        let moved = box.center[index] + (c[index] > 0 ? step : -step)
        maximizer[index] = min(max(moved, box.lower[index]), box.upper[index])
      }
    }
    return Support(
      value: base + gain,
      error: Rounding.error(terms: 2 * inputCount + 16, size: magnitude + gain + largestSlope * epsilon))
  }

  /// The sum of the |c_i| whose room exceeds `level`.
  @inline(__always)
  private static func slope(
    _ c: UnsafePointer<Double>, _ rooms: UnsafeMutablePointer<Double>, _ width: Int, above level: Double
  ) -> Double {
    var total = 0.0
    for place in 0..<width where rooms[place] > level { total += abs(c[place]) }
    return total
  }
}
