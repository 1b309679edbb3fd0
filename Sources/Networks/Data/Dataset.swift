import Essentials
import Tensors

/// Examples to learn from: pictures, kept as the bytes they came in, or rows of numbers; each with its class or with
/// real targets.
///
/// A pixel's number is `Double(byte) / 255`, the correctly rounded quotient. (PyTorch divides in Float32; the two
/// differ by at most 2^-25, and problems and witnesses carry their own numbers.)
public final class Dataset: Sendable {
  /// What goes into a network, example after example.
  public enum Inputs: Sendable {
    /// One byte per pixel, each image in row-major order: `count` x `inputCount`.
    case pixels([UInt8])
    /// Finite numbers of any size: `count` x `inputCount`.
    case numbers([Double])
  }

  /// What is to come out.
  public enum Targets: Sendable {
    /// The class of every example, 0-based, and what each class is called.
    case classes([Int], names: [String])
    /// Finite numbers, `count` x `width`.
    case numbers([Double], width: Int)
  }

  /// What the set is called: `mnist`, `fashion`, `digits`, or the caller's name for it.
  public let name: String
  /// Which part of the set this is: `train`, `test`, or the caller's name for it.
  public let split: String
  /// What goes into a network.
  public let inputs: Inputs
  /// What is to come out.
  public let targets: Targets
  /// How many rows of pixels an image has; 1 for rows of numbers.
  public let rows: Int
  /// How many columns of pixels an image has; how many numbers a row has.
  public let columns: Int
  /// What the inputs of rows of numbers are called; empty where they have no names.
  public let inputNames: [String]
  /// What the targets are called; empty where they have no names.
  public let targetNames: [String]

  /// The number of examples.
  public let count: Int
  /// The number of pixels of one image, or of numbers of one row: the inputs of a network.
  public var inputCount: Int { rows * columns }
  /// The number of classes, or of targets of one example: the outputs of a network.
  public var outputCount: Int {
    switch targets {
    case .classes(_, let names): names.count
    case .numbers(_, let width): width
    }
  }
  /// What each class is called; empty where there are real targets.
  public var classNames: [String] { if case .classes(_, let names) = targets { names } else { [] } }
  /// Whether the inputs are pictures.
  public var isPictures: Bool { if case .pixels = inputs { true } else { false } }

  /// One byte per pixel.
  ///
  /// - Throws: `Misuse` for rows of numbers.
  public var pixels: [UInt8] {
    get throws {
      guard case .pixels(let pixels) = inputs else { throw Misuse("dataset: expected pictures, got \(self)") }
      return pixels
    }
  }

  /// The class of every example, 0-based.
  ///
  /// - Throws: `Misuse` where there are real targets.
  public var labels: [Int] {
    get throws {
      guard case .classes(let labels, _) = targets else {
        throw Misuse("dataset: expected examples with classes, got \(self)")
      }
      return labels
    }
  }

  /// A set whose parts are known to fit.
  init(
    name: String, split: String, inputs: Inputs, targets: Targets, count: Int, rows: Int, columns: Int,
    inputNames: [String] = [], targetNames: [String] = []
  ) {
    self.name = name
    self.split = split
    self.inputs = inputs
    self.targets = targets
    self.count = count
    self.rows = rows
    self.columns = columns
    self.inputNames = inputNames
    self.targetNames = targetNames
  }

  /// A data set of `labels.count` images.
  ///
  /// - Throws: `Misuse` when the pixels do not fill the images exactly, there are no classes, or a label is none of
  ///   them.
  public convenience init(
    name: String, split: String, pixels: [UInt8], labels: [Int], rows: Int, columns: Int, classNames: [String]
  ) throws {
    guard rows > 0, columns > 0, rows <= 1 << 15, columns <= 1 << 15 else {
      throw Misuse("dataset: expected images of at least 1x1 pixels and at most 32768x32768, got \(rows)x\(columns)")
    }
    guard pixels.count == labels.count * rows * columns else {
      throw Misuse(
        "dataset: expected \(labels.count * rows * columns) pixels for \(labels.count) images of \(rows)x\(columns), "
          + "got \(pixels.count)")
    }
    try Dataset.check(labels, classNames)
    self.init(
      name: name, split: split, inputs: .pixels(pixels), targets: .classes(labels, names: classNames),
      count: labels.count, rows: rows, columns: columns)
  }

