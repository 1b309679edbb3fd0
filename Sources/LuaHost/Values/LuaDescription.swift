import CLua
import CLuaBridge

/// Describes values for error messages.
enum LuaDescription {
  /// A few words about the value at `index`: `nothing`, `nil`, `number 1.5`, `string "abc"`, `table`, `vnn.Tensor`.
  static func of(_ index: Int32, on state: OpaquePointer) -> String {
    switch lua_type(state, index) {
    case LUA_TNONE: return "nothing"
    case LUA_TBOOLEAN: return lua_toboolean(state, index) != 0 ? "true" : "false"
    case LUA_TNUMBER:
      return lua_isinteger(state, index) != 0
        ? "\(lua_tointegerx(state, index, nil))" : "\(lua_tonumberx(state, index, nil))"
    case LUA_TSTRING:
      let text = Call.text(index, on: state) ?? ""
      return text.count > 40 ? "\"\(text.prefix(40))…\"" : "\"\(text)\""
    case LUA_TUSERDATA: return typeName(index, on: state)
    default: return lua_typename(state, lua_type(state, index)).map { String(cString: $0) } ?? "unknown"
    }
  }

  /// The `__name` in the metatable of the userdata at `index`, or "userdata".
  static func typeName(_ index: Int32, on state: OpaquePointer) -> String {
    guard lua_checkstack(state, 3) != 0, lua_getmetatable(state, index) != 0 else { return "userdata" }
    defer { vnn_pop(state, 2) }
    lua_pushstring(state, "__name")
    lua_rawget(state, -2)
    return lua_type(state, -1) == LUA_TSTRING ? Call.text(-1, on: state) ?? "userdata" : "userdata"
  }
}
