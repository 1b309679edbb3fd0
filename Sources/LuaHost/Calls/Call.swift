import CLua
import CLuaBridge
import Essentials

/// One call of a native function: its arguments, and the place for its results.
///
/// Positions are 1-based; in a method they count from the first argument after the object. A call is only valid until
/// the function returns: never store it.
public struct Call {
  /// The Lua thread that made the call.
  @usableFromInline let state: OpaquePointer
  /// How many stack slots lie before the first argument.
  @usableFromInline let base: Int32

  @inlinable
  init(state: OpaquePointer, base: Int32 = 0) {
    self.state = state
    self.base = base
  }

  /// The number of arguments; ask before anything is pushed or another function is called.
  @inlinable
  public var count: Int { Int(lua_gettop(state) - base) }

  /// The stack index of an argument.
  @inlinable
  func index(_ position: Int) -> Int32 { base + Int32(truncatingIfNeeded: position) }

  /// Whether the argument at `position` is missing or nil.
  @inlinable
  public func isNil(_ position: Int) -> Bool { lua_type(state, index(position)) <= LUA_TNIL }

  /// The kind of the argument at `position`.
  public func kind(_ position: Int) -> LuaKind { LuaKind(lua_type(state, index(position))) }

  /// Makes room for `count` more results or temporaries; without it 16 are available.
  public func reserve(_ count: Int) throws {
    guard lua_checkstack(state, Int32(clamping: count)) != 0 else { throw Misuse("too many values for the Lua stack") }
  }

  /// The error for the argument at `position`: says what was expected and describes what came.
  ///
  /// - Parameter expected: a noun phrase such as "a positive integer".
  public func mismatch(_ position: Int, expected: String) -> any Error {
    ArgumentFailure(position, "expected \(expected), got \(LuaDescription.of(index(position), on: state))")
  }

  /// The error for the argument at `position` with a message in the caller's own words.
  public func failure(_ position: Int, _ message: String) -> any Error { ArgumentFailure(position, message) }
}
