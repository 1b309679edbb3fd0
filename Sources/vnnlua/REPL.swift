import LuaHost

/// The interactive prompt: reads, compiles, runs and prints until the input ends.
struct REPL {
  private let interpreter: Interpreter
  private let show: LuaFunction
  private let reader: LineReader

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    func function(_ name: String) throws -> LuaFunction {
      let chunk = try interpreter.load(ours: "return require('vnn.host.repl').\(name)")
      return try interpreter.run(chunk, read: { try $0.function(1) })
    }
    try interpreter.run(interpreter.load(ours: "require('vnn.host.repl').prepare()"))
    show = try function("show")
    let complete = try function("complete")
    reader =
      Console.isInteractive
      ? EditedLines { word, before in REPL.candidates(word, before, interpreter, complete) } : PipedLines()
  }

  /// Runs until the input ends. Returns 1 if the input was no terminal and something in it failed, otherwise 0.
  func run() throws -> Int32 {
    if reader.isTerminal {
      print("vnnlua \(Release.version), \(Release.lua); help() explains, Tab completes, Ctrl-D leaves")
    }
    var code: Int32 = 0
    var text = ""
    while true {
      let line: String
      switch reader.next(prompt: text.isEmpty ? "> " : ">> ", after: text) {
      case .line(let next): line = next
      case .end:
        // An unfinished statement at the end of the input is worth its message.
        if !text.isEmpty, !evaluate(&text, isLast: true) { code = 1 }
        Console.flush()
        return reader.isTerminal ? 0 : code
      case .interrupted:
        interpreter.acknowledgeInterrupt()
        text = ""
        continue
      }
      text += line + "\n"
      if !evaluate(&text, isLast: false) { code = 1 }
    }
  }

  /// Runs `text` if it is complete, and empties it then. Returns false if that failed.
  private func evaluate(_ text: inout String, isLast: Bool) -> Bool {
    do {
      let chunk: LuaFunction
      do {
        chunk = try compile(text)
      } catch let failure as SyntaxFailure where failure.isIncomplete && !isLast {
        return true
      }
      reader.remember(text)
      text = ""
      try interpreter.run(chunk) { results in
        let count = results.count
        try show.call { call in
          try call.reserve(count + 4)
          return (0..<count).reduce(0) { $0 + results.pushArgument($1 + 1) }
        } read: { _ in
        }
      }
      Console.flush()
      return true
    } catch {
      reader.remember(text)
      text = ""
      Console.error((error as? LuaFailure)?.traceback ?? "\(error)")
      return false
    }
  }

  /// An expression is tried first, so that its value is shown.
  private func compile(_ text: String) throws -> LuaFunction {
    if let expression = try? interpreter.load("return \(text)".utf8, name: "prompt") { return expression }
    return try interpreter.load(text.utf8, name: "prompt")
  }

  private static func candidates(
    _ word: String, _ before: String, _ interpreter: Interpreter, _ complete: LuaFunction
  ) -> [String] {
    // Completion must not disturb the line that is being edited, whatever goes wrong.
    let found = try? interpreter.run(complete, push: { $0.push(word) + $0.push(before) }, read: { try $0.strings(1) })
    return found ?? []
  }
}
