import CLuaBridge

/// Which vnnlua this is.
public enum Release {
  /// The version of vnnlua.
  public static let version = "0.1.0"
  /// The Lua it was built with, such as "Lua 5.4.4".
  public static let lua = String(cString: vnn_lua_release())
  /// What tells this program apart from all that were built from other sources: the linker's build ID, in hexadecimal
  /// digits. nil where the linker gave none.
  public static let build: String? = {
    var text = [CChar](repeating: 0, count: Int(VNN_BUILD_ID_LENGTH) + 1)
    vnn_build_id(&text)
    let digits = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
  }()
}
