import CLua
import CLuaBridge

extension Call {
  /// Gives a constant of a native module that scripts have required another value.
  public func setConstant(_ name: String, of module: String, to value: LuaValue) {
    lua_pushstring(state, "_LOADED")
    lua_rawget(state, vnn_registry_index())
    lua_pushstring(state, module)
    lua_rawget(state, -2)
    if lua_type(state, -1) == LUA_TTABLE {
      value.push(on: state)
      lua_setfieldRaw(state, name)
    }
    vnn_pop(state, 2)
  }

  /// What the module `name` of the standard library is in the library's own world, whatever scripts have made of theirs;
  /// a copy, with its functions.
  ///
  /// - Throws: `LuaFailure` when its file cannot be loaded.
  public func libraryModule(_ name: String) throws -> LuaValue {
    LibraryPart.loader.push(on: state)
    let loader = LuaFunction(LuaReference(-1, on: state))
    vnn_pop(state, 1)
    return try loader.call(.string(name)).first ?? .nil
  }
}
