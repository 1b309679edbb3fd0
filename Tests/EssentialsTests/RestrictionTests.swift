import Essentials
import FoundationEssentials
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
            "allowed/file", "allowed/nowhere", "allowed/../allowed-not/file", "other/made", "allowed/out/made",
            "allowed/out/../file", "allowed/missing/../../other/file", "made", "",
          ].map { "\(folder)/\($0)" } + ["", "/", "/etc/hostname", "\(folder)/allowed/file\0"]
        for path in paths {
          refused { _ = try FileAccess.read(path) }
          refused { _ = try FileAccess.readDecompressed(path) }
          refused { try FileAccess.write("x", to: path) }
          refused { try FileAccess.appendLine("x", to: path) }
          refused { try FileAccess.makeDirectory(path + "/more") }
          try require(!FileAccess.exists(path) && !FileAccess.isDirectory(path))
        }
      }
    }
  }
}

/// Ends the process, whose exit status the test looks at, unless `holds`.
private func require(_ holds: Bool) throws { if !holds { throw OutsideFailure("not as promised") } }

/// Ends the process unless `body` is refused as a failure outside.
private func refused(_ body: () throws -> Void) {
  do {
    try body()
  } catch is OutsideFailure {
    return
  } catch {}
  fatalError("not refused")
}
