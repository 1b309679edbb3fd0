import Essentials

/// A matrix times variables: what several rows of a model hold of those variables.
public struct RowBlock: Sendable {
  /// The coefficients.
  public enum Matrix: Sendable {
    /// A number times the identity: one row per variable.
    case identity(Double)
    /// Row-major numbers, one column per variable.
    case dense([Double])
    /// Compressed sparse rows: row k has the entries `starts[k] ..< starts[k + 1]`, at `positions` among the variables,
    /// counted from 0.
    case sparse(starts: [Int], positions: [Int], values: [Double])
  }

  /// The coefficients.
  public var matrix: Matrix
  /// What they are multiplied by.
  public var variables: [Variable]

  /// Makes the block `matrix * variables`.
  public init(_ matrix: Matrix, _ variables: [Variable]) {
    self.matrix = matrix
    self.variables = variables
  }

  /// How many rows the matrix has.
  ///
  /// - Throws: `Misuse` for numbers that make no matrix.
  func rowCount() throws -> Int {
    switch matrix {
    case .identity: return variables.count
    case .dense(let values):
      guard !variables.isEmpty, values.count % variables.count == 0 else {
        throw Misuse(
          "add rows: expected one column for each of \(variables.count) variables, got \(values.count) numbers")
      }
      return values.count / variables.count
    case .sparse(let starts, let positions, let values):
      guard let last = starts.last, starts[0] == 0, last == values.count, positions.count == values.count,
        zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
      else {
        throw Misuse(
          "add rows: expected row starts that rise from the first entry to the end of the \(values.count) values, with "
            + "as many positions, got \(starts.count) starts and \(positions.count) positions")
      }
      if let wrong = positions.first(where: { !variables.indices.contains($0) }) {
        throw Misuse("add rows: expected positions up to \(variables.count), got \(wrong + 1)")
      }
      return starts.count - 1
    }
  }
}
