import Essentials
import Tensors

/// Data sets of rows of numbers in files: CSV with a header, whose columns have names, and `.npz` and `.safetensors`,
/// whose arrays have names and are one column (count) or several (count x columns).
public struct DatasetFile {
  /// How the names of such files end, in lower case.
  public static let endings = [".csv", ".npz", ".safetensors"]

  /// Whether a data set can be at `path`, by the end of its name.
  public static func isOne(_ path: String) -> Bool { endings.contains { path.lowercased().hasSuffix($0) } }

  /// A named column, or several under one name.
  private struct Block {
    let name: String
    let width: Int
    let count: Int
    /// count x width, in row-major order.
    let numbers: () throws -> [Double]
    /// The values of one column as texts.
    let texts: () throws -> [String]

    var names: [String] { width == 1 ? [name] : (1...width).map { "\(name)[\($0)]" } }
  }

  private let path: String
  private let blocks: [Block]

  /// Opens the file at `path`.
  ///
  /// - Parameter separator: what lies between the fields of a CSV file.
  /// - Throws: `OutsideFailure` naming the file when it cannot be read or is damaged.
  public init(reading path: String, separator: UInt8 = UInt8(ascii: ",")) throws {
    self.path = path
    let name = path.lowercased()
    if name.hasSuffix(".csv") {
      let file = try CSVFile(reading: path, separator: separator)
      blocks = file.names.enumerated().map { index, name in
        Block(
          name: name, width: 1, count: file.count, numbers: { try file.numbers(index) },
          texts: { try file.texts(index) })
      }
    } else {
      let arrays =
        name.hasSuffix(".npz")
        ? try NumPyArchive.read(path) : try SafeTensors(reading: path).entries.map { ($0.name, $0.tensor) }
      blocks = try arrays.map { try DatasetFile.block($0.name, $0.tensor, path) }
    }
  }

  private static func block(_ name: String, _ tensor: Tensor, _ path: String) throws -> Block {
    guard (1...2).contains(tensor.shape.count), tensor.count > 0 else {
      throw OutsideFailure(
        "\(path): expected arrays of shape count or count x columns with at least one number, got \(Tensor.describe(shape: tensor.shape)) "
          + "for \(name)")
    }
    let (count, width) = (tensor.shape[0], tensor.shape.count == 1 ? 1 : tensor.shape[1])
    func numbers() throws -> [Double] {
      let values = tensor.array
      if let wrong = values.firstIndex(where: { !$0.isFinite }) {
        throw OutsideFailure(
          "\(path): array \(name), row \(wrong / width + 1): expected a finite number, got \(values[wrong])")
      }
      return values
    }
    return Block(name: name, width: width, count: count, numbers: numbers) {
      try numbers().map { number in Int(exactly: number).map { "\($0)" } ?? "\(number)" }
    }
  }

  /// The data set of chosen columns.
  ///
  /// - Parameters:
  ///   - inputs: names of columns or arrays, in the order of the network's inputs; by default all that are neither
  ///     target nor label, in the order of the file.
  ///   - targets: names of what is to be predicted.
  ///   - label: in place of targets, the column whose values are the names of the classes; the classes are in the order
  ///     of their names, numbers in numerical order.
  /// - Throws: `Misuse` unless either targets or a label are named, and when something is named twice; `OutsideFailure`
  ///   naming the file, and line and column, for unknown names, values that are no finite numbers, and arrays that do
  ///   not fit each other.
  public func dataset(
    name: String, split: String, inputs: [String]? = nil, targets: [String] = [], label: String? = nil
  ) throws -> Dataset {
    let outputs = targets + [label].compactMap { $0 }
    guard targets.isEmpty != (label == nil) else {
      throw Misuse(
        "expected either targets, the columns to predict, or label, the column of classes; \(path) has "
          + blocks.map(\.name).joined(separator: ", "))
    }
    let sources = try (inputs ?? blocks.map(\.name).filter { !outputs.contains($0) }).map(block)
    guard !sources.isEmpty else { throw OutsideFailure("\(path): no columns are left as inputs") }
    let named = sources.map(\.name) + outputs
    if let (_, twice) = zip(named.indices, named).first(where: { named[..<$0].contains($1) }) {
      throw Misuse("\"\(twice)\" is named twice among inputs, targets and label")
    }
    // All names are known before any number is read.
    let answers = try outputs.map(block)
    let rows = try joined(sources)
    if let label {
      let texts = try answers[0].texts()
      guard texts.count == rows.shape[0] else { throw unequal(label, texts.count, rows.shape[0]) }
      let distinct = Set(texts).map { (text: $0, number: Double($0) ?? .nan) }
      let areNumbers = distinct.allSatisfy(\.number.isFinite)
      let names = distinct.sorted {
        areNumbers && $0.number != $1.number ? $0.number < $1.number : $0.text < $1.text
      }.map(\.text)
      let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
      return try Dataset(
        name: name, split: split, rows: rows, labels: texts.map { places[$0] ?? 0 }, classNames: names,
        inputNames: sources.flatMap(\.names))
    }
    let values = try joined(answers)
    guard values.shape[0] == rows.shape[0] else { throw unequal(targets[0], values.shape[0], rows.shape[0]) }
    return try Dataset(
      name: name, split: split, rows: rows, targets: values, inputNames: sources.flatMap(\.names),
      targetNames: answers.flatMap(\.names))
  }

  private func block(_ name: String) throws -> Block {
    if let block = blocks.first(where: { $0.name == name }) { return block }
    let names = blocks.map(\.name)
    let meant = NearestName.of(name, in: names).map { "; did you mean \"\($0)\"" } ?? ""
    throw OutsideFailure("\(path): no column \"\(name)\"\(meant); it has \(names.joined(separator: ", "))")
  }

  /// The columns of several blocks side by side, [count, columns].
  private func joined(_ blocks: [Block]) throws -> Tensor {
    let (count, width) = (blocks[0].count, blocks.reduce(0) { $0 + $1.width })
    let result = try Tensor.uninitialized([count, width], for: "dataset")
    var first = 0
    for block in blocks {
      guard block.count == count else { throw unequal(block.name, block.count, count) }
      let numbers = try block.numbers()
      for row in 0..<count {
        for column in 0..<block.width {
          (result.base + row * width + first + column).initialize(to: numbers[row * block.width + column])
        }
      }
      first += block.width
    }
    return result
  }

  private func unequal(_ name: String, _ count: Int, _ expected: Int) -> OutsideFailure {
    OutsideFailure("\(path): expected \(expected) rows as in the inputs, got \(count) in \(name)")
  }
}
