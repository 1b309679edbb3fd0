import Essentials
import LuaHost

extension FileLock: LuaObject {
  /// `vnn.Lock`
  public static let luaTypeName = "vnn.Lock"

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<FileLock>) {
    type.field("path") { lock, call in call.push(lock.path) }
    type.method("release") { lock, _ in
      lock.release()
      return 0
    }
    type.text { "Lock(\($0.path))" }
  }
}
