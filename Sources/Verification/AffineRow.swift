import Networks

/// An affine function of the outputs of a layer, whose computed parameters differ from the meant ones by rounding.
struct AffineRow {
  var coefficients: [Double]
  var constant: Double
  /// The function differs from the one that is meant by at most this, anywhere in the region.
  var error: Double

  /// A constant function of `width` values.
  init(width: Int, constant: Double, error: Double) {
    coefficients = [Double](repeating: 0, count: width)
    self.constant = constant
    self.error = error
  }

  /// The left side of `inequality`, as a function of the inputs of the last layer.
  ///
  /// - Parameter reach: the largest possible size of each of these inputs.
  init(merging inequality: OutputInequality, of last: DenseLayer, reach: [Double]) {
    self.init(width: last.inputCount, constant: inequality.constant, error: 0)
    var magnitude = abs(constant)
    var terms = 4
    for (output, factor) in inequality.coefficients.enumerated() where factor != 0 {
      let row = last.weight.base + output * last.inputCount
      for input in coefficients.indices {
        coefficients[input] += factor * row[input]
        magnitude += abs(factor * row[input]) * reach[input]
      }
      constant += factor * last.bias.base[output]
      magnitude += abs(factor * last.bias.base[output])
      terms += 2
    }
    withExtendedLifetime(last) {}
    error = Double(terms + coefficients.count) * Rounding.step * magnitude + Rounding.tiny
  }

  /// The function with `number` added.
  func adding(_ number: Double) -> AffineRow {
    var result = self
    result.constant += number
    result.error += 2 * Rounding.step * (abs(constant) + abs(number))
    return result
  }

  /// The difference to another function of the same values.
  func subtracting(_ other: AffineRow, reach: [Double]) -> AffineRow {
    var result = self
    var magnitude = abs(constant) + abs(other.constant)
    for (input, coefficient) in other.coefficients.enumerated() {
      magnitude += (abs(coefficients[input]) + abs(coefficient)) * reach[input]
      result.coefficients[input] -= coefficient
    }
    result.constant -= other.constant
    result.error += other.error + Double(4 + coefficients.count) * Rounding.step * magnitude + Rounding.tiny
    return result
  }

  /// The function with twice its error added: never below the one that is meant.
  func raised() -> AffineRow {
    var result = self
    result.constant += 2 * error
    result.constant = result.constant.nextUp
    result.error = 0
    return result
  }
}
