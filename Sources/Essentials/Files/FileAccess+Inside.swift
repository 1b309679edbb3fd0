import CWalls
import Glibc

extension FileAccess {
  /// `count` bytes of the file `name` inside of `folder`, from `offset` on.
  ///
  /// The system itself follows the path, and refuses one that leaves the folder by `..`, a link or a slash at its
  /// beginning. Devices and pipes are refused, and memory is taken once the file is known to hold as much.
  ///
  /// - Throws: `OutsideFailure` naming the file.
  public static func read(_ name: String, inside folder: String, from offset: Int, count: Int) throws -> [UInt8] {
    let path = "\(folder)/\(name)"
    let directory = try open(folder, WALLS_PATH_ONLY | O_DIRECTORY)
    defer { close(directory) }
    guard !name.utf8.contains(0) else { throw OutsideFailure("\(folder): a name with a zero byte in it") }
    let descriptor = walls_open_beneath(directory, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
    guard descriptor >= 0 else {
      if descriptor == -EXDEV { throw OutsideFailure("\(path): leads out of the folder \(folder)") }
      errno = -descriptor
      throw failure(path, "cannot be opened")
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      throw OutsideFailure("\(path): is not a file")
    }
    let (end, overflows) = offset.addingReportingOverflow(count)
    guard offset >= 0, count >= 0, !overflows, end <= Int(information.st_size) else {
      throw OutsideFailure(
        "\(path): has \(information.st_size) bytes, and \(count) from byte \(offset) on were expected")
    }
    guard count <= readable(.max) else { throw tooLarge(path, readable(.max)) }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        guard let base = buffer.baseAddress else { return }
        let piece = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if piece < 0, errno == EINTR { continue }
        guard piece > 0 else { throw OutsideFailure("\(path): the data ends early or is damaged") }
        filled += piece
      }
    }
  }
}
