/// A linear inequality over a network's outputs y: Σ_k coefficients[k] · y_k + constant >= 0.
public struct OutputInequality: Sendable, Equatable {
  /// One per output.
  public var coefficients: [Double]
  /// What is added.
  public var constant: Double

  /// The inequality Σ_k coefficients[k] · y_k + constant >= 0.
  public init(coefficients: [Double], constant: Double = 0) {
    self.coefficients = coefficients
    self.constant = constant
  }

  /// The left side; the inequality holds when it is not negative.
  public func value(of outputs: [Double]) -> Double {
    zip(coefficients, outputs).reduce(constant) { $0 + $1.0 * $1.1 }
  }
}
