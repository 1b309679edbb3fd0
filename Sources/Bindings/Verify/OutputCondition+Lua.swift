import Essentials
import LuaHost
import Networks
import Verification

extension OutputCondition: LuaBoxable {
  /// `vnn.Condition`
  public static let luaTypeName = "vnn.Condition"
  /// The coefficients.
  public var luaByteCount: Int { 256 + 8 * alternatives.reduce(0) { $0 + $1.count * (outputCount + 4) } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<OutputCondition>>) {
    type.field("outputs") { condition, call in call.push(condition.value.outputCount) }
    type.field("alternatives") { condition, call in call.push(condition.value.alternatives.count) }
    type.method("margin") { condition, call in
      let outputs = try call.numberList(1)
      guard outputs.count == condition.value.outputCount else {
        throw call.failure(1, "expected \(condition.value.outputCount) outputs, got \(outputs.count)")
      }
      return call.push(condition.value.margin(of: outputs))
    }
    type.method("reduce") { condition, call in
      let network: Network = try call.object(1)
      let region: any InputRegion
      if let problem = call.objectIfAny(2, as: Box<Problem>.self) {
        guard problem.value.constraints.isEmpty else {
          throw call.failure(2, "expected a problem without constraints: only its region is taken over")
        }
        region = problem.value.region
      } else {
        region = try call.options(2) { table in
          try BoxRegion(
            lower: try table.required("lower") { try $0.numberList(1) },
            upper: try table.required("upper") { try $0.numberList(1) },
            center: try table.optional("input") { try $0.numberList(1) })
        }
      }
      let (reduced, problem) = try condition.value.reduce(network, over: region)
      return call.push(reduced) + call.push(boxed: problem)
    }
    type.method("check") { condition, call in
      let example = try Counterexample(
        try call.numberList(3), network: try call.object(1), condition: condition.value, problem: try call.boxed(2))
      return example.isConfirmed ? call.push(boxed: example) : call.pushNil()
    }
    type.text { box in
      let inequalities = box.value.alternatives.map { String($0.count) }.joined(separator: " or ")
      return "Condition(\(box.value.outputCount) outputs, \(inequalities) inequalities)"
    }
  }

  /// The condition at `position`: a sequence of alternatives, each a sequence of `{ coefficients =, constant = }`.
  init(reading call: Call, _ position: Int) throws {
    let alternatives = try call.elements(position, of: "alternatives", expected: "a sequence of inequalities") { call in
      guard call.kind(1) == .table else { return [OutputInequality]?.none }
      return try call.elements(1, of: "inequalities", expected: "an inequality") { call in
        guard call.kind(1) == .table else { return OutputInequality?.none }
        return try call.options(1) { table in
          OutputInequality(
            coefficients: try table.required("coefficients") { try $0.numberList(1) },
            constant: try table.double("constant", default: 0))
        }
      }
    }
    try self.init(alternatives: alternatives)
  }
}
