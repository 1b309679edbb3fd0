import Essentials
import LuaHost

extension ParentProcess: LuaObject {
  /// `vnn.Parent`
  public static let luaTypeName = "vnn.Parent"

  /// Registers methods.
  public static func describe(_ type: LuaType<ParentProcess>) {
    type.method("send") { parent, call in call.push(parent.channel.send(try call.bytes(1))) }
    type.method("receive") { parent, call in
      while !Interrupt.isRequested {
        if let line = parent.channel.nextLine() { return call.push(bytes: line) }
        if parent.channel.isClosed { break }
        // In slices, for an interrupt that comes just before the system waits.
        parent.channel.wait(seconds: 0.5)
      }
      return call.pushNil()
    }
    type.text { _ in "Parent" }
  }
}
