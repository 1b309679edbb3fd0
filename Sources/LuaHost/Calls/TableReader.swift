import CLua
import CLuaBridge
import Essentials

/// Reads a table argument by name, without metamethods, and remembers which names it was asked for.
///
/// It is valid until the native function returns. Messages name the field: `solve: time_limit_s: expected a number,
/// got string "5"`.
public final class TableReader {
  private let state: OpaquePointer
  /// The table's stack index, or 0 for an absent table, which has no fields.
  private let index: Int32
  private var asked: [String] = []

  init(_ index: Int32, on state: OpaquePointer) {
    self.state = state
    self.index = index
  }

  /// The length of the table's sequence.
  public var count: Int { index == 0 ? 0 : Int(lua_rawlen(state, index)) }

  /// Whether the table has a value under `name`.
  public func has(_ name: String) -> Bool { read(name) { !$0.isNil(1) } }

  /// The number under `name`, or `fallback` when there is none.
  public func double(_ name: String, default fallback: Double) throws -> Double {
    try optional(name) { try $0.double(1) } ?? fallback
  }

  /// The number under `name`, or nil.
  public func optionalDouble(_ name: String) throws -> Double? { try optional(name) { try $0.double(1) } }

  /// The number under `name`, which is required.
  public func double(_ name: String) throws -> Double { try required(name) { try $0.double(1) } }

  /// The integer under `name`, or `fallback` when there is none.
  public func int(_ name: String, default fallback: Int) throws -> Int {
    try optional(name) { try $0.int(1) } ?? fallback
  }

  /// The integer under `name`, or nil.
  public func optionalInt(_ name: String) throws -> Int? { try optional(name) { try $0.int(1) } }

  /// The integer under `name`, which is required.
  public func int(_ name: String) throws -> Int { try required(name) { try $0.int(1) } }

  /// The boolean under `name`, or `fallback` when there is none.
  public func bool(_ name: String, default fallback: Bool) throws -> Bool {
    try optional(name) { try $0.bool(1) } ?? fallback
  }

  /// The string under `name`, or `fallback` when there is none.
  public func string(_ name: String, default fallback: String) throws -> String {
    try optional(name) { try $0.string(1) } ?? fallback
  }

  /// The string under `name`, or nil.
  public func optionalString(_ name: String) throws -> String? { try optional(name) { try $0.string(1) } }

  /// The string under `name`, which is required.
  public func string(_ name: String) throws -> String { try required(name) { try $0.string(1) } }

  /// The string under `name`, one of `choices`, or `fallback` when there is none.
  public func string(_ name: String, oneOf choices: [String], default fallback: String) throws -> String {
    try optional(name) { try $0.string(1, oneOf: choices) } ?? fallback
  }

  /// The strings of the sequence under `name`, or nil.
  public func optionalStrings(_ name: String) throws -> [String]? { try optional(name) { try $0.strings(1) } }

  /// The function under `name`, or nil.
  public func optionalFunction(_ name: String) throws -> LuaFunction? { try optional(name) { try $0.function(1) } }

  /// The native object under `name`, or nil.
  public func optionalObject<Object: LuaObject>(
    _ name: String, as type: Object.Type = Object.self
  ) throws -> Object? {
    try optional(name) { try $0.object(1, as: type) }
  }

  /// The native object under `name`, which is required.
  public func object<Object: LuaObject>(_ name: String, as type: Object.Type = Object.self) throws -> Object {
    try required(name) { try $0.object(1, as: type) }
  }

  /// Any value under `name`, `.nil` when there is none.
  public func value(_ name: String) throws -> LuaValue { try optional(name) { try $0.value(1) } ?? .nil }

  /// Reads the value under `name` in the caller's own way, as argument 1 of a call; nil when there is none.
  public func optional<Value>(_ name: String, _ body: (Call) throws -> Value) throws -> Value? {
    try read(name) { call in
      guard !call.isNil(1) else { return nil }
      do { return try body(call) } catch let failure as ArgumentFailure {
        throw Misuse("\(name): \(failure.text)")
      } catch let misuse as Misuse {
        throw Misuse("\(name): \(misuse.message)")
      }
    }
  }

  /// Reads the value under `name`, which is required, in the caller's own way, as argument 1 of a call.
  public func required<Value>(_ name: String, _ body: (Call) throws -> Value) throws -> Value {
    guard let value = try optional(name, body) else {
      let meant = NearestName.of(name, in: others)
      throw Misuse("\(name): is missing" + (meant.map { "; is '\($0)' it?" } ?? ""))
    }
    return value
  }

  /// All string keys of the table, sorted.
  public var names: [String] {
    guard index != 0 else { return [] }
    var names: [String] = []
    lua_checkstack(state, 4)
    lua_pushnil(state)
    while lua_next(state, index) != 0 {
      if lua_type(state, -2) == LUA_TSTRING, let name = Call.text(-2, on: state) { names.append(name) }
      vnn_pop(state, 1)
    }
    return names.sorted()
  }

  /// Whether somebody has asked for `name`.
  public func knows(_ name: String) -> Bool { asked.contains(name) }

  /// The string keys that nobody has asked for yet, sorted.
  public var others: [String] { names.filter { !knows($0) } }

  /// Refuses keys that nobody asked for.
  ///
  /// - Throws: `Misuse` naming the key and the nearest valid one.
  public func rejectOthers() throws {
    if let name = others.first { throw Misuse(Choices.unknown("option", name, asked)) }
    guard count == 0 else { throw Misuse("options are named, as in { name = value }; got a sequence") }
  }

  private func read<Value>(_ name: String, _ body: (Call) throws -> Value) rethrows -> Value {
    if !asked.contains(name) { asked.append(name) }
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    lua_checkstack(state, 8)
    if index == 0 {
      lua_pushnil(state)
    } else {
      Call(state: state).push(name)
      lua_rawget(state, index)
    }
    return try body(Call(state: state, base: top))
  }
}
