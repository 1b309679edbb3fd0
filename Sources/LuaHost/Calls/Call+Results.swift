import CLua
import CLuaBridge
import Essentials

// Pushing results. Every `push` returns the number of values it pushed, so that `return call.push(x)` ends a function.
// The Lua functions used here can raise only for lack of memory, which the allocator rules out under a Swift frame.
extension Call {
  /// Pushes nil.
  @discardableResult
  public func pushNil() -> Int {
    lua_pushnil(state)
    return 1
  }

  /// Pushes a float.
  @inlinable
  @discardableResult
  public func push(_ number: Double) -> Int {
    lua_pushnumber(state, number)
    return 1
  }

  /// Pushes an integer.
  @inlinable
  @discardableResult
  public func push(_ integer: Int) -> Int {
    lua_pushinteger(state, lua_Integer(integer))
    return 1
  }

  /// Pushes a boolean.
  @inlinable
  @discardableResult
  public func push(_ boolean: Bool) -> Int {
    lua_pushboolean(state, boolean ? 1 : 0)
    return 1
  }

  /// Pushes a string.
  @discardableResult
  public func push(_ text: String) -> Int {
    var text = text
    text.withUTF8 { bytes in
      _ = bytes.withMemoryRebound(to: CChar.self) { lua_pushlstring(state, $0.baseAddress, $0.count) }
    }
    return 1
  }

  /// Pushes bytes as a string.
  @discardableResult
  public func push(bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes { _ = lua_pushlstring(state, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
    return 1
  }

  /// Pushes a number, or nil.
  @discardableResult
  public func push(_ number: Double?) -> Int { number.map { push($0) } ?? pushNil() }

  /// Pushes an integer, or nil.
  @discardableResult
  public func push(_ integer: Int?) -> Int { integer.map { push($0) } ?? pushNil() }

  /// Pushes a string, or nil.
  @discardableResult
  public func push(_ text: String?) -> Int { text.map { push($0) } ?? pushNil() }

  /// Pushes a sequence of floats as a new table.
  @discardableResult
  public func push(_ numbers: [Double]) -> Int {
    lua_createtable(state, Int32(clamping: numbers.count), 0)
    for (offset, number) in numbers.enumerated() {
      lua_pushnumber(state, number)
      lua_rawseti(state, -2, lua_Integer(offset + 1))
    }
    return 1
  }

  /// Pushes a sequence of integers as a new table.
  @discardableResult
  public func push(_ integers: [Int]) -> Int {
    lua_createtable(state, Int32(clamping: integers.count), 0)
    for (offset, integer) in integers.enumerated() {
      lua_pushinteger(state, lua_Integer(integer))
      lua_rawseti(state, -2, lua_Integer(offset + 1))
    }
    return 1
  }

  /// Pushes a sequence of strings as a new table.
  @discardableResult
  public func push(_ texts: [String]) -> Int {
    lua_createtable(state, Int32(clamping: texts.count), 0)
    for (offset, text) in texts.enumerated() {
      push(text)
      lua_rawseti(state, -2, lua_Integer(offset + 1))
    }
    return 1
  }

  /// Pushes a native object: a new userdata that retains it until it is collected or closed.
  ///
  /// Two userdata of the same object are equal under `==` but are different table keys.
  @discardableResult
  public func push<Object: LuaObject>(_ object: Object) -> Int {
    let bytes = object.luaByteCount
    let window = object.luaWindow
    let size = window == nil ? MemoryLayout<vnn_block>.size : MemoryLayout<vnn_windowed_block>.size
    guard let memory = lua_newuserdatauv(state, size, 0) else { return pushNil() }
    let block = vnn_block(
      object: Unmanaged.passRetained(object).toOpaque(), identity: LuaIdentity.of(Object.self), bytes: bytes, users: 0)
    if let window {
      memory.initializeMemory(as: vnn_windowed_block.self, to: vnn_windowed_block(block: block, window: window.window))
    } else {
      memory.initializeMemory(as: vnn_block.self, to: block)
    }
    LuaType<Object>.pushMetatable(on: state)
    lua_setmetatable(state, -2)
    HostState.of(state).account(bytes, on: state)
    return 1
  }

  /// Pushes a native object, or nil.
  @discardableResult
  public func push<Object: LuaObject>(_ object: Object?) -> Int { object.map { push($0) } ?? pushNil() }

  /// Pushes a sequence of native objects as a new table.
  @discardableResult
  public func push<Object: LuaObject>(_ objects: [Object]) -> Int {
    lua_createtable(state, Int32(clamping: objects.count), 0)
    for (offset, object) in objects.enumerated() {
      push(object)
      lua_rawseti(state, -2, lua_Integer(offset + 1))
    }
    return 1
  }

  /// Pushes a Lua function or another value that a reference keeps.
  @discardableResult
  public func push(_ function: LuaFunction) -> Int {
    function.reference.push(on: state)
    return 1
  }

  /// Pushes a value of any kind; tables are made anew.
  @discardableResult
  public func push(_ value: LuaValue) -> Int {
    value.push(on: state)
    return 1
  }

  /// Pushes a new native function that lives as long as Lua holds it.
  ///
  /// - Parameter name: how error messages and tracebacks call it.
  @discardableResult
  public func push(function name: String, _ body: @escaping NativeBody) -> Int {
    push(NativeFunction(name, body))
    lua_pushcclosure(state, vnn_native_collected, 1)
    return 1
  }

  /// Pushes a file of Lua's own around an open descriptor, which is the file's from now on. `mode` is that of `io.open`.
  ///
  /// - Throws: `OutsideFailure` when there is no memory for its buffer; the descriptor is closed then.
  public func push(file descriptor: Int32, mode: String) throws -> Int {
    guard vnn_push_file(state, descriptor, mode) else { throw OutsideFailure("a file cannot be opened: no memory") }
    return 1
  }

  /// Pushes the argument at `position` again, for methods that return their object or a given value.
  @discardableResult
  public func pushArgument(_ position: Int) -> Int {
    lua_pushvalue(state, index(position))
    return 1
  }
}
