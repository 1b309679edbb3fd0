import Essentials
import Networks

/// By how much rounding can change a network's outputs anywhere in a region, wherever Float64 arithmetic takes it
/// apart: in the coefficients of a model, or inside a solver.
///
/// In a neuron's sum of n terms, at most (n + 4) · 2 · `Rounding.step` times their sizes is lost, as much again as in
/// `AccountedConstant` since a solver computes the sum anew. What a layer lost counts in the next with the weights' sizes.
/// Where a model has a passed value's own terms in its place, they are multiplied and added up on the way through all
/// layers: the n of every neuron is then that of all layers together.
struct OutputRounding {
  private let last: Layer
  /// The largest possible size of each input of the last layer.
  private let reach: [Double]
  /// By how much each of these inputs can be off.
  private let errors: [Double]
  /// The n of a layer.
  private let terms: (Layer) -> Int

  /// The rounding of `network` over `region`.
  ///
  /// - Parameter bounds: preactivation bounds of the network.
  init(_ network: Network, over region: any InputRegion, _ bounds: PreactivationBounds) {
    var reach = region.reach
    var errors = [Double](repeating: 0, count: reach.count)
    let passes = !network.layers.dropLast().allSatisfy(\.rectified.isAll)
    let all = network.layers.reduce(0) { $0 + $1.inputCount + 4 }
    let terms = { (layer: Layer) in passes ? all : layer.inputCount + 4 }
    for (layer, bounds) in zip(network.layers.dropLast(), bounds.layers) {
      // Stably inactive neurons are 0.
      errors = (0..<layer.outputCount).map { neuron in
        bounds.stability(neuron, of: layer) == .inactive
          ? 0 : OutputRounding.error(of: layer, neuron, reach, errors, terms(layer))
      }
      reach = bounds.reach(of: layer)
    }
    self.terms = terms
    last = network.layers[network.layers.count - 1]
    (self.reach, self.errors) = (reach, errors)
  }

  /// By how much Σ weights[k] · y_k of the outputs y can be off; an empty list stands for zeros.
  func error(of weights: [Double]) -> Double {
    weights.enumerated().reduce(0) { sum, weight in
      weight.element == 0
        ? sum : sum + abs(weight.element) * OutputRounding.error(of: last, weight.offset, reach, errors, terms(last))
    }
  }

  private static func error(
    of layer: Layer, _ neuron: Int, _ reach: [Double], _ errors: [Double], _ terms: Int
  ) -> Double {
    layer.size(of: neuron, reach: errors, withBias: false)
      + Double(terms) * 2 * Rounding.step * layer.size(of: neuron, reach: reach)
  }
}
