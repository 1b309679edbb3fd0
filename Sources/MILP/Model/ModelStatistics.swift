/// Counts and ranges of a model, for people to read.
public struct ModelStatistics: Sendable, Hashable, CustomStringConvertible {
  /// Variables of each kind.
  public var continuous = 0, integers = 0, binaries = 0, semicontinuous = 0, semiintegers = 0
  /// Variables whose bounds are equal.
  public var fixed = 0
  /// Rows.
  public var rows = 0
  /// Rows whose bounds are equal.
  public var equalities = 0
  /// Matrix entries.
  public var entries = 0
  /// Special ordered sets of both types.
  public var sos1 = 0, sos2 = 0
  /// Indicators.
  public var indicators = 0
  /// Smallest and largest magnitude of a matrix entry; nil without entries.
  public var coefficientRange: ClosedRange<Double>?
  /// What may make a solver's answer unreliable, in sentences.
  public var warnings: [String] = []

  /// Variables of all kinds.
  public var columns: Int { continuous + integers + binaries + semicontinuous + semiintegers }

  /// One line.
  public var description: String {
    func list(_ counts: [(Int, String)]) -> String {
      counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    let kinds = list([
      (continuous, "continuous"), (integers, "integer"), (binaries, "binary"), (semicontinuous, "semicontinuous"),
      (semiintegers, "semi-integer"),
    ])
    let constructs = list([(sos1, "sos1"), (sos2, "sos2"), (indicators, "indicators")])
    let counts =
      "\(columns) variables\(kinds.isEmpty ? "" : " (\(kinds))"), \(rows) rows, \(entries) entries"
      + (constructs.isEmpty ? "" : ", \(constructs)")
    guard let coefficientRange else { return counts }
    return counts + ", coefficients \(coefficientRange.lowerBound) to \(coefficientRange.upperBound)"
  }

  /// Makes the statistics of an empty model.
  public init() {}
}