  static func check(_ labels: [Int], _ classNames: [String]) throws {
    guard !classNames.isEmpty else { throw Misuse("dataset: expected at least one class") }
    if let wrong = labels.firstIndex(where: { !classNames.indices.contains($0) }) {
      throw Misuse(
        "dataset: expected labels from 0 to \(classNames.count - 1), got \(labels[wrong]) for example \(wrong + 1)")
    }
  }

  /// A data set from a tensor of images, one per row, with numbers in [0, 1]; each is rounded to the nearest 1/255.
  ///
  /// - Parameters:
  ///   - images: [count, inputs], or [count, rows, columns].
  ///   - rows: rows of pixels per image where the shape does not say; by default a square where the count of inputs
  ///     is a square, else one row.
  ///   - classNames: by default the numbers 0 up to the largest label.
  /// - Throws: `Misuse` for other shapes, numbers outside [0, 1], and labels that do not match.
  public convenience init(
    name: String, split: String = "train", images: Tensor, labels: [Int], rows: Int? = nil,
    classNames: [String]? = nil
  ) throws {
    let shape = images.shape
    guard shape.count == 2 || shape.count == 3, images.count > 0 else {
      throw Misuse(
        "dataset: expected images of shape count x inputs or count x rows x columns, "
          + "got \(Tensor.describe(shape: shape))")
    }
    guard labels.count == shape[0] else {
      throw Misuse("dataset: expected one label for each of \(shape[0]) images, got \(labels.count)")
    }
    let inputs = shape.dropFirst().reduce(1, *)
    let side = Int(Double(inputs).squareRoot().rounded())
    let height = shape.count == 3 ? shape[1] : rows ?? (side * side == inputs ? side : 1)
    guard height > 0, inputs % height == 0, rows == nil || rows == height else {
      throw Misuse("dataset: \(inputs) inputs per image do not make \(rows ?? height) rows")
    }
    let source = images.contiguous()
    let pixels = try withExtendedLifetime(source) {
      try UnsafeBufferPointer(start: source.base, count: source.count).map { value in
        guard value >= 0, value <= 1 else { throw Misuse("dataset: expected pixels from 0 to 1, got \(value)") }
        return UInt8((value * 255).rounded())
      }
    }
    let names = classNames ?? (0...max(0, labels.max() ?? 0)).map(String.init)
    try self.init(
      name: name, split: split, pixels: pixels, labels: labels, rows: height, columns: inputs / height,
      classNames: names)
  }

  /// The inputs of one example, an image's in row-major order and each in [0, 1].
  ///
  /// - Throws: `Misuse` when there is no example `index` (0-based).
  public func image(_ index: Int) throws -> [Double] {
    try check(index)
    let place = index * inputCount..<(index + 1) * inputCount
    switch inputs {
    case .pixels(let pixels): return pixels[place].map { Double($0) / 255 }
    case .numbers(let numbers): return Array(numbers[place])
    }
  }

