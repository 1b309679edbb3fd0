import LuaHost
import Tensors

/// `vnn.json`: text in and out.
enum JSONModule {
  static let name = "vnn.json"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.function("encode") { call in
        let indented = try call.options(2) { try $0.bool("indented", default: false) }
        return try call.pushText(of: 1, indented: indented, objects: Tensor.asJSON)
      }
      module.function("decode") { call in try call.pushParsed(1, path: "json.decode") }
      module.function("load") { call in try call.pushParsed(file: try call.string(1)) }
    }
  }
}
