/// Means and deviations of the columns of a matrix, over some of its rows.
struct ColumnMoments {
  let means: [Double]
  /// The sums of squared deviations from the mean; exactly 0 where all numbers are equal.
  let deviations: [Double]
  let count: Int

  /// - Parameter numbers: in row-major order, `width` to a row.
  init(_ numbers: [Double], width: Int, rows: [Int32]) {
    count = rows.count
    var (means, deviations) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    var varies = [Bool](repeating: false, count: width)
    let first = Int(rows.first ?? 0) * width
    for row in rows {
      for column in 0..<width {
        let value = numbers[Int(row) * width + column]
        // Differences from the first row: its rounding does not grow with the size of the numbers.
        means[column] += value - numbers[first + column]
        if value != numbers[first + column] { varies[column] = true }
      }
    }
    for column in 0..<width { means[column] = numbers[first + column] + means[column] / Double(max(count, 1)) }
    for row in rows {
      for column in 0..<width where varies[column] {
        let deviation = numbers[Int(row) * width + column] - means[column]
        deviations[column] += deviation * deviation
      }
    }
    self.means = means
    self.deviations = deviations
  }

  /// The change of units to means of 0 and standard deviations of 1; a constant column becomes 0.
  ///
  /// - Throws: `Misuse` when a number is too large for its square.
  func standard() throws -> Scaling.Units {
    try Scaling.Units(offset: means, factor: means.indices.map { deviation(of: $0) ?? 1 })
  }

  /// The columns whose numbers are all equal, up to rounding.
  var constants: [Int] { means.indices.filter { deviation(of: $0) == nil } }

  /// The standard deviation of a column; nil where it is that of rounding, which must not be taken for something to be
  /// learnt, or so small that weights could leave the range of numbers.
  private func deviation(of column: Int) -> Double? {
    let deviation = (deviations[column] / Double(max(count, 1))).squareRoot()
    return deviation > max(0x1p-46 * abs(means[column]), 1e-200) ? deviation : nil
  }
}
