import Essentials

/// A linear expression in the elements of a query's variables, and absolute values of shifted elements.
package struct VNNLIBTerm: Sendable {
  var coefficients: [VNNLIBElement: Double] = [:]
  var constant = 0.0
  /// Sums of coefficient · |element - centre|.
  var absolutes: [(element: VNNLIBElement, center: Double, coefficient: Double)] = []
  /// What its elements are; nil for a number.
  var elementType: VNNLIBElementType?
  /// Whether a number in it is written with a fraction, which whole numbers have not.
  var hasFraction = false

  /// Whether it is a number.
  var isConstant: Bool { coefficients.isEmpty && absolutes.isEmpty }

  /// Adds `factor` times another expression.
  mutating func add(_ other: VNNLIBTerm, times factor: Double) {
    constant += factor * other.constant
    coefficients.merge(other.coefficients.mapValues { factor * $0 }) { $0 + $1 }
    absolutes += other.absolutes.map { ($0.element, $0.center, factor * $0.coefficient) }
  }

  /// `factor` times this expression.
  func times(_ factor: Double) -> VNNLIBTerm {
    var result = VNNLIBTerm()
    (result.elementType, result.hasFraction) = (elementType, hasFraction)
    result.add(self, times: factor)
    return result
  }
}
