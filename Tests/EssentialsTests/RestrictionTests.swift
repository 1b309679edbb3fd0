import Essentials
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A restriction is for good, so that each test has a process of its own.
@Suite("Files: the permitted folders and nothing else")
struct RestrictionTests {
  @Test("what is inside can be used, by any name")
  func inside() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryDirectory { folder in
        try FileAccess.makeDirectory("\(folder)/allowed/deep")
        try FileAccess.write("kept", to: "\(folder)/allowed/file")
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/allowed/link", withDestinationPath: "file")
        try FileAccess.restrict(to: ["\(folder)/allowed"])
        for path in ["file", "deep/../file", "./file", "link", "deep/.././deep/../link"] {
          try require(try FileAccess.read("\(folder)/allowed/\(path)") == Array("kept".utf8))
        }
        try FileAccess.write("new", to: "\(folder)/allowed/deep/new")
        try FileAccess.makeDirectory("\(folder)/allowed/more/and/more")
        try FileAccess.appendLine("row", to: "\(folder)/allowed/more/rows")
        try require(FileAccess.exists("\(folder)/allowed/deep/new") && FileAccess.isDirectory("\(folder)/allowed"))
      }
    }
  }

  @Test("what is outside cannot, by any name: neighbours, parents, links, and links that lead nowhere yet")
  func outside() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryDirectory { folder in
        for name in ["allowed/deep", "allowed-not", "other"] { try FileAccess.makeDirectory("\(folder)/\(name)") }
        for name in ["allowed-not/file", "other/file", "file"] { try FileAccess.write("x", to: "\(folder)/\(name)") }
        for (name, target) in [("out", "other"), ("file", "other/file"), ("nowhere", "other/made")] {
          try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/allowed/\(name)", withDestinationPath: "\(folder)/\(target)")
        }
        try FileAccess.restrict(to: ["\(folder)/allowed"])
        let paths =
          [
            "allowed-not/file", "other/file", "file", "allowed/../file", "allowed/deep/../../file", "allowed/out/file",
            "allowed/../allowed-not/file", "other/made", "allowed/out/made", "allowed/missing/../../other/file", "made",
            "",
          ].map { "\(folder)/\($0)" } + ["", "/", "/etc/hostname", "\(folder)/allowed/file\0"]
        for path in paths {
          refused(path) { _ = try FileAccess.read(path) }
          refused(path) { _ = try FileAccess.readDecompressed(path) }
          refused(path) { try FileAccess.write("x", to: path) }
          refused(path) { try FileAccess.appendLine("x", to: path) }
          refused(path) { try FileAccess.makeDirectory(path + "/more") }
          try require(!FileAccess.exists(path) && !FileAccess.isDirectory(path), path)
        }
        // What is written under the name of a link takes the place of the link, and where that led stays as it is.
        for name in ["file", "nowhere"] {
          let path = "\(folder)/allowed/\(name)"
          refused(path) { _ = try FileAccess.read(path) }
          refused(path) { try FileAccess.appendLine("y", to: path) }
          try FileAccess.write("y", to: path)
          try require(try FileAccess.read(path) == Array("y".utf8), path)
        }
        let other = "\(folder)/other"
        try require(
          try FileAccess.readTrusted("\(other)/file") == Array("x".utf8) && access("\(other)/made", F_OK) != 0)
      }
    }
  }
}

/// Ends the process, whose exit status the test looks at, unless `holds`.
private func require(_ holds: Bool, _ path: String = "") throws {
  if !holds { throw OutsideFailure("\(path): not as promised") }
}

/// Ends the process unless `body` is refused as a failure outside.
private func refused(_ path: String, _ body: () throws -> Void) {
  do {
    try body()
  } catch is OutsideFailure {
    return
  } catch {}
  fatalError("\(path): not refused")
}
