import Essentials
import Glibc
import LuaHost
import Networks
import Tensors

/// `vnn.data`: examples to learn from.
enum DataModule {
  static let name = "vnn.data"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("names", .array(DatasetCatalog.names.map { .string($0) }))
      module.function("load") { call in
        let path = try call.string(1)
        if DatasetFile.isOne(path) { return try loadFile(path, call) }
        let name = try call.string(1, oneOf: DatasetCatalog.names)
        return call.push(
          try call.options(2) { options in
            let splits = DatasetCatalog.Split.allCases.map(\.rawValue)
            let split = try options.string("split", oneOf: splits, default: "train")
            let side = try options.int("side", default: 28)
            let root = try options.optionalString("root") ?? defaultRoot
            return try DatasetCatalog.load(
              name, split: DatasetCatalog.Split(rawValue: split) ?? .train, root: root, side: side)
          })
      }
      module.function("from_rows", fromRows)
      module.function("from_tensors") { call in
        let images: Tensor = try call.object(1)
        let labels = try call.classes(2)
        return call.push(
          try call.options(3) { options in
            let names = try options.optionalStrings("classes")
            let (name, split) = (
              try options.string("name", default: "own"), try options.string("split", default: "train")
            )
            let rows = try options.optionalInt("rows")
            if let names, let wrong = labels.firstIndex(where: { $0 >= names.count }) {
              throw Misuse(
                "label \(wrong + 1): expected a class from 1 to \(names.count), as there are names, "
                  + "got \(labels[wrong] + 1)")
            }
            return try Dataset(name: name, split: split, images: images, labels: labels, rows: rows, classNames: names)
          })
      }
      module.function("from_idx") { call in
        let (images, labels) = (try call.string(1), try call.string(2))
        return call.push(
          try call.options(3) { options in
            try DatasetCatalog.load(
              name: try options.string("name", default: "own"), split: try options.string("split", default: "train"),
              images: images, labels: labels, classNames: try options.optionalStrings("classes"))
          })
      }
    }
  }

  /// `data.load(path, options)`.
  private static func loadFile(_ path: String, _ call: Call) throws -> Int {
    call.push(
      try call.options(2) { options in
        let (name, split) = (try options.optionalString("name"), try options.string("split", default: "train"))
        func names(_ option: String) throws -> [String]? {
          try options.optional(option) { $0.kind(1) == .table ? try $0.strings(1) : [try $0.string(1)] }
        }
        let (inputs, targets) = (try names("inputs"), try names("targets") ?? [])
        let label = try options.optionalString("label")
        let separator = try options.string("separator", default: ",")
        guard separator.utf8.count == 1, let byte = separator.utf8.first, !"\"\r\n".utf8.contains(byte) else {
          throw Misuse("separator: expected one character, got \"\(separator)\"")
        }
        let file = try DatasetFile(reading: path, separator: byte)
        let base = path.split(separator: "/").last.map(String.init) ?? path
        return try file.dataset(name: name ?? base, split: split, inputs: inputs, targets: targets, label: label)
      })
  }

  /// `data.from_rows(rows, targets, options)`.
  private static func fromRows(_ call: Call) throws -> Int {
    let rows: Tensor = try call.object(1)
    let dataset = try call.options(3) { options in
      var (hasClasses, classNames): (Bool, [String]?) = (options.has("classes"), nil)
      _ = try options.optional("classes") { call in
        if call.kind(1) == .boolean { hasClasses = try call.bool(1) } else { classNames = try call.strings(1) }
      }
      let (name, split) = (
        try options.string("name", default: "own"), try options.string("split", default: "train")
      )
      let inputNames = try options.optionalStrings("input_names") ?? []
      guard !hasClasses else {
        return try Dataset(
          name: name, split: split, rows: rows, labels: try call.classes(2), classNames: classNames,
          inputNames: inputNames)
      }
      let targetNames = try options.optionalStrings("target_names") ?? []
      return try Dataset(
        name: name, split: split, rows: rows,
        targets: try call.objectIfAny(2, as: Tensor.self) ?? Tensor(try call.vector(2)), inputNames: inputNames,
        targetNames: targetNames)
    }
    return call.push(dataset)
  }

  /// `$VNNLUA_DATA`, or where `vnnlua run fetch-data` puts files on a user's machine.
  static var defaultRoot: String? {
    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    if let root = environment("VNNLUA_DATA"), !root.isEmpty { return root }
    let shared = environment("XDG_DATA_HOME") ?? environment("HOME").map { $0 + "/.local/share" }
    return shared.map { $0 + "/vnnlua/data" }
  }
}

extension Dataset: LuaObject {
  /// `vnn.Dataset`
  public static let luaTypeName = "vnn.Dataset"
  /// The inputs and targets.
  public var luaByteCount: Int { count * (inputCount * (isPictures ? 1 : 8) + 8 * max(1, targetCount)) }

