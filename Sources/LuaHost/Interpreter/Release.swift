import CLuaBridge

/// Which vnnlua this is.
public enum Release {
  /// The version of vnnlua.
  public static let version = "0.1.0"
  /// The Lua it was built with, such as "Lua 5.4.4".
  public static let lua = String(cString: vnn_lua_release())
}
