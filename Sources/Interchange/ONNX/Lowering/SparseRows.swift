/// A sparse matrix by rows: the linear part of an affine map.
struct SparseRows {
  /// Row r holds the entries from `starts[r]` to before `starts[r + 1]`.
  private(set) var starts: [Int] = [0]
  private(set) var columns: [Int32] = []
  private(set) var values: [Double] = []
  let columnCount: Int

  var rowCount: Int { starts.count - 1 }
  var entryCount: Int { values.count }

  /// A matrix without rows, to which rows are added.
  init(columnCount: Int) { self.columnCount = columnCount }

  /// Zero.
  init(zeros rowCount: Int, columnCount: Int) {
    self.columnCount = columnCount
    starts = [Int](repeating: 0, count: rowCount + 1)
  }

  /// The identity.
  init(identity size: Int) {
    columnCount = size
    starts = Array(0...size)
    columns = (0..<size).map { Int32($0) }
    values = [Double](repeating: 1, count: size)
  }

  /// Adds an entry to the row that is being written.
  mutating func append(_ column: Int, _ value: Double) {
    columns.append(Int32(column))
    values.append(value)
  }

  /// Ends the row that is being written.
  mutating func endRow() { starts.append(values.count) }

  /// The rows `rows`, in that order and as often as they are named.
  func selecting(_ rows: [Int]) -> SparseRows {
    var result = SparseRows(columnCount: columnCount)
    result.starts.reserveCapacity(rows.count + 1)
    for row in rows {
      result.columns += columns[starts[row]..<starts[row + 1]]
      result.values += values[starts[row]..<starts[row + 1]]
      result.endRow()
    }
    return result
  }

  /// Each row multiplied by its own factor.
  func scaled(by factors: [Double]) -> SparseRows {
    var result = self
    for row in 0..<rowCount {
      for entry in starts[row]..<starts[row + 1] { result.values[entry] *= factors[row] }
    }
    return result
  }

  /// The matrix product `self` times `inner`, or nil when it would have more than `limit` entries.
  func times(_ inner: SparseRows, limit: Int) -> SparseRows? {
    var result = SparseRows(columnCount: inner.columnCount)
    result.starts.reserveCapacity(rowCount + 1)
    var sums = [Double](repeating: 0, count: inner.columnCount)
    var isTouched = [Bool](repeating: false, count: inner.columnCount)
    var touched: [Int32] = []
    for row in 0..<rowCount {
      touched.removeAll(keepingCapacity: true)
      for entry in starts[row]..<starts[row + 1] {
        let (middle, factor) = (Int(columns[entry]), values[entry])
        for other in inner.starts[middle]..<inner.starts[middle + 1] {
          let column = Int(inner.columns[other])
          if !isTouched[column] {
            isTouched[column] = true
            touched.append(inner.columns[other])
          }
          sums[column] += factor * inner.values[other]
        }
      }
      guard result.entryCount + touched.count <= limit else { return nil }
      for column in touched {
        result.append(Int(column), sums[Int(column)])
        sums[Int(column)] = 0
        isTouched[Int(column)] = false
      }
      result.endRow()
    }
    return result
  }

  /// The matrix times `vector`.
  func times(_ vector: [Double]) -> [Double] {
    (0..<rowCount).map { row in
      (starts[row]..<starts[row + 1]).reduce(0) { $0 + values[$1] * vector[Int(columns[$1])] }
    }
  }

  /// The rows of `self` and then those of `other`.
  func followed(by other: SparseRows) -> SparseRows {
    var result = self
    result.starts += other.starts.dropFirst().map { $0 + entryCount }
    result.columns += other.columns
    result.values += other.values
    return result
  }

  /// All entries, row by row.
  func dense() -> [Double] {
    var result = [Double](repeating: 0, count: rowCount * columnCount)
    for row in 0..<rowCount {
      for entry in starts[row]..<starts[row + 1] { result[row * columnCount + Int(columns[entry])] += values[entry] }
    }
    return result
  }
}
