import CLua
import CLuaBridge
import Essentials

/// A Lua function that Swift can call, kept alive by this object.
///
/// It runs on whatever coroutine runs at the time, under protection: an error comes back as a `LuaFailure`, which
/// carries the original error value, so that rethrowing it through a native function is the same Lua error again.
/// Only call it on the thread that runs the interpreter.
public final class LuaFunction {
  let reference: LuaReference

  init(_ reference: LuaReference) { self.reference = reference }

  /// Calls the function and reads its results.
  ///
  /// - Parameters:
  ///   - push: pushes the arguments and returns their number.
  ///   - read: reads the results as the arguments 1, 2, … of the call; there are as many as the function returned. What
  ///     it pushes is gone when it returns.
  /// - Throws: `LuaFailure` when the function raises, `Misuse` when `read` finds something else than it expects, and
  ///   what the two closures throw.
  public func call<Result>(
    _ push: (Call) throws -> Int = { _ in 0 }, read: (Call) throws -> Result
  ) throws -> Result {
    guard reference.host.isOpen else { throw Misuse("the interpreter of this function was closed") }
    let state = reference.host.running
    let top = lua_gettop(state)
    guard lua_checkstack(state, 24) != 0 else { throw Misuse("too many nested calls") }
    defer { lua_settop(state, top) }
    reference.host.push(handlerOn: state)
    reference.push(on: state)
    let count = try push(Call(state: state))
    try reference.host.run(arguments: count, handler: top + 1, on: state)
    lua_checkstack(state, 16)
    do { return try read(Call(state: state, base: top + 1)) } catch let failure as ArgumentFailure {
      throw Misuse("result \(failure.position) of a function: \(failure.text)")
    }
  }

  /// Calls the function with copies of `arguments` and returns its results.
  ///
  /// - Throws: `LuaFailure` when the function raises.
  @discardableResult
  public func call(_ arguments: LuaValue...) throws -> [LuaValue] {
    try call { call in
      try call.reserve(arguments.count + 4)
      for argument in arguments { call.push(argument) }
      return arguments.count
    } read: { call in
      try (0..<call.count).map { try call.value($0 + 1) }
    }
  }
}

extension HostState {
  func push(handlerOn state: OpaquePointer) {
    vnn_push_native(state, Unmanaged.passUnretained(tracebackHandler).toOpaque())
  }

  /// Calls the function below `arguments` values on the stack, keeping all results.
  ///
  /// - Throws: `LuaFailure`.
  func run(arguments: Int, handler: Int32, on state: OpaquePointer) throws {
    traceback = nil
    let status = vnn_pcall(state, Int32(clamping: arguments), LUA_MULTRET, handler)
    guard status != LUA_OK else { return }
    throw LuaFailure(onTopOf: state, status: status, host: self)
  }
}
