import Bindings
import Essentials
import LuaHost

/// One interpreter and what the command line wants of it.
struct Session {
  private let interpreter: Interpreter

  init() throws {
    interpreter = try Interpreter()
    try BindingRegistry.register(into: interpreter)
    interpreter.catchInterrupts()
  }

  /// Does what `command` says and returns the exit code.
  func run(_ command: Command) throws -> Int32 {
    var scratch: TemporaryFolder?
    defer {
      Console.flush()
      interpreter.close()
      withExtendedLifetime(scratch) {}
    }
    if case .word(let module, let words) = command.task { return reporting { try run(module, words) } }
    let script = command.arguments.first
    let arguments = Array(command.arguments.dropFirst())
    try interpreter.setArguments(before: command.before, script: script, arguments: arguments)
    // Read before the sandbox closes, because the script's own file may be anywhere.
    var source: [UInt8] = []
    var code = reporting {
      if let script { source = try read(script) }
      if command.isSandboxed { scratch = try Sandbox.enter(interpreter, command) }
      try interpreter.run(
        interpreter.load(ours: "require('vnn.host.strict').enable() require('vnn.prompt.aids').enable()"))
      for text in command.code { try interpreter.run(text, name: "(command line)") }
      return 0
    }
    if code == 0, let script { code = reporting { try run(source, name: script == "-" ? "stdin" : script, arguments) } }
    if command.isInteractive || (script == nil && command.code.isEmpty && code == 0) {
      code = try REPL(interpreter).run()
    }
    return code
  }

  private func read(_ path: String) throws -> [UInt8] {
    try interpreter.searchBeside(path == "-" ? "./stdin" : path)
    return path == "-" ? Console.readAll() : try FileAccess.read(path)
  }

  private func run(_ source: [UInt8], name: String, _ arguments: [String]) throws -> Int32 {
    let chunk = try interpreter.load(source, name: name)
    let finish = try interpreter.load(ours: "return require('vnn.script').finish(...)")
    return try interpreter.run(chunk) { call in
      try call.reserve(arguments.count + 4)
      return arguments.reduce(0) { $0 + call.push($1) }
    } read: { results in
      let code = try finish.call { call in
        let returned = results.isNil(1) ? call.pushNil() : results.pushArgument(1)
        return returned + call.push(name) + call.push(arguments)
      } read: {
        try $0.int(1)
      }
      return Int32(truncatingIfNeeded: code)
    }
  }

  /// Runs the function `main` of a module of the standard library.
  private func run(_ module: String, _ words: [String]) throws -> Int32 {
    let main = try interpreter.load(ours: "return require('\(module)').main(...)")
    return try interpreter.run(main) { call in
      call.push(words)
    } read: {
      Int32(truncatingIfNeeded: try $0.int(1))
    }
  }

  /// The code that `body` returns, or that of its error after printing it.
  private func reporting(_ body: () throws -> Int32) -> Int32 {
    do {
      return try body()
    } catch let failure as LuaFailure {
      Console.error("vnnlua: \(failure.traceback)")
      return failure.isInterrupt ? 130 : 1
    } catch {
      Console.error("vnnlua: \(error)")
      return 1
    }
  }
}
