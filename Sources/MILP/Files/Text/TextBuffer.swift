/// A text that is being written: bytes at the end of an array, without a `String` for each of its parts.
struct TextBuffer {
  /// What has been written.
  private(set) var bytes: [UInt8] = []
  /// Where the current line begins.
  private var lineStart = 0

  /// The length of the current line.
  var lineLength: Int { bytes.count - lineStart }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ text: some Collection<UInt8>) { bytes.append(contentsOf: text) }

  mutating func append(_ number: Double) { append(FileNumber.text(number)) }

  mutating func endLine() {
    bytes.append(.lineFeed)
    lineStart = bytes.count
  }
}
