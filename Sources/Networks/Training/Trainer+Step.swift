import CKernels

extension Trainer {
  /// The constants of the next step of the optimizer.
  func nextStep(_ rate: Double) -> kernel_step {
    stepCount += 1
    var constants = kernel_step()
    constants.gradient_scale = 1
    constants.weight_decay = Float(options.weightDecay)
    switch options.optimizer {
    case .adam(let beta1, let beta2, let epsilon):
      let corrections = Optimizer.corrections(beta1: beta1, beta2: beta2, step: stepCount)
      constants.first = Float(beta1)
      constants.second = Float(beta2)
      constants.first_rest = Float(1 - beta1)
      constants.second_rest = Float(1 - beta2)
      constants.rate = Float(rate / corrections.first)
      constants.second_correction = Float(1 / corrections.second.squareRoot())
      constants.epsilon = Float(epsilon)
    case .descent(let momentum):
      constants.first = Float(momentum)
      constants.rate = Float(rate)
    }
    return constants
  }

  /// Steps the parameters at `places` along their gradient.
  func step(_ constants: kernel_step, _ places: Range<Int>, _ gradient: UnsafePointer<Float>) {
    var constants = constants
    let (first, mask) = (places.lowerBound, mask.map { UnsafePointer($0.base + places.lowerBound) })
    switch options.optimizer {
    case .adam:
      kernel_adam(
        &constants, places.count, parameters.base + first, gradient, firstMoment.base + first,
        secondMoment.base + first, mask)
    case .descent:
      kernel_momentum(
        &constants, places.count, parameters.base + first, gradient, firstMoment.base + first, mask)
    }
  }

  /// Steps all parameters along the gradient of the last pass, scaled down to `limit`.
  func clippedStep(_ constants: kernel_step, _ limit: Double) {
    let gradient = pass.gradient.base
    // What is pruned or stays what it is, is no parameter.
    if let mask { for k in 0..<layout.count { gradient[k] *= mask.base[k] } }
    for carrier in carriers { gradient[carrier.place] = 0 }
    let norm = kernel_square_sum(gradient, layout.count).squareRoot()
    var constants = constants
    // As torch.nn.utils.clip_grad_norm_.
    constants.gradient_scale = Float(min(1, limit / (norm + 1e-6)))
    step(constants, 0..<layout.count, gradient)
  }
}
