import CZlib
import Glibc

/// A file that is written piece by piece, gzipped where its name ends in `.gz`: it gets that name once it is finished, so
/// that a reader, or a crash at any moment, sees either the old file or the whole new one.
public final class FileWriter {
  private let path: String
  private let temporary: String
  /// nil once it is finished.
  private var file: gzFile?

  /// Begins the file.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be written.
  public init(_ path: String) throws {
    self.path = path
    temporary = "\(path).\(FileAccess.randomName()).partial"
    let descriptor = try FileAccess.open(temporary, O_WRONLY | O_CREAT | O_EXCL, orSay: "cannot be written")
    file = gzdopen(descriptor, path.hasSuffix(".gz") ? "wb" : "wbT")
    guard let file else {
      close(descriptor)
      throw FileAccess.failure(path, "cannot be written")
    }
    gzbuffer(file, 1 << 17)
  }

  deinit {
    guard let file else { return }
    gzclose(file)
    try? FileAccess.remove(temporary)
  }

  /// Adds bytes.
  ///
  /// - Throws: `OutsideFailure` naming the file when the disk is full or gone.
  public func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while let file, !rest.isEmpty {
      let piece = rest.prefix(1 << 30)
      let count = piece.withUnsafeBytes { gzwrite(file, $0.baseAddress, UInt32($0.count)) }
      guard count == piece.count else { throw FileAccess.failure(path, "cannot be written") }
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Gives the file its name.
  ///
  /// - Throws: `OutsideFailure` naming the file when the rest cannot be written.
  public func finish() throws {
    guard let file else { return }
    self.file = nil
    guard gzclose(file) == Z_OK else {
      try? FileAccess.remove(temporary)
      throw FileAccess.failure(path, "cannot be written")
    }
    try FileAccess.publish(temporary, as: path)
  }
}
