import Essentials
import Glibc
import LuaHost

extension ChildProcess: LuaObject {
  /// `vnn.Process`
  public static let luaTypeName = "vnn.Process"

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<ChildProcess>) {
    type.field("id") { process, call in call.push(Int(process.identifier)) }
    type.field("ending") { process, call in call.push(process.ending) }
    type.method("send") { process, call in call.push(process.channel.send(try call.bytes(1))) }
    type.method("receive") { process, call in
      process.channel.nextLine().map { call.push(bytes: $0) } ?? call.pushNil()
    }
    type.method("interrupt") { process, _ in
      process.send(signal: SIGINT)
      return 0
    }
    type.method("kill") { process, _ in
      process.send(signal: SIGKILL)
      return 0
    }
    type.text { "Process(\($0.identifier), \($0.ending ?? "running"))" }
  }
}
