import Tensors

/// A sparse matrix in the making, row by row: the linear part of an affine map.
public struct SparseMatrix: Equatable, Sendable {
  /// Row r holds the entries from `starts[r]` to before `starts[r + 1]`.
  public private(set) var starts: [Int] = [0]
  /// The column of every entry.
  public private(set) var columns: [Int32] = []
  /// The number of every entry.
  public private(set) var values: [Double] = []
  /// The number of columns.
  public let columnCount: Int

  /// The number of rows that are ended.
  public var rowCount: Int { starts.count - 1 }
  /// The number of entries.
  public var entryCount: Int { values.count }

  /// A matrix without rows, to which rows are added.
  public init(columnCount: Int) { self.columnCount = columnCount }

  /// Zeros.
  public init(zeros rowCount: Int, columnCount: Int) {
    self.columnCount = columnCount
    starts = [Int](repeating: 0, count: rowCount + 1)
  }

  /// The identity, its first column being `first` of `columnCount`, which is `size` by default.
  public init(identity size: Int, from first: Int = 0, columnCount: Int? = nil) {
    self.columnCount = columnCount ?? size
    starts = Array(0...size)
    columns = (first..<first + size).map { Int32($0) }
    values = [Double](repeating: 1, count: size)
  }

  /// Adds an entry to the row that is being written; rows that are written from left to right need no sorting later.
  public mutating func append(_ column: Int, _ value: Double) {
    columns.append(Int32(column))
    values.append(value)
  }

  /// Ends the row that is being written.
  public mutating func endRow() { starts.append(values.count) }

  /// The places of the entries of a row.
  public func entries(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// The rows `rows`, in that order and as often as they are named.
  public func selecting(_ rows: [Int]) -> SparseMatrix {
    var result = SparseMatrix(columnCount: columnCount)
    result.starts.reserveCapacity(rows.count + 1)
    for row in rows {
      result.columns += columns[entries(row)]
      result.values += values[entries(row)]
      result.endRow()
    }
    return result
  }

  /// Each row multiplied by its own factor.
  public func scaled(by factors: [Double]) -> SparseMatrix {
    var result = self
    for row in 0..<rowCount {
      for entry in entries(row) { result.values[entry] *= factors[row] }
    }
    return result
  }

  /// The matrix product `self` times `inner`, or nil when it would have more than `limit` entries. Columns rise within
  /// each of its rows, and no entry is zero.
  public func times(_ inner: SparseMatrix, limit: Int = .max) -> SparseMatrix? {
    var result = SparseMatrix(columnCount: inner.columnCount)
    result.starts.reserveCapacity(rowCount + 1)
    var sums = [Double](repeating: 0, count: inner.columnCount)
    var isTouched = [Bool](repeating: false, count: inner.columnCount)
    var touched: [Int32] = []
    for row in 0..<rowCount {
      touched.removeAll(keepingCapacity: true)
      for entry in entries(row) {
        let (middle, factor) = (Int(columns[entry]), values[entry])
        for other in inner.entries(middle) {
          let column = Int(inner.columns[other])
          if !isTouched[column] {
            isTouched[column] = true
            touched.append(inner.columns[other])
          }
          sums[column] += factor * inner.values[other]
        }
      }
      guard result.entryCount + touched.count <= limit else { return nil }
      touched.sort()
      for column in touched {
        let sum = sums[Int(column)]
        if sum != 0 { result.append(Int(column), sum) }
        sums[Int(column)] = 0
        isTouched[Int(column)] = false
      }
      result.endRow()
    }
    return result
  }

  /// The sum with a matrix of as many rows, columns rising within each and no entry zero.
  func adding(_ other: SparseMatrix) -> SparseMatrix {
    var both = SparseMatrix(columnCount: max(columnCount, other.columnCount))
    for row in 0..<rowCount {
      both.columns += columns[entries(row)] + other.columns[other.entries(row)]
      both.values += values[entries(row)] + other.values[other.entries(row)]
      both.endRow()
    }
    return both.normalized()
  }

  /// The matrix times `vector`.
  public func times(_ vector: [Double]) -> [Double] {
    (0..<rowCount).map { row in entries(row).reduce(0) { $0 + values[$1] * vector[Int(columns[$1])] } }
  }

  /// The rows of `self` and then those of `other`.
  public func followed(by other: SparseMatrix) -> SparseMatrix {
    var result = SparseMatrix(columnCount: max(columnCount, other.columnCount))
    result.starts = starts + other.starts.dropFirst().map { $0 + entryCount }
    result.columns = columns + other.columns
    result.values = values + other.values
    return result
  }

  /// The matrix with rising columns in each row, equal ones added up, and without zeros.
  public func normalized() -> SparseMatrix {
    var isNormal = !values.contains(0)
    for row in 0..<rowCount where isNormal {
      isNormal = entries(row).dropFirst().allSatisfy { columns[$0 - 1] < columns[$0] }
    }
    guard !isNormal else { return self }
    return times(SparseMatrix(identity: columnCount)) ?? self
  }

  /// All entries, row by row.
  public func dense() -> [Double] {
    var result = [Double](repeating: 0, count: rowCount * columnCount)
    for row in 0..<rowCount {
      for entry in entries(row) { result[row * columnCount + Int(columns[entry])] += values[entry] }
    }
    return result
  }
}

extension Layer {
  /// Sparse rows take twelve bytes an entry, and a dense matrix eight, but no vector instructions: they are taken where
  /// fewer than this share of the entries are not zero. `Scripts/bench/training/layers.lua` finds what looks at single inputs
  /// (forward passes, gradients, backward bounds) hardly slower by rows there, and mostly faster, and batches of 64 at 1.5
  /// to 1.7 times the dense time; half as many entries make rows faster at everything.
  static let sparseShare = 0.25

  /// The layer of a matrix, stored as sparse rows where few of its entries are not zero.
  ///
  /// - Throws: `Misuse` unless there is a row and a column, and a bias for every row.
  public convenience init(_ matrix: SparseMatrix, bias: [Double], rectified: NeuronSet? = nil) throws {
    let bias = try Tensor(bias)
    let matrix = matrix.normalized()
    guard Double(matrix.entryCount) < Layer.sparseShare * Double(matrix.rowCount) * Double(matrix.columnCount) else {
      try self.init(
        weight: Tensor(matrix.dense(), shape: [matrix.rowCount, matrix.columnCount]), bias: bias, rectified: rectified)
      return
    }
    let pattern = try SparsePattern(starts: matrix.starts, columns: matrix.columns, columnCount: matrix.columnCount)
    try self.init(weight: Tensor(matrix.values), pattern: pattern, bias: bias, rectified: rectified)
  }

  /// The same layer with a weight and a bias for each neuron of its own.
  func unshared() throws -> Layer { try Layer(matrix, bias: biases, rectified: rectified) }

  /// The layer that passes each of its inputs on.
  public static func identity(_ size: Int) throws -> Layer {
    try Layer(
      SparseMatrix(identity: size), bias: [Double](repeating: 0, count: size), rectified: NeuronSet.none(of: size))
  }
}
