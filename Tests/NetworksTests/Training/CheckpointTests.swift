import Essentials
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct CheckpointTests {
  private func options(_ epochs: Int, _ optimizer: Optimizer, _ path: String?) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.optimizer = optimizer
    options.batchSize = 16
    options.seed = 7
    options.validationShare = 0.2
    options.patience = 20
    options.checkpointPath = path
    options.checkpointEvery = 2
    return options
  }

  @Test(arguments: [Optimizer.adam(), .descent(momentum: 0.9)])
  func resumingIsTheSameAsNotStopping(_ optimizer: Optimizer) throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/training.safetensors"
      let dataset = try randomDataset(count: 130, inputs: 30, classes: 4, zeroShare: 0.9, seed: 100)
      let whole = try Network.initialized(widths: [30, 20, 4], seed: 101)
      let complete = try Trainer(network: whole, dataset: dataset, options: options(7, optimizer, nil)).run()

      let first = try Network.initialized(widths: [30, 20, 4], seed: 101)
      // Stopped in the middle of epoch 6: the checkpoint of epoch 4 is the last.
      _ = try Trainer(network: first, dataset: dataset, options: options(7, optimizer, path)).run(onBatch: {
        $0.epoch == 6 && $0.batch == 3 ? .stop : .proceed
      })
      let second = try Network.initialized(widths: [30, 20, 4], seed: 999)
      let trainer = try Trainer(network: second, dataset: dataset, options: options(7, optimizer, path))
      try trainer.resume(from: path)
      #expect(trainer.completedEpochs == 4)
      #expect(parameters(try NetworkFile.read(path)) == parameters(second))
      let rest = try trainer.run()
      #expect(rest.epochs.map(\.epoch) == [5, 6, 7])
      #expect(rest.epochs.map(\.training) == complete.epochs.suffix(3).map(\.training))
      #expect(parameters(second) == parameters(whole))
    }
  }

  @Test func strangersAreRefusedAndNothingChanges() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/training.safetensors"
      let dataset = try randomDataset(count: 50, inputs: 30, classes: 4, seed: 110)
      let network = try Network.initialized(widths: [30, 20, 4], seed: 111)
      _ = try Trainer(network: network, dataset: dataset, options: options(2, .adam(), path)).run()

      func expect(_ words: String, _ widths: [Int], _ options: TrainingOptions, _ path: String) throws {
        let other = try Network.initialized(widths: widths, seed: 5)
        let before = parameters(other)
        let trainer = try Trainer(network: other, dataset: dataset, options: options)
        let error = #expect(throws: OutsideFailure.self) { try trainer.resume(from: path) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(path) && message.contains(words), "\(message)")
        #expect(parameters(other) == before && trainer.completedEpochs == 0)
      }
      let same = options(4, .adam(), nil)
      try expect("the checkpoint is of another training: its architecture", [30, 21, 4], same, path)
      try expect("optimizer", [30, 20, 4], options(4, .descent(), nil), path)
      var smaller = same
      smaller.batchSize = 8
      try expect("batch_size is 16, here it is 8", [30, 20, 4], smaller, path)

      let plain = "\(folder)/plain.safetensors"
      try NetworkFile.write(network, to: plain)
      try expect("not a checkpoint", [30, 20, 4], same, plain)
      let bytes = try FileAccess.read(path)
      let cut = "\(folder)/cut.safetensors"
      try FileAccess.write(bytes.dropLast(100), to: cut)
      try expect("safetensors", [30, 20, 4], same, cut)
      var content = try SafeTensors(reading: path)
      content.entries.removeAll { $0.name == "optimizer.second.layers.1.bias" }
      try content.write(to: cut)
      try expect("optimizer.second.layers.1.bias", [30, 20, 4], same, cut)
    }
  }
}
