import Essentials
import Networks

/// What is certain about a margin: the network of real numbers, not of rounded ones.
///
/// Weights that cancel make of a margin in Float64 any number whatever, and of one in Float32 another. All parameters
/// are multiples of powers of two, so that the real margin can be computed with `ExactVector`.
extension Recheck {
  /// The most products of 64-bit limbs that the exact outputs are worth: about a tenth of a second. The integers grow
  /// by a limb or two with every layer, and by more where parameters differ by many orders of magnitude.
  public static let largestWork = 10_000_000

  /// The outputs at a finite point without rounding; nil where they take more than `largestWork`.
  func exactOutputs(at point: [Double]) -> ExactVector? {
    guard point.allSatisfy(\.isFinite) else { return nil }
    var values = ExactVector(point)
    var work = 0
    for layer in layers {
      work += layer.weight.count * ExactVector.limbs(of: layer.weight) * values.limbs
      guard work <= Recheck.largestWork else { return nil }
      values = values.affine(layer)
      values.rectify(layer.isRectified)
    }
    return values
  }

  /// Numbers around the real margin at `point`: the largest over the alternatives of their smallest left side.
  ///
  /// - Parameter exact: what `exactOutputs` are there.
  func marginRange(
    at point: [Double], _ exact: ExactVector?, _ alternatives: [[OutputInequality]]
  ) -> ClosedRange<Double> {
    let all = alternatives.flatMap(\.self)
    let functions = RawLayer(weight: all.flatMap(\.coefficients), bias: all.map(\.constant))
    let values = exact.map { exact in
      let values = exact.affine(functions)
      return (0..<values.count).map(values.range)
    }
    var left = (values ?? accountedRanges(at: point, functions))[...]
    return alternatives.reduce(-.infinity ... -.infinity) { best, alternative in
      let own = left.prefix(alternative.count)
      left = left.dropFirst(alternative.count)
      let (lower, upper) = own.reduce((Double.infinity, Double.infinity)) {
        (min($0.0, $1.lowerBound), min($0.1, $1.upperBound))
      }
      return max(best.lowerBound, lower)...max(best.upperBound, upper)
    }
  }

  /// Numbers around `functions` of the outputs at `point`, by a forward pass in Float64 that adds up what rounding can
  /// have done: a running error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3).
  private func accountedRanges(at point: [Double], _ functions: RawLayer) -> [ClosedRange<Double>] {
    var values = point
    var errors = [Double](repeating: 0, count: point.count)
    for layer in layers + [functions] {
      var next = layer.bias
      var nextErrors = layer.bias
      for output in 0..<layer.outputs {
        var size = abs(layer.bias[output])
        var error = 0.0
        for place in layer.places(output) {
          let (weight, input) = (layer.weight[place], layer.input(place, of: output))
          let term = weight * values[input]
          next[output] += term
          size += abs(term)
          error += abs(weight) * errors[input]
        }
        let terms = Double(layer.inputs + 4) * Rounding.step
        nextErrors[output] = (error + terms * size) * (1 + terms) + Rounding.tiny
        // A ReLU makes no error larger.
        if layer.isRectified[output], next[output] < 0 { next[output] = 0 }
      }
      (values, errors) = (next, nextErrors)
    }
    return zip(values, errors).map { value, error in
      // A sum that overflowed somewhere leaves an error that is none.
      guard value.isFinite, error.isFinite else { return -.infinity ... .infinity }
      return (value - error).nextDown...(value + error).nextUp
    }
  }

  /// Whether `point` meets the extra constraints with no tolerance at all.
  ///
  /// - Parameters:
  ///   - exact: what `exactOutputs` are there; without them `outputs` are taken for what the network computes.
  ///   - outputs: the outputs in Float64.
  func meetsConstraints(_ point: [Double], _ exact: ExactVector?, outputs: [Double]) -> Bool {
    let values = exact ?? (outputs.allSatisfy(\.isFinite) ? ExactVector(outputs) : nil)
    let inputs = ExactVector(point)
    return problem.constraints.allSatisfy { constraint in
      var excess = ExactVector([-constraint.right])
      if !constraint.inputs.isEmpty {
        excess = excess.adding(inputs.affine(RawLayer(weight: constraint.inputs, bias: [0])))
      }
      if !constraint.outputs.isEmpty {
        guard let values else { return false }
        excess = excess.adding(values.affine(RawLayer(weight: constraint.outputs, bias: [0])))
      }
      return excess.range(0).upperBound <= 0
    }
  }
}
