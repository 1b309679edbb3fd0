import Bindings
import Essentials
import FoundationEssentials
import LuaHost
import TestSupport
import Testing

/// What the annotations say, as the program itself reads them.
struct Annotations {
  struct Entry: Sendable, CustomTestStringConvertible {
    let kind: String
    let name: String
    let module: String
    let ofClass: String?
    let isDocumented: Bool
    let fields: [String]
    let examples: [String]

    var testDescription: String { name }
    /// The name without what it belongs to.
    var member: String { String(name.split { $0 == "." || $0 == ":" }.last ?? "") }
  }

  static func script(insides: Bool) -> String {
    """
    local annotations, json = require "vnn.host.annotations", require "vnn.json"
    local list = {}
    for i, entry in ipairs(annotations.all(\(insides))) do
      local fields = {}
      for j, field in ipairs(entry.fields) do fields[j] = field.name end
      list[i] = { kind = entry.kind, name = entry.name, module = entry.module, class = entry.class,
        documented = entry.documented and "yes", fields = fields, examples = entry.examples }
    end
    print(json.encode(list))
    """
  }

  static let entries = read(insides: false)
  /// Those of the files that the library has for itself.
  static let insides = read(insides: true)

  private static func read(insides: Bool) -> [Entry] {
    guard let run = try? CommandLineRun.vnnlua(["-e", script(insides: insides)]),
      let list = try? JSON(parsing: Array(run.output.utf8), path: "annotations").array
    else { return [] }
    return list.map { entry in
      func texts(_ name: String) -> [String] { entry[name]?.array?.compactMap(\.string) ?? [] }
      return Entry(
        kind: entry["kind"]?.string ?? "", name: entry["name"]?.string ?? "", module: entry["module"]?.string ?? "",
        ofClass: entry["class"]?.string, isDocumented: entry["documented"]?.string == "yes", fields: texts("fields"),
        examples: texts("examples"))
    }
  }

  /// Every example with the name of what it belongs to.
  static let examples: [Example] = (entries + insides).flatMap { entry in
    entry.examples.map { Example(owner: entry.name, code: $0) }
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let owner: String
    let code: String

    var testDescription: String { owner }

    /// What follows `-->` on each line, in order: the expected output.
    var expected: [String] {
      code.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
        guard let arrow = line.range(of: "-->") else { return nil }
        let text = line[arrow.upperBound...]
        return String(text.hasPrefix(" ") ? text.dropFirst() : text)
      }
    }
  }
}

@Suite("Documentation is the annotation")
struct ReferenceTests {
  /// Native modules whose stub is in `Stdlib/meta`.
  static let stubbed: [String] = BindingRegistry.modules.map(\.name).filter { name in
    StandardLibrary.paths.contains("meta/\(name.dropFirst(4)).lua")
  }
  /// Native classes that a stub describes.
  static let documented: [String] = BindingRegistry.types.map(\.name).filter { name in
    Annotations.entries.contains { $0.kind == "class" && $0.name == name }
  }

  @Test("the annotations can be read")
  func readable() { #expect(Annotations.entries.count > 20 && Self.stubbed.count >= 2) }

  @Test("every native module and class has a stub")
  func complete() {
    #expect(Self.stubbed == BindingRegistry.modules.map(\.name))
    #expect(Self.documented == BindingRegistry.types.map(\.name))
  }

  @Test("stubs and live modules have the same functions and constants", arguments: stubbed)
  func modules(_ name: String) throws {
    let module = try #require(BindingRegistry.modules.first { $0.name == name })
    func names(_ kind: String) -> Set<String> {
      Set(Annotations.entries.filter { $0.module == name && $0.kind == kind }.map(\.member))
    }
    #expect(names("function") == Set(module.functionNames))
    #expect(names("constant") == Set(module.constantNames))
  }

  @Test("stubs and live classes have the same methods and fields", arguments: documented)
  func classes(_ name: String) throws {
    let type = try #require(BindingRegistry.types.first { $0.name == name })
    let methods = Annotations.entries.filter { $0.kind == "method" && $0.ofClass == name }.map(\.member)
    #expect(Set(methods) == Set(type.methodNames))
    let fields = Annotations.entries.filter { $0.kind == "class" && $0.name == name }.flatMap(\.fields)
    // `[integer]` stands for object[position].
    #expect(Set(fields.filter { !$0.hasPrefix("[") }.map { $0.filter { $0 != "?" } }) == Set(type.fieldNames))
  }

  @Test("the list of native classes is complete")
  func registry() throws {
    let folder = packageDirectory + "/Sources/Bindings"
    var names: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
      let text = String(decoding: try FileAccess.read("\(folder)/\(file)"), as: UTF8.self)
      for line in text.split(separator: "\n") where line.contains("luaTypeName") {
        let parts = line.split(separator: "\"")
        if parts.count > 1, parts[1].hasPrefix("vnn.") { names.insert(String(parts[1])) }
      }
    }
    #expect(names == Set(BindingRegistry.types.map(\.name)))
  }

