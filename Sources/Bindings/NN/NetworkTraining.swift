import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// `nn.train(network, dataset, options)`.
enum NetworkTraining {
  /// Pushes a trained copy and the facts of the training; when the training broke down nil, the reason, and the copy as
  /// it last was well.
  static func train(_ call: Call) throws -> Int {
    let network = try (try call.object(1, as: Network.self)).copy()
    let dataset: Dataset = try call.object(2)
    var (onEpoch, onBatch): (LuaFunction?, LuaFunction?)
    var (resume, wantsProgress): (String?, Bool) = (nil, true)
    let options = try call.options(3) { table in
      onEpoch = try table.optionalFunction("on_epoch")
      onBatch = try table.optionalFunction("on_batch")
      resume = try table.optionalString("resume")
      wantsProgress = try table.bool("progress", default: true)
      return try TrainingOptions(reading: table, for: dataset)
    }
    let clock = Stopwatch()
    let trainer = try Trainer(network: network, dataset: dataset, options: options)
    if let resume { try trainer.resume(from: resume) }
    describe(network, trainer, dataset)
    var display = wantsProgress ? try TrainingDisplay(epochsBefore: trainer.completedEpochs, call) : nil
    let outcome = Result {
      try call.answeringInterrupts {
        try trainer.run(
          onEpoch: { epoch in
            try answering {
              guard let onEpoch else { return false }
              try display?.clear()
              return try answer(of: onEpoch, "on_epoch", epoch.luaValue(elapsed: clock.wallSeconds))
            }
          },
          onBatch: { batch in
            try answering {
              try display?.show(batch, of: options.epochs)
              guard let onBatch else { return false }
              return try answer(of: onBatch, "on_batch", batch.luaValue(of: options.epochs))
            }
          })
      }
    }
    // The script goes on with the epochs that are finished.
    if case .success(let report) = outcome, report.reason == .stopped { call.acknowledgeInterrupt() }
    try display?.clear()
    let report: TrainingReport
    do { report = try outcome.get() } catch let failure as OutsideFailure {
      return call.pushNil() + call.push(failure.message) + call.push(network)
    }
    network.metadata["training_epochs"] = String(trainer.completedEpochs)
    return call.push(network) + call.push(.table(facts(report, trainer) + [("seconds", .number(clock.wallSeconds))]))
  }

  private static func facts(_ report: TrainingReport, _ trainer: Trainer) -> [(key: String, value: LuaValue)] {
    [
      ("reason", .string(report.reason.rawValue)), ("epochs", .integer(trainer.completedEpochs)),
      ("seconds_per_epoch", .number(report.secondsPerEpoch)),
      ("best_epoch", trainer.bestEpoch > 0 ? .integer(trainer.bestEpoch) : .nil),
      ("history", .array(report.epochs.map { $0.luaValue(elapsed: nil) })),
    ] + (report.epochs.last?.training.luaFields() ?? [])
  }

  private static func describe(_ network: Network, _ trainer: Trainer, _ dataset: Dataset) {
    let size =
      dataset.isPictures ? "\(dataset.rows)x\(dataset.columns)" : "\(dataset.inputCount) to \(dataset.outputCount)"
    network.metadata["trained_on"] = "\(dataset.name) \(dataset.split) \(size)"
    network.metadata["training_loss"] = trainer.loss.name
    network.metadata["training_seed"] = String(trainer.options.seed)
  }

  /// `nn.train_all(jobs, options)`: trains several networks at once. Pushes the trained copies and the facts of each; when
  /// a training broke down nil and the reason.
  static func trainAll(_ call: Call) throws -> Int {
    let jobs = try call.elements(1, of: "jobs", expected: "a table { network = …, data = … }") { call -> Trainer? in
      guard call.kind(1) == .table else { return nil }
      let table = try call.table(1)
      let network = try (try table.object("network", as: Network.self)).copy()
      let dataset: Dataset = try table.object("data")
      let options = try TrainingOptions(reading: table, for: dataset)
      try table.rejectOthers()
      guard options.checkpointPath == nil else { throw Misuse("checkpoint: only a training by itself writes one") }
      let trainer = try Trainer(network: network, dataset: dataset, options: options)
      describe(network, trainer, dataset)
      return trainer
    }
    let threads = try call.options(2) { try $0.int("threads", default: (try? BLAS.threadLimit) ?? 1) }
    let results = try call.answeringInterrupts {
      try Trainer.run(jobs, threads: threads) { _ in Interrupt.isRequested ? .stop : .proceed }
    }
    let reports: [TrainingReport]
    do { reports = try results.map { try $0.get() } } catch let failure as OutsideFailure {
      return call.pushNil() + call.push(failure.message)
    }
    if reports.contains(where: { $0.reason == .stopped }) { call.acknowledgeInterrupt() }
    for trainer in jobs { trainer.network.metadata["training_epochs"] = String(trainer.completedEpochs) }
    return call.push(.array(jobs.map { .object($0.network) }))
      + call.push(.array(zip(jobs, reports).map { .table(facts($1, $0)) }))
  }

  /// What the training does after Lua functions were called, which say whether it shall stop. Ctrl-C ends it and keeps
  /// its epochs, also when it comes while they run.
  private static func answering(_ wantsStop: () throws -> Bool) throws -> TrainingAnswer {
    do {
      return try wantsStop() || Interrupt.isRequested ? .stop : .proceed
    } catch let failure as LuaFailure where failure.isInterrupt {
      return .stop
    }
  }