  /// The inputs of the examples in `range`, [range.count, inputCount].
  ///
  /// - Throws: `Misuse` when the range leaves the set.
  public func images(_ range: Range<Int>) throws -> Tensor {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw Misuse(
        "dataset: expected examples within 1 to \(count), got \(range.lowerBound + 1) to \(range.upperBound)")
    }
    return try tensor(range.count) { $0 + range.lowerBound }
  }

  /// The inputs of the examples at `indices` (0-based), [indices.count, inputCount].
  ///
  /// - Throws: `Misuse` when there is no such example.
  public func images(at indices: [Int]) throws -> Tensor {
    for index in indices { try check(index) }
    return try tensor(indices.count) { indices[$0] }
  }

  /// The targets of the examples at `indices` (0-based), [indices.count, outputCount].
  ///
  /// - Throws: `Misuse` when there is no such example, and where there are classes.
  public func targets(at indices: some Collection<Int>) throws -> Tensor {
    guard case .numbers(let numbers, let width) = targets else {
      throw Misuse("dataset: expected examples with real targets, got \(self)")
    }
    for index in indices { try check(index) }
    return try Tensor(Dataset.chosen(numbers, indices, width: width), shape: [indices.count, width])
  }

  /// The examples at `indices` (0-based) in that order, repeats allowed.
  ///
  /// - Throws: `Misuse` when there is no such example.
  public func subset(_ indices: [Int]) throws -> Dataset {
    for index in indices { try check(index) }
    let inputs: Inputs =
      switch inputs {
      case .pixels(let pixels): .pixels(Dataset.chosen(pixels, indices, width: inputCount))
      case .numbers(let numbers): .numbers(Dataset.chosen(numbers, indices, width: inputCount))
      }
    let targets: Targets =
      switch targets {
      case .classes(let labels, let names): .classes(indices.map { labels[$0] }, names: names)
      case .numbers(let numbers, let width): .numbers(Dataset.chosen(numbers, indices, width: width), width: width)
      }
    return Dataset(
      name: name, split: split, inputs: inputs, targets: targets, count: indices.count, rows: rows, columns: columns,
      inputNames: inputNames, targetNames: targetNames)
  }

  /// The same examples in an order drawn from `random`.
  public func shuffled(_ random: inout RandomSource) throws -> Dataset { try subset(random.permutation(count)) }

  /// The same images scaled to `side` x `side` pixels as Pillow's antialiased bilinear resize does; the set itself
  /// when that is its size already.
  ///
  /// - Throws: `Misuse` unless `side` is from 1 to 1024, and for rows of numbers.
  public func resized(side: Int) throws -> Dataset {
    guard (1...1024).contains(side) else { throw Misuse("dataset: expected a side from 1 to 1024, got \(side)") }
    let pixels = try pixels
    guard rows != side || columns != side else { return self }
    let resize = try ImageResize(rows: rows, columns: columns, toRows: side, toColumns: side)
    return Dataset(
      name: name, split: split, inputs: .pixels(try resize.apply(pixels)), targets: targets, count: count, rows: side,
      columns: side)
  }

  private func check(_ index: Int) throws {
    guard index >= 0, index < count else {
      throw Misuse("dataset: expected an example from 1 to \(count), got \(index + 1)")
    }
  }

  private static func chosen<Number>(_ numbers: [Number], _ indices: some Collection<Int>, width: Int) -> [Number] {
    var chosen: [Number] = []
    chosen.reserveCapacity(indices.count * width)
    for index in indices { chosen.append(contentsOf: numbers[index * width..<(index + 1) * width]) }
    return chosen
  }

  private func tensor(_ number: Int, _ place: (Int) -> Int) throws -> Tensor {
    let result = try Tensor.uninitialized([number, inputCount], for: "dataset")
    func fill<Number>(_ numbers: [Number], _ value: (Number) -> Double) {
      numbers.withUnsafeBufferPointer { numbers in
        for row in 0..<number {
          let source = place(row) * inputCount
          let target = result.base + row * inputCount
          for k in 0..<inputCount { (target + k).initialize(to: value(numbers[source + k])) }
        }
      }
    }
    switch inputs {
    case .pixels(let pixels): fill(pixels) { Double($0) / 255 }
    case .numbers(let numbers): fill(numbers) { $0 }
    }
    return result
  }
}

extension Dataset: CustomStringConvertible {
  /// One line: `Dataset(mnist train, 60000 images of 28x28, 10 classes)`, `Dataset(own train, 400 rows of 2 numbers, 1
  /// target)`.
  public var description: String {
    func counted(_ count: Int, _ what: String, _ many: String) -> String { "\(count) \(count == 1 ? what : many)" }
    let inputs =
      isPictures ? "images of \(rows)x\(columns)" : "rows of \(counted(inputCount, "number", "numbers"))"
    let outputs =
      if case .numbers = targets {
        counted(outputCount, "target", "targets")
      } else {
        "\(outputCount) classes"
      }
    return "Dataset(\(name) \(split), \(count) \(inputs), \(outputs))"
  }
}
