import Glibc

extension FileAccess {
  /// The names in a directory, sorted, without `.` and `..`.
  ///
  /// - Throws: `OutsideFailure` when it cannot be read.
  public static func list(_ path: String) throws -> [String] {
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY, orSay: "cannot be listed")
    defer { close(descriptor) }
    guard let names = names(in: descriptor) else { throw failure(path, "cannot be listed") }
    return names.sorted()
  }

  /// The names in the open directory `descriptor`, without `.` and `..`; nil when it cannot be read.
  static func names(in descriptor: Int32) -> [String]? {
    // The stream closes its own.
    let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard own >= 0, let stream = fdopendir(own) else {
      if own >= 0 { close(own) }
      return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Gives a finished file its final name, in place of what is there: flushes it to the disk first, and its new name
  /// after, so that a crash at any moment leaves no half a file under that name.
  ///
  /// - Throws: `OutsideFailure` naming the file.
  public static func publish(_ path: String, as final: String) throws {
    try flush(path, O_RDONLY, called: path)
    try inFolder(of: path) { source, sourceName in
      try inFolder(of: final) { target, targetName in
        guard renameat(source, sourceName, target, targetName) == 0 else { throw failure(final, "cannot be written") }
      }
    }
    let parent = AllowedFolder.split(final).parent
    try flush(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY, called: final)
  }

  /// Removes a file; one that is not there is fine.
  public static func remove(_ path: String) throws {
    try inFolder(of: path) { folder, name in
      guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else { throw failure(path, "cannot be removed") }
    }
  }

  private static func flush(_ path: String, _ flags: Int32, called name: String) throws {
    let descriptor = try open(path, flags)
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
    let descriptor = try descriptor(path, O_RDWR)
    if descriptor == -ENOENT { return 0 }
    guard descriptor >= 0 else {
      errno = -descriptor
      throw failure(path, "cannot be opened")
    }
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
    close(try open(path, O_WRONLY | O_CREAT | O_TRUNC, orSay: "cannot be written"))
  }
}
