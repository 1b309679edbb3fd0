import Essentials

/// The content of an IDX file of unsigned bytes (the format of MNIST), gzipped or not.
///
/// Layout: two zero bytes, the element type (8: unsigned byte), the number of axes, one big-endian 32-bit size per
/// axis, and the elements in row-major order.
public struct IDXFile: Sendable {
  /// The size along each axis.
  public let shape: [Int]
  /// The elements in row-major order.
  public let elements: [UInt8]
  /// SHA-256 of the decompressed file, header included, in lower-case hexadecimal digits.
  public let digest: String

  /// Reads the file at `path`.
  ///
  /// - Parameter axes: how many axes the file must have: 3 for images, 1 for labels; any number when nil.
  /// - Throws: `OutsideFailure` naming the file and what was expected when it is missing, truncated, longer than its
  ///   header says, or not IDX.
  public init(path: String, axes: Int? = nil) throws {
    let bytes = try FileAccess.readDecompressed(path)
    guard bytes.count >= 4 else {
      throw OutsideFailure("\(path): expected an IDX file, got \(bytes.count) bytes")
    }
    guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8 else {
      let magic = bytes[..<4].map { String($0, radix: 16) }.joined(separator: " ")
      throw OutsideFailure("\(path): expected an IDX file of unsigned bytes (magic 0 0 8 n), got magic \(magic)")
    }
    let axisCount = Int(bytes[3])
    guard axisCount == axes ?? axisCount, axisCount > 0 else {
      throw OutsideFailure("\(path): expected an IDX file of \(axes ?? 1) axes, got \(axisCount)")
    }
    let header = 4 + 4 * axisCount
    guard bytes.count >= header else {
      throw OutsideFailure("\(path): truncated: expected a header of \(header) bytes, got \(bytes.count) bytes")
    }
    let sizes = (0..<axisCount).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    var total = 1
    for size in sizes {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow, product < Int.max - header else {
        throw OutsideFailure("\(path): damaged header: sizes \(sizes.map(String.init).joined(separator: "x"))")
      }
      total = product
    }
    guard bytes.count - header >= total else {
      throw OutsideFailure(
        "\(path): truncated: expected \(total) bytes for \(sizes.map(String.init).joined(separator: "x")), "
          + "got \(bytes.count - header)")
    }
    guard bytes.count - header == total else {
      throw OutsideFailure("\(path): expected \(total) bytes after the header, got \(bytes.count - header)")
    }
    shape = sizes
    elements = Array(bytes[header...])
    digest = Digest.sha256(bytes)
  }
}
