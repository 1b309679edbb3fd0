import CLua
import CLuaBridge
import Essentials

extension Interpreter {
  /// Compiles `source` without running it.
  ///
  /// - Parameters:
  ///   - source: Lua text; compiled chunks are refused. A first line that begins with `#` is skipped.
  ///   - name: the path of the file; after `=`, any other words that messages are to call it by.
  /// - Throws: `SyntaxFailure`, which shows the line and a caret.
  public func load(_ source: some Sequence<UInt8>, name: String) throws -> LuaFunction {
    var source = Array(source)
    // The line stays, empty, so that line numbers do not change.
    if source.first == UInt8(ascii: "#") {
      source.removeSubrange(..<(source.firstIndex(of: UInt8(ascii: "\n")) ?? source.endIndex))
    }
    return try atTopLevel { state in
      try Interpreter.load(source, name: name, on: state)
      return LuaFunction(LuaReference(-1, on: state))
    }
  }

  /// Compiles code of the host's own, which runs in the standard library's environment: what scripts have assigned to
  /// globals and modules does not concern it.
  public func load(ours source: String) throws -> LuaFunction {
    try atTopLevel { state in
      try Interpreter.load(source.utf8, name: "=[vnn.start]", on: state, isOurs: true)
      return LuaFunction(LuaReference(-1, on: state))
    }
  }

  /// Runs `source` and returns its results.
  ///
  /// - Throws: `SyntaxFailure`, or `LuaFailure` when it raises.
  @discardableResult
  public func run(_ source: String, name: String = "=string", arguments: [String] = []) throws -> [LuaValue] {
    try run(load(source.utf8, name: name), arguments: arguments)
  }

  /// Runs the file at `path`, with the files beside it first among those that `require` finds, and returns its results.
  ///
  /// - Throws: `OutsideFailure` when it cannot be read, `SyntaxFailure`, or `LuaFailure` when it raises.
  @discardableResult
  public func run(file path: String, arguments: [String] = []) throws -> [LuaValue] {
    try searchBeside(path)
    return try run(load(FileAccess.read(path), name: path), arguments: arguments)
  }

  /// Calls `function` with `arguments` as its `...`.
  ///
  /// - Throws: `LuaFailure` when it raises.
  @discardableResult
  public func run(_ function: LuaFunction, arguments: [String] = []) throws -> [LuaValue] {
    try run(function, push: { call in arguments.reduce(0) { $0 + call.push($1) } }, argumentCount: arguments.count)
  }

  /// Calls `function` with values of any kind.
  ///
  /// - Throws: `LuaFailure` when it raises.
  public func run(_ function: LuaFunction, values: [LuaValue]) throws -> [LuaValue] {
    try run(function, push: { call in values.reduce(0) { $0 + call.push($1) } }, argumentCount: values.count)
  }

  /// Calls `function`, reading its results as the arguments of a call.
  ///
  /// - Throws: `LuaFailure` when it raises, and what the closures throw.
  public func run<Result>(
    _ function: LuaFunction, push: (Call) throws -> Int = { _ in 0 }, read: (Call) throws -> Result
  ) throws -> Result {
    try atTopLevel { _ in try function.call(push, read: read) }
  }

  private func run(_ function: LuaFunction, push: (Call) -> Int, argumentCount: Int) throws -> [LuaValue] {
    try run(
      function,
      push: { call in
        try call.reserve(argumentCount + 8)
        return push(call)
      },
      read: { call in
        try (0..<call.count).map { try LuaValue.read(call.index($0 + 1), on: call.state, isLenient: true) }
      })
  }

  /// Sets the global `arg` as `lua` does: the script at 0, its arguments from 1, the program and its options below 0.
  /// Without a script the program is at 0 and its options follow.
  public func setArguments(before: [String], script: String?, arguments: [String]) throws {
    try atTopLevel { state in
      lua_rawgeti(state, vnn_registry_index(), lua_Integer(LUA_RIDX_GLOBALS))
      lua_createtable(state, Int32(clamping: arguments.count), Int32(clamping: before.count))
      let origin = script == nil ? 0 : before.count
      for (offset, text) in (before + (script.map { [$0] } ?? []) + arguments).enumerated() {
        Call(state: state).push(text)
        lua_rawseti(state, -2, lua_Integer(offset - origin))
      }
      lua_setfieldRaw(state, "arg")
    }
  }

  /// Compiles `source` and leaves the function on the stack.
  ///
  /// - Parameter isOurs: whether it runs in the standard library's environment rather than in the scripts'.
  static func load(
    _ source: some Collection<UInt8>, name: String, on state: OpaquePointer, isOurs: Bool = false
  ) throws {
    let source = Array(source)
    // `lua_load` runs the parser protected; with the whole text at hand it calls nothing of ours.
    let status = source.withUnsafeBytes { bytes in
      luaL_loadbufferx(
        state, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
        name.hasPrefix("=") ? name : "@\(name)", "t")
    }
    guard status != LUA_OK else {
      if isOurs {
        LibraryPart.environment.push(on: state)
        // A chunk's only upvalue is its `_ENV`.
        lua_setupvalue(state, -2, 1)
      }
      return
    }
    let message = Traceback.text(of: -1, on: state)
    vnn_pop(state, 1)
    throw SyntaxFailure(
      message: message, report: SyntaxReport.text(message: message, source: source, chunkName: shown(name)))
  }

  /// A chunk's name as messages have it: Lua shows the last 56 bytes of a path that has more than 59.
  private static func shown(_ name: String) -> String {
    if name.hasPrefix("=") { return String(name.dropFirst()) }
    return name.utf8.count < 60 ? name : "..." + String(decoding: name.utf8.suffix(56), as: UTF8.self)
  }
}
