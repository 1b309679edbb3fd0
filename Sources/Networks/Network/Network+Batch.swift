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

  /// The values of every layer for many inputs: after the ReLUs of the hidden layers, [batch, width] each, then the
  /// logits.
  ///
  /// - Throws: `Misuse` for another shape than [batch, inputs]; `OutsideFailure` when OpenBLAS is missing.
  package func values(batch: Tensor) throws -> [Tensor] {
    guard batch.shape.count == 2, batch.shape[1] == inputCount else {
      throw Misuse(
        "network: expected a batch of shape batch x \(inputCount), got \(Tensor.describe(shape: batch.shape))")
    }
    var source = batch.contiguous()
    return try layers.map { layer in
      let target = try layer.apply(batch: source)
      for row in 0..<target.shape[0] { layer.kernel.rectify(target.base + row * layer.outputCount) }
      source = target
      return target
    }
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

  /// The share of the examples of `dataset` that the network classifies as their label, in Float64. A network of one
  /// output says the second of two classes where it is above 0.
  ///
  /// - Throws: `Misuse` when the data set is empty, has real targets or does not fit the network; `OutsideFailure` when
  ///   OpenBLAS is missing.
  public func accuracy(on dataset: Dataset) throws -> Double {
    let labels = try dataset.labels
    var hits = 0
    try forward(dataset, for: "accuracy") { range, outputs in
      for (row, label) in zip(0..., labels[range]) {
        let values = UnsafeBufferPointer(start: outputs.base + row * outputCount, count: outputCount)
        let found = outputCount == 1 && dataset.outputCount == 2 ? (values[0] > 0 ? 1 : 0) : Network.largest(values)
        if found == label { hits += 1 }
      }
    }
    return Double(hits) / Double(dataset.count)
  }

  /// How well the outputs are the targets of `dataset`, in Float64: R^2 (see `Fit.determination`), and the root of the
  /// mean square of their differences.
  ///
  /// - Throws: `Misuse` when the data set is empty, has classes or does not fit the network; `OutsideFailure` when
  ///   OpenBLAS is missing.
  public func regressionFit(on dataset: Dataset) throws -> (determination: Double?, rootMeanSquare: Double) {
    guard case .numbers(let numbers, let width) = dataset.targets, width == outputCount else {
      throw Misuse("fit: expected \(outputCount) real targets, got \(dataset)")
    }
    var squares = [Double](repeating: 0, count: width)
    try forward(dataset, for: "fit") { range, outputs in
      for row in range {
        for column in 0..<width {
          let error = outputs.base[(row - range.lowerBound) * width + column] - numbers[row * width + column]
          squares[column] += error * error
        }
      }
    }
    let moments = ColumnMoments(numbers, width: width, rows: (0..<Int32(dataset.count)).map { $0 })
    let fit = Fit(loss: 0, accuracy: nil, squares: squares, deviations: moments.deviations, count: dataset.count)
    return (fit.determination, fit.rootMeanSquare ?? 0)
  }

  /// Hands the outputs for all examples to `body`, a part at a time.
  private func forward(_ dataset: Dataset, for what: String, _ body: (Range<Int>, Tensor) -> Void) throws {
    guard dataset.count > 0 else { throw Misuse("\(what): the data set \(dataset.name) \(dataset.split) is empty") }
    guard dataset.inputCount == inputCount else {
      let unit = dataset.isPictures ? "images have \(dataset.inputCount) pixels" : "rows have \(dataset.inputCount)"
      throw Misuse("\(what): the network takes \(inputCount) inputs, but the \(unit)")
    }
    for first in stride(from: 0, to: dataset.count, by: 512) {
      let range = first..<min(first + 512, dataset.count)
      let outputs = try forward(batch: dataset.images(range))
      withExtendedLifetime(outputs) { body(range, outputs) }
    }
  }
}
