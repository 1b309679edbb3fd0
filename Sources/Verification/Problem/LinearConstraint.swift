import Essentials
import MILP

/// A condition beside the region: Σ inputs[i] · x_i + Σ outputs[k] · y_k <= right, where y are the outputs, at x, of the
/// network in question.
public struct LinearConstraint: Sendable, Equatable {
  /// One coefficient per input; empty where no input takes part.
  public let inputs: [Double]
  /// One coefficient per output; empty where no output takes part.
  public let outputs: [Double]
  /// What the left side may be at the most.
  public let right: Double

  /// The accuracy to which outputs are held, where they take part: as a rule solvers leave less.
  public static let tolerance = 1e-6

  /// A condition.
  ///
  /// - Throws: `Misuse` unless all numbers are finite and at least one coefficient is not 0.
  public init(inputs: [Double] = [], outputs: [Double] = [], right: Double) throws {
    for (name, values) in [("inputs", inputs), ("outputs", outputs), ("right", [right])] {
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw Misuse("constraint: \(name): expected finite numbers, got \(values[bad]) at \(bad + 1)")
      }
    }
    func used(_ values: [Double]) -> [Double] { values.contains { $0 != 0 } ? values : [] }
    self.inputs = used(inputs)
    self.outputs = used(outputs)
    self.right = right
    guard !self.inputs.isEmpty || !self.outputs.isEmpty else {
      throw Misuse("constraint: expected a coefficient that is not 0 among its inputs or outputs")
    }
  }

  /// One or, for an equation, two conditions that say what `relation` says.
  public static func all(
    inputs: [Double], outputs: [Double], _ relation: Relation, _ right: Double
  ) throws -> [LinearConstraint] {
    let upper = try LinearConstraint(inputs: inputs, outputs: outputs, right: right)
    let lower = try LinearConstraint(inputs: inputs.map { -$0 }, outputs: outputs.map { -$0 }, right: -right)
    return switch relation {
    case .lessOrEqual: [upper]
    case .greaterOrEqual: [lower]
    case .equal: [upper, lower]
    }
  }

  /// By how much an admissible input may exceed the right side; whatever is proved is proved for inputs that exceed it
  /// by as much, so that no proof contradicts a witness.
  ///
  /// A sum of n products and the right side is off by less than (n + 3) · 2^-53 times the sum of their sizes, the
  /// rounding of the input itself included. Four times that is allowed, so that a point which was moved onto the
  /// constraint counts as on it for whoever sums in another order. Where outputs take part, a solver's point meets the
  /// constraint with the model's outputs but not quite with the network's, so that each is held to `tolerance` only.
  /// The right side counts for no more than its rounding: the outputs may be large and all but constant, and then a
  /// part in a million of it would allow every input.
  ///
  /// - Parameters:
  ///   - inputSizes: |x| of every input, or the largest ones in question.
  ///   - outputSizes: the same of every output.
  func allowance(inputSizes: [Double], outputSizes: [Double] = []) -> Double {
    var activity = abs(right)
    for (coefficient, size) in zip(inputs, inputSizes) { activity += abs(coefficient) * size }
    for (coefficient, size) in zip(outputs, outputSizes) { activity += abs(coefficient) * size }
    let accuracy = LinearConstraint.tolerance * outputs.reduce(0) { max($0, abs($1)) }
    return accuracy + Double(inputs.count + outputs.count + 4) * 2 * Rounding.step * activity
  }

  /// The largest allowance of an input of `region` whose outputs `bounds` hold for.
  func allowance(over region: any InputRegion, _ bounds: LayerBounds) -> Double {
    let most = allowance(
      inputSizes: region.reach, outputSizes: RegionBox.reach(bounds.lower, bounds.upper))
    // The outputs that are computed may lie beside the bounds by their rounding.
    return most * (1 + 1e-9)
  }

  /// The unit of excesses: the largest coefficient.
  var scale: Double { (inputs + outputs).reduce(0) { max($0, abs($1)) } }

  /// The left side minus the right one; positive where the condition is not met. Coefficients of outputs need `y`.
  func excess(_ x: [Double], outputs y: [Double] = []) -> Double {
    zip(outputs, y).reduce(zip(inputs, x).reduce(0) { $0 + $1.0 * $1.1 }) { $0 + $1.0 * $1.1 } - right
  }
}
