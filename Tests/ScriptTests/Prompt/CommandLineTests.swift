import Essentials
import TestSupport
import Testing

@Suite("The command line")
struct CommandLineTests {
  private func run(
    _ arguments: String..., input: String = "", environment: [String: String] = [:],
    directory: String = packageDirectory
  ) throws -> CommandLineRun {
    try CommandLineRun.vnnlua(arguments, input: input, environment: environment, directory: directory)
  }

  @Test("code, standard input, and files, with their arguments")
  func sources() throws {
    #expect(try run("-e", "print(1)", "-e", "print(2)").output == "1\n2\n")
    #expect(try run("-eprint(3)").output == "3\n")
    #expect(try run("-", "a", "b", input: "print(..., arg[0], arg[2])").output == "a\t-\tb\n")
    try withTemporaryDirectory { folder in
      try FileAccess.write("#!/usr/bin/env vnnlua\nprint(x, #arg, arg[1], select('#', ...))", to: "\(folder)/s.lua")
      #expect(try run("-e", "x = 5", "s.lua", "--help", directory: folder).output == "5\t1\t--help\t1\n")
      // A file that is called like one of our words.
      try FileAccess.write("print 'a file'", to: "\(folder)/help")
      #expect(try run("./help", directory: folder).output == "a file\n")
    }
  }

  static let exits: [(arguments: [String], status: Int32)] = [
    (["-e", "local x = 1"], 0), (["-e", "error 'x'"], 1), (["-e", "os.exit(7)"], 7), (["-e", "syntax error"], 1),
    (["--unknown"], 2), (["-e"], 2), (["absent.lua"], 1), (["--version"], 0), (["--help"], 0), (["help"], 0),
    (["--name"], 0), (["verify"], 2), (["verify", "absent.vnnlib"], 1), (["supports", "--serialise-assignments"], 0),
    (["supports"], 2),
    (["help", "absent-topic"], 1), (["new"], 2), (["new", "policy"], 2), (["new", "policy", "not a name"], 2),
    (["--allow-dir", "/tmp", "-e", "x = 1"], 2), (["--sandbox", "--memory-limit", "0", "-e", "x = 1"], 2),
    (["--sandbox", "--allow-dir", "/absent", "-e", "x = 1"], 1),
  ]

