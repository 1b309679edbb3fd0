import Essentials

/// NumPy's `.npy` files: one array each.
///
/// Format versions 1 to 3 are read, with floating-point numbers, whole numbers and truth values of either byte order,
/// in row-major or Fortran order. Version 1.0 with Float64 in row-major order is written.
public enum NumPyFile {
  private static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Writes `tensor` to `path`, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be written.
  public static func write(_ tensor: Tensor, to path: String) throws { try FileAccess.write(encode(tensor), to: path) }

  /// The bytes of the file.
  public static func encode(_ tensor: Tensor) -> [UInt8] {
    let sizes = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.shape.count == 1 ? "," : "")
    var header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    // Spaces and a line feed, so that the numbers begin at a multiple of 64.
    header += [UInt8](repeating: UInt8(ascii: " "), count: 63 - (10 + header.count) % 64) + [UInt8(ascii: "\n")]
    var bytes =
      signature + [1, 0, UInt8(truncatingIfNeeded: header.count), UInt8(truncatingIfNeeded: header.count >> 8)]
    bytes.reserveCapacity(bytes.count + header.count + tensor.count * 8)
    bytes += header
    ElementType.float64.append(tensor, to: &bytes)
    return bytes
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be read, is not of this kind, is cut short, or holds
  ///   something other than numbers.
  public static func read(_ path: String) throws -> Tensor { try decode(try FileAccess.read(path), path: path) }

  /// Reads the content of a file.
  ///
  /// - Parameter path: what errors call the file.
  /// - Throws: `OutsideFailure`; see `read(_:)`.
  public static func decode(_ bytes: [UInt8], path: String) throws -> Tensor {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): not a readable .npy file: \(what)") }
    guard bytes.count >= 10, bytes.starts(with: signature) else { throw failure("it does not begin as one") }
    guard (1...3).contains(bytes[6]) else { throw failure("its format version is \(bytes[6])") }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw failure("it is cut short") }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw failure("it is cut short") }
    guard let header = NumPyHeader(bytes[start..<start + length]) else { throw failure("its header is damaged") }
    guard let type = NumPyFile.elementType(header.type) else {
      throw failure("its numbers are \(header.type); expected floating-point, whole numbers or truth values")
    }
    guard let count = try? Tensor.elementCount(of: header.shape),
      bytes.count - start - length == count * type.element.byteCount
    else {
      throw failure(
        "\(Tensor.describe(shape: header.shape)) numbers of \(header.type) do not take the "
          + "\(bytes.count - start - length) bytes that follow")
    }

    let shape = header.isFortranOrder ? Array(header.shape.reversed()) : header.shape
    let stored = try Tensor.uninitialized(shape, for: "load")
    var data = Array(bytes[(start + length)...])
    if type.isBigEndian { reverseEach(type.element.byteCount, &data) }
    data.withUnsafeBytes { type.element.decode($0, into: stored.base, count: count) }
    return header.isFortranOrder ? try stored.permuted(shape.indices.reversed()).contiguous() : stored
  }

  private static func reverseEach(_ size: Int, _ data: inout [UInt8]) {
    for start in stride(from: 0, to: data.count, by: size) { data[start..<start + size].reverse() }
  }

  private static func elementType(_ description: String) -> (element: ElementType, isBigEndian: Bool)? {
    let kinds: [String: ElementType] = [
      "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
      "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .boolean,
    ]
    guard let order = description.first, "<>|=".contains(order), let element = kinds[String(description.dropFirst())]
    else { return nil }
    return (element, order == ">")
  }
}
