import CLua
import CLuaBridge

/// What `host/library.lua` returns, kept in the registry, where no script reaches it.
enum LibraryPart: Int, CaseIterable {
  /// The globals of the standard library's files.
  case environment = 1
  /// The makers of native modules, by their names.
  case natives
  /// What a script's `require` calls.
  case loader

  /// Its key in the registry: an address that is nobody else's.
  var key: UnsafeRawPointer { UnsafeRawPointer(vnn_library_key_address()) + rawValue }

  /// Pushes the part, or nil before there is one.
  func push(on state: OpaquePointer) {
    lua_checkstack(state, 4)
    lua_rawgetp(state, vnn_registry_index(), key)
  }
}
