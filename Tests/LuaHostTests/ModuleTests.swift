import Essentials
import Glibc
import LuaHost
import TestSupport
import Testing

@Suite struct ModuleTests {
  @Test func `Every file of the standard library is embedded as it is`() throws {
    let root = String(#filePath.prefix { _ in true }.split(separator: "/").dropLast(3).joined(separator: "/"))
    let folder = "/\(root)/Stdlib"
    var files: [String] = []
    func collect(_ path: String) {
      guard let directory = opendir("\(folder)/\(path)") else { return }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if [".lua", ".py", ".svg"].contains(where: name.hasSuffix) { files.append(path + name) }
        if !name.hasPrefix("."), FileAccess.isDirectory("\(folder)/\(path)\(name)") { collect("\(path)\(name)/") }
      }
    }
    collect("")
    #expect(!files.isEmpty)
    #expect(Set(files) == Set(StandardLibrary.paths), "embed new files in Sources/CStdlib/stdlib_files.c")
    for file in files {
      let embedded = StandardLibrary.content(of: file).map { Array($0) } ?? []
      #expect(try FileAccess.read("\(folder)/\(file)") == embedded, "\(file)")
    }
  }

  @Test func `Files beside the script are found first, and the standard library before them`() throws {
    try withTemporaryDirectory { directory in
      try FileAccess.write("return 'beside'", to: "\(directory)/friend.lua")
      try FileAccess.makeDirectory("\(directory)/vnn")
      try FileAccess.write("return 'impostor'", to: "\(directory)/vnn/names.lua")
      try FileAccess.write("return require 'friend', require('vnn.names').nearest", to: "\(directory)/main.lua")
      let values = try testInterpreter().run(file: "\(directory)/main.lua")
      #expect(values[0].string == "beside")
      guard case .function = values[1] else {
        Issue.record("vnn.names came from elsewhere")
        return
      }
    }
  }

  @Test(arguments: [
    ("vnn.surogate", "no module 'vnn.surogate'; did you mean 'vnn.surrogate'?"),
    ("vnn.tst", "no module 'vnn.tst'; did you mean 'vnn.test'?"),
    // Files that describe types are no modules, and are proposed to nobody.
    ("vnn.random", "no module 'vnn.random'; vnn.Random is a type: vnnlua help Random"),
    ("vnn.Random", "no module 'vnn.Random'; vnn.Random is a type: vnnlua help Random"),
    // One file has one name; by another it would be another module.
    ("vnn..test", "no module 'vnn..test'; did you mean 'vnn.test'?"),
    ("vnn.names.", "no module 'vnn.names.'; did you mean 'vnn.names'?"),
    ("vnn.host..shell", "no module 'vnn.host..shell'"),
    ("vnn.", "no module 'vnn.'"),
    ("vnn.ranom", "no module 'vnn.ranom'"),
    ("vnn.qqqqqqqqqqqqqqqq", "no module 'vnn.qqqqqqqqqqqqqqqq'"),
  ])
  func `A missing module of ours is named with the nearest one, in one line`(_ name: String, _ expected: String) throws
  {
    let text = message { try testInterpreter().run("require '\(name)'") }
    #expect(text.hasSuffix(": \(expected)"), "\(text)")
  }

  @Test func `A file with a shebang runs, with its arguments`() throws {
    try withTemporaryDirectory { directory in
      try FileAccess.write("#!/usr/bin/env vnnlua\nreturn select('#', ...), ...", to: "\(directory)/main.lua")
      let values = try testInterpreter().run(file: "\(directory)/main.lua", arguments: ["a", "b"])
      #expect(values.compactMap(\.string) == ["a", "b"] && values[0].int == 2)
      #expect(throws: OutsideFailure.self) { try testInterpreter().run(file: "\(directory)/absent.lua") }
    }
  }

  @Test func `The global arg is as in lua`() throws {
    let interpreter = try testInterpreter()
    try interpreter.setArguments(before: ["vnnlua", "-i"], script: "s.lua", arguments: ["x", "y"])
    try interpreter.run("assert(arg[-2] == 'vnnlua' and arg[-1] == '-i' and arg[0] == 's.lua' and arg[2] == 'y')")
    try interpreter.setArguments(before: ["vnnlua", "-e", "x"], script: nil, arguments: [])
    try interpreter.run("assert(arg[0] == 'vnnlua' and arg[1] == '-e' and arg[2] == 'x' and #arg == 2)")
  }

  @Test func `Modules know their names`() {
    let module = NativeModule("vnn.example") { module in
      module.function("f") { _ in 0 }
      module.constant("c", .integer(1))
    }
    #expect(module.functionNames == ["f"] && module.constantNames == ["c"])
  }
}
