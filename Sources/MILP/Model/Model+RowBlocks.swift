import Essentials

extension Model {
  /// Adds the rows `lower <= sum of blocks <= upper`, where every block is a matrix times variables: a layer of a
  /// network is one call, with W and its inputs and -1 and its outputs.
  ///
  /// - Parameters:
  ///   - lower: a lower bound per row, or one for all; `upper` likewise.
  ///   - prefix: row k (from 0) is named `prefix` followed by k + 1.
  /// - Throws: `Misuse` for blocks of different heights and for what `addRow` refuses; nothing is added then.
  @discardableResult
  public func addRows(
    _ blocks: [RowBlock], lower: [Double], upper: [Double], prefix: String? = nil
  ) throws -> [Constraint] {
    guard let first = blocks.first else { throw Misuse("add rows: expected at least one block") }
    let count = try first.rowCount()
    var columns: [[Int32]] = []
    var entries = 0
    for block in blocks {
      let height = try block.rowCount()
      guard height == count else {
        throw Misuse("add rows: expected blocks of equal height, got \(count) and \(height) rows")
      }
      columns.append(try block.variables.map { Int32(try column(of: $0, for: "add rows")) })
      switch block.matrix {
      case .identity: entries += count
      case .dense(let values), .sparse(_, _, let values): entries += values.count
      }
    }
    reserveRows(count, entries: entries)
    var rowColumns: [Int32] = []
    var rowValues: [Double] = []
    return try addRows(count, lower: lower, upper: upper, prefix: prefix) { row, add in
      rowColumns.removeAll(keepingCapacity: true)
      rowValues.removeAll(keepingCapacity: true)
      for (block, columns) in zip(blocks, columns) {
        switch block.matrix {
        case .identity(let value):
          rowColumns.append(columns[row])
          rowValues.append(value)
        case .dense(let values):
          rowColumns += columns
          rowValues += values[row * columns.count..<(row + 1) * columns.count]
        case .sparse(let starts, let positions, let values):
          for entry in starts[row]..<starts[row + 1] { rowColumns.append(columns[positions[entry]]) }
          rowValues += values[starts[row]..<starts[row + 1]]
        }
      }
      try rowColumns.withUnsafeBufferPointer { columns in
        try rowValues.withUnsafeBufferPointer { try add(columns, $0) }
      }
    }
  }
}