  /// How many numbers each example's targets are.
  private var targetCount: Int { if case .numbers(_, let width) = targets { width } else { 1 } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Dataset>) {
    type.field("name") { dataset, call in call.push(dataset.name) }
    type.field("split") { dataset, call in call.push(dataset.split) }
    type.field("count") { dataset, call in call.push(dataset.count) }
    type.field("inputs") { dataset, call in call.push(dataset.inputCount) }
    type.field("rows") { dataset, call in call.push(dataset.rows) }
    type.field("columns") { dataset, call in call.push(dataset.columns) }
    type.field("outputs") { dataset, call in call.push(dataset.outputCount) }
    type.field("classes") { dataset, call in call.push(dataset.classNames) }
    type.field("input_names") { dataset, call in call.push(dataset.inputNames) }
    type.field("target_names") { dataset, call in call.push(dataset.targetNames) }
    type.method("image") { dataset, call in
      call.push(try Tensor(try dataset.image(try call.zeroBased(1, count: dataset.count))))
    }
    type.method("label") { dataset, call in
      call.push(try dataset.labels[try call.zeroBased(1, count: dataset.count)] + 1)
    }
    type.method("images") { dataset, call in
      call.push(try dataset.images(try range(call, 1, count: dataset.count)))
    }
    type.method("labels") { dataset, call in
      call.push(try dataset.labels[try range(call, 1, count: dataset.count)].map { $0 + 1 })
    }
    type.method("targets") { dataset, call in
      call.push(try dataset.targets(at: try range(call, 1, count: dataset.count)))
    }
    type.method("batches", batches)
    type.method("subset") { dataset, call in
      if call.kind(1) == .table { return call.push(try dataset.subset(try call.zeroBasedInts(1))) }
      return call.push(try dataset.subset(Array(try range(call, 1, count: dataset.count))))
    }
    type.method("shuffle") { dataset, call in
      let random: RandomGenerator = try call.object(1)
      return call.push(try dataset.shuffled(&random.source))
    }
    type.method("resize") { dataset, call in call.push(try dataset.resized(side: try call.int(1))) }
    type.length { $0.count }
    type.text { $0.description }
  }

  /// `dataset:batches(size, { random = … })`: an iterator over inputs and labels, or targets, of at most `size`
  /// examples at a time.
  private static func batches(_ dataset: Dataset, _ call: Call) throws -> Int {
    let size = try call.int(1, in: 1...Int.max)
    // The order is drawn once, when the loop begins.
    let order: [Int] = try call.options(2) { options in
      let generator = try options.optionalObject("random", as: RandomGenerator.self)
      return generator.map { $0.source.permutation(dataset.count) } ?? Array(0..<dataset.count)
    }
    var next = 0
    return call.push(function: "batches") { call in
      guard next < order.count else { return call.pushNil() }
      let places = Array(order[next..<min(next + min(size, order.count), order.count)])
      next += places.count
      let images = call.push(try dataset.images(at: places))
      if case .numbers = dataset.targets { return images + call.push(try dataset.targets(at: places)) }
      let labels = try dataset.labels
      return images + call.push(places.map { labels[$0] + 1 })
    }
  }

  /// The positions from the one at `position` to the one after it, both included, as a 0-based range; all of them when
  /// neither is given.
  private static func range(_ call: Call, _ position: Int, count: Int) throws -> Range<Int> {
    if call.isNil(position), call.isNil(position + 1) { return 0..<count }
    let first = try call.zeroBased(position, count: count)
    let last = call.isNil(position + 1) ? count - 1 : try call.zeroBased(position + 1, count: count)
    guard first <= last else {
      throw call.failure(position + 1, "expected a position from \(first + 1) on, got \(last + 1)")
    }
    return first..<last + 1
  }
}

extension Call {
  /// The classes at `position`, a sequence or a vector of positions counted from 1, as 0-based ones.
  func classes(_ position: Int) throws -> [Int] {
    let numbers: [Int]
    if let tensor = objectIfAny(position, as: Tensor.self) {
      guard tensor.shape.count == 1 else {
        throw failure(position, "expected a vector of classes, got \(Tensor.describe(shape: tensor.shape))")
      }
      numbers = try tensor.array.map { value in
        guard let number = Int(exactly: value) else { throw failure(position, "expected whole numbers, got \(value)") }
        return number
      }
    } else {
      numbers = try ints(position)
    }
    if let wrong = numbers.firstIndex(where: { $0 < 1 || $0 > 1 << 20 }) {
      throw failure(position, "element \(wrong + 1): expected a class from 1 on, got \(numbers[wrong])")
    }
    return numbers.map { $0 - 1 }
  }

  /// The numbers at `position`: a sequence, or a tensor's elements in row-major order.
  func vector(_ position: Int) throws -> [Double] {
    if let tensor = objectIfAny(position, as: Tensor.self) { return tensor.array }
    guard kind(position) == .table else { throw mismatch(position, expected: "a tensor or a sequence of numbers") }
    return try numbers(position)
  }
}