  @Test("exit codes", arguments: exits)
  func exitCodes(_ exit: (arguments: [String], status: Int32)) throws {
    let expected = exit.status
    let run = try CommandLineRun.vnnlua(exit.arguments)
    #expect(run.status == expected, "\(run.output)\(run.errors)")
    // Errors go to standard error, and only there.
    #expect(run.errors.isEmpty == (expected == 0 || expected == 7), "\(run.errors)")
    if expected != 0 { #expect(run.output.isEmpty) }
  }

  @Test("what a script returns is its exit code")
  func returned() throws {
    let codes: [(String, Int32)] = [("return 3", 3), ("return false", 1), ("return true", 0), ("return {}", 0)]
    for (code, expected) in codes { #expect(try run("-", input: code).status == expected, "\(code)") }
    let failing = "return { name = 'n', description = 'd', run = function() return nil, 'no luck' end }"
    let result = try run("-", input: failing)
    #expect(result.status == 1 && result.errors == "n: no luck\n")
  }

  @Test("--help of a script shows its options and defaults")
  func scriptHelp() throws {
    let help = try run("Scripts/experiments/quickstart.lua", "--help")
    #expect(help.status == 0 && help.errors.isEmpty)
    for part in [
      "quickstart: ", "usage: vnnlua Scripts/experiments/quickstart.lua", "--time-limit NUMBER", "(default: 20",
    ] {
      #expect(help.output.contains(part), "\(part): \(help.output)")
    }
  }

  @Test("an integral default may take any number if its type says so")
  func numberOption() throws {
    func script(_ type: String) -> String {
      "return { name = 'n', description = 'd', options = { { name = 'time_limit', default = 20, help = 'h'\(type) } }, "
        + "run = function(o) print(o.time_limit) end }"
    }
    #expect(try run("-", "--time-limit", "0.5", input: script(", type = 'number'")).output == "0.5\n")
    let refused = try run("-", "--time-limit", "0.5", input: script(""))
    #expect(refused.status == 2 && refused.errors.contains("--time-limit: expected an integer, got '0.5'"))
    let wrong = try run("-", input: script(", type = 'string'"))
    #expect(wrong.status == 1 && wrong.errors.contains("field 'default': expected a string, got integer"))
  }

  @Test("standard input that is no terminal is a prompt without one")
  func pipedPrompt() throws {
    let good = try run(input: "x = 2\nx + 3\nfor i = 1, 2 do\nprint(i)\nend\n'end'")
    #expect(good.status == 0 && good.output == "5\n1\n2\n\"end\"\n", "\(good.output)\(good.errors)")
    let bad = try run(input: "error 'one'\nprint 'two'\nif")
    #expect(bad.status == 1 && bad.output == "two\n")
    #expect(bad.errors.contains("prompt[1]:1: one") && bad.errors.contains("near <eof>"))
    // As other prompts and the shell have it.
    let foreign = try run(input: "exit\nhelp tensor.matmul\nexit = 3\nexit")
    #expect(foreign.status == 0 && foreign.output.hasPrefix("Ctrl-D or os.exit() leaves the prompt\ntensor.matmul("))
    #expect(foreign.output.hasSuffix("\n3\n"), "\(foreign.output)\(foreign.errors)")
    // What an assignment was refused would be lost otherwise; of what it got nothing is shown.
    let refused = try run(input: "local file = io.open 'nothing' -- here\ny = 1\nx = math.max(y, 2)\nx, file")
    #expect(
      refused.output == "nil\t\"nothing: No such file or directory\"\n2\tnil\n", "\(refused.output)\(refused.errors)")
  }

  @Test("errors: own frames first, native ones by name, a caret, the nearest global")
  func errors() throws {
    let traced = try run(
      "-", input: "local t = require 'vnn.tensor'\nlocal function f()\n  t.zeros({ 'x' })\nend\nf()\n")
    let lines = traced.errors.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("vnnlua: stdin:3: tensor.zeros: argument 1: element 1"), "\(traced.errors)")
    #expect(lines[1] == "in the script:" && lines[2].contains("stdin:3: ") && lines[3].contains("stdin:5: main chunk"))
    #expect(lines.contains { $0.hasSuffix("native tensor.zeros") })
    let syntax = try run("-", input: "local a = 1\n  local b == 2\n")
    #expect(syntax.errors.contains("  2 |   local b == 2\n    |           ^"), "\(syntax.errors)")
    let global = try run("-", input: "counter = 1\nprint(countr)")
    #expect(global.errors.contains("stdin:2: undeclared global 'countr'; did you mean 'counter'?"))
    let module = try run("-", input: "return tensor.zeros({ 2 })")
    #expect(module.errors.contains("stdin:1: undeclared global 'tensor'; local tensor = require \"vnn.tensor\""))
    let type = try run("-", input: "require 'vnn.random'")
    #expect(type.errors.contains("no module 'vnn.random'; vnn.Random is a type: vnnlua help Random"), "\(type.errors)")
    let nowhere = try run("-", input: "require 'surogate'")
    #expect(nowhere.errors.contains("did you mean 'vnn.surrogate'?"), "\(nowhere.errors)")
    let misspelt = try run("-", input: "return { name = 'p', description = 'd', scor = print }")
    #expect(misspelt.status == 1 && misspelt.errors.contains("did you mean 'score' by 'scor'?"), "\(misspelt.errors)")
    let option = try run("-", input: "require('vnn.json').encode(1, { indentd = true })")
    #expect(option.errors.contains("stdin:1: json.encode: unknown option 'indentd'; did you mean 'indented'?"))
  }

  @Test("a layer without weights is worth a word where a user prunes, and none among the portfolio's copies")
  func emptyLayers() throws {
    let start = """
      local nn, prune, verify = require "vnn.nn", require "vnn.prune", require "vnn.verify"
      local dense = nn.mlp({ 4, 3, 3, 3 }, { seed = 1 })
      """
    let warning = "prune: layer 2 has lost all its weights; what follows it is constant\n"
    let pruned = try run("-", input: start + "\nprune.apply(dense, { rate = 0.95 })")
    #expect(pruned.status == 0 && pruned.errors == warning, "\(pruned.errors)")
    let silent = try run("-", input: start + "\nprune.apply(dense, { rate = 0.95, warn = false })")
    #expect(silent.status == 0 && silent.errors.isEmpty, "\(silent.errors)")
    let decided = try run(
      "-",
      input: start + """

        local input = require("vnn.tensor").full({ 4 }, 0.5)
        local class = dense:top_classes(input, 1)[1]
        local problem = verify.problem { input = input, norm = "linf", epsilon = 0.01, class = class }
        local stages = { "surrogates", "difference" }
        print(require("vnn.portfolio").decide(dense, problem, { stages = stages, time_limit_s = 20 }).clocks.surrogates > 0)
        """)
    #expect(decided.output == "true\n" && decided.errors.isEmpty, "\(decided.output)\(decided.errors)")
  }

