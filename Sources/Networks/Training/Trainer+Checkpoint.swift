import Essentials
import Tensors

/// A checkpoint is a network file with the optimizer's state beside the weights: `optimizer.first.layers.0.weight` and
/// so on, all in Float32, and the counters and the generator's state in the metadata. Where the training standardises,
/// the network is in the data set's own units, and the trainer's weights are `optimizer.weights.layers.0.weight`. Going on
/// from one gives the same weights, bit for bit, as a training that was never interrupted.
extension Trainer {
  /// Writes what has been reached to `path`, so that a crash leaves either the old checkpoint or the whole new one.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be written.
  public func writeCheckpoint(to path: String) throws {
    var entries = isScaled ? NetworkFile.entries(network, prefix: "", .float64) : try tensors(parameters, prefix: "")
    if isScaled { entries += try tensors(parameters, prefix: "\(NetworkFile.optimizerPrefix)weights.") }
    entries += try tensors(firstMoment, prefix: "\(NetworkFile.optimizerPrefix)first.")
    if secondMoment.count > 0 {
      entries += try tensors(secondMoment, prefix: "\(NetworkFile.optimizerPrefix)second.")
    }
    if let best, bestLoss < .infinity { entries += try tensors(best, prefix: "\(NetworkFile.optimizerPrefix)best.") }
    var metadata = NetworkFile.metadata(network)
    var state = identity
    state["epochs"] = String(completedEpochs)
    state["steps"] = String(stepCount)
    state["random"] = random.words.map(String.init).joined(separator: " ")
    state["best_loss"] = String(bestLoss.bitPattern)
    state["epochs_since_best"] = String(epochsSinceBest)
    state["best_epoch"] = String(bestEpoch)
    for (key, value) in state { metadata[NetworkFile.checkpointPrefix + key] = value }
    try SafeTensors(entries: entries, metadata: metadata).write(to: path)
  }

  /// Goes on where the training that wrote the checkpoint at `path` was, with the epochs that are still missing. The
  /// network holds the checkpoint's weights afterwards.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be read, is damaged or no checkpoint, belongs to another
  ///   architecture, data set or recipe; nothing is changed then.
  public func resume(from path: String) throws {
    let content = try SafeTensors(reading: path)
    func value(_ key: String) throws -> String {
      guard let value = content.metadata[NetworkFile.checkpointPrefix + key] else {
        throw OutsideFailure("\(path): not a checkpoint of a training: it does not say its \(key)")
      }
      return value
    }
    for (key, own) in identity.sorted(by: { $0.key < $1.key }) {
      let theirs = try value(key)
      guard theirs == own else {
        throw OutsideFailure(
          "\(path): the checkpoint is of another training: its \(key) is \(theirs), here it is \(own)")
      }
    }
    func number<Number: FixedWidthInteger>(_ key: String, _ type: Number.Type) throws -> Number {
      guard let number = Number(try value(key)), number >= 0 else {
        throw OutsideFailure("\(path): damaged checkpoint: its \(key) is \(try value(key))")
      }
      return number
    }
    func state(_ prefix: String) throws -> Network {
      let network = try NetworkFile.network(in: content, path: path, prefix: prefix)
      guard zip(network.layers, self.network.layers).allSatisfy({ $0.hasShape(of: $1) }),
        network.widths == self.network.widths
      else {
        throw OutsideFailure(
          "\(path): expected tensors \(prefix)layers.k of a network \(NetworkFile.architecture(self.network)), "
            + "got \(NetworkFile.architecture(network))")
      }
      return network
    }
    // Everything is read and checked before anything is changed.
    let epochs = try number("epochs", Int.self)
    let steps = try number("steps", Int.self)
    let loss = Double(bitPattern: try number("best_loss", UInt64.self))
    let sinceBest = try number("epochs_since_best", Int.self)
    let bestEpoch = try number("best_epoch", Int.self)
    guard let random = RandomSource(words: try value("random").split(separator: " ").compactMap { UInt64($0) }) else {
      throw OutsideFailure("\(path): damaged checkpoint: its random is \(try value("random"))")
    }
    let weights = try state(isScaled ? "\(NetworkFile.optimizerPrefix)weights." : "")
    let first = try state("\(NetworkFile.optimizerPrefix)first.")
    let second = secondMoment.count > 0 ? try state("\(NetworkFile.optimizerPrefix)second.") : nil
    let bestWeights = best != nil && loss < .infinity ? try state("\(NetworkFile.optimizerPrefix)best.") : nil

    layout.read(weights, into: parameters)
    layout.read(first, into: firstMoment)
    if let second { layout.read(second, into: secondMoment) }
    if let best, let bestWeights { layout.read(bestWeights, into: best) }
    try publish(parameters)
    completedEpochs = epochs
    stepCount = steps
    bestLoss = loss
    epochsSinceBest = sinceBest
    self.bestEpoch = bestEpoch
    self.random = random
  }

  /// What must be the same for a training to go on, as texts. More epochs may be asked for, unless the schedule depends
  /// on their number.
  private var identity: [String: String] {
    var identity: [String: String] = [:]
    identity["architecture"] = NetworkFile.architecture(network)
    identity["dataset"] = "\(dataset) labelled \(dataset.digest)"
    identity["validation"] = options.validation.map { "\($0) labelled \($0.digest)" } ?? "none"
    identity["loss"] = "\(loss)"
    identity["standardize"] = "\(isScaled)"
    identity["batch_size"] = "\(options.batchSize)"
    identity["optimizer"] = "\(options.optimizer)"
    identity["learning_rate"] = "\(options.learningRate)"
    identity["weight_decay"] = "\(options.weightDecay)"
    identity["schedule"] = "\(options.schedule)"
    identity["gradient_norm_limit"] = options.gradientNormLimit.map { "\($0)" } ?? "none"
    identity["shuffle"] = "\(options.shuffle)"
    identity["seed"] = "\(options.seed)"
    identity["validation_share"] = "\(options.validationShare)"
    identity["patience"] = options.patience.map { "\($0)" } ?? "none"
    let masks = [options.masks, options.biasMasks].compactMap { $0 }
    identity["masks"] = masks.joined().allSatisfy { $0 == nil } ? "none" : Digest.sha256(masks.flatMap(zeros))
    if case .cosine = options.schedule { identity["schedule_epochs"] = String(options.epochs) }
    return identity
  }

  /// A byte for each number of the masks, and one between layers.
  private func zeros(_ masks: [Tensor?]) -> [UInt8] {
    masks.flatMap { mask in (mask?.array ?? []).map { $0 == 0 ? 0 : 1 } + [2] }
  }

  private var isScaled: Bool { scaling != Scaling() }

  /// A buffer in the trainer's layout as tensors of a network's shapes.
  private func tensors(_ buffer: FloatBuffer, prefix: String) throws -> [SafeTensors.Entry] {
    let copy = try network.copy()
    layout.write(buffer, to: copy)
    return NetworkFile.entries(copy, prefix: prefix, .float32)
  }
}

extension Dataset {
  /// Tells sets apart that have the same sizes: by their classes, or by the numbers of their rows and targets.
  fileprivate var digest: Substring {
    func bytes(_ numbers: [Double]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }
    var content: [UInt8] = []
    if case .numbers(let numbers) = inputs { content += bytes(numbers) }
    switch targets {
    case .classes(let labels, _): content += labels.map { UInt8(truncatingIfNeeded: $0) }
    case .numbers(let numbers, _): content += bytes(numbers)
    }
    return Digest.sha256(content).prefix(16)
  }
}
