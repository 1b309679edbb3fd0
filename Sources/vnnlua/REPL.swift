import LuaHost

/// The interactive prompt: reads inputs and hands them to `Stdlib/prompt`, which runs and prints, until there are no more.
struct REPL {
  private let interpreter: Interpreter
  private let reader: InputReader
  private let evaluate: LuaFunction
  private let interrupted: LuaFunction
  private let isUnfinished: (String) -> Bool
  private let prompt: () -> String

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    func function(_ name: String) throws -> LuaFunction {
      let chunk = try interpreter.load(ours: "return require('vnn.prompt.session').\(name)")
      return try interpreter.run(chunk, read: { try $0.function(1) })
    }
    let (complete, unfinished) = (try function("complete"), try function("is_unfinished"))
    (evaluate, interrupted) = (try function("evaluate"), try function("interrupted"))
    let prompt = try function("prompt")
    self.prompt = { (try? interpreter.run(prompt, read: { try $0.string(1) })) ?? "> " }
    isUnfinished = { text in
      (try? interpreter.run(unfinished, push: { $0.push(text) }, read: { try $0.bool(1) })) ?? false
    }
    reader =
      Console.isInteractive
      ? EditedInput { word, before in
        // Completion must not disturb the line that is being edited, whatever goes wrong.
        (try? interpreter.run(complete, push: { $0.push(word) + $0.push(before) }, read: { try $0.strings(1) })) ?? []
      } : PipedInput()
    try start()
  }

  /// Prepares the globals, and lends the debugger our reader.
  private func start() throws {
    let (reader, interpreter) = (reader, interpreter)
    let start = try interpreter.load(ours: "require('vnn.prompt.session').start(...)")
    try interpreter.run(start) { call in
      call.push(function: "read") { call in
        Console.flush()
        switch reader.next(prompt: try call.string(1), isUnfinished: { _ in false }) {
        case .text(let text): return call.push(text)
        case .end: return call.pushNil()
        case .interrupted:
          interpreter.waitAtPrompt()
          return call.push("")
        }
      }
        + call.push(function: "stop") { _ in
          interpreter.interrupt()
          return 0
        }
    } read: { _ in
    }
  }

  /// Runs until the input ends. Returns 1 if the input was no terminal and something in it failed, otherwise 0.
  func run() throws -> Int32 {
    if reader.isTerminal {
      print("vnnlua \(Release.version), \(Release.lua); help() explains, Tab completes, Ctrl-D leaves")
    }
    var code: Int32 = 0
    while true {
      Console.flush()
      interpreter.waitAtPrompt()
      switch reader.next(prompt: prompt(), isUnfinished: isUnfinished) {
      case .text(let text):
        if !succeeds(text) { code = 1 }
      case .interrupted: continue
      case .end: return reader.isTerminal ? 0 : code
      }
    }
  }

  /// Runs an input, which prints its values and errors itself; only what stops it comes back here.
  private func succeeds(_ text: String) -> Bool {
    do {
      return try interpreter.run(evaluate, push: { $0.push(text) }, read: { try $0.bool(1) })
    } catch let failure as LuaFailure where failure.isInterrupt {
      // What shows the answer may be interrupted as well.
      interpreter.waitAtPrompt()
      _ = try? interpreter.run(interrupted, push: { $0.push(failure.message) }, read: { _ in })
      return false
    } catch {
      Console.error((error as? LuaFailure)?.message ?? "\(error)")
      return false
    }
  }
}