  @Test("every function of the standard library is annotated, and nothing else is")
  func standardLibrary() throws {
    let script = """
      for _, path in ipairs(require("vnn.system").library_paths()) do
        local folder = path:match "^(.*)/"
        local is_annotated = not folder or folder == "experiment" or folder == "host" or folder == "prompt"
          or path == "policy/trial.lua"
        if is_annotated and path ~= "host/library.lua" then
          local name = "vnn." .. path:gsub("%.lua$", ""):gsub("/", ".")
          local module = require(name)
          -- A module may also be a text, such as that of the pipe's protocol.
          for key, value in pairs(type(module) == "table" and module or {}) do
            if type(value) == "function" then print(name, key) end
          end
        end
      end
      """
    let run = try CommandLineRun.vnnlua(["-e", script])
    let live = Set(run.output.split(separator: "\n").map { line in line.split(separator: "\t").joined(separator: " ") })
    // What else lies in `policy` and `script` is annotated in the modules of those names.
    let rooms = ["vnn.experiment.", "vnn.host.", "vnn.policy.trial", "vnn.prompt."]
    let insides = Annotations.insides.filter { entry in rooms.contains { entry.module.hasPrefix($0) } }
    let functions = (Annotations.entries + insides).filter { entry in
      entry.kind == "function" && entry.isDocumented
        && !StandardLibrary.paths.contains("meta/\(entry.module.dropFirst(4)).lua")
    }
    let written = Set(functions.map { "\($0.module) \($0.member)" })
    #expect(!live.isEmpty && live == written, "\(live.symmetricDifference(written).sorted())")
  }

  @Test("what a script may require is in the reference, and nothing else is")
  func rooms() {
    let modules = Set(Annotations.entries.map(\.module))
    let onTop = StandardLibrary.paths.filter { !$0.contains("/") }.map { "vnn.\($0.dropLast(4))" }
    #expect(modules == Set(onTop + BindingRegistry.modules.map(\.name) + ["vnn.random"]))
    #expect(onTop.count <= 26 && Annotations.insides.contains { $0.module == "vnn.experiment.plan" })
  }

  @Test("every module has an example that runs")
  func exampled() {
    let modules = Set(Annotations.entries.map(\.module))
    let withExample = Set(Annotations.entries.filter { !$0.examples.isEmpty }.map(\.module))
    #expect(modules.subtracting(withExample).isEmpty, "\(modules.subtracting(withExample).sorted())")
  }

  @Test("the example prints what it says", arguments: Annotations.examples)
  func example(_ example: Annotations.Example) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(example.code, to: "\(folder)/example.lua")
      let run = try CommandLineRun.vnnlua(["example.lua"], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      // An example without arrows shows how something is called; its output is of no interest.
      guard !example.expected.isEmpty else { return }
      #expect(lines == example.expected)
    }
  }

  @Test("Stdlib/REFERENCE.md is current: run Scripts/build-reference")
  func current() throws {
    let made = try CommandLineRun.vnnlua(["-e", "io.write(require('vnn.host.reference').markdown())"])
    let committed = String(decoding: try FileAccess.read(packageDirectory + "/Stdlib/REFERENCE.md"), as: UTF8.self)
    #expect(made.status == 0 && made.output == committed)
  }
}
