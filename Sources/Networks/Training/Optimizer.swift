import Essentials

import Glibc

/// The rule that turns gradients into steps.
public enum Optimizer: Equatable, Sendable {
  /// Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, Algorithm 1), the L2 penalty in the
  /// gradient as in `torch.optim.Adam`.
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// Stochastic gradient descent: v = momentum v + g, w = w - rate v, as `torch.optim.SGD` without dampening.
  case descent(momentum: Double = 0)

  /// 1 - beta1^t and 1 - beta2^t for step t, counted from 1: what the moments are divided by.
  static func corrections(beta1: Double, beta2: Double, step: Int) -> (first: Double, second: Double) {
    (1 - pow(beta1, Double(step)), 1 - pow(beta2, Double(step)))
  }

  func validate() throws {
    switch self {
    case .adam(let beta1, let beta2, let epsilon):
      guard (0..<1).contains(beta1), (0..<1).contains(beta2) else {
        throw Misuse("train: expected beta1 and beta2 from 0 to below 1, got \(beta1) and \(beta2)")
      }
      guard epsilon > 0, epsilon.isFinite else { throw Misuse("train: expected epsilon above 0, got \(epsilon)") }
    case .descent(let momentum):
      guard (0..<1).contains(momentum) else {
        throw Misuse("train: expected momentum from 0 to below 1, got \(momentum)")
      }
    }
  }
}
