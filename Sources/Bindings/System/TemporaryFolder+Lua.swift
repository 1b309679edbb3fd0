import Essentials
import LuaHost

extension TemporaryFolder: LuaObject {
  /// `vnn.TemporaryFolder`
  public static let luaTypeName = "vnn.TemporaryFolder"

  /// Registers fields.
  public static func describe(_ type: LuaType<TemporaryFolder>) {
    type.field("path") { folder, call in call.push(folder.path) }
    type.text { "TemporaryFolder(\($0.path))" }
  }
}
