import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

extension Problem: LuaBoxable {
  /// `vnn.Problem`
  public static let luaTypeName = "vnn.Problem"
  /// The input and its box.
  public var luaByteCount: Int { 256 + 24 * region.inputCount }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<Problem>>) {
    type.field("input") { problem, call in call.push(try Tensor(problem.value.input)) }
    type.field("norm") { problem, call in call.push(problem.value.norm.name) }
    type.field("epsilon") { problem, call in call.push(problem.value.epsilon) }
    type.field("class") { problem, call in call.push(problem.value.classIndex + 1) }
    type.field("target") { problem, call in call.push(problem.value.target.map { $0 + 1 }) }
    type.field("rows") { problem, call in call.push(problem.value.rows) }
    type.field("lower") { problem, call in call.push(try Tensor(problem.value.region.boxLower)) }
    type.field("upper") { problem, call in call.push(try Tensor(problem.value.region.boxUpper)) }
    type.field("constraints") { problem, call in
      call.push(.array(try problem.value.constraints.map { try $0.luaValue }))
    }
    type.field("facts") { problem, call in try call.push(.object(problem.value.facts)) }
    type.method("margin") { problem, call in
      let outputs = try call.numberList(1)
      guard outputs.count == 1 || outputs.count > max(problem.value.classIndex, problem.value.target ?? 0) else {
        throw Misuse("Problem.margin: \(outputs.count) outputs do not hold the classes of the problem")
      }
      return call.push(problem.value.margin(of: outputs))
    }
    type.method("support") { problem, call in
      let (support, maximizer) = try problem.value.region.support(try call.numberList(1))
      return call.push(support.value) + call.push(try Tensor(maximizer))
    }
    type.method("project") { problem, call in
      call.push(try Tensor(problem.value.project(try problem.value.input(call))))
    }
    type.method("distance") { problem, call in
      call.push(problem.value.region.distance(of: try problem.value.input(call)))
    }
    type.method("contains") { problem, call in
      call.push(
        problem.value.contains(try problem.value.input(call), tolerance: try call.double(2, default: 1e-9)))
    }
    type.method("sample") { problem, call in
      let random: RandomGenerator = try call.object(1)
      return call.push(try Tensor(problem.value.project(problem.value.region.sample(using: &random.source))))
    }
    type.method("copy") { problem, call in call.push(boxed: problem.value) }
    type.method("save") { problem, call in
      try problem.value.write(try call.string(1))
      return call.push(true)
    }
    type.text { box in
      let problem = box.value
      let target = problem.target.map { String($0 + 1) } ?? "any other"
      return "Problem(\(problem.region.inputCount) inputs, \(problem.norm.name) \(problem.epsilon), "
        + "class \(problem.classIndex + 1) -> \(target)"
        + (problem.constraints.isEmpty ? ")" : ", \(problem.constraints.count) constraints)")
    }
  }

  /// The options of `verify.problem`.
  init(reading table: TableReader) throws {
    let input = try table.required("input") { try $0.numberList(1) }
    func bounds(_ name: String, default fallback: Double) throws -> [Double] {
      let given = try table.optional(name) { $0.kind(1) == .number ? [try $0.double(1)] : try $0.numberList(1) }
      let values = given ?? [fallback]
      guard values.count == 1 || values.count == input.count else {
        throw Misuse("\(name): expected a number or \(input.count) of them, got \(values.count)")
      }
      return values.count == 1 ? [Double](repeating: values[0], count: input.count) : values
    }
    let norm = Norm.named(try table.string("norm", oneOf: Norm.names, default: Norm.l1.name)) ?? .l1
    let epsilon = try table.optionalDouble("epsilon")
    guard !norm.needsEpsilon || epsilon != nil else { throw Misuse("epsilon: is missing") }
    let target = try table.optional("target") { try $0.zeroBased(1) }
    let constraints = try table.optional("constraints") { call in
      try call.elements(1, of: "constraints", expected: "a table", LinearConstraint.all).flatMap(\.self)
    }
    let facts = try table.optional("facts") { try $0.json(1, objects: Tensor.asJSON) }
    try self.init(
      input: input, lower: try bounds("lower", default: 0), upper: try bounds("upper", default: 1),
      norm: norm, epsilon: epsilon ?? .infinity, rows: try table.optionalInt("rows"),
      class: try table.required("class") { try $0.zeroBased(1) }, target: target,
      constraints: constraints ?? [], facts: facts?.object ?? [:])
  }

  private func input(_ call: Call) throws -> [Double] {
    let values = try call.numberList(1)
    guard values.count == region.inputCount else {
      throw call.failure(1, "expected \(region.inputCount) inputs, got \(values.count)")
    }
    return values
  }
}

extension LinearConstraint {
  /// Reads `{ inputs = …, outputs = …, relation = "<=", right = 3 }`; nil for anything but a table.
  fileprivate static func all(_ call: Call) throws -> [LinearConstraint]? {
    guard call.kind(1) == .table else { return nil }
    let table = try call.table(1)
    let inputs = try table.optional("inputs") { try $0.numberList(1) }
    let outputs = try table.optional("outputs") { try $0.numberList(1) }
    let relation = try table.required("relation") { try $0.relation(1) }
    let right = try table.double("right")
    try table.rejectOthers()
    return try all(inputs: inputs ?? [], outputs: outputs ?? [], relation, right)
  }

  /// The same table.
  fileprivate var luaValue: LuaValue {
    get throws {
      var members: [(String, LuaValue)] = [
        ("relation", .string(Relation.lessOrEqual.rawValue)), ("right", .number(right)),
      ]
      if !inputs.isEmpty { members.append(("inputs", .object(try Tensor(inputs)))) }
      if !outputs.isEmpty { members.append(("outputs", .object(try Tensor(outputs)))) }
      return .table(members)
    }
  }
}
