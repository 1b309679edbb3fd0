import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// `nn.distil(student, teacher, inputs, options)`.
enum NetworkDistillation {
  /// Pushes a trained copy of the student and its error; when that is not finite nil and the reason.
  static func distil(_ call: Call) throws -> Int {
    let student = try (try call.object(1, as: Network.self)).copy()
    let teacher: Network = try call.object(2)
    let inputs: Tensor = try call.object(3)
    var timeLimit = Double.infinity
    var distillation = try call.options(4) { table in
      var distillation = Distillation()
      distillation.steps = try table.int("steps", default: distillation.steps)
      distillation.learningRate = try table.double("learning_rate", default: distillation.learningRate)
      distillation.standardizes = try table.bool("standardize", default: distillation.standardizes)
      (distillation.masks, distillation.biasMasks) = try table.masks("mask")
      distillation.weights = try table.optional("weights") { try $0.numberList(1) }
      timeLimit = try table.double("time_limit_s", default: timeLimit)
      return distillation
    }
    let clock = Stopwatch()
    distillation.isOver = { clock.wallSeconds >= timeLimit || Interrupt.isRequested }
    do {
      let error = try distillation.run(student, teacher: teacher, inputs: inputs)
      return call.push(student) + (error.map(call.push) ?? call.pushNil())
    } catch let failure as OutsideFailure {
      return call.pushNil() + call.push(failure.message)
    }
  }
}
