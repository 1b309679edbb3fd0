import Essentials
import LuaHost
import MILP

/// Constraints that were made together, in order.
final class ConstraintArray: LuaObject {
  static let luaTypeName = "vnn.Constraints"
  let constraints: [Constraint]

  init(_ constraints: [Constraint]) { self.constraints = constraints }

  var luaByteCount: Int { 64 + 16 * constraints.count }

  static func describe(_ type: LuaType<ConstraintArray>) {
    type.field("count") { array, call in call.push(array.constraints.count) }
    type.indexed { array, position, call in
      // One past the end is nil, so that ipairs ends there.
      if position == array.constraints.count + 1 { return call.pushNil() }
      guard position >= 1, position <= array.constraints.count else {
        throw Misuse("Constraints: expected a position from 1 to \(array.constraints.count), got \(position)")
      }
      return call.push(boxed: array.constraints[position - 1])
    }
    type.length { $0.constraints.count }
    type.pairs { array in
      array.constraints.enumerated().map { (.integer($0 + 1), .object(Box($1))) }
    }
    type.text { "Constraints(\($0.constraints.count))" }
  }
}

extension Call {
  /// The constraints at `position`: an array, a sequence of constraints, or one constraint.
  func constraints(_ position: Int) throws -> [Constraint] {
    if let array = objectIfAny(position, as: ConstraintArray.self) { return array.constraints }
    if let single = boxedIfAny(position, as: Constraint.self) { return [single] }
    guard kind(position) == .table else { throw mismatch(position, expected: "constraints") }
    return try elements(position, of: "constraints", expected: "a constraint") {
      $0.boxedIfAny(1, as: Constraint.self)
    }
  }
}