  /// Calls `function` with `event`; whether it answered "stop".
  private static func answer(of function: LuaFunction, _ name: String, _ event: LuaValue) throws -> Bool {
    switch try function.call(event).first ?? .nil {
    case .nil: return false
    case .string("stop"): return true
    default: throw Misuse("train: \(name): expected the answer \"stop\" or nothing")
    }
  }
}

extension Fit {
  /// What there is of loss, accuracy, R^2 and root of the mean square.
  fileprivate func luaFields(prefix: String = "") -> [(key: String, value: LuaValue)] {
    [("loss", loss), ("accuracy", accuracy), ("r2", determination), ("rmse", rootMeanSquare)].compactMap {
      name, value in
      value.map { (prefix + name, .number($0)) }
    }
  }
}

extension EpochReport {
  fileprivate func luaValue(elapsed: Double?) -> LuaValue {
    .table(
      [
        ("epoch", .integer(epoch)), ("epochs", .integer(epochCount)), ("learning_rate", .number(learningRate)),
        ("epoch_seconds", .number(seconds)), ("seconds", elapsed.map { .number($0) } ?? .nil),
      ] + training.luaFields() + (validation?.luaFields(prefix: "validation_") ?? []))
  }
}

extension BatchReport {
  func luaValue(of epochs: Int) -> LuaValue {
    .table(
      [
        ("epoch", .integer(epoch)), ("epochs", .integer(epochs)), ("batch", .integer(batch)),
        ("batches", .integer(batchCount)), ("seconds", .number(seconds)),
      ] + fit.luaFields() + epochFit.luaFields(prefix: "epoch_"))
  }
}

extension TrainingOptions {
  /// The options of `nn.train` that are the trainer's.
  init(reading table: TableReader, for dataset: Dataset) throws {
    self.init(for: dataset)
    epochs = try table.int("epochs", default: epochs)
    loss = try table.loss()
    standardizes = try table.bool("standardize", default: standardizes)
    batchSize = try table.int("batch_size", default: batchSize)
    learningRate = try table.double("learning_rate", default: learningRate)
    weightDecay = try table.double("weight_decay", default: weightDecay)
    optimizer = try Optimizer(reading: table)
    if let schedule = try table.optional("schedule", LearningRateSchedule.init(reading:)) { self.schedule = schedule }
    gradientNormLimit = try table.optionalDouble("gradient_norm_limit")
    shuffle = try table.bool("shuffle", default: shuffle)
    seed = UInt64(bitPattern: Int64(try table.int("seed", default: 0)))
    threads = try table.int("threads", default: threads)
    (masks, biasMasks) = try table.masks("mask")
    validationShare = try table.double("validation_share", default: 0)
    validation = try table.optionalObject("validation", as: Dataset.self)
    patience = try table.optionalInt("patience")
    checkpointPath = try table.optionalString("checkpoint")
    checkpointEvery = try table.int("checkpoint_every", default: checkpointEvery)
  }
}

extension TableReader {
  /// `loss = "huber"` with `huber_delta`, or another name of a loss.
  func loss() throws -> Loss? {
    let name = try optional("loss") { try $0.string(1, oneOf: Loss.names) }
    let delta = try optionalDouble("huber_delta")
    guard delta == nil || name == "huber" else { throw Misuse("huber_delta: only the loss \"huber\" has one") }
    return name.flatMap { Loss(name: $0, delta: delta ?? 1) }
  }

  /// The masks of weights and of biases under `name`: a mask, or a sequence of tensors in the shapes of the weights.
  func masks(_ name: String) throws -> (weights: [Tensor?]?, biases: [Tensor?]?) {
    try optional(name) { call in
      if let mask = call.objectIfAny(1, as: Box<Mask>.self)?.value { return (mask.weights, mask.biases) }
      guard call.kind(1) == .table else { throw call.mismatch(1, expected: "a mask or a sequence of tensors") }
      return (try call.objects(1, as: Tensor.self), nil)
    } ?? (nil, nil)
  }
}

extension Optimizer {
  /// `optimizer = "adam"` with `beta1`, `beta2`, `epsilon`, or `optimizer = "sgd"` with `momentum`.
  fileprivate init(reading table: TableReader) throws {
    let name = try table.string("optimizer", oneOf: ["adam", "sgd"], default: "adam")
    let momentum = try table.optionalDouble("momentum")
    let constants = try ["beta1", "beta2", "epsilon"].map { try table.optionalDouble($0) }
    if name == "sgd" {
      guard constants.allSatisfy({ $0 == nil }) else {
        throw Misuse("beta1, beta2, epsilon: only the optimizer \"adam\" has them")
      }
      self = .descent(momentum: momentum ?? 0)
    } else {
      guard momentum == nil else { throw Misuse("momentum: only the optimizer \"sgd\" has one") }
      self = .adam(beta1: constants[0] ?? 0.9, beta2: constants[1] ?? 0.999, epsilon: constants[2] ?? 1e-8)
    }
  }
}

extension LearningRateSchedule {
  /// `{ kind = "step", factor = 0.1, every = 10 }` or `{ kind = "cosine", floor = 0 }`.
  fileprivate init(reading call: Call) throws {
    let table = try call.table(1)
    let kind = try table.string("kind", oneOf: ["constant", "step", "cosine"], default: "constant")
    let factor = try table.double("factor", default: 0.1)
    let every = try table.int("every", default: 10)
    let floor = try table.double("floor", default: 0)
    try table.rejectOthers()
    switch kind {
    case "step": self = .step(factor: factor, every: every)
    case "cosine": self = .cosine(floor: floor)
    default: self = .constant
    }
  }
}
