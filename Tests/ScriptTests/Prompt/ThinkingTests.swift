import Essentials
import Glibc
import TestSupport
import Testing

/// What makes the prompt more than a line at a time; `TerminalTests` has its beginnings, `Specs/library/prompt.lua` what
/// needs no terminal.
@Suite("The prompt as a place to think in, at a pseudo-terminal", .serialized)
struct ThinkingTests {
  @Test("what is pasted is one input with its tabs and blank lines, and its locals live on")
  func paste() throws {
    try withTemporaryDirectory { folder in
      let block = """
        local tensor, names = require "vnn.tensor", require "vnn.names"

        local seed = 2
        local function make()
        \treturn tensor.random(seed):normal({ 3 })
        end
        seed = 3
        print(make() == tensor.random(3):normal({ 3 }))
        """
      let terminal = try Terminal.prompt(in: folder)
      terminal.paste(block)
      terminal.type("\n")
      try terminal.expect("\r\ntrue\r\n")
      // A later line and the closure share the variable.
      terminal.type("seed = 4\n")
      terminal.type("make() == tensor.random(4):normal({ 3 })\n")
      try terminal.expect("\r\ntrue\r\n")
      // One input in the history too, as it was.
      terminal.type("\u{1B}[A\u{1B}[A\u{1B}[A\n")
      try terminal.expect("\r\ntrue\r\n")
      #expect(try terminal.leave() == 0)
      let kept = String(decoding: try FileAccess.read("\(folder)/history"), as: UTF8.self).split(separator: "\n")
      #expect(kept.count == 4 && kept[0] == kept[3])
      #expect(kept[0].contains("require \"vnn.names\"\\n\\nlocal seed = 2\\n"))
      #expect(kept[0].contains("\\n\treturn tensor.random("))
    }
  }

