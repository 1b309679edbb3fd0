import CKernels

extension Trainer {
  /// One step of the optimizer along the gradient of the last pass.
  func step(_ rate: Double) {
    stepCount += 1
    var constants = kernel_step()
    constants.gradient_scale = 1
    for carrier in carriers { pass.gradient.base[carrier.place] = 0 }
    if let limit = options.gradientNormLimit {
      // What is pruned is no parameter.
      if let mask { for k in 0..<layout.count { pass.gradient.base[k] *= mask.base[k] } }
      let norm = kernel_square_sum(pass.gradient.base, layout.count).squareRoot()
      // As torch.nn.utils.clip_grad_norm_.
      constants.gradient_scale = Float(min(1, limit / (norm + 1e-6)))
    }
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
      kernel_adam(
        &constants, layout.count, parameters.base, pass.gradient.base, firstMoment.base, secondMoment.base, mask?.base)
    case .descent(let momentum):
      constants.first = Float(momentum)
      constants.rate = Float(rate)
      kernel_momentum(
        &constants, layout.count, parameters.base, pass.gradient.base, firstMoment.base, mask?.base)
    }
    for (carrier, value) in zip(carriers, carriedValues) { parameters.base[carrier.place] = value }
  }
}
