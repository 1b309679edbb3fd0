import Essentials
import LuaHost

/// `vnn.json`: text in and out.
enum JSONModule {
  static let name = "vnn.json"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.function("encode") { call in
        let indented = try call.options(2) { try $0.bool("indented", default: false) }
        return call.push(try call.value(1).json().text(indented: indented))
      }
      module.function("decode") { call in
        call.push(LuaValue(try JSON(parsing: try call.bytes(1), path: "json.decode")))
      }
      module.function("load") { call in
        let path = try call.string(1)
        return call.push(LuaValue(try JSON(parsing: try FileAccess.read(path), path: path)))
      }
    }
  }
}
