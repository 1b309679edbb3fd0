import Essentials

/// A data set as the kernels take it: bytes as they are, numbers in Float32 and, where the training standardises, in
/// standard units.
final class TrainingData {
  enum Inputs {
    case pixels([UInt8])
    /// count x inputs
    case numbers(FloatBuffer)
  }
  enum Targets {
    case classes([Int32])
    /// count x outputs
    case numbers(FloatBuffer)
  }

  let dataset: Dataset
  let inputs: Inputs
  let targets: Targets
  /// What each example counts, 1 on average; nil for all alike.
  let weights: FloatBuffer?

  /// - Parameters:
  ///   - loss: one that `Loss.check` finds to suit the data set.
  ///   - weights: what each example counts, relative to their mean.
  ///   - scaling: what brings outputs of a network into the data set's own units; its inverse is applied here.
  /// - Throws: `Misuse` when a number is too large for Float32.
  init(_ dataset: Dataset, loss: Loss, scaling: Scaling, weights: [Double]? = nil) throws {
    self.dataset = dataset
    self.weights = try weights.map { try TrainingData.shares($0, of: dataset) }
    switch dataset.inputs {
    case .pixels(let pixels): inputs = .pixels(pixels)
    case .numbers(let numbers):
      inputs = .numbers(try TrainingData.buffer(numbers, dataset.inputCount, scaling.input, "inputs"))
    }
    switch dataset.targets {
    case .classes(let labels, _) where loss == .crossEntropy: targets = .classes(labels.map(Int32.init))
    case .classes(let labels, _):
      targets = .numbers(try TrainingData.buffer(labels.map(Double.init), 1, nil, "targets"))
    case .numbers(let numbers, let width):
      targets = .numbers(try TrainingData.buffer(numbers, width, scaling.output, "targets"))
    }
  }

  private static func shares(_ weights: [Double], of dataset: Dataset) throws -> FloatBuffer {
    guard weights.count == dataset.count else {
      throw Misuse("weights: expected one for each of \(dataset.count) examples, got \(weights.count)")
    }
    if let wrong = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw Misuse("weights: expected numbers from 0, got \(weights[wrong]) at \(wrong + 1)")
    }
    let mean = weights.reduce(0, +) / Double(weights.count)
    guard mean > 0, mean.isFinite else { throw Misuse("weights: expected one above 0") }
    let buffer = try FloatBuffer(weights.count)
    for (k, weight) in weights.enumerated() { buffer.base[k] = Float(weight / mean) }
    return buffer
  }

  private static func buffer(
    _ numbers: [Double], _ width: Int, _ units: Scaling.Units?, _ what: String
  ) throws -> FloatBuffer {
    let buffer = try FloatBuffer(numbers.count)
    let (offset, factor) = (units?.offset, units?.factor)
    numbers.withUnsafeBufferPointer { numbers in
      var column = 0
      for k in numbers.indices {
        if let offset, let factor {
          buffer.base[k] = Float((numbers[k] - offset[column]) / factor[column])
          column = column + 1 == width ? 0 : column + 1
        } else {
          buffer.base[k] = Float(numbers[k])
        }
      }
    }
    guard buffer.isFinite else { throw Misuse("train: the data set's \(what) hold a number too large for Float32") }
    return buffer
  }
}
