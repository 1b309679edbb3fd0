import CKernels
import Essentials
import Networks

/// Rigorous upper bounds, over a region, of linear functions of everything in a network, by the backward linear
/// relaxation that `BackwardPass` explains, its accounting of rounding included.
///
/// The slopes below unstable neurons may be anything from 0 to 1, so they can come from anywhere: by default those that
/// leave the smaller area, and where a linear program over the same relaxation was solved, the ones that its duals name.
/// These make the bound as tight as the program's optimum (Salman et al., "A convex relaxation barrier", NeurIPS 2019),
/// and yet nothing depends on what a solver computed: it is a safe bound in the sense of Neumaier and Shcherbina ("Safe
/// bounds in linear and mixed-integer linear programming", Mathematical Programming 2004).
final class FunctionRelaxation {
  private let network: Network
  private let region: any InputRegion
  private let bounds: PreactivationBounds
  private let workspace: SupportWorkspace
  private let inputReach: [Double]
  /// Per layer and neuron: Σ |weight| · reach of its inputs + |bias|.
  private let sums: [[Double]]
  /// The coefficients that the last function had on the outputs of every hidden layer.
  private(set) var coefficients: [[Double]]

  /// A relaxation of `network` with bounds that hold for the inputs in question, all of them in `region`.
  init(_ network: Network, over region: any InputRegion, bounds: PreactivationBounds) {
    self.network = network
    self.region = region
    self.bounds = bounds
    workspace = SupportWorkspace(inputCount: region.inputCount)
    let inputReach = zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
    self.inputReach = inputReach
    sums = network.layers.indices.map { index in
      let layer = network.layers[index]
      let reach = index == 0 ? inputReach : bounds.layers[index - 1].upper.map { max($0, 0) }
      return (0..<layer.outputCount).map { neuron in
        let row = layer.weight.base + neuron * layer.inputCount
        return (0..<layer.inputCount).reduce(abs(layer.bias.base[neuron])) { $0 + abs(row[$1]) * reach[$1] }
      }
    }
    coefficients = network.layers.dropLast().map { [Double](repeating: 0, count: $0.outputCount) }
  }

  /// A number that is never below `function` at an input that the bounds hold for.
  ///
  /// - Parameter slopes: for a hidden layer and a neuron, the coefficient that its preactivation should get where the
  ///   neuron is undecided and counts negatively; nil for the default. Values out of range are moved into it.
  func upperBound(of function: NetworkFunction, slopes: ((Int, Int) -> Double)? = nil) -> Double {
    let last = network.layers.count - 1
    var total = function.constant
    var magnitude = function.constantSize
    var terms = 64 + 4 * function.termCount + region.inputCount
    var below = [Double](repeating: 0, count: region.inputCount)
    let first = function.hasOutputs ? last : function.preactivation?.layer ?? -1
    for index in stride(from: first, through: 0, by: -1) {
      let layer = network.layers[index]
      terms += 2 * layer.outputCount
      var line = [Double](repeating: 0, count: layer.outputCount)
      if index == last, function.hasOutputs {
        line = function.outputs
        for output in line.indices { magnitude += function.outputSizes[output] * sums[last][output] }
      } else if index < first {
        relax(index, into: &line, &total, &magnitude, slopes)
      }
      if let (own, neuron, coefficient) = function.preactivation, own == index { line[neuron] += coefficient }
      for neuron in line.indices {
        total += line[neuron] * layer.bias.base[neuron]
        magnitude += abs(line[neuron]) * sums[index][neuron]
      }
      var target = [Double](repeating: 0, count: layer.inputCount)
      line.withUnsafeBufferPointer { line in
        target.withUnsafeMutableBufferPointer { target in
          if let line = line.baseAddress, let target = target.baseAddress {
            kernel_affine_transposed(layer.weight.base, line, target, layer.outputCount, layer.inputCount)
          }
        }
      }
      if index == 0 { below = target } else { coefficients[index - 1] = target }
    }
    for input in below.indices {
      below[input] += function.inputs[input]
      magnitude += (function.inputSizes[input] + abs(below[input])) * inputReach[input]
    }
    var support = Support(value: .infinity, error: 0)
    below.withUnsafeBufferPointer { below in
      if let c = below.baseAddress { support = region.support(c, maximizer: nil, workspace: workspace) }
    }
    magnitude += abs(support.value)
    let error = support.error + Double(terms) * Rounding.step * magnitude + Rounding.tiny
    let bound = (total + support.value + error).nextUp
    return bound.isNaN ? .infinity : bound
  }

  /// Replaces the outputs of hidden layer `index`, with their `coefficients`, by lines in their preactivations.
  private func relax(
    _ index: Int, into line: inout [Double], _ total: inout Double, _ magnitude: inout Double,
    _ slopes: ((Int, Int) -> Double)?
  ) {
    for neuron in line.indices {
      let coefficient = coefficients[index][neuron]
      let low = bounds.layers[index].lower[neuron]
      let high = bounds.layers[index].upper[neuron]
      magnitude += abs(coefficient) * max(-low, high, 0)
      switch bounds.layers[index].stability(neuron) {
      case .inactive: line[neuron] = 0
      case .active: line[neuron] = coefficient
      case .unstable where coefficient > 0:
        let chord = Chord(from: low, to: high)
        line[neuron] = coefficient * chord.slope
        total += coefficient * chord.offset
      case .unstable:
        let wanted = slopes?(index, neuron) ?? .nan
        line[neuron] = wanted.isNaN ? (high > -low ? coefficient : 0) : min(max(wanted, coefficient), 0)
      }
    }
  }
}
