import Essentials
import Networks

/// The last word on every input that is called a witness or a counterexample: what a network computes there, and
/// whether the input is one that the problem allows, from raw numbers.
///
/// Everything is written out in plain loops and shares no code with `Network.forward`, the encoding, the bounds, or the
/// regions' and constraints' own arithmetic: a mistake there cannot confirm itself here. A number that is not finite
/// confirms nothing: outputs that overflowed have the margin -infinity, and a point with NaN is nowhere.
public struct Recheck {
  let layers: [RawLayer]
  let problem: Problem

  /// A recheck of inputs of `network` that are said to be in the problem's region.
  init(_ network: Network, _ problem: Problem) {
    layers = network.layers.map(RawLayer.init)
    self.problem = problem
  }

  // MARK: The network

  /// The outputs in Float64; all NaN where a neuron on the way is not finite, since a ReLU would hide that.
  func outputs64(at point: [Double]) -> [Double] {
    var values = point
    for layer in layers {
      var next = layer.bias
      for output in 0..<layer.outputs {
        var sum = 0.0
        for place in layer.places(output) { sum += layer.weight[place] * values[layer.input(place, of: output)] }
        next[output] += sum
        guard next[output].isFinite else { return unknownOutputs }
        if layer.isRectified[output], next[output] < 0 { next[output] = 0 }
      }
      values = next
    }
    return values
  }

  /// The outputs in Float32, parameters and input rounded to it first; all NaN as in `outputs64`.
  func outputs32(at point: [Double], _ order: SummationOrder) -> [Double] {
    var values = point.map { Float($0) }
    for layer in layers {
      var next = layer.bias.map { Float($0) }
      for output in 0..<layer.outputs {
        let factors = layer.factors(of: output, from: values)
        next[output] += order.sum(layer.weight, from: layer.places(output).lowerBound, factors)
        guard next[output].isFinite else { return unknownOutputs }
        if layer.isRectified[output], next[output] < 0 { next[output] = 0 }
      }
      values = next
    }
    return values.map { Double($0) }
  }

  private var unknownOutputs: [Double] { [Double](repeating: .nan, count: layers[layers.count - 1].outputs) }

  /// `margin` of outputs, or -infinity where they or their margin are not finite.
  func margin(of outputs: [Double], _ margin: ([Double]) -> Double) -> Double {
    guard outputs.allSatisfy(\.isFinite) else { return -.infinity }
    let value = margin(outputs)
    return value.isFinite ? value : -.infinity
  }

  /// The smallest `margin` of the outputs in Float32 over the orders of summation, so that another library's order, or
  /// fused multiplication, seldom sees the opposite sign.
  func margin32(at point: [Double], _ margin: ([Double]) -> Double) -> Double {
    SummationOrder.allCases.reduce(.infinity) { smallest, order in
      min(smallest, self.margin(of: outputs32(at: point, order), margin))
    }
  }

  // MARK: The region

  /// By how much `point` exceeds a bound of the box; infinite where a number is not finite.
  func boxViolation(of point: [Double]) -> Double {
    var worst = 0.0
    for index in point.indices {
      guard point[index].isFinite else { return .infinity }
      worst = max(worst, problem.region.boxLower[index] - point[index], point[index] - problem.region.boxUpper[index])
    }
    return worst
  }

  /// The distance of `point` from x0 in the problem's norm; NaN where a number is.
  func distance(of point: [Double]) -> Double {
    let center = problem.input
    var largest = 0.0
    var sum = 0.0
    switch problem.norm {
    case .l1:
      for index in point.indices { sum += abs(point[index] - center[index]) }
      return sum
    case .linf, .box:
      for index in point.indices where !(abs(point[index] - center[index]) <= largest) {
        largest = abs(point[index] - center[index])
      }
      return largest
    case .l1RowMax:
      let width = point.count / (problem.rows ?? 1)
      for index in point.indices {
        if index % width == 0 { largest = 0 }
        let change = abs(point[index] - center[index])
        if !(change <= largest) { largest = change }
        if index % width == width - 1 { sum += largest }
      }
      return sum
    case .l0:
      for index in point.indices {
        guard !point[index].isNaN else { return .nan }
        if point[index] != center[index] { sum += 1 }
      }
      return sum
    default:
      // A norm that is not written out here confirms nothing.
      return .nan
    }
  }

  /// Whether `point` is in the region: in its box without any tolerance, and not farther from x0 than epsilon by more
  /// than rounding can account for.
  func isInside(_ point: [Double]) -> Bool {
    boxViolation(of: point) <= 0
      && (problem.norm == .box
        || distance(of: point) <= Recheck.largestDistance(epsilon: problem.epsilon, inputCount: point.count))
  }

  /// The largest distance that is computed for a point which is within epsilon: epsilon itself where that is 0.
  ///
  /// Of a sum of n terms |x - x0|, each subtraction and addition is off by at most 2^-53 of its result, together by
  /// less than n · 2^-52 of the sum. A part in 10^12 is for the point: one that was written on the border is rounded by
  /// half a unit in its last place, which is more than a part of epsilon where epsilon is small.
  ///
  /// A number of inputs is counted without rounding, and the allowance is far less than one input.
  public static func largestDistance(epsilon: Double, inputCount: Int) -> Double {
    epsilon * (1 + 1e-12 + Double(inputCount) * 0x1p-52)
  }

  // MARK: The constraints

  /// How well `point`, with its outputs, meets the problem's extra constraints.
  ///
  /// - Returns: the largest excess of a left side over its right side relative to the constraint's largest coefficient,
  ///   0 where there is none and infinite for NaN; and whether every excess is within what `LinearConstraint.allowance`
  ///   explains.
  func constraints(at point: [Double], outputs: [Double]) -> (violation: Double, areMet: Bool) {
    var worst = 0.0
    var areMet = true
    for constraint in problem.constraints {
      var left = 0.0
      var activity = abs(constraint.right)
      var largest = 0.0
      var largestOfOutputs = 0.0
      for index in constraint.inputs.indices {
        left += constraint.inputs[index] * point[index]
        activity += abs(constraint.inputs[index] * point[index])
        largest = max(largest, abs(constraint.inputs[index]))
      }
      for index in constraint.outputs.indices {
        left += constraint.outputs[index] * outputs[index]
        activity += abs(constraint.outputs[index] * outputs[index])
        largestOfOutputs = max(largestOfOutputs, abs(constraint.outputs[index]))
      }
      let excess = left - constraint.right
      let terms = Double(constraint.inputs.count + constraint.outputs.count + 4)
      let allowance = LinearConstraint.tolerance * largestOfOutputs + terms * 0x1p-51 * activity
      if !(excess <= 0) { worst = excess.isNaN ? .infinity : max(worst, excess / max(largest, largestOfOutputs)) }
      // Not even an infinite activity allows an infinite excess.
      if !(excess <= allowance) || !allowance.isFinite { areMet = false }
    }
    return (worst, areMet)
  }
}
