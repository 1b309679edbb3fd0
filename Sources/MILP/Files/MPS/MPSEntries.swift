/// The matrix entries of an MPS file, which come column by column, on their way to rows.
struct MPSEntries {
  private var rows: [Int32] = []
  private var columns: [Int32] = []
  private var values: [Double] = []
  /// For each row of the file, 1 + the last column that had an entry in it.
  private var lastColumn: [Int32] = []

  /// Whether `column`, the newest, has had no entry in `row`, as the file counts rows, before.
  mutating func isFirst(row: Int, column: Int) -> Bool {
    if row >= lastColumn.count { lastColumn += [Int32](repeating: 0, count: row + 1 - lastColumn.count) }
    defer { lastColumn[row] = Int32(column + 1) }
    return lastColumn[row] != Int32(column + 1)
  }

  /// Adds an entry of a row of the draft.
  mutating func append(row: Int, column: Int, _ value: Double) {
    rows.append(Int32(row))
    columns.append(Int32(column))
    values.append(value)
  }

  /// Puts the entries into the draft, row by row; within a row they stay in their order.
  func sort(into draft: inout ModelDraft) {
    var starts = [Int](repeating: 0, count: draft.rows.count + 1)
    for row in rows { starts[Int(row) + 1] += 1 }
    for row in draft.rows.indices { starts[row + 1] += starts[row] }
    var next = starts
    var (sortedColumns, sortedValues) = (columns, values)
    for entry in rows.indices {
      let row = Int(rows[entry])
      sortedColumns[next[row]] = columns[entry]
      sortedValues[next[row]] = values[entry]
      next[row] += 1
    }
    (draft.rowStarts, draft.entryColumns, draft.entryValues) = (starts, sortedColumns, sortedValues)
  }
}
