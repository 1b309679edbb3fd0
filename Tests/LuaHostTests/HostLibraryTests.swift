import LuaHost
import Testing

/// The parts of the standard library that the host itself uses: script, strict and names.
@Suite struct HostLibraryTests {
  private static let declaration = """
    declaration = {
      name = "example", description = "An example.",
      options = {
        { name = "count", default = 3, help = "how many" },
        { name = "rate", default = 0.5, help = "how much" },
        { name = "time_limit", type = "number", help = "seconds" },
        { name = "layers", default = { 32, 32 }, help = "widths" },
        { name = "rates", default = { 0.5, 1 }, help = "rates" },
        { name = "verbose", default = false, help = "say more" },
        { name = "colour", default = true, help = "use colour" },
        { name = "data", default = "digits", choices = { "digits", "mnist" }, help = "which" },
        { name = "side", default = 18, choices = { 18, 28 }, help = "pixels" },
        { name = "out", type = "string", help = "directory" },
      },
      run = function(options) ran = options end,
    }
    script = require "vnn.script"
    function parse(...) return script.parse(declaration, { ... }) end
    """

  private func interpreter() throws -> Interpreter {
    let interpreter = try Interpreter()
    try interpreter.run(HostLibraryTests.declaration)
    return interpreter
  }

  @Test func `Options are read by the type of their default`() throws {
    try interpreter().run(
      """
      local o = parse()
      assert(o.count == 3 and o.time_limit == nil and #o.layers == 2 and o.colour == true)
      o = parse("--count", "7", "--rate=1e-3", "--time-limit", "2.5", "--layers", "8,16,4", "--verbose", "--no-colour",
        "--data=mnist", "--out", "--side", "--side", "28")
      assert(math.type(o.count) == "integer" and o.count == 7 and o.rate == 0.001 and o.time_limit == 2.5)
      assert(table.concat(o.layers, ";") == "8;16;4" and o.verbose and o.colour == false)
      assert(o.data == "mnist" and o.out == "--side" and o.side == 28)
      assert(parse("--time_limit=1").time_limit == 1)
      assert(parse("--verbose", "false").verbose == false and parse("--verbose=yes").verbose == true)
      assert(parse("--rates", "0.25, 1").rates[2] == 1)
      assert(#parse("--layers=").layers == 0)
      -- The declaration's own lists are not handed out.
      parse().layers[1] = 99
      assert(parse().layers[1] == 32)
      """)
  }

  @Test(arguments: [
    (["--time-limt", "3"], "unknown option '--time-limt'; did you mean '--time-limit'?"),
    (["--count", "many"], "--count: expected an integer, got 'many'"),
    (["--count", "1.5"], "--count: expected an integer, got '1.5'"),
    (["--rate", "nan"], "--rate: expected a number, got 'nan'"),
    (["--layers", "8,x"], "--layers: expected an integer, got 'x'"),
    (["--verbose=maybe"], "--verbose: expected true or false, got 'maybe'"),
    (["--data", "mnits"], "--data: expected one of digits, mnist, got 'mnits'; did you mean 'mnist'?"),
    (["--side", "20"], "--side: expected one of 18, 28, got '20'"),
    (["--out"], "--out: expected a value"),
    (["stray"], "unexpected argument 'stray'; options begin with --"),
  ])
  func `A wrong command line has a clear message`(_ arguments: [String], _ expected: String) throws {
    let interpreter = try interpreter()
    let list = arguments.map { "'\($0)'" }.joined(separator: ", ")
    let values = try interpreter.run("return parse(\(list))")
    #expect(values[0].isNil && values[1].string == expected)
  }

  @Test func `The help lists options, choices and defaults`() throws {
    let text = try interpreter().run("return script.help(declaration, 'example.lua')")[0].string ?? ""
    for part in [
      "example: An example.", "usage: vnnlua example.lua [options]", "--count N ", "how many (default: 3)",
      "--layers A,B,…", "(default: 32,32)", "which: digits, mnist (default: digits)", "--out TEXT", "--help",
    ] {
      #expect(text.contains(part), "\(part) is not in \(text)")
    }
  }

  @Test func `Exit codes follow what the script returns`() throws {
    try interpreter().run(
      """
      assert(script.finish(declaration, "f", { "--count", "9" }) == 0 and ran.count == 9)
      declaration.run = function() return 5 end
      assert(script.finish(declaration, "f", {}) == 5)
      declaration.run = function() return true end
      assert(script.finish(declaration, "f", {}) == 0)
      assert(script.finish(nil, "f", {}) == 0 and script.finish(3, "f", {}) == 3 and script.finish({}, "f", {}) == 0)
      """)
  }

  @Test(arguments: [
    ("name = 3", "f.lua: field 'name': expected a string, got number"),
    ("description = nil", "f.lua: field 'description': expected a string, got nil"),
    ("run = nil", "f.lua: expected a function 'run', 'score' or 'prune', got none"),
    ("options = 1", "f.lua: field 'options': expected a table, got number"),
    ("options[1].help = nil", "f.lua: option 'count': field 'help': expected a string, got nil"),
    ("options[1].name = nil", "f.lua: option 1: field 'name': expected a string, got nil"),
    ("options[1].name = 'Bad-Name'", "expected a name in snake_case"),
    ("options[2].name = 'count'", "f.lua: option 'count': is declared twice"),
    ("options[1].default = nil", "f.lua: option 'count': expected a field 'default' or a field 'type'"),
    ("options[1].type = 'float'", "expected string, number, integer, boolean or list, got float"),
  ])
  func `A declaration is checked on load`(_ change: String, _ expected: String) throws {
    let interpreter = try interpreter()
    let text = message { try interpreter.run("declaration.\(change); script.check(declaration, 'f.lua')") }
    #expect(text.contains(expected), "\(text)")
  }

  @Test func `Strict globals name the nearest declared one`() throws {
    let interpreter = try Interpreter()
    try interpreter.run(
      "local strict = require 'vnn.host.strict'; strict.enable(); strict.watch '=string'; strict.watch '@s'")
    try interpreter.run("counter = 1; function bump() counter = counter + 1 end; bump(); assert(counter == 2)")
    try interpreter.run("maybe = nil; assert(maybe == nil)")
    #expect(
      message { try interpreter.run("local x = 1\nreturn countr", name: "s") }
        == "s:2: undeclared global 'countr'; did you mean 'counter'?")
    #expect(
      message { try interpreter.run("local function f()\n  countre = 3\nend\nf()", name: "s") }
        == "s:2: assignment to the undeclared global 'countre'; did you mean 'counter'? (missing 'local'?)")
    #expect(try interpreter.run("return rawget(_G, 'countr')")[0].isNil)
  }
}
