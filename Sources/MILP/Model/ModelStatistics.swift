/// Counts and ranges of a model, for people to read.
public struct ModelStatistics: Sendable, Hashable, CustomStringConvertible {
  /// Variables of each kind.
  public var continuous = 0, integers = 0, binaries = 0
  /// Variables whose bounds are equal.
  public var fixed = 0
  /// Rows.
  public var rows = 0
  /// Rows whose bounds are equal.
  public var equalities = 0
  /// Matrix entries.
  public var entries = 0
  /// Smallest and largest magnitude of a matrix entry; nil without entries.
  public var coefficientRange: ClosedRange<Double>?
  /// What may make a solver's answer unreliable, in sentences.
  public var warnings: [String] = []

  /// Variables of all kinds.
  public var columns: Int { continuous + integers + binaries }

  /// One line.
  public var description: String {
    let kinds = [(continuous, "continuous"), (integers, "integer"), (binaries, "binary")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let counts = "\(columns) variables\(kinds.isEmpty ? "" : " (\(kinds))"), \(rows) rows, \(entries) entries"
    guard let coefficientRange else { return counts }
    return counts + ", coefficients \(coefficientRange.lowerBound) to \(coefficientRange.upperBound)"
  }

  /// Makes the statistics of an empty model.
  public init() {}
}
