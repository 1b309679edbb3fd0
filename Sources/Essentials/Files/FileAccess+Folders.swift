#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileAccess {
  /// The names in a directory, sorted, without `.` and `..`.
  ///
  /// - Throws: `OutsideFailure` when it cannot be read.
  public static func list(_ path: String) throws -> [String] {
    guard let stream = opendir(try permitted(path)) else { throw failure(path, "cannot be listed") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Gives a finished file its final name, in place of what is there: flushes it to the disk first, and its new name
  /// after, so that a crash at any moment leaves no half a file under that name.
  ///
  /// - Throws: `OutsideFailure` naming the file.
  public static func publish(_ path: String, as final: String) throws {
    let (source, target) = (try permitted(path), try permitted(final))
    try flush(source, O_RDONLY, called: path)
    guard rename(source, target) == 0 else { throw failure(final, "cannot be written") }
    let parent = target.lastIndex(of: "/").map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    try flush(parent, O_RDONLY | O_DIRECTORY, called: final)
  }

  /// Removes a file; one that is not there is fine.
  public static func remove(_ path: String) throws {
    guard unlink(try permitted(path)) == 0 || errno == ENOENT else { throw failure(path, "cannot be removed") }
  }

  private static func flush(_ path: String, _ flags: Int32, called name: String) throws {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(name, "cannot be opened") }
    defer { close(descriptor) }
    // Some file systems cannot flush directories, and say so.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(name, "cannot be flushed") }
  }

  /// Makes a file of lines end with a whole line: cuts off what a writer left unfinished when it was killed. A missing
  /// file is fine.
  ///
  /// - Returns: how many bytes were cut off.
  @discardableResult
  public static func repairLines(_ path: String) throws -> Int {
    let descriptor = open(try permitted(path), O_RDWR | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return 0 }
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    var kept = size
    var byte: UInt8 = 0
    while kept > 0 {
      guard pread(descriptor, &byte, 1, kept - 1) == 1 else { throw failure(path, "cannot be read") }
      if byte == UInt8(ascii: "\n") { break }
      kept -= 1
    }
    guard kept == size || ftruncate(descriptor, kept) == 0 else { throw failure(path, "cannot be repaired") }
    return Int(size - kept)
  }

  /// Empties a file that another process may be appending to; a missing one is made.
  public static func empty(_ path: String) throws {
    let descriptor = open(try permitted(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path, "cannot be written") }
    close(descriptor)
  }
}
