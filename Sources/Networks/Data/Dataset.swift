import Essentials
import Tensors

/// Labelled pictures, kept as the bytes they came in; numbers are made of them image by image or batch by batch.
///
/// A pixel's number is `Double(byte) / 255`, the correctly rounded quotient. (PyTorch divides in Float32; the two
/// differ by at most 2^-25, and problems and witnesses carry their own numbers.)
public final class Dataset: Sendable {
  /// What the set is called: `mnist`, `fashion`, `digits`, or the caller's name for it.
  public let name: String
  /// Which part of the set this is: `train`, `test`, or the caller's name for it.
  public let split: String
  /// One byte per pixel, image after image, each in row-major order: `count` x `inputCount`.
  public let pixels: [UInt8]
  /// The class of every image, 0-based.
  public let labels: [Int]
  /// What each class is called; its count is the number of classes.
  public let classNames: [String]
  /// How many rows of pixels an image has.
  public let rows: Int
  /// How many columns of pixels an image has.
  public let columns: Int

  /// The number of images.
  public var count: Int { labels.count }
  /// The number of pixels of one image: the inputs of a network.
  public var inputCount: Int { rows * columns }
  /// The number of classes.
  public var classCount: Int { classNames.count }

  /// A data set of `labels.count` images.
  ///
  /// - Throws: `Misuse` when the pixels do not fill the images exactly, there are no classes, or a label is none of
  ///   them.
  public init(
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
    guard !classNames.isEmpty else { throw Misuse("dataset: expected at least one class") }
    if let wrong = labels.firstIndex(where: { !classNames.indices.contains($0) }) {
      throw Misuse(
        "dataset: expected labels from 0 to \(classNames.count - 1), got \(labels[wrong]) for image \(wrong + 1)")
    }
    self.name = name
    self.split = split
    self.pixels = pixels
    self.labels = labels
    self.rows = rows
    self.columns = columns
    self.classNames = classNames
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

  /// The numbers of one image in row-major order, each in [0, 1].
  ///
  /// - Throws: `Misuse` when there is no image `index` (0-based).
  public func image(_ index: Int) throws -> [Double] {
    try check(index)
    return pixels[index * inputCount..<(index + 1) * inputCount].map { Double($0) / 255 }
  }

  /// The numbers of the images in `range`, [range.count, inputCount], each in [0, 1].
  ///
  /// - Throws: `Misuse` when the range leaves the set.
  public func images(_ range: Range<Int>) throws -> Tensor {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw Misuse("dataset: expected images within 1 to \(count), got \(range.lowerBound + 1) to \(range.upperBound)")
    }
    return try tensor(range.count) { $0 + range.lowerBound }
  }

  /// The numbers of the images at `indices` (0-based), [indices.count, inputCount], each in [0, 1].
  ///
  /// - Throws: `Misuse` when there is no such image.
  public func images(at indices: [Int]) throws -> Tensor {
    for index in indices { try check(index) }
    return try tensor(indices.count) { indices[$0] }
  }

  /// The images at `indices` (0-based) in that order, repeats allowed.
  ///
  /// - Throws: `Misuse` when there is no such image.
  public func subset(_ indices: [Int]) throws -> Dataset {
    for index in indices { try check(index) }
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * inputCount)
    for index in indices { chosen.append(contentsOf: pixels[index * inputCount..<(index + 1) * inputCount]) }
    return try Dataset(
      name: name, split: split, pixels: chosen, labels: indices.map { labels[$0] }, rows: rows, columns: columns,
      classNames: classNames)
  }

  /// The same images in an order drawn from `random`.
  public func shuffled(_ random: inout RandomSource) throws -> Dataset { try subset(random.permutation(count)) }

  /// The same images scaled to `side` x `side` pixels as Pillow's antialiased bilinear resize does; the set itself
  /// when that is its size already.
  ///
  /// - Throws: `Misuse` unless `side` is from 1 to 1024.
  public func resized(side: Int) throws -> Dataset {
    guard (1...1024).contains(side) else { throw Misuse("dataset: expected a side from 1 to 1024, got \(side)") }
    guard rows != side || columns != side else { return self }
    let resize = try ImageResize(rows: rows, columns: columns, toRows: side, toColumns: side)
    return try Dataset(
      name: name, split: split, pixels: resize.apply(pixels), labels: labels, rows: side, columns: side,
      classNames: classNames)
  }

  private func check(_ index: Int) throws {
    guard index >= 0, index < count else {
      throw Misuse("dataset: expected an image from 1 to \(count), got \(index + 1)")
    }
  }

  private func tensor(_ number: Int, _ place: (Int) -> Int) throws -> Tensor {
    let result = try Tensor.uninitialized([number, inputCount], for: "dataset")
    pixels.withUnsafeBufferPointer { pixels in
      for row in 0..<number {
        let source = place(row) * inputCount
        let target = result.base + row * inputCount
        for k in 0..<inputCount { (target + k).initialize(to: Double(pixels[source + k]) / 255) }
      }
    }
    return result
  }
}

extension Dataset: CustomStringConvertible {
  /// One line: `Dataset(mnist train, 60000 images of 28x28, 10 classes)`.
  public var description: String {
    "Dataset(\(name) \(split), \(count) images of \(rows)x\(columns), \(classCount) classes)"
  }
}
