import Interchange
import LuaHost
import Tensors

extension VNNLIBModels: LuaBoxable {
  /// `vnn.Models`
  public static let luaTypeName = "vnn.Models"
  /// A guess: files hold what they hold.
  public var luaByteCount: Int { 4096 }

  /// Registers methods.
  public static func describe(_ type: LuaType<Box<VNNLIBModels>>) {
    type.field("drops_activations") { models, call in call.push(models.value.dropsActivations) }
    type.method("network") { models, call in call.push(try models.value.network()) }
    type.method("replay") { models, call in
      call.push(try Tensor(try models.value.replay(try call.numberList(1))))
    }
    type.method("replay_network") { models, call in
      call.push(try Tensor(try models.value.replayNetwork(try call.numberList(1))))
    }
    type.method("search") { models, call in
      let (timeLimit, boxLimit) = try call.options(1) { options in
        (try options.double("time_limit_s", default: 10), try options.int("box_limit", default: .max))
      }
      var search = BoxSearch(models.value, boxLimit: boxLimit)
      switch try search.run(timeLimit: timeLimit, shouldStop: { Interrupt.isRequested }) {
      case .satisfied(let point): return call.push("sat") + call.push(try Tensor(point))
      case .refuted: return call.push("unsat")
      case .open: return call.push("unknown")
      }
    }
    type.method("assignment") { models, call in
      call.push(try models.value.assignment(at: try call.numberList(1)))
    }
    type.method("save_assignment") { models, call in
      try models.value.writeAssignment(at: try call.numberList(1), to: try call.string(2))
      return call.push(true)
    }
    type.text { "Models(\($0.value.property.networks.map(\.name).joined(separator: ", ")))" }
  }
}