  @Test("help shows stubs, annotations and subjects")
  func help() throws {
    #expect(try run("help").output.contains("vnn.system"))
    #expect(try run("help", "system.read_file").output.contains("system.read_file(path)"))
    #expect(try run("help", "report.table").output.contains("Lays out rows"))
    #expect(try run("help", "json.encode").output.contains("indented?"))
    for subject in [
      "prompt", "scripts", "experiments", "require", "errors", "interrupts", "sandbox", "environment", "policies",
    ] {
      #expect(try run("help", subject).output.count > 200, "\(subject)")
    }
    #expect(try run("help", "repotr").errors.contains("did you mean 'report'?"))
  }

  @Test("doctor names every component, and what gets a missing one")
  func doctor() throws {
    let report = try run("doctor", environment: ["VNNLUA_HIGHS": "/absent/libhighs.so", "VNNLUA_DATA": "/absent"])
    #expect(report.status == 0, "\(report.output)")
    for part in ["Lua 5.4", "liblua5.4", "glpk      5.", "libglpk", "(kernels: ", "gnuplot", "Slurm"] {
      #expect(report.output.contains(part), "\(part): \(report.output)")
    }
    for part in ["pip install highsbox", "vnnlua run fetch-data mnist", "vnnlua run fetch-data fashion"] {
      #expect(report.output.contains(part), "\(part): \(report.output)")
    }
  }

  @Test("new files run as they are, and never replace one", arguments: ["policy", "experiment", "model"])
  func templates(_ kind: String) throws {
    try withTemporaryDirectory { folder in
      let made = try run("new", kind, "first", directory: folder)
      #expect(made.status == 0 && made.output.contains("first.lua"), "\(made.errors)")
      let ran = try run("first.lua", directory: folder)
      #expect(ran.status == 0 && ran.output.contains("0.9"), "\(ran.output)\(ran.errors)")
      #expect(try run("first.lua", "--help", directory: folder).output.contains("first: "))
      let again = try run("new", kind, "first", directory: folder)
      #expect(again.status == 2 && again.errors.contains("first.lua: exists already"))
      #expect(again.errors.contains("vnnlua new \(kind) other-name"), "\(again.errors)")
    }
    #expect(try run("new", "polcy", "x").errors.contains("did you mean 'policy'?"))
  }

  @Test("scripts that came with the program are listed and run from anywhere, and mistyped words are guessed")
  func shipped() throws {
    try withTemporaryDirectory { folder in
      let list = try run("list", directory: folder)
      for part in ["experiments: ", "  compare-policies     Which pruning policy", "  wine ", "  anchored "] {
        #expect(list.output.contains(part), "\(part): \(list.output)\(list.errors)")
      }
      let names = try run("list", "--names", directory: folder).output.split(separator: "\n")
      #expect(names.contains("knapsack") && !names.contains { $0.contains(" ") || $0 == "shared" })
      for name in ["knapsack", "experiments/knapsack", "knapsack.lua"] {
        #expect(try run("run", name, directory: folder).status == 0, "\(name)")
      }
      let help = try run("run", "compare-policies", "--help", directory: folder)
      #expect(help.output.hasPrefix("compare-policies: "), "\(help.errors)")
      let boxed = try run("--sandbox", "run", "knapsack", directory: folder)
      #expect(boxed.status == 0, "\(boxed.errors)")
      let mistyped = try run("run", "knapsak", directory: folder)
      #expect(mistyped.status == 1 && mistyped.errors.contains("did you mean 'knapsack'?"), "\(mistyped.errors)")
      #expect(!mistyped.errors.contains("vnn."), "lines of the library: \(mistyped.errors)")
      #expect(try run("help", "cookbook", directory: folder).output.contains("  own-solver "))
      let word = try run("hlep", directory: folder)
      #expect(word.status == 1 && word.errors.contains("did you mean 'vnnlua help'?"), "\(word.errors)")
    }
  }

