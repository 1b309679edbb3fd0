import Essentials

/// Models in files that other solvers read too: MPS and CPLEX's LP format, chosen by the file's name.
public enum ModelFile {
  /// Reads `path`: LP format if the name ends in `.lp` or `.lp.gz`, otherwise MPS, free or fixed, gzipped or not.
  ///
  /// - Throws: `OutsideFailure` that names the file and, for a mistake in it, the line.
  public static func read(_ path: String) throws -> Model {
    let bytes = try FileAccess.readDecompressed(path)
    let text = String(decoding: bytes, as: UTF8.self)
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

  /// Writes `model` to `path`: LP format if the name ends in `.lp`, otherwise free MPS. Names are made unique.
  ///
  /// - Throws: `Misuse` for crossed row bounds, which MPS cannot say; `OutsideFailure` when the file cannot be written.
  public static func write(_ model: Model, to path: String) throws {
    try FileAccess.write(isLP(path) ? LPWriter.text(model) : try MPSWriter.text(model), to: path)
  }

  private static func isLP(_ path: String) -> Bool { path.hasSuffix(".lp") || path.hasSuffix(".lp.gz") }
}
