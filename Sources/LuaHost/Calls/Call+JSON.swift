import CLua
import CLuaBridge
import Essentials

extension Call {
  /// Tells a native object that is data as JSON; false when it is none.
  public typealias ObjectAsJSON = (any LuaObject, any JSONEvents) throws -> Bool

  /// Pushes the value of the JSON text that is the string at `position`. See `JSONReader`; of members with the same name
  /// the last one stays.
  ///
  /// - Throws: `OutsideFailure` when it is no JSON, an argument error when the argument is something else.
  public func pushParsed(_ position: Int, path: String) throws -> Int {
    guard lua_type(state, index(position)) == LUA_TSTRING else { throw mismatch(position, expected: "a string") }
    var count = 0
    // Read where Lua keeps it: it is on the stack throughout, and strings do not move.
    let start = UnsafeRawPointer(lua_tolstring(state, index(position), &count))
    return try push(
      parsed: UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count), path: path)
  }

  /// Pushes the value of the JSON text in the file at `path`.
  ///
  /// - Throws: `OutsideFailure` when it cannot be read or is no JSON.
  public func pushParsed(file path: String) throws -> Int {
    try FileAccess.read(path).withUnsafeBufferPointer { try push(parsed: $0, path: path) }
  }

  private func push(parsed text: UnsafeBufferPointer<UInt8>, path: String) throws -> Int {
    try JSONReader.read(text, path: path, into: LuaTableBuilder(on: state))
    return 1
  }

  /// Pushes a JSON value; objects and arrays become tables, `null` becomes nil.
  public func push(_ json: JSON) throws -> Int {
    try json.send(to: LuaTableBuilder(on: state))
    return 1
  }

  /// The argument at `position` as JSON.
  ///
  /// - Throws: an argument error for values without a counterpart.
  public func json(_ position: Int, objects: @escaping ObjectAsJSON) throws -> JSON {
    let builder = JSONBuilder()
    try send(position, to: builder, objects: objects)
    return builder.value
  }

  /// Pushes the argument at `position` as JSON text; see `JSONWriter`.
  ///
  /// - Throws: an argument error for values without a counterpart, infinities and NaN.
  public func pushText(of position: Int, indented: Bool, objects: @escaping ObjectAsJSON) throws -> Int {
    let writer = try JSONWriter(indented: indented)
    let host = HostState.of(state)
    // The text becomes a Lua string, so it may not outgrow what Lua may hold.
    try send(position, to: writer, objects: objects) { try host.requireRoom(for: writer.byteCount, on: state) }
    writer.withText { text in
      _ = lua_pushlstring(state, UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self), text.count)
    }
    return 1
  }

  private func send(
    _ position: Int, to events: some JSONEvents, objects: @escaping ObjectAsJSON,
    check: @escaping () throws -> Void = {}
  ) throws {
    let reader = LuaDataReader(state: state, events: events, object: objects, check: check)
    do { try reader.send(index(position)) } catch let misuse as Misuse {
      throw ArgumentFailure(position, misuse.message)
    }
  }
}
