import CLua
import CLuaBridge

/// A module of native functions, such as `vnn.tensor`, made when a script first requires it.
public struct NativeModule {
  /// The name that scripts require.
  public let name: String
  private let build: (Builder) -> Void

  /// Describes a module; `build` is called when it is first required, or inspected.
  public init(_ name: String, _ build: @escaping (Builder) -> Void) {
    self.name = name
    self.build = build
  }

  /// Collects what a module contains.
  public final class Builder {
    fileprivate let module: String
    fileprivate var functions: [NativeFunction] = []
    fileprivate var bridged: [(name: String, function: lua_CFunction)] = []
    fileprivate var constants: [(name: String, value: LuaValue)] = []

    fileprivate init(_ module: String) { self.module = module }

    /// Adds a function; error messages call it `tensor.zeros` in the module `vnn.tensor`.
    public func function(_ name: String, _ body: @escaping NativeBody) {
      functions.append(NativeFunction("\(module.member).\(name)", body))
    }

    /// Adds `limited(seconds, f, …)`, which calls f and stops it after so many seconds; see the bridge.
    public func limited(_ name: String) { bridged.append((name, vnn_limited)) }

    /// Adds a constant.
    public func constant(_ name: String, _ value: LuaValue) { constants.append((name, value)) }
  }

  private var contents: Builder {
    let builder = Builder(name)
    build(builder)
    return builder
  }

  /// The names of the functions, for tests of annotations.
  public var functionNames: [String] { contents.functions.map(\.name.member) + contents.bridged.map(\.name) }

  /// The names of the constants, for tests of annotations.
  public var constantNames: [String] { contents.constants.map(\.name) }

  /// Pushes the module's table, made anew.
  func push(on state: OpaquePointer) {
    let contents = contents
    let host = HostState.of(state)
    lua_createtable(state, 0, Int32(clamping: contents.functions.count + contents.constants.count))
    for function in contents.functions {
      host.push(function, on: state)
      lua_setfieldRaw(state, function.name.member)
    }
    for (name, function) in contents.bridged {
      lua_pushcclosure(state, function, 0)
      lua_setfieldRaw(state, name)
    }
    for (name, value) in contents.constants {
      value.push(on: state)
      lua_setfieldRaw(state, name)
    }
  }
}
