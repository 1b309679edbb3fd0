import CKernels
import Essentials
import Tensors

/// Trains a network on a data set with the cross-entropy of softmax.
///
/// Inside, everything is Float32 and one thread does the work, so that one seed gives the same weights whatever the
/// machine is busy with; run several trainings as several processes. The network's own tensors are brought up to date
/// after every epoch, so observers may use the network; its weights are then numbers that Float32 holds exactly.
public final class Trainer {
  /// What is trained, in place.
  public let network: Network
  /// How it is trained.
  public let options: TrainingOptions
  /// The images that steps are made from.
  public let trainingCount: Int
  /// The images kept apart for validation.
  public let validationCount: Int
  /// How many epochs are done, those before a checkpoint included.
  public internal(set) var completedEpochs = 0

  let dataset: Dataset
  let layout: ParameterLayout
  var random: RandomSource
  let parameters: FloatBuffer
  /// Adam's first moment, or the velocity.
  let firstMoment: FloatBuffer
  let secondMoment: FloatBuffer
  let mask: FloatBuffer?
  /// The weights with the least validation loss so far; made for early stopping only.
  let best: FloatBuffer?
  var bestLoss = Double.infinity
  var epochsSinceBest = 0
  var stepCount = 0

  private let pass: TrainingPass
  private let labels: [Int32]
  private let trainingOrder: [Int32]
  private let validationOrder: [Int32]

  /// Prepares the training of `network` on `dataset`; nothing happens before `run`.
  ///
  /// - Throws: `Misuse` when an option is out of range, the data set is empty or does not fit the network, or a mask
  ///   does not fit its layer.
  public init(network: Network, dataset: Dataset, options: TrainingOptions = TrainingOptions()) throws {
    try options.validate()
    guard dataset.count > 0 else { throw Misuse("train: the data set \(dataset.name) \(dataset.split) is empty") }
    guard dataset.count <= Int(Int32.max) else { throw Misuse("train: expected fewer than 2^31 images") }
    guard dataset.inputCount == network.inputCount else {
      throw Misuse(
        "train: the network takes \(network.inputCount) inputs, but the images have "
          + "\(dataset.rows)x\(dataset.columns) = \(dataset.inputCount) pixels")
    }
    guard dataset.classCount <= network.outputCount else {
      throw Misuse(
        "train: the network has \(network.outputCount) outputs, but the data set has \(dataset.classCount) classes")
    }
    self.network = network
    self.dataset = dataset
    self.options = options
    layout = ParameterLayout(network)
    random = RandomSource(seed: options.seed)
    labels = dataset.labels.map(Int32.init)
    let held = Int((options.validationShare * Double(dataset.count)).rounded())
    guard options.validationShare == 0 || held > 0 && held < dataset.count else {
      throw Misuse(
        "train: a validation share of \(options.validationShare) of \(dataset.count) images leaves one part empty")
    }
    var order = (0..<Int32(dataset.count)).map { $0 }
    if held > 0 { random.shuffle(&order) }
    trainingOrder = Array(order[held...])
    validationOrder = Array(order[..<held])
    trainingCount = trainingOrder.count
    validationCount = held

    parameters = FloatBuffer(layout.count)
    firstMoment = FloatBuffer(layout.count)
    if case .adam = options.optimizer {
      secondMoment = FloatBuffer(layout.count)
    } else {
      secondMoment = FloatBuffer(0)
    }
    mask = try Trainer.mask(options, network, layout)
    best = options.patience == nil ? nil : FloatBuffer(layout.count)
    layout.read(network, into: parameters)
    guard parameters.isFinite else { throw Misuse("train: a weight of the network is infinite or not a number") }
    if let mask { for k in 0..<layout.count where mask.base[k] == 0 { parameters.base[k] = 0 } }
    pass = TrainingPass(
      layout: layout, capacity: min(options.batchSize, dataset.count),
      isSparse: TrainingPass.isWorthLists(dataset.pixels, layout: layout))
  }