  @Test("the README's ten lines run as they stand, pasted at once or line by line", arguments: [false, true])
  func readme(_ isPasted: Bool) throws {
    let page = String(decoding: try FileAccess.read("\(packageDirectory)/README.md"), as: UTF8.self)
    let parts = page.split(separator: "```", omittingEmptySubsequences: false).map(String.init)
    let lines = try #require(parts.first { $0.hasPrefix("lua\nlocal data, nn, prune") }).dropFirst(4)
    // Smaller pictures: it is about the prompt.
    let code = String(lines).replacing("side = 18", with: "side = 9").replacing("{ 324, 32", with: "{ 81, 32")
      .replacing("epochs = 5", with: "epochs = 5, progress = false")
      .replacing("time_limit_s = 20", with: "time_limit_s = 1")
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      if isPasted { terminal.paste(code) } else { terminal.type(code) }
      terminal.type("\n")
      terminal.type("math.type(#digits.classes), result.verdict ~= nil\n")
      try terminal.expect("\"integer\"\ttrue\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("the cursor goes to any line of an input, and Enter runs the whole")
  func lines() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      terminal.type("do\nlocal x = 1\nprint('x is', x)")
      // Up to `local x = 1`, a digit more at its end, and back down.
      terminal.type("\u{1B}[A\u{5}7\u{1B}[B\u{5} end\n")
      try terminal.expect("\r\nx is\t17\r\n")
      // Ctrl-A and Ctrl-K are about a line.
      terminal.type("do print('all')\nnonsense(")
      terminal.type("\u{1}\u{B}end\n")
      try terminal.expect("\r\nall\r\n")
      // Alt-Enter begins a line of what could run.
      terminal.type("y = 1\u{1B}\ny = y + 1\n")
      terminal.type("y\n")
      try terminal.expect("\r\n2\r\n")
      // Tab at the beginning of a line indents.
      terminal.type("do\n\tprint('in') end\n")
      try terminal.expect("\r\nin\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("the history searches by the beginning and by Ctrl-R, merges two prompts, and survives a kill")
  func history() throws {
    try withTemporaryDirectory { folder in
      var first: Terminal? = try Terminal.prompt(in: folder)
      let second = try Terminal.prompt(in: folder)
      first?.type("alpha = 11\n")
      try first?.expect("> ")
      second.type("beta = 22\n")
      try second.expect("= 22\r\n")
      first?.type("alpha, 'of the first'\n")
      try first?.expect("11\t\"of the first\"\r\n")
      // Killed, not left.
      first = nil
      #expect(try second.leave() == 0)
      let third = try Terminal.prompt(in: folder)
      third.type("be\u{1B}[A, 5\n")
      try third.expect("= 22, 5")
      third.type("gamma = beta\n")
      third.type("gamma\n")
      try third.expect("\r\n22\r\n")
      // The terminal's mode may still be another one, in which it is lost.
      try third.expect("reverse-i-search", typing: "\u{12}")
      third.type("of the\r")
      try third.expect("nil\t\"of the first\"\r\n")
      #expect(try third.leave() == 0)
    }
  }

  @Test("Ctrl-C ends a loop of solves, and what the stopped one returned is kept")
  func loopOfSolves() throws {
    try withTemporaryDirectory { folder in
      // A market split: no solver of ours is done with it in a test's time.
      try FileAccess.write(
        """
        model = require("vnn.milp").model()
        local random, x = require("vnn.tensor").random(1), model:variables(40, { kind = "binary" })
        for row = 1, 4 do
          local weights, sum = {}, 0
          for position = 1, 40 do
            weights[position] = random:integer(99)
            sum = sum + weights[position]
          end
          model:constrain(x:dot(weights), "==", sum // 2)
        end
        -- Says once that a solve is on.
        function options(solver)
          local is_on = false
          local function say() if not is_on then print("going") end is_on = true end
          return { solver = solver, on_progress = say }
        end
        """, to: "\(folder)/split.lua")
      let terminal = try Terminal.prompt(["-i", "\(folder)/split.lua"], in: folder)
      for solver in ["glpk", "highs"] {
        terminal.type("for i = 1, 1e9 do model:solve(options '\(solver)') end\n")
        try terminal.expect("\r\ngoing\r\n")
        terminal.type("\u{3}")
        // The solution is shown, and kept.
        try terminal.expect("interrupted; _interrupted is what answered:")
        try terminal.expect("status  stopped")
        terminal.type("_interrupted.status, _interrupted.solver\n")
        try terminal.expect("\"stopped\"\t\"\(solver)\"\r\n")
      }
      // One alone answers as everywhere.
      terminal.type("model:solve(options 'glpk')\n")
      try terminal.expect("\r\ngoing\r\n")
      terminal.type("\u{3}")
      try terminal.expect("interrupted")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test(
    "Ctrl-C ends native work between its pieces",
    arguments: [
      "nn.mlp({ 2000, 4000, 2000 }):forward(tensor.zeros { 20000, 2000 })",
      "tensor.zeros({ 30000000 }):map(math.abs)",
      "tensor.random(1):normal { 100000000 }",
      "require('vnn.json').encode(tensor.zeros { 40000000 })",
    ])
  func pieces(of work: String) throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      terminal.type("print('go' .. 'ing') print(tostring(\(work)):sub(1, 9), 'the end')\n")
      try terminal.expect("going\r\n")
      terminal.type("\u{3}")
      try terminal.expect("interrupted")
      #expect(!terminal.rest.contains("the end"))
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("at the prompt the second Ctrl-C warns and the third one kills")
  func third() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      terminal.type("print('started') print((('a'):rep(60)):find(('.-'):rep(30) .. 'b'))\n")
      try terminal.expect("\r\nstarted")
      // Between the two calls it would be answered at once.
      usleep(300_000)
      terminal.type("\u{3}")
      try terminal.expect("^C")
      // Two that come before the first is delivered are one signal.
      try terminal.expect("another Ctrl-C ends the program", typing: "\u{3}")
      #expect(try terminal.end(typing: "\u{3}") == 128 + 2)
    }
  }

  @Test("the debugger walks through an error, and stops at breakpoints of scripts and callbacks")
  func debugger() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        """
        local function half(n)
          local result = n / 2
          if n % 2 == 1 then error("odd: " .. n) end
          return result
        end
        function halves(list)
          local sum = 0
          for position, n in ipairs(list) do
            sum = sum + half(n)
          end
          return sum
        end
        """, to: "\(folder)/halves.lua")
      let terminal = try Terminal.prompt(["-i", "\(folder)/halves.lua"], in: folder)
      terminal.type("halves { 4, 7 }\n")
      try terminal.expect("halves.lua:3: odd: 7")
      try terminal.expect("9 |     sum = sum + half(n)")
      terminal.type("%debug\n")
      try terminal.expect("debug> ")
      terminal.type("n * 10, result\n")
      try terminal.expect("70\t3.5\r\n")
      terminal.type("n = = 3\n")
      try terminal.expect("debug:1: unexpected symbol near '='\r\n  1 | n = = 3")
      terminal.type("up\n")
      try terminal.expect("halves.lua:9")
      terminal.type("position + sum\n")
      try terminal.expect("\r\n4.0\r\n")
      terminal.type("quit\n")
      try terminal.expect("> ")
      // A place in the file; what is assigned there counts.
      terminal.type("%break halves.lua:2\n")
      try terminal.expect("halves.lua:2 stops")
      terminal.type("halves { 4 }\n")
      try terminal.expect("2 |   local result = n / 2")
      terminal.type("n = 100\n")
      try terminal.expect("debug> ")
      terminal.type("next\n")
      try terminal.expect("halves.lua:3")
      terminal.type("finish\n")
      try terminal.expect("halves.lua:8")
      terminal.type("watch sum\n")
      try terminal.expect("sum: 50.0")
      terminal.type("sum = sum + 1\ncontinue\n")
      try terminal.expect("sum: 50.0 -> 51.0")
      terminal.type("watch\ncontinue\n")
      try terminal.expect("\r\n51.0\r\n")
      terminal.type("%break halves.lua:2\n")
      try terminal.expect("does not stop any more")
      // In a callback of a native function, and given up there.
      terminal.type("table.sort({ 1, 2 }, function(a, b) local c = a + b breakpoint() return a < b end)\n")
      try terminal.expect("debug> ")
      terminal.type("c\n")
      try terminal.expect("\r\n3\r\n")
      terminal.type("quit\n")
      try terminal.expect("interrupted")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("breakpoint() stops a script at a terminal, and a case of an experiment")
  func breakpoints() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        """
        return {
          name = "halts", description = "Stops.",
          cases = function() return { { n = 1 }, { n = 2 } } end,
          run = function(case)
            local ten = case.n * 10
            if case.n == 2 then breakpoint() end
            return { ten = ten }
          end,
          report = function(rows) print("results " .. rows[1].ten .. " " .. rows[2].ten) end,
        }
        """, to: "\(folder)/halts.lua")
      let terminal = try Terminal(["\(folder)/halts.lua"])
      try terminal.expect("debug> ")
      terminal.type("ten = ten + case.n\n")
      try terminal.expect("debug> ")
      terminal.type("continue\n")
      try terminal.expect("results 10 22")
      #expect(try terminal.end() == 0)
      // Nobody is asked where nobody is.
      let piped = try CommandLineRun.vnnlua(["\(folder)/halts.lua"])
      #expect(piped.status == 0 && piped.output == "results 10 20\n", "\(piped.errors)")
    }
  }

  @Test("an edited module is loaded again with its live values")
  func reloaded() throws {
    try withTemporaryDirectory { folder in
      func write(_ factor: Int) throws {
        try FileAccess.write(
          """
          local counter = { factor = \(factor), log = {} }
          local count, step = 0, \(factor)
          function counter.next() count = count + step; counter.log[#counter.log + 1] = count; return count end
          return counter
          """, to: "\(folder)/counter.lua")
      }
      try write(1)
      try FileAccess.write("counter = require 'counter'", to: "\(folder)/s.lua")
      let terminal = try Terminal.prompt(["-i", "\(folder)/s.lua"], in: folder)
      // What was loaded before the prompt is not known to it; what is required here is.
      terminal.type("package.loaded.counter = nil local counter = require 'counter'\n")
      terminal.type("counter.next() + counter.next()\n")
      try terminal.expect("\r\n3\r\n")
      try write(10)
      terminal.type("%reload\n")
      try terminal.expect("counter: reloaded")
      // The count and the log are live, the step is a setting of the code.
      terminal.type("counter.next(), #counter.log, counter.factor\n")
      try terminal.expect("\r\n12\t3\t10\r\n")
      try FileAccess.write("return nonsense(", to: "\(folder)/counter.lua")
      terminal.type("reload()\n")
      try terminal.expect("counter: ")
      terminal.type("counter.next()\n")
      try terminal.expect("\r\n22\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("measures, the shell, questions, colours, and the session as a script")
  func commands() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      terminal.type("local total = 0\n")
      terminal.type("%time for i = 1, 10 do total = total + i end\n")
      try terminal.expect(" of processors\r\n")
      terminal.type("%profile for i = 1, 3 do ('x'):rep(10) end\n")
      try terminal.expect("by native function:")
      try terminal.expect("3 x  rep")
      terminal.type("!echo shell $((6 * 7))\n")
      try terminal.expect("\r\nshell 42\r\n")
      terminal.type("names.nearest??\n")
      try terminal.expect("function names.nearest(name, candidates)")
      terminal.type("%tmie 1\n")
      try terminal.expect("did you mean 'time'?")
      terminal.type("total * 2\n")
      try terminal.expect("\r\n110\r\n")
      terminal.type("%save \(folder)/saved.lua\n")
      try terminal.expect("> ")
      #expect(try terminal.leave() == 0)
      // The measured statement is a comment there.
      let saved = try CommandLineRun.vnnlua(["\(folder)/saved.lua"])
      #expect(saved.status == 0 && saved.output == "0\n", "\(saved.output)\(saved.errors)")

      // What runs tests may want no colours of them.
      let bright = try Terminal(
        [], environment: ["VNNLUA_HISTORY": "\(folder)/h", "TERM": "xterm-256color", "NO_COLOR": ""])
      bright.type("42\n")
      try bright.expect("\u{1B}[36m42\u{1B}[0m\r\n")
      let plain = try Terminal(
        [], environment: ["VNNLUA_HISTORY": "\(folder)/h", "TERM": "xterm-256color", "NO_COLOR": "1"])
      plain.type("42\n")
      try plain.expect("\r\n42\r\n")
    }
  }
}
