import Essentials

/// Trains a network on a data set.
///
/// Inside, everything is Float32, and every number is computed in one order, so that one seed gives the same weights on a
/// machine, however many threads work on it and whatever else they do. What masks leave of a layer costs what is left of
/// it. The network's own tensors are brought up to date after every epoch, so observers may use the network. Trained on
/// pictures, its weights are then numbers that Float32 holds exactly.
///
/// Rows of numbers, and with them the targets of a regression, are brought to standard units by the means and standard
/// deviations of the examples that steps are made from. The network's own tensors speak the data set's own units at all
/// times; the change of units is in its first and last layers. A network that is as `Network.initialized` drew it, apart
/// from zeros, starts as such in standard units, and with weights of zero for inputs that never change; any other starts
/// as the function that it is.
///
/// Layers of every kind are trained: the entries of sparse ones, and the kernels of convolutions. What is no parameter in
/// other programs is none here: neurons that hand a value on, such as a residual connection's, stay as they are.
public final class Trainer {
  /// What is trained, in place.
  public let network: Network
  /// How it is trained.
  public let options: TrainingOptions
  /// What is made small.
  public let loss: Loss
  /// What brings the trainer's units to the data set's own.
  public let scaling: Scaling
  /// The examples that steps are made from.
  public let trainingCount: Int
  /// The examples kept apart for validation.
  public let validationCount: Int
  /// How many epochs are done, those before a checkpoint included.
  public internal(set) var completedEpochs = 0
  /// The epoch with the least validation loss so far, from 1; 0 without.
  public internal(set) var bestEpoch = 0

  let dataset: Dataset
  let layout: ParameterLayout
  var random: RandomSource
  let parameters: FloatBuffer
  /// Adam's first moment, or the velocity.
  let firstMoment: FloatBuffer
  let secondMoment: FloatBuffer
  let mask: FloatBuffer?
  /// The parameters that no step changes, and what they are in the trainer's units.
  let carriers: [Carrier]
  let carriedValues: [Float]
  /// The weights with the least validation loss so far; made for early stopping only.
  let best: FloatBuffer?
  var bestLoss = Double.infinity
  var epochsSinceBest = 0
  var stepCount = 0

  let pass: TrainingPass
  var pace: TeamPace
  let training: Part
  let validation: Part

  /// Prepares the training of `network` on `dataset`; nothing happens before `run`.
  ///
  /// - Throws: `Misuse` when an option is out of range, a data set is empty or does not fit the network or the loss, or
  ///   a mask does not fit its layer; `OutsideFailure` when there is no memory for it.
  public init(network: Network, dataset: Dataset, options: TrainingOptions = TrainingOptions()) throws {
    try options.validate()
    loss = options.loss ?? Loss.usual(for: dataset)
    for set in [dataset, options.validation].compactMap({ $0 }) { try Trainer.check(set, network, loss) }
    guard options.validation.map({ $0.isPictures == dataset.isPictures }) ?? true else {
      throw Misuse("train: expected validation examples like those of \(dataset)")
    }
    self.network = network
    self.dataset = dataset
    self.options = options
    try Trainer.check(options, network)
    layout = ParameterLayout(network, masks: options.masks, biasMasks: options.biasMasks)
    random = RandomSource(seed: options.seed)
    let held = Int((options.validationShare * Double(dataset.count)).rounded())
    guard options.validationShare == 0 || held > 0 && held < dataset.count else {
      throw Misuse(
        "train: a validation share of \(options.validationShare) of \(dataset.count) examples leaves one part empty")
    }
    var order = (0..<Int32(dataset.count)).map { $0 }
    if held > 0 { random.shuffle(&order) }
    let (trainingOrder, heldOrder) = (Array(order[held...]), Array(order[..<held]))
    trainingCount = trainingOrder.count
    validationCount = options.validation?.count ?? held

    var scaling = Scaling()
    var constantInputs: [Int] = []
    if options.standardizes, case .numbers(let numbers) = dataset.inputs {
      let moments = ColumnMoments(numbers, width: dataset.inputCount, rows: trainingOrder)
      scaling.input = try moments.standard()
      constantInputs = moments.constants
      if loss.isRegression, case .numbers(let numbers, let width) = dataset.targets {
        scaling.output = try ColumnMoments(numbers, width: width, rows: trainingOrder).standard()
      }
    }
    self.scaling = scaling
    guard network.takes(scaling) else {
      throw Misuse(
        "train: a convolution has one weight for many inputs or outputs and takes no standard units of each; "
          + "train with standardize = false")
    }
    let data = try TrainingData(dataset, loss: loss, scaling: scaling, weights: options.exampleWeights)
    training = Part(data, trainingOrder, isRegression: loss.isRegression)
    if let set = options.validation {
      validation = Part(
        try TrainingData(set, loss: loss, scaling: scaling), (0..<Int32(set.count)).map { $0 },
        isRegression: loss.isRegression)
    } else {
      validation = Part(data, heldOrder, isRegression: loss.isRegression)
    }

    parameters = try FloatBuffer(layout.count)
    firstMoment = try FloatBuffer(layout.count)
    if case .adam = options.optimizer {
      secondMoment = try FloatBuffer(layout.count)
    } else {
      secondMoment = try FloatBuffer(0)
    }
    mask = try Trainer.mask(options, layout)
    carriers = Trainer.carriers(network, layout, options)
    try Trainer.check(options, network, scaling)
    best = options.patience == nil ? nil : try FloatBuffer(layout.count)
    layout.read(network, into: parameters)
    guard parameters.isFinite else { throw Misuse("train: a weight of the network is infinite or not a number") }
    if scaling != Scaling() {
      if network.isAsInitialized {
        let (first, isConstant) = (layout.layers[0], Set(constantInputs))
        // Only dense layers are as initialised: a row of the weight's tensor is a neuron's.
        first.forEachWeight { [parameters] element, place in
          if isConstant.contains(element % network.inputCount) { parameters.base[place] = 0 }
        }
      } else {
        layout.read(try network.folding(try scaling.inverted()), into: parameters)
        guard parameters.isFinite else { throw Misuse("train: in standard units a weight is too large for Float32") }
      }
    }
    if let mask { for k in 0..<layout.count where mask.base[k] == 0 { parameters.base[k] = 0 } }
    carriedValues = carriers.map { [parameters] in parameters.base[$0.place] }
    // A block's lanes are shared by two.
    let team = try ThreadTeam(members: min(options.threads, 2), isBrief: true)
    pace = TeamPace(hasTeam: team.members > 1, sharesAlways: options.sharesAlways)
    pass = try TrainingPass(network, layout: layout, loss: loss, team: team)
  }

