import Bindings
import Essentials
import LuaHost
import Messaging

/// A kernel of Jupyter: takes requests and hands them to `Stdlib/kernel`, which does what they ask, until it is to end.
struct Kernel {
  private let interpreter: Interpreter
  private let channels: Channels
  private let handle: LuaFunction
  private let stopped: LuaFunction
  /// How many instructions of Lua each request may take; nil for any number.
  private let instructionLimit: Int?

  init(_ interpreter: Interpreter, _ channels: Channels, _ command: Command) throws {
    (self.interpreter, self.channels) = (interpreter, channels)
    instructionLimit = command.isSandboxed ? command.instructionLimit : nil
    SolveDisplay.start()
    func function(_ name: String) throws -> LuaFunction {
      let chunk = try interpreter.load(ours: "return require('vnn.kernel.serve').\(name)")
      return try interpreter.run(chunk, read: { try $0.function(1) })
    }
    (handle, stopped) = (try function("handle"), try function("stopped"))
    let start = try interpreter.load(ours: "require('vnn.kernel.serve').start(...)")
    try interpreter.run(start, push: lend, read: { _ in })
    // Before any cell can change what is said: the channels of a sandbox keep it.
    try interpreter.run(handle, push: { $0.push("kernel_info_request") + $0.push("{}") }, read: { _ in })
  }

  /// Lends Lua the channels.
  private func lend(_ call: Call) -> Int {
    let (channels, interpreter) = (channels, interpreter)
    return call.push(function: "publish") { call in
      channels.publish(try call.string(1), try call.string(2))
      return 0
    }
      + call.push(function: "reply") { call in
        channels.reply(try call.string(1), try call.string(2))
        return 0
      }
      + call.push(function: "allow_input") { call in
        channels.allowInput(try call.bool(1))
        return 0
      }
      + call.push(function: "ask") { call in call.push(channels.ask(try call.string(1))) }
      + call.push(function: "refuse_others") { _ in
        channels.refuseOthers()
        return 0
      }
      + call.push(function: "interject") { call in
        guard let request = channels.interject(waits: try call.bool(1)) else { return 0 }
        return call.push(request.type) + call.push(request.content)
      }
      + call.push(function: "resume") { _ in
        channels.resume()
        return 0
      }
      + call.push(function: "stop") { _ in
        interpreter.interrupt()
        return 0
      }
  }

  /// Runs until a front end asks for the end.
  func run() throws -> Int32 {
    try channels.start {
      // Another one while the first is on its way would end the process.
      if !Interrupt.isRequested { ProcessGroup.interrupt(orBy: Interrupt.signal) { Interrupt.isRequested } }
    } isInterrupted: {
      Interrupt.isRequested
    }
    while let request = channels.next() {
      answer(request)
      channels.finish()
    }
    return 0
  }

  private func answer(_ request: Message) {
    do {
      begin()
      try interpreter.run(handle, push: { $0.push(request.type) + $0.push(request.content) }, read: { _ in })
    } catch {
      // What shows the answer may be stopped as well.
      begin()
      let message = (error as? LuaFailure)?.message ?? "\(error)"
      do {
        try interpreter.run(stopped, push: { $0.push(request.type) + $0.push(message) }, read: { _ in })
      } catch { Console.error("\(error)") }
    }
  }

  /// Lets the next code run, whatever has stopped what ran before.
  private func begin() {
    interpreter.waitAtPrompt()
    if let instructionLimit { interpreter.limit(instructions: instructionLimit) }
  }
}
