import Essentials

extension PreactivationBounds {
  /// Reads bounds that `write` wrote: `{"layers": [{"lower": [...], "upper": [...]}, ...]}`, outputs last.
  ///
  /// - Throws: `OutsideFailure` naming the file and what is wrong in it.
  public static func read(_ path: String) throws -> PreactivationBounds {
    let json = try JSON(parsing: FileAccess.read(path), path: path)
    guard let layers = json.object?["layers"]?.array, !layers.isEmpty else {
      throw OutsideFailure("\(path): layers: expected an array of layers")
    }
    return PreactivationBounds(
      layers: try layers.enumerated().map { index, layer in
        func numbers(_ key: String) throws -> [Double] {
          let values = layer.object?[key]?.array?.compactMap(\.double)
          guard let values, values.count == layer.object?[key]?.array?.count else {
            throw OutsideFailure("\(path): layer \(index + 1): \(key): expected an array of numbers")
          }
          return values
        }
        do {
          return try LayerBounds(lower: numbers("lower"), upper: numbers("upper"))
        } catch let misuse as Misuse {
          throw OutsideFailure("\(path): layer \(index + 1): \(misuse.message)")
        }
      })
  }

  /// Writes the bounds' file, whole or not at all.
  public func write(_ path: String) throws {
    let json = JSON.object([
      "layers": .array(
        layers.map { layer in
          .object([
            "lower": .array(layer.lower.map { .number($0) }), "upper": .array(layer.upper.map { .number($0) }),
          ])
        })
    ])
    try FileAccess.write(json.text() + "\n", to: path)
  }
}
