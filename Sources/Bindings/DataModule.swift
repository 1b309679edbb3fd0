import Essentials
import Glibc
import LuaHost
import Networks
import Tensors

/// `vnn.data`: labelled pictures.
enum DataModule {
  static let name = "vnn.data"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("names", .array(DatasetCatalog.names.map { .string($0) }))
      module.function("load") { call in
        let name = try call.string(1, oneOf: DatasetCatalog.names)
        return call.push(
          try call.options(2) { options in
            let split = try options.string("split", oneOf: DatasetCatalog.Split.allCases.map(\.rawValue), default: "train")
            let side = try options.int("side", default: 28)
            let root = try options.optionalString("root") ?? defaultRoot
            return try DatasetCatalog.load(
              name, split: DatasetCatalog.Split(rawValue: split) ?? .train, root: root, side: side)
          })
      }
      module.function("from_tensors") { call in
        let images: Tensor = try call.object(1)
        let labels = try call.ints(2).map { $0 - 1 }
        return call.push(
          try call.options(3) { options in
            try Dataset(
              name: try options.string("name", default: "own"), split: try options.string("split", default: "train"),
              images: images, labels: labels, rows: try options.optionalInt("rows"),
              classNames: try options.optionalStrings("classes"))
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

  /// `$VNNLUA_DATA`, or where `Scripts/fetch-data` puts files on a user's machine.
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
  /// The pixels and labels.
  public var luaByteCount: Int { pixels.count + 8 * labels.count }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Dataset>) {
    type.field("name") { dataset, call in call.push(dataset.name) }
    type.field("split") { dataset, call in call.push(dataset.split) }
    type.field("count") { dataset, call in call.push(dataset.count) }
    type.field("inputs") { dataset, call in call.push(dataset.inputCount) }
    type.field("rows") { dataset, call in call.push(dataset.rows) }
    type.field("columns") { dataset, call in call.push(dataset.columns) }
    type.field("classes") { dataset, call in call.push(dataset.classNames) }
    type.method("image") { dataset, call in
      call.push(try Tensor(try dataset.image(try call.zeroBased(1, count: dataset.count))))
    }
    type.method("label") { dataset, call in
      call.push(dataset.labels[try call.zeroBased(1, count: dataset.count)] + 1)
    }
    type.method("images") { dataset, call in
      let first = try call.zeroBased(1, count: dataset.count)
      let last = try call.zeroBased(2, count: dataset.count)
      guard first <= last else { throw call.failure(2, "expected a position from \(first + 1) on, got \(last + 1)") }
      return call.push(try dataset.images(first..<last + 1))
    }
    type.method("labels") { dataset, call in call.push(dataset.labels.map { $0 + 1 }) }
    type.method("subset") { dataset, call in
      if call.kind(1) == .table { return call.push(try dataset.subset(try call.ints(1).map { $0 - 1 })) }
      let first = try call.zeroBased(1, count: dataset.count)
      let last = try call.zeroBased(2, count: dataset.count)
      guard first <= last else { throw call.failure(2, "expected a position from \(first + 1) on, got \(last + 1)") }
      return call.push(try dataset.subset(Array(first...last)))
    }
    type.method("shuffle") { dataset, call in
      let random: RandomGenerator = try call.object(1)
      return call.push(try dataset.shuffled(&random.source))
    }
    type.method("resize") { dataset, call in call.push(try dataset.resized(side: try call.int(1))) }
    type.length { $0.count }
    type.text { $0.description }
  }
}
