import CLua
import CLuaBridge
import Essentials

// Reading arguments. None of the Lua functions used here can raise: they only look at the stack.
extension Call {
  /// The number at `position`.
  ///
  /// - Throws: an argument error when it is something else; strings are not converted.
  @inlinable
  public func double(_ position: Int) throws -> Double {
    guard lua_type(state, index(position)) == LUA_TNUMBER else { throw mismatch(position, expected: "a number") }
    return lua_tonumberx(state, index(position), nil)
  }

  /// The number at `position`, or `fallback` when it is missing or nil.
  @inlinable
  public func double(_ position: Int, default fallback: Double) throws -> Double {
    isNil(position) ? fallback : try double(position)
  }

  /// The integer at `position`; floats with an integral value are accepted.
  @inlinable
  public func int(_ position: Int) throws -> Int {
    var isInteger: Int32 = 0
    let value = lua_tointegerx(state, index(position), &isInteger)
    guard isInteger != 0, lua_type(state, index(position)) == LUA_TNUMBER else {
      throw mismatch(position, expected: "an integer")
    }
    return Int(value)
  }

  /// The integer at `position`, or `fallback` when it is missing or nil.
  @inlinable
  public func int(_ position: Int, default fallback: Int) throws -> Int {
    isNil(position) ? fallback : try int(position)
  }