  @Test("a workspace is what editors read, and leaves what was there")
  func workspace() throws {
    try withTemporaryDirectory { folder in
      #expect(try run("new", "workspace", directory: folder).status == 0)
      let settings = try JSON(parsing: FileAccess.read("\(folder)/.luarc.json"), path: ".luarc.json")
      let library = try #require(settings["workspace.library"]?.array?.first?.string)
      for file in ["tensor.lua", "surrogate.lua", "experiment/plan.lua"] {
        #expect(FileAccess.exists("\(folder)/\(library)/vnn/\(file)"), "\(file)")
      }
      let launch = try JSON(parsing: FileAccess.read("\(folder)/.vscode/launch.json"), path: "launch.json")
      #expect(launch["configurations"]?.array?.count == 2)
      try FileAccess.write("{}", to: "\(folder)/.luarc.json")
      let again = try run("new", "workspace", ".", directory: folder)
      #expect(again.output.contains(".luarc.json: left as it is") && again.status == 0, "\(again.errors)")
      #expect(try FileAccess.read("\(folder)/.luarc.json") == Array("{}".utf8))
    }
  }

  @Test("a policy's file prints a row for each policy and rate, with the witnesses that it leads to")
  func trial() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        "return { name = 'zero', description = 'd', score = function(layer) return layer.weight * 0 end }",
        to: "\(folder)/zero.lua")
      let ran = try run("zero.lua", directory: folder)
      #expect(ran.output.hasPrefix("zero on Network(81 -> 24 -> 24 -> 10)\n"), "\(ran.output)\(ran.errors)")
      let rows = ran.output.matches(of: /(?m)^(\w+) +([\d.]+) +([0-3]) of 3 +[\d.]+ m?s +[\d.]+ %/)
      let named = rows.map { "\($0.1) \($0.2)" }
      #expect(named.prefix(4) == ["dense 0", "zero 0.5", "magnitude 0.5", "random 0.5"], "\(ran.output)")
      // The dense network has an adversarial input in all three.
      #expect(rows.count == 10 && rows.first?.3 == "3", "\(ran.output)")
    }
  }

  static let declarations: [(fields: String, message: String)] = [
    ("name = 'n', description = 'd', score = 3", "f.lua: field 'score': expected a function, got number"),
    ("description = 'd', score = print", "f.lua: field 'name': expected a string, got nil"),
    ("name = 'n', description = 'd', cases = print", "f.lua: field '"),
    ("name = 'n', options = {}", "f.lua: field 'description': expected a string, got nil"),
    ("name = 'n', description = 'd', run = print, options = { { name = 'x' } }", "f.lua: option 'x': field 'help'"),
  ]

  @Test("a declaration that lacks a field names the file and the field", arguments: declarations)
  func declaration(_ wrong: (fields: String, message: String)) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write("return { \(wrong.fields) }", to: "\(folder)/f.lua")
      let result = try run("f.lua", directory: folder)
      #expect(result.status == 1 && result.errors.contains(wrong.message), "\(result.errors)")
    }
  }

  @Test("require: native modules, $VNNLUA_STDLIB, the program, beside the script")
  func require() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.makeDirectory("\(folder)/own")
      try FileAccess.makeDirectory("\(folder)/vnn")
      try FileAccess.write("return { table = function() return 'mine' end }", to: "\(folder)/own/report.lua")
      try FileAccess.write("return 'impostor'", to: "\(folder)/vnn/json.lua")
      try FileAccess.write("return 'impostor'", to: "\(folder)/vnn/report.lua")
      try FileAccess.write("return 'beside'", to: "\(folder)/friend.lua")
      let source = """
        print(require 'friend', type(require('vnn.json').encode), require('vnn.report').table({}, {}),
          require('vnn.names').nearest('ab', { 'abc' }))
        """
      try FileAccess.write(source, to: "\(folder)/main.lua")
      #expect(try run("\(folder)/main.lua").output == "beside\tfunction\t\tabc\n")
      let overridden = try run("\(folder)/main.lua", environment: ["VNNLUA_STDLIB": "\(folder)/own"])
      #expect(overridden.output == "beside\tfunction\tmine\tabc\n", "\(overridden.errors)")
      try FileAccess.write("return = 1", to: "\(folder)/own/report.lua")
      let broken = try run("\(folder)/main.lua", environment: ["VNNLUA_STDLIB": "\(folder)/own"])
      #expect(broken.status == 1 && broken.errors.contains("1 | return = 1"), "\(broken.errors)")
    }
  }
}
