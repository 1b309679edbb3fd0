import Essentials
import Glibc

/// Where a sparse matrix has entries, row by row: compressed sparse rows without the numbers.
///
/// It holds unsafe pointers because the kernels need addresses that stay; nothing writes there once it is made.
public final class SparsePattern: Equatable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  /// The number of entries.
  public let entryCount: Int
  /// Row r has the entries from `starts[r]` to before `starts[r + 1]`.
  public let starts: UnsafePointer<Int>
  /// The column of every entry, rising within each row.
  public let columns: UnsafePointer<Int32>

  /// A pattern.
  ///
  /// - Throws: `Misuse` unless there is a row and a column, the starts rise from 0 to the number of columns' entries, and
  ///   within every row the columns rise and exist.
  public init(starts: [Int], columns: [Int32], columnCount: Int) throws {
    guard starts.count > 1, (1...Int(Int32.max)).contains(columnCount), starts[0] == 0,
      starts[starts.count - 1] == columns.count
    else {
      throw Misuse(
        "sparse: expected starts of rows from 0 to \(columns.count), and at least one column, got \(starts.count) from "
          + "\(starts.first ?? 0) to \(starts.last ?? 0), and \(columnCount) columns")
    }
    for row in 0..<starts.count - 1 {
      guard (starts[row]...columns.count).contains(starts[row + 1]) else {
        throw Misuse("sparse: row \(row + 1) ends before it begins")
      }
      var last = -1
      for entry in starts[row]..<starts[row + 1] {
        guard last < columns[entry], columns[entry] < columnCount else {
          throw Misuse(
            "sparse: expected rising columns from 1 to \(columnCount), got \(Int(columns[entry]) + 1) after \(last + 1) in "
              + "row \(row + 1)")
        }
        last = Int(columns[entry])
      }
    }
    rowCount = starts.count - 1
    self.columnCount = columnCount
    entryCount = columns.count
    self.starts = UnsafePointer(SparsePattern.copy(starts))
    self.columns = UnsafePointer(SparsePattern.copy(columns))
  }

  deinit {
    starts.deallocate()
    columns.deallocate()
  }

  private static func copy<Element>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(values.count, 1))
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { memory.initialize(from: base, count: values.count) }
    }
    return memory
  }

  /// Whether both have the same entries.
  public static func == (a: SparsePattern, b: SparsePattern) -> Bool {
    a === b
      || a.rowCount == b.rowCount && a.columnCount == b.columnCount && a.entryCount == b.entryCount
        && memcmp(a.starts, b.starts, a.rowCount * MemoryLayout<Int>.stride) == 0
        && memcmp(a.columns, b.columns, a.entryCount * MemoryLayout<Int32>.stride) == 0
  }
}
