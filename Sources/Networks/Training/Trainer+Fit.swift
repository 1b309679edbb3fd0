extension Trainer {
  /// Some examples of a data set.
  struct Part {
    let data: TrainingData
    let order: [Int32]
    /// Of each target, the sum of squared deviations from its mean; nil unless it is a regression.
    let deviations: [Double]?

    init(_ data: TrainingData, _ order: [Int32], isRegression: Bool) {
      self.data = data
      self.order = order
      guard isRegression, case .numbers(let numbers, let width) = data.dataset.targets else {
        deviations = nil
        return
      }
      deviations = ColumnMoments(numbers, width: width, rows: order).deviations
    }
  }

  var newSums: TrainingPass.Sums {
    TrainingPass.Sums(outputs: loss == .crossEntropy ? 0 : network.outputCount)
  }

  /// The fit on the validation examples; keeps the best weights for early stopping.
  func validate() -> Fit? {
    guard validationCount > 0 else { return nil }
    var sums = newSums
    validation.order.withUnsafeBufferPointer { order in
      guard let order = order.baseAddress else { return }
      for first in stride(from: 0, to: validationCount, by: options.batchSize) {
        let examples = TrainingPass.Batch(
          validation.data, order, first: first, size: options.batchSize, count: validationCount)
        _ = pass.evaluate(parameters, examples, alone: pace.isAlone, &sums)
      }
    }
    let fit = fit(sums, validation)
    if fit.loss < bestLoss {
      bestLoss = fit.loss
      epochsSinceBest = 0
      bestEpoch = completedEpochs
      best?.copyContent(of: parameters)
    } else {
      epochsSinceBest += 1
    }
    return fit
  }

  /// What the sums over a part come to.
  func fit(_ sums: TrainingPass.Sums, _ part: Part) -> Fit {
    fit(sums, count: part.order.count, deviations: part.deviations)
  }

  func fit(
    _ sums: TrainingPass.Sums, since before: TrainingPass.Sums? = nil, count: Int, deviations: [Double]? = nil
  ) -> Fit {
    let losses = sums.loss - (before?.loss ?? 0)
    guard loss.isRegression else {
      // The logistic loss judges every output, cross-entropy every example.
      let judgements = loss == .crossEntropy ? count : count * network.outputCount
      return Fit(
        loss: losses / Double(count), accuracy: Double(sums.hits - (before?.hits ?? 0)) / Double(judgements),
        squares: nil, deviations: nil, count: count)
    }
    let squares = sums.squares.indices.map { output in
      let factor = scaling.output?.factor[output] ?? 1
      return (sums.squares[output] - (before?.squares[output] ?? 0)) * factor * factor
    }
    return Fit(loss: losses / Double(count), accuracy: nil, squares: squares, deviations: deviations, count: count)
  }
}
