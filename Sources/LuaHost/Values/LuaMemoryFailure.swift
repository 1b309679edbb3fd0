import CLua
import CLuaBridge

/// Lua holds more memory than it may; scripts get the error that Lua itself raises then.
struct LuaMemoryFailure: Error {}

extension HostState {
  /// Keeps the limit of Lua's memory where much is made under one Swift frame, and the allocator may refuse nothing.
  ///
  /// - Parameter bytes: what is about to be added.
  /// - Throws: `LuaMemoryFailure` when there is no room even after all garbage was collected.
  func requireRoom(for bytes: Int = 0, on state: OpaquePointer) throws {
    let limit = host.pointee.byte_limit
    guard limit > 0, host.pointee.bytes + bytes > limit else { return }
    vnn_collect(state)
    guard host.pointee.bytes + bytes <= limit else { throw LuaMemoryFailure() }
  }
}
