/// Sums of products without rounding.
package enum ExactSum {
  /// The sign of Σ coefficients[i] · values[i] + constant, for finite numbers: -1, 0 or 1.
  package static func sign(of coefficients: [Double], times values: [Double], plus constant: Double) -> Int {
    // The two closest numbers of Float64, between which there is no 0 but at an end.
    let range = ExactVector(values).affine(RawLayer(weight: coefficients, bias: [constant])).range(0)
    return range.upperBound > 0 ? 1 : range.lowerBound < 0 ? -1 : 0
  }
}
