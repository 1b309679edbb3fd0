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

  /// By how much a witness may exceed the right side, relative to the larger of it and the coefficients: what solvers
  /// leave. Whatever is proved by bounds is proved for inputs that exceed it by as much.
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

  /// By how much the right side may be exceeded.
  public var allowance: Double {
    LinearConstraint.tolerance * (inputs + outputs).reduce(abs(right)) { max($0, abs($1)) }
  }

  /// The left side minus the right one; positive where the condition is not met. Coefficients of outputs need `y`.
  func excess(_ x: [Double], outputs y: [Double] = []) -> Double {
    zip(outputs, y).reduce(zip(inputs, x).reduce(0) { $0 + $1.0 * $1.1 }) { $0 + $1.0 * $1.1 } - right
  }
}
