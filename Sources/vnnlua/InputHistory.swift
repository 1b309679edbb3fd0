import Essentials
import Glibc

/// The inputs of this and earlier prompts, oldest first, kept in a file as soon as they are made. Several prompts may add
/// to one file at a time; each sees what was there when it began.
///
/// The file has a line per input, with `\n` for line feeds and `\\` for backslashes.
final class InputHistory {
  /// How many inputs are kept.
  static let limit = 5000
  private(set) var inputs: [String] = []
  private let path: String?

  /// - Parameter path: the file, which need not exist; nil for none. What cannot be read or written is left out.
  init(at path: String?) {
    self.path = path
    guard let path, let bytes = try? FileAccess.read(path) else { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    inputs = lines.suffix(InputHistory.limit).map(InputHistory.decode)
    if lines.count > 2 * InputHistory.limit { shorten() }
  }

  /// Adds an input, unless it is the last one again.
  func add(_ text: String) {
    guard text != inputs.last else { return }
    inputs.append(text)
    guard let path else { return }
    guard let descriptor = try? FileAccess.open(path, O_WRONLY | O_APPEND | O_CREAT) else { return }
    defer { close(descriptor) }
    // What people type may be a secret.
    fchmod(descriptor, 0o600)
    let line = Array(InputHistory.encode(text).utf8)
    // In one piece, so that two prompts never mix.
    _ = write(descriptor, line, line.count)
  }

  private func shorten() {
    guard let path else { return }
    let text = inputs.map(InputHistory.encode).joined()
    try? FileAccess.write(text, to: path)
    chmod(path, 0o600)
  }

  private static func encode(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line + "\n"
  }

  private static func decode(_ line: some Sequence<UInt8>) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in line {
      if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `$VNNLUA_HISTORY`, or a file in the directory for state, which is made if necessary.
  static var usualPath: String? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = variable("VNNLUA_HISTORY") { return path }
    guard let directory = variable("XDG_STATE_HOME") ?? variable("HOME").map({ "\($0)/.local/state" }) else {
      return nil
    }
    // Without the directory there is no history, which is no reason to fail.
    guard (try? FileAccess.makeDirectory("\(directory)/vnnlua")) != nil else { return nil }
    return "\(directory)/vnnlua/inputs"
  }
}
