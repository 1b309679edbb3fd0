import CZlib

/// Zip archives as NumPy writes them: stored and deflated members, no encryption, less than 4 GiB.
public enum ZipArchive {
  /// One file of an archive.
  public struct Member {
    /// Its name, folders included.
    public var name: String
    /// Its content.
    public var bytes: [UInt8]

    /// A file to be written.
    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Content larger than this, all members together, is refused.
  public static let byteLimit = 1 << 31

  private static let localSignature = 0x0403_4B50
  private static let centralSignature = 0x0201_4B50
  private static let endSignature = 0x0605_4B50
  private static let deflated = 8

  /// The members of an archive, in the order of its directory.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure` naming the file, and the member where one is concerned, when the archive is cut short,
  ///   damaged, or of a kind that is not read here.
  public static func members(of bytes: [UInt8], path: String) throws -> [Member] {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): not a readable zip archive: \(what)") }
    let archive = LittleEndian(bytes)
    guard let end = endOfDirectory(bytes) else { throw failure("its directory is missing; it seems cut short") }
    guard let count = archive[end + 10, 2], var entry = archive[end + 16, 4], count < 0xFFFF, entry < 0xFFFF_FFFF else {
      throw failure("its directory is of the 64-bit kind")
    }
    var total = 0
    return try (0..<count).map { _ in
      guard archive[entry, 4] == centralSignature, let method = archive[entry + 10, 2],
        let flags = archive[entry + 8, 2],
        let check = archive[entry + 16, 4], let packed = archive[entry + 20, 4], let size = archive[entry + 24, 4],
        let nameLength = archive[entry + 28, 2], let extraLength = archive[entry + 30, 2],
        let commentLength = archive[entry + 32, 2], let local = archive[entry + 42, 4],
        let name = archive.text(entry + 46, nameLength)
      else { throw failure("its directory is damaged") }
      func memberFailure(_ what: String) -> OutsideFailure { failure("member \(name): \(what)") }
      entry += 46 + nameLength + extraLength + commentLength
      guard flags & 1 == 0 else { throw memberFailure("it is encrypted") }
      guard packed < 0xFFFF_FFFF, size < 0xFFFF_FFFF, local < 0xFFFF_FFFF else {
        throw memberFailure("it is of the 64-bit kind")
      }
      // The header in front of the data has a name and extra fields of its own.
      guard archive[local, 4] == localSignature, let localName = archive[local + 26, 2],
        let localExtra = archive[local + 28, 2]
      else { throw memberFailure("its header is damaged") }
      let start = local + 30 + localName + localExtra
      guard start + packed <= bytes.count else { throw memberFailure("it is cut short") }
      total += size
      guard total <= byteLimit else { throw memberFailure("the content is larger than \(byteLimit) bytes") }
      let content: [UInt8]? =
        switch method {
        case 0: packed == size ? Array(bytes[start..<start + packed]) : nil
        case deflated: inflate(bytes[start..<start + packed], size: size)
        default: throw memberFailure("compression method \(method) is not supported")
        }
      guard let content, checksum(content) == check else { throw memberFailure("its data is damaged") }
      return Member(name: name, bytes: content)
    }
  }

  /// The bytes of an archive that stores `members` as they are.
  ///
  /// - Throws: `Misuse` when they are too many or too large for the format.
  public static func encode(_ members: [Member]) throws -> [UInt8] {
    guard members.count < 0xFFFF, members.allSatisfy({ $0.name.utf8.count < 0xFFFF }),
      members.reduce(0, { $0 + $1.bytes.count + 2 * $1.name.utf8.count + 128 }) < 0xFFFF_FFFF
    else { throw Misuse("zip archive: more than 4 GiB or 65534 members do not fit") }
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for member in members {
      let (name, size) = (Array(member.name.utf8), member.bytes.count)
      // Version 2.0, UTF-8 names, stored, 1 January 1980, so that equal contents give equal archives.
      let common: [(Int, Int)] = [
        (20, 2), (0x800, 2), (0, 2), (0, 2), (0x21, 2), (checksum(member.bytes), 4), (size, 4), (size, 4),
        (name.count, 2), (0, 2),
      ]
      let offset = archive.count
      append([(localSignature, 4)] + common, to: &archive)
      archive += name
      archive += member.bytes
      append(
        [(centralSignature, 4), (20, 2)] + common + [(0, 2), (0, 2), (0, 2), (0, 4), (offset, 4)], to: &directory)
      directory += name
    }
    let offset = archive.count
    archive += directory
    append(
      [
        (endSignature, 4), (0, 2), (0, 2), (members.count, 2), (members.count, 2), (directory.count, 4), (offset, 4),
        (0, 2),
      ], to: &archive)
    return archive
  }

  /// Where the record that ends the directory begins: at the end, before a comment of up to 65535 bytes.
  private static func endOfDirectory(_ bytes: [UInt8]) -> Int? {
    let archive = LittleEndian(bytes)
    guard bytes.count >= 22 else { return nil }
    return (max(0, bytes.count - 22 - 0xFFFF)...(bytes.count - 22)).reversed().first { start in
      archive[start, 4] == endSignature && archive[start + 20, 2].map { start + 22 + $0 == bytes.count } == true
    }
  }

  private static func append(_ fields: [(value: Int, size: Int)], to bytes: inout [UInt8]) {
    for (value, size) in fields {
      for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
  }

  /// Decompresses a member, which must have exactly `size` bytes then. Memory is taken as the data comes, so that a
  /// damaged size costs nothing.
  private static func inflate(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    // Negative window bits: no zlib header around the data.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var content: [UInt8] = []
    var source = Array(packed)
    let isComplete = source.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { chunk in
        while true {
          stream.next_out = chunk.baseAddress
          stream.avail_out = UInt32(chunk.count)
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          guard status == Z_OK || status == Z_STREAM_END else { return false }
          content.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
          guard content.count <= size else { return false }
          if status == Z_STREAM_END { return true }
        }
      }
    }
    return isComplete && content.count == size ? content : nil
  }

  /// Reads numbers out of bytes, and nil beyond their end.
  private struct LittleEndian {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    subscript(start: Int, size: Int) -> Int? {
      guard start >= 0, start + size <= bytes.count else { return nil }
      return bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func text(_ start: Int, _ length: Int) -> String? {
      start + length <= bytes.count ? String(decoding: bytes[start..<start + length], as: UTF8.self) : nil
    }
  }
}
