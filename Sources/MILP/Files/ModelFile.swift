import Essentials

/// Models in files that other solvers read too: MPS and CPLEX's LP format, chosen by the file's name.
public enum ModelFile {
  /// Bounds of this size and more are infinite in files, as all solvers have it.
  static let infinity = 1e20

  /// Reads `path`: LP format if the name ends in `.lp` or `.lp.gz`, otherwise MPS, free or fixed, gzipped or not.
  ///
  /// - Throws: `OutsideFailure` that names the file and, for a mistake in it, the line.
  public static func read(_ path: String) throws -> Model {
    let text = lines(try FileAccess.readDecompressed(path))
    do {
      if isLP(path) {
        var reader = LPReader(text, path: path)
        return try reader.read()
      }
      var reader = MPSReader(path: path)
      return try reader.read(text)
    } catch let mistake as Misuse {
      // What a program must not do, a file must not say.
      throw OutsideFailure("\(path): \(mistake.message)")
    }
  }

  /// The text with lines that end as on Unix: no mark of the byte order at its beginning, and no carriage returns, which
  /// Swift takes together with a line feed for one character.
  private static func lines(_ bytes: [UInt8]) -> String {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    guard rest.contains(0x0D) else { return String(decoding: rest, as: UTF8.self) }
    var kept: [UInt8] = []
    kept.reserveCapacity(rest.count)
    for (place, byte) in zip(rest.indices, rest) {
      // A lone carriage return ends a line, as on old Macs; one before a line feed is part of that.
      guard byte == 0x0D else { kept.append(byte); continue }
      if place + 1 == rest.endIndex || rest[place + 1] != 0x0A { kept.append(0x0A) }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Writes `model` to `path`: LP format if the name ends in `.lp`, otherwise free MPS. Names are made unique.
  ///
  /// - Throws: `Misuse` for crossed row bounds, which MPS cannot say; `OutsideFailure` when the file cannot be written.
  public static func write(_ model: Model, to path: String) throws {
    try FileAccess.write(isLP(path) ? LPWriter.text(model) : try MPSWriter.text(model), to: path)
  }

  private static func isLP(_ path: String) -> Bool { path.hasSuffix(".lp") || path.hasSuffix(".lp.gz") }
}
