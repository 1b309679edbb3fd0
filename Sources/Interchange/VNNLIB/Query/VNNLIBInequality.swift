import Verification

/// A linear expression that must not be negative, or must be positive.
package struct VNNLIBInequality: Sendable {
  package var term: VNNLIBTerm
  /// Whether 0 is excluded.
  var isStrict: Bool
  /// Where it stands in the file.
  var line: Int

  /// What holds where this does not.
  var negated: VNNLIBInequality { VNNLIBInequality(term: term.times(-1), isStrict: !isStrict, line: line) }

  /// The same with its boundary.
  package var relaxed: VNNLIBInequality { VNNLIBInequality(term: term, isStrict: false, line: line) }

  /// Whether it holds where elements have these values, in exact arithmetic; but for a budget, which may be exceeded by
  /// what rounding makes of its sum.
  package func holds(_ value: (VNNLIBElement) -> Double) -> Bool {
    guard term.absolutes.isEmpty else {
      let distance = term.absolutes.reduce(0) { $0 + abs(value($1.element) - $1.center) }
      return distance <= Recheck.largestDistance(epsilon: term.constant, inputCount: term.absolutes.count)
    }
    let sign = ExactSum.sign(
      of: Array(term.coefficients.values), times: term.coefficients.keys.map(value), plus: term.constant)
    return isStrict ? sign > 0 : sign >= 0
  }
}
