import Essentials

/// A text file in memory while it is read: its bytes, and what messages call it.
struct FileText {
  /// What messages call the file.
  let path: String
  /// The content, decompressed, without a mark of the byte order.
  let bytes: [UInt8]

  /// Reads the file at `path`, gzipped or not.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be read.
  init(reading path: String) throws {
    self.path = path
    var bytes = try FileAccess.readDecompressed(path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
  }

  /// A part of the text.
  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A part of the text as messages quote it: no longer than a line of theirs.
  func quoted(_ range: Range<Int>) -> String {
    range.count <= 40 ? string(range) : string(range.lowerBound..<range.lowerBound + 40) + "…"
  }

  /// Whether two parts of the text are the same.
  func areEqual(_ a: Range<Int>, _ b: Range<Int>) -> Bool { a == b || bytes[a] == bytes[b] }

  /// A part of the text in capitals, for words whose case means nothing; empty if it is too long to be one.
  func capitals(_ range: Range<Int>) -> String { range.count <= 20 ? string(range).uppercased() : "" }

  /// What is wrong with the file, at a line counted from 1.
  func failure(_ line: Int, _ message: String) -> OutsideFailure { OutsideFailure("\(path): line \(line): \(message)") }

  /// Does `body`; what a program must not do, a line must not say.
  @discardableResult
  func at<Result>(_ line: Int, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let mistake as Misuse { throw failure(line, mistake.message) }
  }
}
