import Essentials
import LuaHost
import Networks

extension ParameterOptimizer: LuaObject {
  /// `vnn.Optimizer`
  public static let luaTypeName = "vnn.Optimizer"
  /// Two moments of 8 bytes for every parameter.
  public var luaByteCount: Int { 256 + 16 * network.layers.reduce(0) { $0 + $1.weight.count + $1.bias.count } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<ParameterOptimizer>) {
    type.field(
      "learning_rate", { optimizer, call in call.push(optimizer.learningRate) },
      write: { optimizer, call in
        let rate = try call.double(1)
        guard rate > 0, rate.isFinite else { throw Misuse("learning_rate: expected a number above 0, got \(rate)") }
        optimizer.learningRate = rate
        return 0
      })
    type.field("weight_decay") { optimizer, call in call.push(optimizer.weightDecay) }
    type.field("steps") { optimizer, call in call.push(optimizer.stepCount) }
    type.field("network") { optimizer, call in call.push(optimizer.network) }
    type.method("step") { optimizer, call in
      let gradients = try call.gradients(1)
      let masks = try call.options(2) { try $0.masks("mask") }
      try optimizer.step(gradients, masks: masks.weights, biasMasks: masks.biases)
      return call.pushArgument(0)
    }
    type.text { optimizer in
      let name =
        switch optimizer.optimizer {
        case .adam: "adam"
        case .descent: "sgd"
        }
      return "Optimizer(\(name), learning rate \(optimizer.learningRate), \(optimizer.stepCount) steps)"
    }
  }
}
