import CLua
import CLuaBridge

/// Keeps a Lua value alive from Swift, through the registry.
///
/// It may outlive the interpreter, after which it stands for nil.
final class LuaReference {
  let host: HostState
  private let slot: Int32

  /// Refers to the value at stack index `index`.
  init(_ index: Int32, on state: OpaquePointer) {
    host = HostState.of(state)
    lua_checkstack(state, 4)
    lua_pushvalue(state, index)
    slot = luaL_ref(state, vnn_registry_index())
  }

  deinit {
    guard host.isOpen else { return }
    lua_checkstack(host.running, 4)
    luaL_unref(host.running, vnn_registry_index(), slot)
  }

  /// Pushes the value.
  func push(on state: OpaquePointer) {
    lua_checkstack(state, 4)
    if host.isOpen { lua_rawgeti(state, vnn_registry_index(), lua_Integer(slot)) } else { lua_pushnil(state) }
  }
}
