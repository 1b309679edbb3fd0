import CLua
import CLuaBridge
import Essentials

/// The Swift side of a function that Lua can call: reads its arguments from the call, pushes its results and returns
/// their number.
///
/// A thrown `Misuse` becomes a Lua error at the script's line, an `OutsideFailure` the results `nil, message`, and a
/// `LuaFailure` the original Lua error.
public typealias NativeBody = (Call) throws -> Int

/// A Swift closure with the name by which Lua users know it. Its address is an upvalue of a C closure.
///
/// Functions of modules and classes live as long as the interpreter; one that is pushed alone is owned by a userdata.
final class NativeFunction: LuaObject {
  static let luaTypeName = "native function"
  let name: String
  let body: NativeBody

  init(_ name: String, _ body: @escaping NativeBody) {
    self.name = name
    self.body = body
  }

  static func describe(_ type: LuaType<NativeFunction>) {}

  /// Pushes what `error` means to Lua and returns the code that makes C act on it.
  @inline(never)
  func report(_ error: any Error, on state: OpaquePointer) -> Int32 {
    // The function may have failed with the stack nearly full.
    lua_checkstack(state, 4)
    switch error {
    case let failure as ArgumentFailure:
      Call(state: state).push("\(name): \(failure.message)")
      return VNN_RAISE_MESSAGE
    case let misuse as Misuse:
      Call(state: state).push(misuse.message)
      return VNN_RAISE_MESSAGE
    case let failure as OutsideFailure:
      lua_pushnil(state)
      Call(state: state).push(failure.message)
      return 2
    case let failure as LuaFailure:
      HostState.of(state).passedOn = failure
      failure.pushValue(on: state)
      return VNN_RAISE_VALUE
    case is Stopped:
      // What has stopped it is raised at the script's next instruction.
      return 0
    case is LuaMemoryFailure:
      // Room for the message, and what Lua itself says; without garbage there would be none for the handlers.
      lua_settop(state, 0)
      Call(state: state).push("not enough memory")
      return VNN_RAISE_VALUE
    default:
      Call(state: state).push("\(name): \(error)")
      return VNN_RAISE_MESSAGE
    }
  }
}

/// The one way from C into Swift.
let dispatchNative: vnn_dispatch_function = { state, pointer in
  guard let state, let pointer else { return 0 }
  // The closure that was called holds the address, so the object lives until the call returns.
  return Unmanaged<NativeFunction>.fromOpaque(pointer)._withUnsafeGuaranteedRef { function in
    do {
      return Int32(truncatingIfNeeded: try function.body(Call(state: state)))
    } catch {
      return function.report(error, on: state)
    }
  }
}
