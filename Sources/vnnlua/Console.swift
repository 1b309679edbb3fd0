@_exported import Glibc

/// The process's standard streams, through C's buffers, which Lua uses too.
enum Console {
  /// Writes a line to standard error, after what was printed before it.
  static func error(_ text: String) {
    flush()
    var line = text + "\n"
    line.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let count = write(STDERR_FILENO, start, rest.count)
        // There is nowhere left to complain.
        guard count > 0 || errno == EINTR else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
      }
    }
  }

  /// Writes out what was printed.
  static func flush() { fflush(nil) }

  /// Whether standard input is a terminal.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

  /// Everything on standard input.
  static func readAll() -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return content }
      content += buffer[..<count]
    }
  }
}