  /// The integer at `position`, which must lie in `range`.
  @inlinable
  public func int(_ position: Int, in range: ClosedRange<Int>) throws -> Int {
    let value = try int(position)
    guard range.contains(value) else {
      throw mismatch(position, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// The 1-based position at `position` among `count` things, as a 0-based index.
  @inlinable
  public func zeroBased(_ position: Int, count: Int) throws -> Int {
    let value = try int(position)
    guard value >= 1, value <= count else { throw mismatch(position, expected: "an integer from 1 to \(count)") }
    return value - 1
  }

  /// The 1-based position at `position`, as a 0-based index, for callees that check its end themselves.
  public func zeroBased(_ position: Int) throws -> Int {
    let value = try int(position)
    guard value >= 1 else { throw mismatch(position, expected: "an integer from 1 on") }
    return value - 1
  }

  /// The boolean at `position`.
  public func bool(_ position: Int) throws -> Bool {
    guard lua_type(state, index(position)) == LUA_TBOOLEAN else { throw mismatch(position, expected: "a boolean") }
    return lua_toboolean(state, index(position)) != 0
  }

  /// The boolean at `position`, or `fallback` when it is missing or nil.
  public func bool(_ position: Int, default fallback: Bool) throws -> Bool {
    isNil(position) ? fallback : try bool(position)
  }

  /// The string at `position`; numbers are not converted. Bytes that are not UTF-8 are replaced.
  public func string(_ position: Int) throws -> String {
    guard lua_type(state, index(position)) == LUA_TSTRING, let text = Call.text(index(position), on: state) else {
      throw mismatch(position, expected: "a string")
    }
    return text
  }

  /// The string at `position`, or `fallback` when it is missing or nil.
  public func string(_ position: Int, default fallback: String) throws -> String {
    isNil(position) ? fallback : try string(position)
  }

  /// The string at `position`, which must be one of `choices`.
  public func string(_ position: Int, oneOf choices: [String]) throws -> String {
    let value = try string(position)
    guard choices.contains(value) else { throw ArgumentFailure(position, Choices.explain(value, choices)) }
    return value
  }

  /// The bytes of the string at `position`.
  public func bytes(_ position: Int) throws -> [UInt8] {
    guard lua_type(state, index(position)) == LUA_TSTRING else { throw mismatch(position, expected: "a string") }
    var length = 0
    guard let start = lua_tolstring(state, index(position), &length) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: length))
  }

  /// The native object of class `Object` at `position`.
  ///
  /// - Throws: an argument error when it is something else, or was closed.
  @inlinable
  public func object<Object: LuaObject>(_ position: Int, as type: Object.Type = Object.self) throws -> Object {
    guard let object = Call.object(index(position), on: state, as: type) else {
      throw objectMismatch(position, expected: type.luaTypeName)
    }
    return object
  }

  /// The native object at `position` if it is a live one of class `Object`, otherwise nil.
  @inlinable
  public func objectIfAny<Object: LuaObject>(_ position: Int, as type: Object.Type = Object.self) -> Object? {
    Call.object(index(position), on: state, as: type)
  }

  /// The native object at `position`, or nil when it is missing or nil.
  @inlinable
  public func optionalObject<Object: LuaObject>(
    _ position: Int, as type: Object.Type = Object.self
  ) throws -> Object? {
    isNil(position) ? nil : try object(position, as: type)
  }

  /// The function at `position`, kept alive by the returned reference.
  public func function(_ position: Int) throws -> LuaFunction {
    guard lua_type(state, index(position)) == LUA_TFUNCTION else { throw mismatch(position, expected: "a function") }
    return LuaFunction(LuaReference(index(position), on: state))
  }

  /// The function at `position`, or nil when it is missing or nil.
  public func optionalFunction(_ position: Int) throws -> LuaFunction? {
    isNil(position) ? nil : try function(position)
  }

  /// Any value at `position`, tables copied deeply.
  ///
  /// - Throws: an argument error for values that have no counterpart (coroutines, tables that contain themselves).
  public func value(_ position: Int) throws -> LuaValue {
    do { return try LuaValue.read(index(position), on: state) } catch let failure as Misuse {
      throw ArgumentFailure(position, failure.message)
    }
  }

  /// The error for the argument at `position`, or for the object before the colon at 0, which is no live object of the
  /// class called `expected`.
  @usableFromInline
  @inline(never)
  func objectMismatch(_ position: Int, expected: String) -> any Error {
    let at = index(position)
    if lua_type(state, at) == LUA_TUSERDATA, LuaDescription.typeName(at, on: state) == expected {
      return ArgumentFailure(position, "this \(expected) was closed")
    }
    if position == 0 {
      let got = LuaDescription.of(at, on: state)
      return ArgumentFailure(0, "expected \(expected) before the colon, got \(got) (call methods with ':', not '.')")
    }
    return mismatch(position, expected: expected)
  }

  /// The string at stack index `at`; numbers would be converted in place.
  static func text(_ at: Int32, on state: OpaquePointer) -> String? {
    var length = 0
    guard let start = lua_tolstring(state, at, &length) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }

  /// The contents of the userdata at stack index `at` if it was made for an object of class `Object`.
  @inlinable
  @inline(__always)
  static func block<Object: LuaObject>(
    _ at: Int32, on state: OpaquePointer, as type: Object.Type
  ) -> UnsafeMutablePointer<vnn_block>? {
    guard let pointer = lua_touserdata(state, at), lua_rawlen(state, at) >= MemoryLayout<vnn_block>.size else {
      return nil
    }
    let block = pointer.assumingMemoryBound(to: vnn_block.self)
    return block.pointee.identity == UnsafeRawPointer(LuaIdentity.of(type)) ? block : nil
  }

  /// The live object of class `Object` at stack index `at`.
  @inlinable
  static func object<Object: LuaObject>(_ at: Int32, on state: OpaquePointer, as type: Object.Type) -> Object? {
    guard let block = block(at, on: state, as: type) else { return nil }
    guard let object = block.pointee.object else { return objectOfPlain(block, at, on: state, as: type) }
    return Unmanaged<Object>.fromOpaque(object).takeUnretainedValue()
  }
}

extension Call {
  /// Lends the object that a method was called on to `body`.
  ///
  /// The object is not retained, which saves two atomic operations: the stack keeps the userdata, and the count of
  /// users keeps the script from closing it meanwhile.
  @inlinable
  @inline(__always)
  func withSelf<Object: LuaObject>(
    as type: Object.Type, arguments base: Int32, _ body: LuaType<Object>.Body
  ) throws -> Int {
    guard let block = Call.block(1, on: state, as: type),
      block.pointee.object != nil || Call.objectOfPlain(block, 1, on: state, as: type) != nil,
      let object = block.pointee.object
    else {
      throw selfMismatch(expected: type.luaTypeName)
    }
    block.pointee.users &+= 1
    defer { block.pointee.users &-= 1 }
    return try Unmanaged<Object>.fromOpaque(object)._withUnsafeGuaranteedRef {
      try body($0, Call(state: state, base: base))
    }
  }

  @usableFromInline
  @inline(never)
  func selfMismatch(expected: String) -> any Error { Call(state: state, base: 1).objectMismatch(0, expected: expected) }
}
