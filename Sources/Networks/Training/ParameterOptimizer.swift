import Essentials
import Tensors

/// An optimizer for training loops of one's own: it steps a network along gradients in Float64 and keeps the moments.
///
/// The rules are those of `Trainer`; `Network.crossEntropy` gives gradients.
public final class ParameterOptimizer {
  /// What is stepped, in place.
  public let network: Network
  /// The rule of a step.
  public let optimizer: Optimizer
  /// The learning rate of the next step; a schedule is up to the caller.
  public var learningRate: Double
  /// L2 penalty added to the gradient of every parameter.
  public let weightDecay: Double
  /// How many steps were made.
  public private(set) var stepCount = 0

  private var first: [[Double]]
  private var second: [[Double]]

  /// An optimizer with moments of zero.
  ///
  /// - Throws: `Misuse` when a number is out of range.
  public init(
    network: Network, optimizer: Optimizer = .adam(), learningRate: Double = 1e-3, weightDecay: Double = 0
  ) throws {
    var options = TrainingOptions()
    options.optimizer = optimizer
    options.learningRate = learningRate
    options.weightDecay = weightDecay
    try options.validate()
    self.network = network
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    first = network.layers.flatMap { [$0.weight, $0.bias] }.map { [Double](repeating: 0, count: $0.count) }
    second = first
  }

  /// Moves every parameter one step against its gradient.
  ///
  /// - Parameters:
  ///   - masks: one tensor per layer in the shape of its weight, or nil: where it is zero, the weight becomes exactly
  ///     zero.
  ///   - biasMasks: the same for biases.
  /// - Throws: `Misuse` when gradients or masks do not have the shapes of the parameters; nothing is changed then.
  public func step(_ gradients: [LayerGradient], masks: [Tensor?]? = nil, biasMasks: [Tensor?]? = nil) throws {
    guard gradients.count == network.layers.count else {
      throw Misuse("optimizer: expected gradients of \(network.layers.count) layers, got \(gradients.count)")
    }
    for masks in [masks, biasMasks] where masks != nil && masks?.count != network.layers.count {
      throw Misuse("optimizer: expected masks of \(network.layers.count) layers, got \(masks?.count ?? 0)")
    }
    for (index, layer) in network.layers.enumerated() {
      try check(gradients[index].weight, layer.weight, index)
      try check(gradients[index].bias, layer.bias, index)
      if let mask = masks?[index] { try check(mask, layer.weight, index) }
      if let mask = biasMasks?[index] { try check(mask, layer.bias, index) }
    }
    stepCount += 1
    for (index, layer) in network.layers.enumerated() {
      move(layer.weight, gradients[index].weight.contiguous(), slot: 2 * index, mask: masks?[index]?.contiguous())
      move(layer.bias, gradients[index].bias.contiguous(), slot: 2 * index + 1, mask: biasMasks?[index]?.contiguous())
    }
  }

  private func check(_ tensor: Tensor, _ parameter: Tensor, _ index: Int) throws {
    guard tensor.shape == parameter.shape else {
      throw Misuse(
        "optimizer: expected a gradient or mask of \(Tensor.describe(shape: parameter.shape)) for layer \(index + 1), "
          + "got \(Tensor.describe(shape: tensor.shape))")
    }
  }

  private func move(_ parameter: Tensor, _ gradient: Tensor, slot: Int, mask: Tensor?) {
    let (w, g) = (parameter.base, gradient.base)
    let (rate, decay) = (learningRate, weightDecay)
    defer { withExtendedLifetime((parameter, gradient, mask)) {} }
    first[slot].withUnsafeMutableBufferPointer { first in
      switch optimizer {
      case .adam(let beta1, let beta2, let epsilon):
        let corrections = Optimizer.corrections(beta1: beta1, beta2: beta2, step: stepCount)
        let (pace, root) = (rate / corrections.first, corrections.second.squareRoot())
        second[slot].withUnsafeMutableBufferPointer { second in
          for k in first.indices {
            let slope = g[k] + decay * w[k]
            first[k] = beta1 * first[k] + (1 - beta1) * slope
            second[k] = beta2 * second[k] + (1 - beta2) * slope * slope
            w[k] -= pace * first[k] / (second[k].squareRoot() / root + epsilon)
          }
        }
      case .descent(let momentum):
        for k in first.indices {
          first[k] = momentum * first[k] + g[k] + decay * w[k]
          w[k] -= rate * first[k]
        }
      }
    }
    if let mask { for k in 0..<parameter.count where mask.base[k] == 0 { w[k] = 0 } }
  }
}
