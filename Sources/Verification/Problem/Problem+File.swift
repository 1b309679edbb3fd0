import Essentials
import MILP

extension Problem {
  private static let ownKeys: Set<String> = [
    "input", "lower", "upper", "norm", "epsilon", "rows", "class", "target", "constraints",
  ]

  /// Reads a problem file: `{"input": [...], "lower": 0, "upper": 1, "norm": "l1", "epsilon": 5, "rows": 28, "class": 4,
  /// "target": 9}`, classes counted from 1, bounds numbers or arrays, target absent or null for any other class. Further
  /// conditions are `"constraints": [{"inputs": [...], "outputs": [...], "relation": "<=", "right": 3}, ...]`, where
  /// either list of coefficients may be absent.
  ///
  /// - Throws: `OutsideFailure` naming the file and the member that is wrong.
  public static func read(_ path: String) throws -> Problem {
    try Problem(json: JSON(parsing: FileAccess.read(path), path: path), path: path)
  }

  /// The problem that `json` describes; `path` is what errors name.
  public init(json: JSON, path: String) throws {
    func failure(_ key: String, _ what: String) -> OutsideFailure { OutsideFailure("\(path): \(key): \(what)") }
    guard let members = json.object else { throw OutsideFailure("\(path): expected a JSON object") }
    func required(_ key: String) throws -> JSON {
      guard let value = members[key], value != .null else { throw failure(key, "is missing") }
      return value
    }
    func whole(_ key: String, _ value: JSON) throws -> Int {
      guard let number = value.int else { throw failure(key, "expected a whole number") }
      return number
    }
    func numbers(_ key: String, _ value: JSON) throws -> [Double] {
      guard let list = value.array else { throw failure(key, "expected an array of numbers") }
      return try list.enumerated().map { index, element in
        guard let number = element.double, number.isFinite else {
          throw failure(key, "expected finite numbers, and element \(index + 1) is none")
        }
        return number
      }
    }
    let input = try numbers("input", required("input"))
    guard !input.isEmpty else { throw failure("input", "expected at least one number") }
    func bounds(_ key: String) throws -> [Double] {
      let value = try required(key)
      if let number = value.double, number.isFinite { return [Double](repeating: number, count: input.count) }
      let list = try numbers(key, value)
      guard list.count == input.count else {
        throw failure(key, "expected one number or \(input.count) of them, got \(list.count)")
      }
      return list
    }
    let lower = try bounds("lower")
    let upper = try bounds("upper")
    for index in input.indices where !(lower[index] <= input[index] && input[index] <= upper[index]) {
      throw failure(
        "input", "element \(index + 1) is \(input[index]), outside its bounds [\(lower[index]), \(upper[index])]")
    }
    guard let name = try required("norm").string, let norm = Norm.named(name) else {
      throw failure("norm", "expected one of \(Norm.names.joined(separator: ", "))")
    }
    var epsilon = Double.infinity
    if norm.needsEpsilon {
      guard let value = try required("epsilon").double, value.isFinite, value >= 0 else {
        throw failure("epsilon", "expected a finite number that is not negative")
      }
      epsilon = value
    }
    var rows: Int?
    if let value = members["rows"], value != .null {
      rows = try whole("rows", value)
      if let rows, rows < 1 || input.count % rows != 0 {
        throw failure("rows", "expected a divisor of the \(input.count) inputs, got \(rows)")
      }
    } else if norm.needsRows {
      throw failure("rows", "is missing, and the norm \(norm.name) needs it")
    }
    let classNumber = try whole("class", required("class"))
    guard classNumber >= 1 else { throw failure("class", "expected a position from 1, got \(classNumber)") }
    var target: Int?
    if let value = members["target"], value != .null {
      let number = try whole("target", value)
      guard number >= 1 else { throw failure("target", "expected a position from 1, got \(number)") }
      guard number != classNumber else { throw failure("target", "is the class, \(number), itself") }
      target = number - 1
    }
    var constraints: [LinearConstraint] = []
    if let value = members["constraints"], value != .null {
      guard let list = value.array else { throw failure("constraints", "expected an array of objects") }
      for (index, element) in list.enumerated() {
        do {
          constraints += try LinearConstraint.all(json: element)
        } catch let misuse as Misuse {
          throw failure("constraints", "element \(index + 1): \(misuse.message)")
        }
      }
    }
    do {
      try self.init(
        input: input, lower: lower, upper: upper, norm: norm, epsilon: epsilon, rows: rows, class: classNumber - 1,
        target: target, constraints: constraints, facts: members.filter { !Problem.ownKeys.contains($0.key) })
    } catch let misuse as Misuse {
      throw OutsideFailure("\(path): \(misuse.message)")
    }
  }

  /// The problem as its file holds it.
  public var json: JSON {
    var members = facts
    members["input"] = .array(input.map { .number($0) })
    members["lower"] = Problem.compact(region.boxLower)
    members["upper"] = Problem.compact(region.boxUpper)
    members["norm"] = .string(norm.name)
    if epsilon.isFinite { members["epsilon"] = .number(epsilon) }
    if let rows { members["rows"] = .integer(Int64(rows)) }
    members["class"] = .integer(Int64(classIndex + 1))
    if let target { members["target"] = .integer(Int64(target + 1)) }
    if !constraints.isEmpty { members["constraints"] = .array(constraints.map(\.json)) }
    return .object(members)
  }

  /// Writes the problem's file, whole or not at all.
  public func write(_ path: String) throws { try FileAccess.write(json.text() + "\n", to: path) }

  /// One number when all are equal.
  private static func compact(_ bounds: [Double]) -> JSON {
    bounds.allSatisfy { $0 == bounds[0] } ? .number(bounds[0]) : .array(bounds.map { .number($0) })
  }
}

extension LinearConstraint {
  /// The conditions of one element of a problem file's `constraints`.
  ///
  /// - Throws: `Misuse` saying what is wrong in it.
  fileprivate static func all(json: JSON) throws -> [LinearConstraint] {
    guard let members = json.object else { throw Misuse("expected an object") }
    if let key = members.keys.sorted().first(where: { !["inputs", "outputs", "relation", "right"].contains($0) }) {
      throw Misuse("expected inputs, outputs, relation and right, got \(key)")
    }
    func numbers(_ key: String) throws -> [Double] {
      guard let value = members[key], value != .null else { return [] }
      let numbers = value.array?.compactMap(\.double)
      guard let numbers, numbers.count == value.array?.count else {
        throw Misuse("\(key): expected an array of numbers")
      }
      return numbers
    }
    guard let relation = members["relation"]?.string.flatMap({ Relation(symbol: $0) }) else {
      throw Misuse("relation: expected one of \(Relation.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let right = members["right"]?.double else { throw Misuse("right: expected a number") }
    return try all(inputs: numbers("inputs"), outputs: numbers("outputs"), relation, right)
  }

  /// The condition as a problem file holds it.
  fileprivate var json: JSON {
    var members: [String: JSON] = ["relation": .string(Relation.lessOrEqual.rawValue), "right": .number(right)]
    if !inputs.isEmpty { members["inputs"] = .array(inputs.map { .number($0) }) }
    if !outputs.isEmpty { members["outputs"] = .array(outputs.map { .number($0) }) }
    return .object(members)
  }
}