  /// Trains until all epochs are done, an observer stops it, or the validation loss stops improving.
  ///
  /// - Parameters:
  ///   - onEpoch: called after every epoch, when the network holds the epoch's weights.
  ///   - onBatch: called after every batch; the network itself is only brought up to date if the answer is `stop`.
  /// - Returns: why it ended and what every epoch did.
  /// - Throws: `OutsideFailure` naming epoch and batch when the loss is not finite; the network then keeps the weights
  ///   of the last epoch whose end was finite. `OutsideFailure` when a checkpoint cannot be written. What an observer
  ///   throws; the network then holds the weights of the last completed epoch.
  public func run(
    onEpoch: ((EpochReport) throws -> TrainingAnswer)? = nil, onBatch: ((BatchReport) throws -> TrainingAnswer)? = nil
  ) throws -> TrainingReport {
    var reports: [EpochReport] = []
    let clock = Stopwatch()
    if completedEpochs == 0 { layout.write(parameters, to: network) }
    while completedEpochs < options.epochs {
      if let patience = options.patience, epochsSinceBest >= patience { break }
      let start = clock.wallSeconds
      guard let sums = try epoch(clock, onBatch) else {
        layout.write(parameters, to: network)
        return TrainingReport(reason: .stopped, epochs: reports)
      }
      let seconds = clock.wallSeconds - start
      guard parameters.isFinite else {
        throw failure("a weight is not finite", batch: batchCount)
      }
      let rate = options.learningRate * options.schedule.factor(epoch: completedEpochs, of: options.epochs)
      completedEpochs += 1
      layout.write(parameters, to: network)
      let validation = validate()
      let report = EpochReport(
        epoch: completedEpochs, epochCount: options.epochs, loss: sums.loss / Double(trainingCount),
        accuracy: Double(sums.correct) / Double(trainingCount), validationLoss: validation?.loss,
        validationAccuracy: validation?.accuracy, learningRate: rate, seconds: seconds)
      reports.append(report)
      if let path = options.checkpointPath,
        completedEpochs % options.checkpointEvery == 0 || completedEpochs == options.epochs
      {
        try writeCheckpoint(to: path)
      }
      if try onEpoch?(report) == .stop { return TrainingReport(reason: .stopped, epochs: reports) }
    }
    guard completedEpochs < options.epochs || epochsSinceBest > 0, let best, bestLoss < .infinity else {
      return TrainingReport(reason: .finished, epochs: reports)
    }
    layout.write(best, to: network)
    let isEarly = options.patience.map { epochsSinceBest >= $0 } ?? false
    return TrainingReport(reason: isEarly ? .earlyStopping : .finished, epochs: reports)
  }

  private var batchCount: Int { (trainingCount + options.batchSize - 1) / options.batchSize }

  /// One time through the images; nil when the observer stops it.
  private func epoch(
    _ clock: Stopwatch, _ onBatch: ((BatchReport) throws -> TrainingAnswer)?
  ) throws -> (loss: Double, correct: Int)? {
    var order = trainingOrder
    if options.shuffle { random.shuffle(&order) }
    let rate = options.learningRate * options.schedule.factor(epoch: completedEpochs, of: options.epochs)
    return try dataset.pixels.withUnsafeBufferPointer { pixels in
      try labels.withUnsafeBufferPointer { labels in
        try order.withUnsafeBufferPointer { order in
          guard let pixels = pixels.baseAddress, let labels = labels.baseAddress, let order = order.baseAddress else {
            return nil
          }
          var loss = 0.0
          var correct: Int64 = 0
          for batch in 0..<batchCount {
            let first = batch * options.batchSize
            let rows = min(options.batchSize, trainingCount - first)
            let before = correct
            let sum = pass.forward(
              parameters, pixels: pixels, labels: labels, order: order + first, rows: rows, correct: &correct)
            guard sum.isFinite else { throw failure("the loss is not finite", batch: batch + 1) }
            loss += sum
            pass.backward(parameters, rows: rows)
            step(rate)
            if let onBatch {
              let report = BatchReport(
                epoch: completedEpochs + 1, batch: batch + 1, batchCount: batchCount, loss: sum / Double(rows),
                accuracy: Double(correct - before) / Double(rows), epochLoss: loss / Double(first + rows),
                epochAccuracy: Double(correct) / Double(first + rows), seconds: clock.wallSeconds)
              if try onBatch(report) == .stop { return nil }
            }
          }
          return (loss, Int(correct))
        }
      }
    }
  }

