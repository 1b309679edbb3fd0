import CWalls
import CZlib
import Glibc

/// Whole files in and out. Reading may be through gzip; writing never leaves half a file behind.
///
/// Everything that scripts do with files through vnnlua comes through here, so that `restrict` holds everywhere.
public enum FileAccess {
  /// The bytes of the file at `path`.
  ///
  /// - Parameter byteLimit: files larger than this are refused; 2 GiB by default.
  /// - Throws: `OutsideFailure` naming the file when it cannot be read.
  public static func read(_ path: String, byteLimit: Int = 1 << 31) throws -> [UInt8] {
    try read(try open(path, O_RDONLY), path: path, byteLimit: readable(byteLimit))
  }

  /// The bytes of a file that the host itself wants, whatever scripts may read; see `read`.
  public static func readTrusted(_ path: String, byteLimit: Int = 1 << 31) throws -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    return try read(descriptor, path: path, byteLimit: byteLimit)
  }

  /// Everything in the open file `descriptor`, which is closed.
  private static func read(_ descriptor: Int32, path: String, byteLimit: Int) throws -> [UInt8] {
    defer { close(descriptor) }
    let information = try examined(descriptor, path)
    let size = Int(information.st_size)
    guard size <= byteLimit else { throw tooLarge(path, byteLimit) }
    var content: [UInt8] = []
    content.reserveCapacity(size)
    try eachPiece(path, byteLimit: byteLimit, { content.append(contentsOf: $0) }) { buffer in
      while true {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count >= 0 || errno != EINTR { return count }
      }
    }
    return content
  }

  /// What the system knows of an open file.
  ///
  /// - Throws: `OutsideFailure` when it is a directory.
  private static func examined(_ descriptor: Int32, _ path: String) throws -> stat {
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw failure(path, "cannot be examined") }
    guard information.st_mode & S_IFMT != S_IFDIR else { throw OutsideFailure("\(path): is a directory, not a file") }
    return information
  }

  /// The content of the file at `path`, decompressed if it is gzipped and as it is otherwise.
  ///
  /// - Parameter byteLimit: content larger than this is refused; 2 GiB by default.
  /// - Throws: `OutsideFailure` naming the file when it is missing, truncated or damaged.
  public static func readDecompressed(_ path: String, byteLimit: Int = 1 << 31) throws -> [UInt8] {
    var content: [UInt8] = []
    try readDecompressed(path, byteLimit: byteLimit) { content.append(contentsOf: $0) }
    return content
  }

  /// Calls `receive` with one piece after the other of the content of the file at `path`, decompressed if it is gzipped.
  ///
  /// - Parameter byteLimit: content larger than this is refused; 2 GiB by default.
  /// - Throws: `OutsideFailure` naming the file when it is missing, truncated or damaged, perhaps after some pieces; and
  ///   what `receive` throws.
  public static func readDecompressed(
    _ path: String, byteLimit: Int = 1 << 31, _ receive: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let descriptor = try open(path, O_RDONLY)
    do { _ = try examined(descriptor, path) } catch {
      close(descriptor)
      throw error
    }
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw failure(path, "cannot be opened")
    }
    gzbuffer(file, 1 << 17)
    var isOpen = true
    defer { if isOpen { gzclose(file) } }
    try eachPiece(path, byteLimit: readable(byteLimit), receive) { buffer in
      Int(gzread(file, buffer.baseAddress, UInt32(buffer.count)))
    }
    // zlib reports a stream that ends in the middle only here.
    isOpen = false
    let status = gzclose(file)
    guard status == Z_OK else {
      throw OutsideFailure("\(path): the compressed data ends early or is damaged")
    }
  }

  /// Writes `bytes` to `path` so that a reader, or a crash at any moment, sees either the old file or the whole new
  /// one: write to a temporary name beside it, flush to the disk, rename.
  ///
  /// - Throws: `OutsideFailure` naming the file; the old file is then untouched.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try inFolder(of: path) { folder, name in
      // Random and exclusive, so that nobody can lay a link in its way.
      let temporary = "\(name).\(randomName()).partial"
      let descriptor = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure(path, "cannot be written") }
      do {
        try Array(bytes).withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, "cannot be written") }
      } catch {
        close(descriptor)
        unlinkat(folder, temporary, 0)
        throw error
      }
      guard close(descriptor) == 0, renameat(folder, temporary, folder, name) == 0 else {
        let reason = failure(path, "cannot be written")
        unlinkat(folder, temporary, 0)
        throw reason
      }
    }
  }

  /// Writes `text` as UTF-8; see `write(_:to:)`.
  public static func write(_ text: String, to path: String) throws { try write(text.utf8, to: path) }

  /// Appends `line` and a line feed to the file at `path` in a single write and flushes it to the disk, so that rows
  /// of several processes do not mix and a row that was reported written survives a crash.
  public static func appendLine(_ line: String, to path: String) throws {
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_APPEND, orSay: "cannot be opened for appending")
    defer { close(descriptor) }
    try Array((line + "\n").utf8).withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, "cannot be flushed") }
  }

  /// Makes the directory `path` and those above it; existing ones are fine.
  public static func makeDirectory(_ path: String) throws {
    guard !isDirectory(path) else { return }
    let parent = AllowedFolder.split(path).parent
    if !parent.isEmpty, parent != path { try makeDirectory(parent) }
    try inFolder(of: path) { folder, name in
      guard mkdirat(folder, name, 0o777) == 0 || errno == EEXIST else { throw failure(path, "cannot be made") }
    }
    guard isDirectory(path) else { throw OutsideFailure("\(path): exists and is not a directory") }
  }

  /// Whether `path` exists and is a directory.
  public static func isDirectory(_ path: String) -> Bool { leads(to: path, WALLS_PATH_ONLY | O_DIRECTORY) }

  /// Whether something exists at `path`.
  public static func exists(_ path: String) -> Bool { leads(to: path, WALLS_PATH_ONLY) }

  private static func leads(to path: String, _ flags: Int32) -> Bool {
    guard let descriptor = try? open(path, flags) else { return false }
    close(descriptor)
    return true
  }

  /// A name that nobody can foresee.
  static func randomName() -> String { String(UInt64.random(in: 1 << 60...UInt64.max), radix: 16) }

  /// What the system says about the call that has just failed.
  static func failure(_ path: String, _ what: String) -> OutsideFailure {
    OutsideFailure("\(path): \(what): \(String(cString: strerror(errno)))")
  }

  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      // Short content, such as a line of results, is never given up.
      if rest.count < bytes.count { try StopRequest.check() }
      let count = Glibc.write(descriptor, base, min(rest.count, 1 << 25))
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "cannot be written")
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  static func tooLarge(_ path: String, _ byteLimit: Int) -> OutsideFailure {
    OutsideFailure("\(path): larger than the limit of \(byteLimit) bytes")
  }

  /// Passes on what `next` delivers until it delivers nothing.
  private static func eachPiece(
    _ path: String, byteLimit: Int, _ receive: (UnsafeBufferPointer<UInt8>) throws -> Void,
    next: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) throws {
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 17)
    defer { chunk.deallocate() }
    var total = 0
    while true {
      if total > 0 { try StopRequest.check() }
      let count = next(chunk)
      guard count >= 0 else { throw OutsideFailure("\(path): the data ends early or is damaged") }
      if count == 0 { return }
      total += count
      guard total <= byteLimit else { throw tooLarge(path, byteLimit) }
      try receive(UnsafeBufferPointer(rebasing: chunk[..<count]))
    }
  }
}
