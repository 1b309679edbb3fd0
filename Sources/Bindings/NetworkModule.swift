import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// `vnn.nn`: dense ReLU networks and their training.
enum NetworkModule {
  static let name = "vnn.nn"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.function("mlp") { call in
        let widths = try call.ints(1)
        let (scheme, seed) = try call.options(2) { options in
          (
            try options.string("initialization", oneOf: Initialization.allCases.map(\.rawValue), default: "xavier_uniform"),
            try options.int("seed", default: 0)
          )
        }
        return call.push(
          try Network.initialized(
            widths: widths, scheme: Initialization(rawValue: scheme) ?? .xavierUniform,
            seed: UInt64(bitPattern: Int64(seed))))
      }
      module.function("from_layers") { call in
        let layers = try call.elements(1, of: "layers", expected: "a table { weight = tensor, bias = tensor }") { call in
          let table = try call.table(1)
          return try DenseLayer(weight: try table.object("weight"), bias: try table.object("bias")).copy()
        }
        return call.push(try Network(layers: layers))
      }
      module.function("load") { call in call.push(try NetworkFile.read(try call.string(1))) }
      module.function("train", train)
      module.function("cross_entropy") { call in
        let network: Network = try call.object(1)
        let (loss, gradients) = try network.crossEntropy(
          batch: try call.object(2), labels: try call.ints(3).map { $0 - 1 })
        return call.push(loss) + call.push(.array(gradients.map { layer in
          .table([("weight", .object(layer.weight)), ("bias", .object(layer.bias))])
        }))
      }
    }
  }

  /// `nn.train(network, dataset, options)`: a trained copy and the facts of the training.
  private static func train(_ call: Call) throws -> Int {
    let network = try (try call.object(1, as: Network.self)).copy()
    let dataset: Dataset = try call.object(2)
    var onEpoch: LuaFunction?
    var onBatch: LuaFunction?
    let options = try call.options(3) { table in
      onEpoch = try table.optionalFunction("on_epoch")
      onBatch = try table.optionalFunction("on_batch")
      return try TrainingOptions(reading: table)
    }
    let clock = Stopwatch()
    let trainer = try Trainer(network: network, dataset: dataset, options: options)
    let report = try call.answeringInterrupts {
      try trainer.run(
        onEpoch: { epoch in
          let wantsStop = try answer(onEpoch, "on_epoch", epoch.luaValue(elapsed: clock.wallSeconds))
          return wantsStop || Interrupt.isRequested ? .stop : .proceed
        },
        onBatch: { batch in
          let wantsStop = try answer(onBatch, "on_batch", batch.luaValue)
          return wantsStop || Interrupt.isRequested ? .stop : .proceed
        })
    }
    network.metadata["trained_on"] = dataset.name
    network.metadata["training_seed"] = String(options.seed)
    network.metadata["training_epochs"] = String(trainer.completedEpochs)
    let facts: [(key: String, value: LuaValue)] = [
      ("reason", .string(report.reason.rawValue)), ("epochs", .integer(trainer.completedEpochs)),
      ("seconds", .number(clock.wallSeconds)), ("seconds_per_epoch", .number(report.secondsPerEpoch)),
      ("loss", report.epochs.last.map { .number($0.loss) } ?? .nil),
      ("accuracy", report.epochs.last.map { .number($0.accuracy) } ?? .nil),
    ]
    return call.push(network) + call.push(.table(facts))
  }

  /// Calls `function`, if there is one, with `event`; whether it answered "stop".
  private static func answer(_ function: LuaFunction?, _ name: String, _ event: @autoclosure () -> LuaValue) throws -> Bool {
    guard let function else { return false }
    let answer = try function.call(event()).first ?? .nil
    switch answer {
    case .nil: return false
    case .string("stop"): return true
    default: throw Misuse("train: \(name): expected the answer \"stop\" or nothing")
    }
  }
}

extension EpochReport {
  fileprivate func luaValue(elapsed: Double) -> LuaValue {
    .table([
      ("epoch", .integer(epoch)), ("epochs", .integer(epochCount)), ("loss", .number(loss)),
      ("accuracy", .number(accuracy)), ("learning_rate", .number(learningRate)), ("seconds", .number(elapsed)),
      ("epoch_seconds", .number(seconds)), ("validation_loss", validationLoss.map { .number($0) } ?? .nil),
      ("validation_accuracy", validationAccuracy.map { .number($0) } ?? .nil),
    ])
  }
}

extension BatchReport {
  fileprivate var luaValue: LuaValue {
    .table([
      ("epoch", .integer(epoch)), ("batch", .integer(batch)), ("batches", .integer(batchCount)),
      ("loss", .number(loss)), ("accuracy", .number(accuracy)), ("seconds", .number(seconds)),
    ])
  }
}

extension TrainingOptions {
  /// The options of `nn.train` other than its callbacks.
  init(reading table: TableReader) throws {
    self.init()
    epochs = try table.int("epochs", default: epochs)
    batchSize = try table.int("batch_size", default: batchSize)
    learningRate = try table.double("learning_rate", default: learningRate)
    weightDecay = try table.double("weight_decay", default: weightDecay)
    let momentum = try table.optionalDouble("momentum")
    switch try table.string("optimizer", oneOf: ["adam", "sgd"], default: "adam") {
    case "sgd": optimizer = .descent(momentum: momentum ?? 0)
    default:
      guard momentum == nil else { throw Misuse("momentum: only the optimizer \"sgd\" has one") }
    }
    if let schedule = try table.optional("schedule", LearningRateSchedule.init(reading:)) { self.schedule = schedule }
    gradientNormLimit = try table.optionalDouble("gradient_norm_limit")
    shuffle = try table.bool("shuffle", default: shuffle)
    seed = UInt64(bitPattern: Int64(try table.int("seed", default: 0)))
    masks = try table.optionalObject("mask", as: Box<Mask>.self)?.value.weights
    validationShare = try table.double("validation_share", default: 0)
    patience = try table.optionalInt("patience")
    checkpointPath = try table.optionalString("checkpoint")
    checkpointEvery = try table.int("checkpoint_every", default: checkpointEvery)
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