  /// One step of the optimizer along the gradient of the last pass.
  private func step(_ rate: Double) {
    stepCount += 1
    var constants = kernel_step()
    constants.gradient_scale = 1
    if let limit = options.gradientNormLimit {
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
  }

  /// Loss and accuracy on the validation images; keeps the best weights for early stopping.
  private func validate() -> (loss: Double, accuracy: Double)? {
    guard validationCount > 0 else { return nil }
    var loss = 0.0
    var correct: Int64 = 0
    dataset.pixels.withUnsafeBufferPointer { pixels in
      labels.withUnsafeBufferPointer { labels in
        validationOrder.withUnsafeBufferPointer { order in
          guard let pixels = pixels.baseAddress, let labels = labels.baseAddress, let order = order.baseAddress else {
            return
          }
          for first in stride(from: 0, to: validationCount, by: options.batchSize) {
            loss += pass.forward(
              parameters, pixels: pixels, labels: labels, order: order + first,
              rows: min(options.batchSize, validationCount - first), correct: &correct)
          }
        }
      }
    }
    let mean = loss / Double(validationCount)
    if mean < bestLoss {
      bestLoss = mean
      epochsSinceBest = 0
      best?.copyContent(of: parameters)
    } else {
      epochsSinceBest += 1
    }
    return (mean, Double(correct) / Double(validationCount))
  }

  private func failure(_ what: String, batch: Int) -> OutsideFailure {
    let kept = completedEpochs == 0 ? "its first weights" : "the weights of epoch \(completedEpochs)"
    return OutsideFailure(
      "training: \(what) in epoch \(completedEpochs + 1), batch \(batch) of \(batchCount); the network keeps \(kept)")
  }

  /// 1 where a parameter may be other than zero and 0 where not, in the trainer's layout; nil without masks.
  private static func mask(_ options: TrainingOptions, _ network: Network, _ layout: ParameterLayout) throws
    -> FloatBuffer?
  {
    let absent = [Tensor?](repeating: nil, count: network.layers.count)
    let (weights, biases) = (options.masks ?? absent, options.biasMasks ?? absent)
    for masks in [weights, biases] where masks.count != network.layers.count {
      throw Misuse("train: expected one mask for each of \(network.layers.count) layers, got \(masks.count)")
    }
    guard (weights + biases).contains(where: { $0 != nil }) else { return nil }
    let buffer = FloatBuffer(layout.count)
    for k in 0..<layout.count { buffer.base[k] = 1 }
    func check(_ mask: Tensor, _ parameter: Tensor, _ index: Int) throws {
      guard mask.shape == parameter.shape else {
        throw Misuse(
          "train: expected a mask of \(Tensor.describe(shape: parameter.shape)) for layer \(index + 1), "
            + "got \(Tensor.describe(shape: mask.shape))")
      }
    }
    for (index, place) in layout.layers.enumerated() {
      if let mask = weights[index] {
        try check(mask, network.layers[index].weight, index)
        let values = mask.array
        for j in 0..<place.outputs {
          for i in 0..<place.inputs {
            buffer.base[place.weight + i * place.lead + j] = values[j * place.inputs + i] != 0 ? 1 : 0
          }
        }
      }
      if let mask = biases[index] {
        try check(mask, network.layers[index].bias, index)
        for (j, value) in mask.array.enumerated() { buffer.base[place.bias + j] = value != 0 ? 1 : 0 }
      }
    }
    return buffer
  }
}
