import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// The linear relaxation of a network and a problem: `verify.relax`.
final class NetworkRelaxation: RobustnessProof {
  static let luaTypeName = "vnn.Relaxation"
  let finding: Certified<LinearRelaxation>

  init(_ finding: Certified<LinearRelaxation>) { self.finding = finding }

  private var relaxation: LinearRelaxation { finding.content }
  var luaByteCount: Int { relaxation.network.luaByteCount + relaxation.model.luaByteCount }

  static func describe(_ type: LuaType<NetworkRelaxation>) {
    type.field("model") { relaxation, call in call.push(relaxation.relaxation.model) }
    type.field("inputs") { relaxation, call in call.push(VariableArray(relaxation.relaxation.inputs)) }
    type.field("depth") { relaxation, call in call.push(relaxation.relaxation.depth) }
    type.field("scope") { relaxation, call in call.push(relaxation.relaxation.scope.rawValue) }
    type.field("bounds") { relaxation, call in
      call.push(NetworkBounds(relaxation.finding.bounds, method: "relaxation"))
    }
    type.field("empty") { relaxation, call in call.push(relaxation.relaxation.isEmpty) }
    type.method("importance") { relaxation, call in
      call.push(.array(try relaxation.relaxation.importance().map { .object(try Tensor($0)) }))
    }
    type.method("aim") { relaxation, call in
      try relaxation.relaxation.aim(at: try relaxation.aim(call))
      return call.pushArgument(0)
    }
    type.method("bound") { relaxation, call in
      let solution: Solution = try call.boxed(1)
      guard let duals = solution.rowDuals, solution.modelIdentity == relaxation.relaxation.model.identity else {
        return call.pushNil()
      }
      let bound = try relaxation.relaxation.bound(rowDuals: duals)
      if case .preactivation(_, _, isUpper: false) = relaxation.relaxation.aim { return call.push(-bound) }
      return call.push(bound)
    }
    type.provesRobust()
    type.text { box in
      let found = box.relaxation
      return "Relaxation(\(found.depth) hidden layers, \(found.bounds.unstableCount(of: found.network)) unstable)"
    }
  }

  /// `"upper", layer, neuron`, `"lower", layer, neuron`, `"margin", rival` or `"admissibility"`.
  private func aim(_ call: Call) throws -> LinearRelaxation.Aim {
    let name = try call.string(1, oneOf: ["upper", "lower", "margin", "admissibility"])
    switch name {
    case "admissibility": return .admissibility
    case "margin":
      let rival = call.isNil(2) ? relaxation.problem.target : try call.zeroBased(2)
      guard let rival else { throw call.failure(2, "expected a rival, since the problem has no target") }
      return .margin(rival: rival)
    default:
      return .preactivation(layer: try call.zeroBased(2), neuron: try call.zeroBased(3), isUpper: name == "upper")
    }
  }
}
