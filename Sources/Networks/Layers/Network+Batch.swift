import Essentials
import Tensors

extension Network {
  /// The outputs (logits) for many inputs, in Float64 through BLAS.
  ///
  /// - Parameter batch: [batch, inputs].
  /// - Returns: [batch, outputs].
  /// - Throws: `Misuse` for another shape; `OutsideFailure` when OpenBLAS is missing.
  public func forward(batch: Tensor) throws -> Tensor {
    try values(batch: batch)[layers.count - 1]
  }

  /// The values of every layer for many inputs: after ReLU for the hidden layers, [batch, width] each, then the logits.
  func values(batch: Tensor) throws -> [Tensor] {
    guard batch.shape.count == 2, batch.shape[1] == inputCount else {
      throw Misuse(
        "network: expected a batch of shape batch x \(inputCount), got \(Tensor.describe(shape: batch.shape))")
    }
    let rows = batch.shape[0]
    var source = batch.contiguous()
    var result: [Tensor] = []
    for (index, layer) in layers.enumerated() {
      let outputs = layer.outputCount
      let target = try Tensor.uninitialized([rows, outputs], for: "network")
      for row in 0..<rows { (target.base + row * outputs).initialize(from: layer.bias.base, count: outputs) }
      if rows > 0 {
        try BLAS.matrixMultiply(
          rows: rows, columns: outputs, inner: layer.inputCount, a: source.base, leadingA: layer.inputCount,
          b: layer.weight.base, leadingB: layer.inputCount, transposeB: true, beta: 1, c: target.base,
          leadingC: outputs)
      }
      if index < layers.count - 1 {
        for k in 0..<target.count { target.base[k] = max(target.base[k], 0) }
      }
      result.append(target)
      source = target
    }
    return result
  }

  /// The classes of many inputs, 0-based: the position of each row's largest output, the first of equal ones.
  ///
  /// - Parameter batch: [batch, inputs].
  /// - Throws: `Misuse` for another shape; `OutsideFailure` when OpenBLAS is missing.
  public func classes(batch: Tensor) throws -> [Int] {
    let logits = try forward(batch: batch)
    return withExtendedLifetime(logits) {
      (0..<logits.shape[0]).map { row in
        Network.largest(UnsafeBufferPointer(start: logits.base + row * outputCount, count: outputCount))
      }
    }
  }

  /// The share of the images of `dataset` that the network classifies as their label, in Float64.
  ///
  /// - Throws: `Misuse` when the data set is empty or does not fit the network; `OutsideFailure` when OpenBLAS is
  ///   missing.
  public func accuracy(on dataset: Dataset) throws -> Double {
    guard dataset.count > 0 else { throw Misuse("accuracy: the data set \(dataset.name) \(dataset.split) is empty") }
    guard dataset.inputCount == inputCount else {
      throw Misuse("accuracy: the network takes \(inputCount) inputs, but the images have \(dataset.inputCount) pixels")
    }
    var hits = 0
    for first in stride(from: 0, to: dataset.count, by: 512) {
      let range = first..<min(first + 512, dataset.count)
      let classes = try classes(batch: dataset.images(range))
      for (found, label) in zip(classes, dataset.labels[range]) where found == label { hits += 1 }
    }
    return Double(hits) / Double(dataset.count)
  }
}
