import Essentials
import Networks
import Tensors

/// Gradient times weight: how much the loss changes, to first order, when a weight goes.
///
/// - `connection`: |g w| (SNIP; N. Lee, T. Ajanthan, P. Torr, "SNIP: Single-shot Network Pruning based on Connection
///   Sensitivity", ICLR 2019, eq. 5 and 6, without the normalisation that changes no order within a network); a neuron
///   has the sum of its weights' scores.
/// - `taylor`: (g w)^2, and for a neuron (sum of g w over its weights and bias)^2 (P. Molchanov, A. Mallya, S. Tyree,
///   I. Frosio, J. Kautz, "Importance Estimation for Neural Network Pruning", CVPR 2019, eq. 8).
public struct GradientCriterion: Criterion {
  /// How gradients and weights become scores.
  public enum Rule: String, Sendable, CaseIterable {
    /// |g w|.
    case connection = "snip"
    /// (g w)^2, summed before squaring for neurons.
    case taylor
  }

  private let gradients: [LayerGradient]
  private let rule: Rule

  /// A criterion from one gradient per layer.
  public init(gradients: [LayerGradient], rule: Rule = .connection) {
    self.gradients = gradients.map { LayerGradient(weight: $0.weight.contiguous(), bias: $0.bias.contiguous()) }
    self.rule = rule
  }

  /// `snip` or `taylor`.
  public var name: String { rule.rawValue }

  /// |g w| or (g w)^2 for every weight.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    try check(network)
    let gradient = gradients[index].weight
    let inputs = network.layers[index].inputCount
    return scores(of: index, in: network) { weight, neuron, input in
      let product = weight * gradient.base[neuron * inputs + input]
      return rule == .taylor ? product * product : abs(product)
    }
  }

  /// The sum of |g w|, or the square of the sum of g w and g b.
  public func neuronScores(of index: Int, in network: Network, using random: inout RandomSource) throws -> [Double] {
    try check(network)
    let layer = network.layers[index]
    let gradient = gradients[index]
    return withExtendedLifetime((layer, gradient)) {
      (0..<layer.outputCount).map { neuron in
        var sum = rule == .taylor ? layer.bias.base[neuron] * gradient.bias.base[neuron] : 0
        for place in neuron * layer.inputCount..<(neuron + 1) * layer.inputCount {
          let product = layer.weight.base[place] * gradient.weight.base[place]
          sum += rule == .taylor ? product : abs(product)
        }
        return rule == .taylor ? sum * sum : sum
      }
    }
  }

  private func check(_ network: Network) throws {
    guard gradients.map(\.weight.shape) == network.layers.map(\.weight.shape) else {
      throw Misuse("\(name): expected gradients shaped like the network's weights")
    }
  }
}
