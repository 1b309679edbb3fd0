import Essentials

/// A linear expression in the inputs and outputs of a property, and absolute values of shifted inputs.
struct VNNLIBTerm {
  var inputs: [Int: Double] = [:]
  var outputs: [Int: Double] = [:]
  var constant = 0.0
  /// Sums of coefficient · |input - centre|.
  var absolutes: [(input: Int, center: Double, coefficient: Double)] = []

  /// Whether it is a number.
  var isConstant: Bool { inputs.isEmpty && outputs.isEmpty && absolutes.isEmpty }

  /// Adds `factor` times another expression.
  mutating func add(_ other: VNNLIBTerm, times factor: Double) {
    constant += factor * other.constant
    inputs.merge(other.inputs.mapValues { factor * $0 }) { $0 + $1 }
    outputs.merge(other.outputs.mapValues { factor * $0 }) { $0 + $1 }
    absolutes += other.absolutes.map { ($0.input, $0.center, factor * $0.coefficient) }
  }

  /// `factor` times this expression.
  func times(_ factor: Double) -> VNNLIBTerm {
    var result = VNNLIBTerm()
    result.add(self, times: factor)
    return result
  }
}
