import CLua
import CLuaBridge

/// Questions about native classes that do not depend on which one it is.
enum LuaTypeRegistry {
  /// Whether the userdata at `index` was made by this host: its metatable is one of those registered for `identity`.
  static func isNative(_ index: Int32, identity: UnsafeRawPointer?, on state: OpaquePointer) -> Bool {
    guard let identity, lua_checkstack(state, 3) != 0, lua_getmetatable(state, index) != 0 else { return false }
    defer { vnn_pop(state, 1) }
    return [false, true].contains { isPlain in
      lua_rawgetp(
        state, vnn_registry_index(),
        LuaIdentity.ofMetatable(UnsafeMutableRawPointer(mutating: identity), isPlain: isPlain))
      defer { vnn_pop(state, 1) }
      return lua_rawequal(state, -1, -2) != 0
    }
  }
}
