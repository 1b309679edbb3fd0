import Essentials

/// VNN-LIB files (https://www.vnnlib.org): a version 1.0, whose inputs are X_0, X_1, … and outputs Y_0, Y_1, …, and
/// version 2.0, which declares networks with tensors (VNN-LIB standard, chapter 3).
///
/// Read is what is linear: `assert` of `and`, `or` and comparisons of sums, differences and multiples of variables, in
/// either version also `not`, `=>`, `let`, `define-fun`, `true`, `false` and comparisons of more than two numbers, as
/// SMT-LIB has them. Every input needs a lower and an upper bound, or conditions on several inputs that amount to some.
/// One extension, an L1 budget,
///
///     (assert (<= (+ (abs (- X_0 0.25)) (abs (- X_1 0.5)) …) 5.0))
///
/// with one `abs` for every input, is written out like this so that a tool that does not know it refuses the file, rather
/// than answer another question.
public enum VNNLIBFile {
  /// The property in the file at `path`, gzipped or not.
  ///
  /// - Throws: `OutsideFailure` naming the file and the line when it cannot be read or says something else.
  public static func read(_ path: String) throws -> VNNLIBProperty {
    var parser = VNNLIBParser(path: path)
    var reader = SExpressionReader(path: path)
    try FileAccess.readDecompressed(path) { piece in
      try reader.read(piece) { try parser.read($0) }
    }
    try reader.end()
    return try parser.property()
  }

  /// The property in the content of a file.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure`; see `read(_:)`.
  public static func decode(_ bytes: [UInt8], path: String) throws -> VNNLIBProperty {
    var parser = VNNLIBParser(path: path)
    var reader = SExpressionReader(path: path)
    try reader.read(bytes) { try parser.read($0) }
    try reader.end()
    return try parser.property()
  }
}
