import CZlib

/// Gzip: the same bytes for the same content, without a name or a time. `FileAccess.readDecompressed` reads it.
public enum Gzip {
  /// `bytes` compressed as well as zlib can.
  ///
  /// - Throws: `Misuse` for 4 GiB and more.
  public static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.count <= UInt32.max else { throw Misuse("gzip: expected less than 4 GiB, got \(bytes.count) bytes") }
    var stream = z_stream()
    // 16 more than the largest window: gzip's header and checksum around the data.
    let status = deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw OutsideFailure("gzip: out of memory") }
    defer { deflateEnd(&stream) }
    var source = bytes
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let length: Int? = try source.withUnsafeMutableBufferPointer { source in
      try packed.withUnsafeMutableBufferPointer { packed in
        stream.next_in = source.baseAddress
        stream.next_out = packed.baseAddress
        stream.avail_out = UInt32(clamping: packed.count)
        // Piece by piece, so that it can be given up; the pieces leave no trace in what comes out.
        var rest = source.count
        var status = Z_OK
        repeat {
          if stream.total_in > 0 { try StopRequest.check() }
          stream.avail_in = UInt32(min(rest, 1 << 20))
          rest -= Int(stream.avail_in)
          status = deflate(&stream, rest > 0 ? Z_NO_FLUSH : Z_FINISH)
        } while rest > 0 && status == Z_OK
        return status == Z_STREAM_END ? Int(stream.total_out) : nil
      }
    }
    guard let length else { throw OutsideFailure("gzip: \(bytes.count) bytes could not be compressed") }
    return Array(packed[..<length])
  }
}
