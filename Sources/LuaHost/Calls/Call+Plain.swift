import CLua
import CLuaBridge

/// Values that Lua holds as bytes in its own memory. Millions of them may come and go, as in `3 * x + 2 * y - z`: nothing
/// counts them and no finalizer runs for them. One becomes an ordinary object when somebody asks for that, as methods do.
extension Call {
  /// Pushes a value of the class `Object` as bytes, of which `LuaObject.ofPlain` can make an object.
  ///
  /// - Parameters:
  ///   - byteCount: how many bytes; few, since they count as memory only once Lua sees to its own.
  ///   - write: fills them; they are aligned for pointers.
  @discardableResult
  public func pushPlain<Object: LuaObject>(
    _ type: Object.Type, byteCount: Int, _ write: (UnsafeMutableRawPointer) -> Void
  ) -> Int {
    let start = MemoryLayout<vnn_block>.size
    guard let memory = lua_newuserdatauv(state, start + byteCount, 0) else { return pushNil() }
    memory.initializeMemory(
      as: vnn_block.self,
      to: vnn_block(object: nil, identity: LuaIdentity.of(Object.self), bytes: Call.plainMark, users: 0))
    write(memory + start)
    LuaType<Object>.pushMetatable(isPlain: true, on: state)
    lua_setmetatable(state, -2)
    return 1
  }

  /// The bytes of the value of the class `Object` at `position`, if it is held as such; valid until the function returns.
  public func plainBytes<Object: LuaObject>(_ position: Int, as type: Object.Type) -> UnsafeRawBufferPointer? {
    guard let block = Call.block(index(position), on: state, as: type), block.pointee.bytes == Call.plainMark else {
      return nil
    }
    return Call.plainBytes(of: block, index(position), on: state)
  }

  /// What `vnn_block.bytes` is for values that are held as bytes.
  private static var plainMark: Int { -1 }

  private static func plainBytes(
    of block: UnsafeMutablePointer<vnn_block>, _ at: Int32, on state: OpaquePointer
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: block + 1, count: Int(lua_rawlen(state, at)) - MemoryLayout<vnn_block>.size)
  }

  /// Makes an ordinary object of the value at stack index `at`; nil if it is none that is held as bytes.
  @usableFromInline
  @inline(never)
  static func objectOfPlain<Object: LuaObject>(
    _ block: UnsafeMutablePointer<vnn_block>, _ at: Int32, on state: OpaquePointer, as type: Object.Type
  ) -> Object? {
    guard block.pointee.bytes == plainMark, let object = Object.ofPlain(plainBytes(of: block, at, on: state)) else {
      return nil
    }
    let bytes = object.luaByteCount
    // What lies behind an object must not look like a window, whatever the bytes were.
    UnsafeMutableRawPointer(block + 1).initializeMemory(
      as: UInt8.self, repeating: 0, count: Int(lua_rawlen(state, at)) - MemoryLayout<vnn_block>.size)
    (block.pointee.object, block.pointee.bytes) = (Unmanaged.passRetained(object).toOpaque(), bytes)
    let at = lua_absindex(state, at)
    LuaType<Object>.pushMetatable(isPlain: false, on: state)
    lua_setmetatable(state, at)
    HostState.of(state).account(bytes, on: state)
    return object
  }

  /// The object of whatever class that the userdata at stack index `at` holds, or one that its bytes stand for.
  static func anyObject(
    _ block: UnsafeMutablePointer<vnn_block>, _ at: Int32, on state: OpaquePointer
  ) -> (any LuaObject)? {
    if let object = block.pointee.object {
      return Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue() as? any LuaObject
    }
    guard block.pointee.bytes == plainMark else { return nil }
    let type = HostState.of(state).plainTypes[UnsafeMutableRawPointer(mutating: block.pointee.identity)]
    return type?.ofPlain(plainBytes(of: block, at, on: state))
  }
}
