import Essentials

/// Models in files that other solvers read too: MPS and CPLEX's LP format, chosen by the file's name.
public enum ModelFile {
  /// Reads `path`: LP format if the name ends in `.lp` or `.lp.gz`, in any case, otherwise MPS, free or fixed; gzipped or
  /// not.
  ///
  /// - Returns: the model; its `warnings` say what of the file may not be meant as it was read.
  /// - Throws: `OutsideFailure` that names the file and, for a mistake in it, the line.
  public static func read(_ path: String) throws -> Model {
    let text = try FileText(reading: path)
    do { return try isLP(path) ? LPReader.model(in: text) : MPSReader.model(in: text) } catch let mistake as Misuse {
      // What a program must not do, a file must not say.
      throw OutsideFailure("\(path): \(mistake.message)")
    }
  }

  /// Writes `model` to `path`: LP format if the name ends in `.lp` or `.lp.gz`, in any case, otherwise free MPS; gzipped
  /// if it ends in `.gz`. Names are made unique, and what a format does not allow in them becomes `_`. What was removed
  /// from the model is left out.
  ///
  /// - Throws: `Misuse` for crossed row bounds, which MPS cannot say; `OutsideFailure` when the file cannot be written.
  public static func write(_ model: Model, to path: String) throws {
    let bytes = isLP(path) ? LPWriter.bytes(of: model) : try MPSWriter.bytes(of: model)
    try FileAccess.write(path.lowercased().hasSuffix(".gz") ? try Gzip.compress(bytes) : bytes, to: path)
  }

  private static func isLP(_ path: String) -> Bool {
    let path = path.lowercased()
    return path.hasSuffix(".lp") || path.hasSuffix(".lp.gz")
  }
}
