import Essentials
import TestSupport
import Testing

@Suite("The prompt and Ctrl-C at a pseudo-terminal", .serialized)
struct TerminalTests {
  @Test("expressions, statements, several lines, the last value, help")
  func evaluation() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      terminal.type("6 * 7\n")
      try terminal.expect("\r\n42\r\n")
      terminal.type("_ + 1\n")
      try terminal.expect("\r\n43\r\n")
      terminal.type("{ 1, 'a', x = { true } }\n")
      try terminal.expect("\r\n{ 1, \"a\", x = { true } }\r\n")
      terminal.type("for i = 1, 2 do\nprint('round', i)\nend\n")
      try terminal.expect("\r\nround\t1\r\nround\t2\r\n")
      // No declaration is needed here, and an unset global is nil.
      terminal.type("new = 5; return new, unset\n")
      try terminal.expect("\r\n5\tnil\r\n")
      terminal.type("vnn.tensor.ones(2, 2)\n")
      try terminal.expect("Tensor 2x2")
      terminal.type("help 'names.nearest'\n")
      try terminal.expect("\r\nnames.nearest(name, candidates)\r\n")
      terminal.type("help 'names.nearset'\n")
      try terminal.expect("did you mean 'names.nearest'?")
      terminal.type("local x = = 2\n")
      try terminal.expect("^")
      terminal.type("error 'mine'\n")
      try terminal.expect("]:1: mine")
      terminal.type("print('ε ≤ ½')\n")
      try terminal.expect("\r\nε ≤ ½\r\n")
      terminal.type("print('goodbye')\n")
      try terminal.expect("\r\ngoodbye\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("Tab completes globals, fields, methods, modules and options")
  func completion() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(in: folder)
      // What the completed line does shows what was completed.
      terminal.type("corou\t.runn\t\n")
      try terminal.expect("function: ")
      terminal.type("vnn.sys\t.vers\t\n")
      try terminal.expect("\r\n\"\(try version())\"\r\n")
      terminal.type("x = vnn.tensor.ones(3)\n")
      terminal.type("x:numb\u{15}x.cou\t\n")
      try terminal.expect("\r\n3\r\n")
      terminal.type("x:flat\t()\n")
      try terminal.expect("Tensor 3")
      terminal.type("#vnn.mil\t.capab\t('glpk').name\n")
      try terminal.expect("\r\n4\r\n")
      terminal.type("#vnn.json.encode({ 1, 2 }, { inden\ttrue })\n")
      try terminal.expect("\r\n12\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("the history is kept across runs, several lines as one entry")
  func history() throws {
    try withTemporaryDirectory { folder in
      var terminal = try Terminal.prompt(in: folder)
      terminal.type("if true then\nprint(11 * 11) end\n")
      try terminal.expect("\r\n121\r\n")
      #expect(try terminal.leave() == 0)
      terminal = try Terminal.prompt(in: folder)
      terminal.type("\u{1B}[A\n")
      try terminal.expect("\r\n121\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("Ctrl-C gives up a line and stops what runs; the prompt goes on")
  func interruptedPrompt() throws {
    try withTemporaryDirectory { folder in
      let terminal = try Terminal.prompt(["-i"], in: folder)
      terminal.type("for i = 1, 2 do\nnonsense(")
      try terminal.expect("nonsense(")
      terminal.type("\u{3}")
      try terminal.expect("^C")
      try terminal.expect("> ")
      terminal.type("print('one')\n")
      try terminal.expect("\r\none\r\n")
      terminal.type("print('looping') while true do pcall(function() while true do end end) end\n")
      try terminal.expect("\r\nlooping\r\n")
      terminal.type("\u{3}")
      try terminal.expect("interrupted")
      try terminal.expect("> ")
      terminal.type("print('two')\n")
      try terminal.expect("\r\ntwo\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test("-i goes on at the prompt with the script's globals")
  func afterScript() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write("answer = 42", to: "\(folder)/s.lua")
      let terminal = try Terminal.prompt(["-i", "\(folder)/s.lua"], in: folder)
      terminal.type("answer\n")
      try terminal.expect("\r\n42\r\n")
      #expect(try terminal.leave() == 0)
    }
  }

  @Test(
    "the first Ctrl-C stops a script",
    arguments: [
      "while true do end", "while true do pcall(function() while true do end end) end",
      "xpcall(function() while true do end end, function() while true do end end)",
      "while true do coroutine.wrap(function() while true do end end)() end",
    ])
  func runaway(_ code: String) throws {
    let terminal = try Terminal(["-e", "print 'started' \(code)"])
    try terminal.expect("started")
    terminal.type("\u{3}")
    #expect(try terminal.end() == 130)
    #expect(terminal.rest.contains("interrupted"))
  }

  @Test("the second Ctrl-C kills what does not listen")
  func second() throws {
    // A pattern that backtracks for ages, inside one call of C.
    let terminal = try Terminal(["-e", "print 'started' print((('a'):rep(60)):find(('.-'):rep(30) .. 'b'))"])
    try terminal.expect("started")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    // Two that come before the first is delivered are one signal.
    #expect(try terminal.end(typing: "\u{3}") == 128 + 2)
  }

  @Test("an experiment that is interrupted reports the cases it has finished", arguments: [false, true])
  func interruptedExperiment(_ isKept: Bool) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        """
        return {
          name = "endless", description = "Never ends.",
          cases = function() return { { n = 1 }, { n = 2 }, { n = 3 } } end,
          run = function(case)
            if case.n == 3 then
              require("vnn.system").write_file("\(folder)/third", "")
              print "third"
              while true do end
            end
            return { ten = case.n * 10 }
          end,
          report = function(rows) print("results " .. rows[1].ten .. " " .. rows[2].ten .. " of " .. #rows) end,
        }
        """, to: "\(folder)/endless.lua")
      let terminal = try Terminal(["\(folder)/endless.lua"] + (isKept ? ["--out", "\(folder)/out"] : []))
      try terminal.expect(isKept ? "endless: 2 of 3 done, 0 failed, 1 running" : "third")
      terminal.type("\u{3}")
      try terminal.expect("results 10 20 of 2")
      #expect(try terminal.end() == 130)
    }
  }

  @Test("training that is interrupted keeps the finished epochs, and the script goes on with them")
  func interruptedTraining() throws {
    let code = """
      local data, nn = require 'vnn.data', require 'vnn.nn'
      local digits = assert(data.load('digits', { side = 9 }))
      local network, facts = nn.train(nn.mlp({ 81, 16, 10 }, { seed = 1 }), digits, {
        epochs = 100000, progress = false, on_epoch = function(event) print('epoch', event.epoch) end,
      })
      print(facts.reason, facts.epochs >= 3, network:accuracy(digits) > 0.5, facts.epochs == #facts.history)
      """
    let terminal = try Terminal(["-e", code])
    try terminal.expect("epoch\t3\r\n")
    terminal.type("\u{3}")
    try terminal.expect("stopped\ttrue\ttrue\ttrue")
    #expect(try terminal.end() == 0)
  }

  @Test("a training shows a line at the terminal, makes room for on_epoch, and empties it at the end")
  func trainingLine() throws {
    let code = """
      local data, nn = require 'vnn.data', require 'vnn.nn'
      local digits = assert(data.load('digits', { side = 9 }))
      local start = require('vnn.system').clock()
      local _, facts = nn.train(nn.mlp({ 81, 16, 10 }, { seed = 1 }), digits, {
        epochs = 100000,
        on_epoch = function(event)
          local seconds = require('vnn.system').clock() - start
          if seconds > 0.5 then print('epoch', event.epoch) end
          return seconds > 1 and 'stop' or nil
        end,
      })
      print('end', facts.reason)
      """
    let terminal = try Terminal(["-e", code])
    let empty = "\r\u{1B}[K"
    try terminal.expect(empty + "training  ░░░░░░░░░░  epoch ")
    try terminal.expect(" of 100000  loss ")
    try terminal.expect(" s left")
    try terminal.expect(" s left\(empty)epoch\t")
    #expect(try terminal.end() == 0)
    let shown = terminal.rest
    #expect(shown.hasSuffix("\r\nend\tstopped\r\n") || shown.hasSuffix("\(empty)end\tstopped\r\n"))
    // Drawn some ten times a second, not after every batch.
    #expect(shown.split(separator: "training  ").count < 40)
  }

  @Test("a training that an error or Ctrl-C ends leaves no line behind")
  func interruptedTrainingLine() throws {
    let start = """
      local data, nn = require 'vnn.data', require 'vnn.nn'
      local digits, network = assert(data.load('digits', { side = 9 })), nn.mlp({ 81, 16, 10 }, { seed = 1 })
      """
    let empty = "\r\u{1B}[K"
    let failing = try Terminal([
      "-e",
      start + """
         nn.train(network, digits, { epochs = 100000, on_batch = function(event)
          if event.seconds > 0.3 then error('enough') end
        end })
        """,
    ])
    #expect(try failing.end() == 1)
    #expect(failing.rest.contains(" s left\(empty)vnnlua: "))

    let interrupted = try Terminal([
      "-e", start + " print(select(2, nn.train(network, digits, { epochs = 100000 })).reason)",
    ])
    try interrupted.expect(" s left")
    interrupted.type("\u{3}")
    #expect(try interrupted.end() == 0)
    #expect(interrupted.rest.contains("\(empty)stopped"))
  }

  private func version() throws -> String { try output("io.write(require('vnn.system').version)") }

  private func output(_ code: String) throws -> String { try CommandLineRun.vnnlua(["-e", code]).output }
}
