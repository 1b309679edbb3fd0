import Essentials
import Tensors

extension Dataset {
  /// Rows of numbers with real targets.
  ///
  /// - Parameters:
  ///   - rows: [count, inputs], or [count] for one input.
  ///   - targets: [count, outputs], or [count] for one target.
  ///   - inputNames, targetNames: one for each column, or none.
  /// - Throws: `Misuse` for other shapes, no rows, and numbers that are infinite or not a number.
  public convenience init(
    name: String, split: String = "train", rows: Tensor, targets: Tensor, inputNames: [String] = [],
    targetNames: [String] = []
  ) throws {
    let (inputs, outputs) = (try Dataset.numbers(rows, "rows"), try Dataset.numbers(targets, "targets"))
    guard inputs.count == outputs.count else {
      throw Misuse("dataset: expected targets for each of \(inputs.count) rows, got \(outputs.count)")
    }
    try Dataset.check(inputNames, inputs.width, "inputs")
    try Dataset.check(targetNames, outputs.width, "targets")
    self.init(
      name: name, split: split, inputs: .numbers(inputs.values),
      targets: .numbers(outputs.values, width: outputs.width), count: inputs.count, rows: 1, columns: inputs.width,
      inputNames: inputNames, targetNames: targetNames)
  }

  /// Rows of numbers with classes.
  ///
  /// - Parameters:
  ///   - rows: [count, inputs], or [count] for one input.
  ///   - labels: the class of every row, 0-based.
  ///   - classNames: by default the numbers 0 up to the largest label.
  ///   - inputNames: one for each column, or none.
  /// - Throws: `Misuse` for other shapes, no rows, numbers that are infinite or not a number, and labels that do not
  ///   match.
  public convenience init(
    name: String, split: String = "train", rows: Tensor, labels: [Int], classNames: [String]? = nil,
    inputNames: [String] = []
  ) throws {
    let inputs = try Dataset.numbers(rows, "rows")
    guard inputs.count == labels.count else {
      throw Misuse("dataset: expected one label for each of \(inputs.count) rows, got \(labels.count)")
    }
    let names = classNames ?? (0...max(0, labels.max() ?? 0)).map(String.init)
    try Dataset.check(labels, names)
    try Dataset.check(inputNames, inputs.width, "inputs")
    self.init(
      name: name, split: split, inputs: .numbers(inputs.values), targets: .classes(labels, names: names),
      count: inputs.count, rows: 1, columns: inputs.width, inputNames: inputNames)
  }

  private static func numbers(_ tensor: Tensor, _ what: String) throws -> (values: [Double], count: Int, width: Int) {
    let shape = tensor.shape
    guard (1...2).contains(shape.count), tensor.count > 0 else {
      throw Misuse(
        "dataset: expected \(what) of shape count x columns with at least one of each, or a vector for one column, "
          + "got \(Tensor.describe(shape: shape))")
    }
    let (values, width) = (tensor.array, shape.count == 1 ? 1 : shape[1])
    if let wrong = values.firstIndex(where: { !$0.isFinite }) {
      throw Misuse(
        "dataset: expected finite numbers, got \(values[wrong]) in row \(wrong / width + 1), column "
          + "\(wrong % width + 1) of the \(what)")
    }
    return (values, shape[0], width)
  }

  private static func check(_ names: [String], _ width: Int, _ what: String) throws {
    guard names.isEmpty || names.count == width else {
      throw Misuse("dataset: expected names for \(width) \(what), got \(names.count)")
    }
  }
}
