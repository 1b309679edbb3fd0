import Bindings
import Essentials
import LuaHost
import Messaging

/// A kernel of Jupyter: takes requests and hands them to `Stdlib/kernel`, which does what they ask, until it is to end.
struct Kernel {
  private let interpreter: Interpreter
  private let channels: Channels
  private let handle: LuaFunction
  private let interrupted: LuaFunction

  init(_ interpreter: Interpreter, _ channels: Channels) throws {
    (self.interpreter, self.channels) = (interpreter, channels)
    SolveDisplay.start()
    func function(_ name: String) throws -> LuaFunction {
      let chunk = try interpreter.load(ours: "return require('vnn.kernel.serve').\(name)")
      return try interpreter.run(chunk, read: { try $0.function(1) })
    }
    (handle, interrupted) = (try function("handle"), try function("interrupted"))
    let start = try interpreter.load(ours: "require('vnn.kernel.serve').start(...)")
    try interpreter.run(start, push: lend, read: { _ in })
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
      if !Interrupt.isRequested { kill(getpid(), SIGINT) }
    } isInterrupted: {
      Interrupt.isRequested
    }
    while let request = channels.next() {
      interpreter.waitAtPrompt()
      answer(request)
      channels.finish()
    }
    return 0
  }

  private func answer(_ request: Message) {
    do {
      try interpreter.run(handle, push: { $0.push(request.type) + $0.push(request.content) }, read: { _ in })
    } catch let failure as LuaFailure where failure.isInterrupt {
      // What shows the answer may be interrupted as well.
      interpreter.waitAtPrompt()
      _ = try? interpreter.run(interrupted, push: { $0.push(failure.message) }, read: { _ in })
    } catch {
      Console.error((error as? LuaFailure)?.message ?? "\(error)")
    }
  }
}
