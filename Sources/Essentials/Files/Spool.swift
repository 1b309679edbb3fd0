import Glibc

/// A temporary file that pieces are added to and read back from, for what is too much to hold in memory. It goes when the
/// object does.
public final class Spool {
  private let folder: TemporaryFolder
  private let path: String
  private let descriptor: Int32
  /// What has been added and is not in the file yet.
  private var pending: [UInt8] = []
  /// Where `pending` will begin in the file.
  private var written = 0

  private static let pendingLimit = 1 << 20

  /// An empty one.
  ///
  /// - Throws: `OutsideFailure` when it cannot be made.
  public init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/spool"
    descriptor = try FileAccess.open(path, O_RDWR | O_CREAT | O_EXCL, orSay: "cannot be written")
  }

  deinit { close(descriptor) }

  /// The number of bytes.
  public var count: Int { written + pending.count }

  /// Adds a piece.
  ///
  /// - Returns: where it begins.
  /// - Throws: `OutsideFailure` when the disk is full or gone.
  public func append(_ bytes: [UInt8]) throws -> Int {
    let start = count
    pending += bytes
    if pending.count >= Spool.pendingLimit { try flush() }
    return start
  }

  /// `count` bytes from `start` on.
  ///
  /// - Throws: `OutsideFailure` when they cannot be read.
  public func read(from start: Int, count: Int) throws -> [UInt8] {
    try flush()
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, start + done)
      }
      guard got > 0 else { throw FileAccess.failure(path, "cannot be read") }
      done += got
    }
    return bytes
  }

  private func flush() throws {
    try pending.withUnsafeBytes { try FileAccess.writeAll($0, to: descriptor, path: path) }
    written += pending.count
    pending.removeAll(keepingCapacity: true)
  }
}
