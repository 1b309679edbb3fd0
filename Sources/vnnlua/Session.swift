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
    let script = command.arguments.first
    let arguments = Array(command.arguments.dropFirst())
    try interpreter.setArguments(
      program: CommandLine.arguments.first ?? "vnnlua", script: script, arguments: arguments)
    var code = reporting {
      try interpreter.run("require('vnn.strict').enable()", name: "[vnn.start]")
      for text in command.code { try interpreter.run(text, name: "(command line)") }
      return 0
    }
    if code == 0, let script { code = reporting { try run(script: script, arguments) } }
    if command.isInteractive || (script == nil && command.code.isEmpty) {
      code = try REPL(interpreter).run()
    }
    Console.flush()
    interpreter.close()
    return code
  }

  private func run(script path: String, _ arguments: [String]) throws -> Int32 {
    let source: [UInt8]
    if path == "-" {
      try interpreter.searchBeside("./stdin")
      source = Console.readAll()
    } else {
      try interpreter.searchBeside(path)
      source = try FileAccess.read(path)
    }
    let name = path == "-" ? "stdin" : path
    let chunk = try interpreter.load(source, name: name)
    let main = try interpreter.load("return require('vnn.script').finish(...)".utf8, name: "[vnn.start]")
    return try interpreter.run(chunk) { call in
      try call.reserve(arguments.count + 4)
      return arguments.reduce(0) { $0 + call.push($1) }
    } read: { results in
      let code = try main.call { call in
        let returned = results.isNil(1) ? call.pushNil() : results.pushArgument(1)
        return returned + call.push(name) + call.push(arguments)
      } read: {
        try $0.int(1)
      }
      return Int32(truncatingIfNeeded: code)
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
