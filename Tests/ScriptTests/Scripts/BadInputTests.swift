import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("Bad input gets one clear message, a non-zero exit, and leaves nothing half-written")
struct BadInputTests {
  static let quickstart = "Scripts/experiments/quickstart.lua"

  /// A wrong command line and what the message must name.
  static let commandLines: [(arguments: [String], parts: [String])] = [
    (["--problemz", "3"], ["--problemz", "--problems"]),
    (["--problems", "many"], ["--problems", "many"]),
    (["--dataset", "mnits"], ["--dataset", "mnits", "mnist"]),
    (["--side", "19"], ["--side", "19", "18"]),
    (["--problems", "11"], ["--problems", "1 to 10", "11"]),
    (["--rates", "0.5,1.5"], ["--rates", "below 1", "1.5"]),
    (["--layers", "0"], ["--layers", "at least 1", "0"]),
    (["--solver", "cplex"], ["--solver", "cplex", "glpk"]),
    (["--time-limit", "-1"], ["--time-limit", "at least 0", "-1"]),
  ]

  @Test("wrong options", arguments: commandLines)
  func wrongOptions(_ bad: (arguments: [String], parts: [String])) throws {
    let run = try CommandLineRun.vnnlua([Self.quickstart] + bad.arguments)
    #expect(run.status == 2, "\(run.errors)")
    for part in bad.parts { #expect(run.errors.contains(part), "\(run.errors)") }
  }

  @Test("data sets that are missing, cut short or not the official ones")
  func damagedData() throws {
    try withTemporaryDirectory { root in
      func message() throws -> String {
        let run = try CommandLineRun.vnnlua(
          [Self.quickstart, "--dataset", "mnist", "--problems", "1"], environment: ["VNNLUA_DATA": root])
        #expect(run.status == 1)
        return run.errors
      }
      let file = "\(root)/mnist/train-images-idx3-ubyte.gz"
      let missing = try message()
      #expect(missing.contains(file) && missing.contains("vnnlua run fetch-data mnist"), "\(missing)")
      #expect(!missing.contains("traceback"), "\(missing)")

      // Plain files are read as well as gzipped ones: 60,000 images are announced, one byte comes.
      try FileAccess.makeDirectory("\(root)/mnist")
      let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]
      try FileAccess.write(header + [7], to: file)
      let truncated = try message()
      #expect(truncated.contains(file) && truncated.contains("47040000"), "\(truncated)")

      try FileAccess.write([1, 2, 3, 4] + header.dropFirst(4), to: file)
      #expect(try message().contains(file))

      try FileAccess.write(header + [UInt8](repeating: 0, count: 47_040_000), to: file)
      let wrongSum = try message()
      #expect(wrongSum.contains(file) && wrongSum.contains("SHA-256"), "\(wrongSum)")
    }
  }

  /// Files that are no network, as JSON header and bytes of data, and what the message must name.
  static let networks: [(header: String, bytes: Int, parts: [String])] = [
    // Files of vnnlua's own have every bias; those of others need not.
    (
      #"{"__metadata__":{"architecture":"2-1"},"layers.0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}"#,
      16, ["layers.0.bias"]
    ),
    (
      #"{"layers.0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"#
        + #""layers.0.bias":{"dtype":"F64","shape":[2],"data_offsets":[16,32]}}"#, 32, ["layers.0.bias", "1", "2"]
    ),
    (
      #"{"layers.0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"#
        + #""layers.0.bias":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},"#
        + #""extra":{"dtype":"F64","shape":[1],"data_offsets":[24,32]}}"#, 32, ["extra"]
    ),
    (#"{"layers.0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}"#, 8, ["layers.0.weight"]),
    ("{", 0, ["JSON"]),
  ]

  @Test("network files with missing, misshaped, extra or truncated tensors", arguments: networks)
  func damagedNetworks(_ bad: (header: String, bytes: Int, parts: [String])) throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/bad.safetensors"
      let length = withUnsafeBytes(of: UInt64(bad.header.utf8.count).littleEndian) { Array($0) }
      try FileAccess.write(length + bad.header.utf8 + [UInt8](repeating: 0, count: bad.bytes), to: path)
      let run = try CommandLineRun.vnnlua(["-e", "assert(require('vnn.nn').load('\(path)'))"])
      #expect(run.status == 1)
      #expect(run.errors.contains(path), "\(run.errors)")
      for part in bad.parts { #expect(run.errors.contains(part), "\(run.errors)") }
    }
  }

  @Test("a weight that is not a number")
  func notANumber() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/nan.safetensors"
      let header =
        #"{"layers.0.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]},"#
        + #""layers.0.bias":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      let nan = withUnsafeBytes(of: Double.nan.bitPattern.littleEndian) { Array($0) }
      try FileAccess.write(length + header.utf8 + nan + [UInt8](repeating: 0, count: 8), to: path)
      let run = try CommandLineRun.vnnlua(["-e", "assert(require('vnn.nn').load('\(path)'))"])
      #expect(run.status == 1)
      #expect(run.errors.contains(path) && run.errors.contains("layers.0.weight"), "\(run.errors)")
    }
  }

  /// Wrong problems as options of `verify.problem` and what the message must name.
  static let problems: [(options: String, parts: [String])] = [
    ("input = {0.5}, epsilon = -1, class = 1, target = 2", ["epsilon", "-1"]),
    ("input = {1.5}, epsilon = 1, class = 1, target = 2", ["1.5"]),
    ("input = {0.5}, epsilon = 1, class = 2, target = 2", ["target", "2"]),
    ("input = {0/0}, epsilon = 1, class = 1, target = 2", ["nan"]),
    ("input = {0.5}, epsilon = 1, class = 1, targett = 2", ["targett", "target"]),
    ("input = {0.5}, class = 1, target = 2", ["epsilon"]),
    ("input = {0.5}, epsilon = 1, class = 1, target = 2, norm = 'l7'", ["norm", "l7", "l1"]),
  ]

  @Test("impossible problems, blamed on the script's own line", arguments: problems)
  func wrongProblems(_ bad: (options: String, parts: [String])) throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/wrong.lua"
      try FileAccess.write("local verify = require 'vnn.verify'\n\nverify.problem { \(bad.options) }\n", to: path)
      let run = try CommandLineRun.vnnlua([path])
      #expect(run.status == 1)
      #expect(run.errors.contains("wrong.lua:3:"), "\(run.errors)")
      for part in bad.parts { #expect(run.errors.contains(part), "\(run.errors)") }
    }
  }

  @Test("the main job refuses a folder with results, which stay as they are")
  func folderWithResults() throws {
    try withTemporaryDirectory { directory in
      try FileAccess.write("{}\n", to: "\(directory)/results.jsonl")
      let run = try CommandLineRun.vnnlua([Self.quickstart, "--problems", "1", "--out", directory])
      #expect(run.status == 1 && run.errors.contains("\(directory) has results already"), "\(run.errors)")
      #expect(try FileAccess.list(directory) == ["results.jsonl"])
    }
  }

  @Test("results that cannot be written are an error before anything is solved")
  func unwritableFolder() throws {
    try withTemporaryDirectory { directory in
      try FileAccess.write("", to: "\(directory)/file")
      let run = try CommandLineRun.vnnlua([Self.quickstart, "--problems", "1", "--out", "\(directory)/file/out"])
      #expect(run.status == 1)
      #expect(run.errors.contains("\(directory)/file"), "\(run.errors)")
    }
  }
}
