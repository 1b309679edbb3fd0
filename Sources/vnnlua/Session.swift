import Bindings
import Essentials
import LuaHost
import Messaging

/// One interpreter and what the command line wants of it.
struct Session {
  private let interpreter: Interpreter
  /// Those of a kernel, which give it its standard input.
  private let channels: Channels?

  init(_ command: Command) throws {
    channels = try command.connectionFile.map { path in
      let connection = try Connection(path: path)
      if !connection.isSigned { Console.error("vnnlua: \(path) has no key: whoever reaches its ports runs code here") }
      return try Channels(connection, sandboxed: command.isSandboxed)
    }
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
    if command.showsVersion { print("vnnlua \(Release.version), \(Release.lua)") }
    // A kernel runs no script.
    var arguments = channels == nil ? command.arguments : []
    // Read before the sandbox closes, because the script's own file may be anywhere.
    var source: [UInt8] = []
    var code = reporting {
      if case .shipped = command.task {
        // The word is not in `arg`, so that what starts the script again does so by its path.
        arguments = try [shipped(Array(arguments.dropFirst()))] + arguments.dropFirst(2)
      }
      try interpreter.setArguments(
        before: command.before, script: arguments.first, arguments: Array(arguments.dropFirst()))
      if let script = arguments.first { source = try read(script) }
      if command.isSandboxed { scratch = try Sandbox.enter(interpreter, command) }
      try interpreter.run(
        interpreter.load(ours: "require('vnn.host.strict').enable() require('vnn.prompt.aids').enable()"))
      for preparation in command.preparations { try prepare(preparation) }
      return 0
    }
    if code == 0, let channels { return try Kernel(interpreter, channels, command).run() }
    if code == 0, let script = arguments.first {
      code = reporting { try run(source, script: script, Array(arguments.dropFirst())) }
    }
    let asksForPrompt = arguments.isEmpty && command.code.isEmpty && !command.showsVersion
    if command.isInteractive || asksForPrompt && code == 0 { code = try REPL(interpreter).run() }
    return code
  }

  private func read(_ path: String) throws -> [UInt8] {
    try interpreter.searchBeside(path == "-" ? "./stdin" : path)
    do { return path == "-" ? Console.readAll() : try FileAccess.read(path) } catch let failure as OutsideFailure {
      throw OutsideFailure(failure.message + (path.contains("/") ? "" : Command.suggestion(for: path)))
    }
  }

  /// The path of the script that came with vnnlua and is named by the first of `words`.
  private func shipped(_ words: [String]) throws -> String {
    let find = try interpreter.load(
      ours: "local path, message = require('vnn.host.shipped').path(...) return path or '', message or ''")
    let (path, message) = try interpreter.run(
      find, push: { $0.push(words.first ?? "") }, read: { (try $0.string(1), try $0.string(2)) })
    if path.isEmpty { throw OutsideFailure(message) }
    return path
  }

  private func prepare(_ preparation: Command.Preparation) throws {
    switch preparation {
    case .code(let text):
      try watch("=(command line)")
      try interpreter.run(text, name: "=(command line)")
    case .library(let text):
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let assign = try interpreter.load(ours: "local name, module = ...; _G[name] = _G.require(module)")
      try interpreter.run(assign, arguments: [parts.first ?? "", parts.last ?? ""])
    }
  }

  /// Holds a chunk of this name to its declarations of globals.
  private func watch(_ chunk: String) throws {
    try interpreter.run(interpreter.load(ours: "require('vnn.host.strict').watch(...)"), arguments: [chunk])
  }

  private func run(_ source: [UInt8], script: String, _ arguments: [String]) throws -> Int32 {
    let (name, chunkName) = script == "-" ? ("stdin", "=stdin") : (script, "@\(script)")
    try watch(chunkName)
    let chunk = try interpreter.load(source, name: script == "-" ? chunkName : script)
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