  private static func check(_ dataset: Dataset, _ network: Network, _ loss: Loss) throws {
    guard dataset.count > 0 else { throw Misuse("train: the data set \(dataset.name) \(dataset.split) is empty") }
    guard dataset.count <= Int(Int32.max) else { throw Misuse("train: expected fewer than 2^31 examples") }
    guard dataset.inputCount == network.inputCount else {
      let has =
        dataset.isPictures
        ? "images have \(dataset.rows)x\(dataset.columns) = \(dataset.inputCount) pixels"
        : "rows have \(dataset.inputCount) number\(dataset.inputCount == 1 ? "" : "s")"
      throw Misuse("train: the network takes \(network.inputCount) inputs, but the \(has)")
    }
    try loss.check(dataset, outputCount: network.outputCount)
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
    if completedEpochs == 0 { try publish(parameters) }
    while completedEpochs < options.epochs {
      if let patience = options.patience, epochsSinceBest >= patience { break }
      let start = clock.wallSeconds
      guard let sums = try epoch(clock, onBatch) else {
        try publish(parameters)
        return TrainingReport(reason: .stopped, epochs: reports)
      }
      let seconds = clock.wallSeconds - start
      guard parameters.isFinite else {
        throw failure("a weight is not finite", batch: batchCount)
      }
      let rate = options.learningRate * options.schedule.factor(epoch: completedEpochs, of: options.epochs)
      completedEpochs += 1
      try publish(parameters)
      let report = EpochReport(
        epoch: completedEpochs, epochCount: options.epochs, training: fit(sums, training), validation: validate(),
        learningRate: rate, seconds: seconds)
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
    try publish(best)
    let isEarly = options.patience.map { epochsSinceBest >= $0 } ?? false
    return TrainingReport(reason: isEarly ? .earlyStopping : .finished, epochs: reports)
  }

  private var batchCount: Int { (trainingCount + options.batchSize - 1) / options.batchSize }

  /// Brings the network's own tensors up to date.
  func publish(_ buffer: FloatBuffer) throws {
    layout.write(buffer, to: network)
    try network.fold(scaling)
    // A change of units and back may have rounded them.
    for carrier in carriers { carrier.restore() }
  }

  /// One time through the examples; nil when the observer stops it.
  private func epoch(
    _ clock: Stopwatch, _ onBatch: ((BatchReport) throws -> TrainingAnswer)?
  ) throws -> TrainingPass.Sums? {
    var order = training.order
    if options.shuffle {
      random.shuffle(&order)
      pass.forgetExamples()
    }
    let rate = options.learningRate * options.schedule.factor(epoch: completedEpochs, of: options.epochs)
    return try order.withUnsafeBufferPointer { order -> TrainingPass.Sums? in
      guard let order = order.baseAddress else { return nil }
      var sums = newSums
      for batch in 0..<batchCount {
        let first = batch * options.batchSize
        let rows = min(options.batchSize, trainingCount - first)
        let before = onBatch == nil ? nil : sums
        try step(
          TrainingPass.Batch(training.data, order, first: first, size: options.batchSize, count: trainingCount), rate,
          number: batch + 1, &sums)
        if let onBatch, let before {
          let report = BatchReport(
            epoch: completedEpochs + 1, batch: batch + 1, batchCount: batchCount,
            fit: fit(sums, since: before, count: rows), epochFit: fit(sums, count: first + rows),
            seconds: clock.wallSeconds)
          if try onBatch(report) == .stop { return nil }
        }
      }
      return sums
    }
  }

  /// One batch: its gradient and a step along it.
  private func step(
    _ batch: TrainingPass.Batch, _ rate: Double, number: Int, _ sums: inout TrainingPass.Sums
  ) throws {
    let start = Stopwatch.now
    let constants = nextStep(rate)
    let receiver: TrainingPass.Receiver = { [self] in step(constants, $0, $1) }
    let isClipped = options.gradientNormLimit != nil
    let sum = pass.differentiate(
      parameters, batch, alone: pace.isAlone, &sums, receiver: isClipped ? nil : receiver)
    guard sum.isFinite else { throw failure("the loss is not finite", batch: number) }
    if let limit = options.gradientNormLimit { clippedStep(constants, limit) }
    for (carrier, value) in zip(carriers, carriedValues) { parameters.base[carrier.place] = value }
    pace.took(Stopwatch.now - start)
  }

  private func failure(_ what: String, batch: Int) -> OutsideFailure {
    let kept = completedEpochs == 0 ? "its first weights" : "the weights of epoch \(completedEpochs)"
    return OutsideFailure(
      "training: \(what) in epoch \(completedEpochs + 1), batch \(batch) of \(batchCount); the network keeps \(kept)")
  }
}
