import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("Files: whole or not at all")
struct FileAccessTests {
  @Test("what was written is read back, and no temporary file stays")
  func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/data"
      try FileAccess.write([1, 2, 3], to: path)
      try FileAccess.write("four", to: path)
      #expect(try FileAccess.read(path) == Array("four".utf8))
      #expect(try FileAccess.readDecompressed(path) == Array("four".utf8))
      #expect(try entries(of: directory) == ["data"])
    }
  }

  @Test("rows are appended one by one")
  func appending() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/rows.jsonl"
      try FileAccess.appendLine("{\"a\":1}", to: path)
      try FileAccess.appendLine("{\"a\":2}", to: path)
      #expect(String(decoding: try FileAccess.read(path), as: UTF8.self) == "{\"a\":1}\n{\"a\":2}\n")
    }
  }

  @Test("a gzip stream cut short is an error that names the file")
  func truncatedGzip() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/cut.gz"
      // The ten bytes of a gzip header and the start of a deflate block.
      try FileAccess.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48], to: path)
      let error = #expect(throws: OutsideFailure.self) { try FileAccess.readDecompressed(path) }
      #expect(error?.message.hasPrefix(path) == true)
    }
  }

  @Test("a failed write leaves the old file and nothing else")
  func failedWrite() throws {
    try withTemporaryDirectory { directory in
      #expect(throws: OutsideFailure.self) { try FileAccess.write("x", to: directory + "/missing/file") }
      try FileAccess.makeDirectory(directory + "/a/b")
      #expect(throws: OutsideFailure.self) { try FileAccess.write("x", to: directory + "/a") }
      #expect(try entries(of: directory) == ["a"])
      #expect(throws: OutsideFailure.self) { try FileAccess.read(directory + "/a") }
      #expect(throws: OutsideFailure.self) { try FileAccess.read(directory + "/nothing") }
    }
  }

  @Test("files beyond the limit are refused before they fill the memory")
  func byteLimit() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/long"
      try FileAccess.write([UInt8](repeating: 7, count: 1000), to: path)
      #expect(throws: OutsideFailure.self) { try FileAccess.read(path, byteLimit: 999) }
      #expect(try FileAccess.read(path, byteLimit: 1000).count == 1000)
      // What is decompressed says its size only while it comes.
      #expect(throws: OutsideFailure.self) { try FileAccess.readDecompressed(path, byteLimit: 999) }
      #expect(try FileAccess.readDecompressed(path, byteLimit: 1000).count == 1000)
    }
  }

  private func entries(of directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }
}
