import Essentials
import LuaHost
import MILP

extension Construct: LuaBoxable {
  /// `vnn.Construct`
  public static let luaTypeName = "vnn.Construct"
  /// A handle, with what it is about.
  public var luaByteCount: Int { 96 + 16 * columns.count }

  /// Registers fields.
  public static func describe(_ type: LuaType<Box<Construct>>) {
    type.field("kind") { construct, call in call.push(construct.value.kind.rawValue) }
    type.metamethod("__eq") { call in
      let left = call.boxedIfAny(1, as: Construct.self)
      return call.push(left != nil && left == call.boxedIfAny(2, as: Construct.self))
    }
    type.text { construct in
      let name = construct.value.name.map { ", \($0)" } ?? ""
      return "Construct(\(construct.value.kind.rawValue)\(name))"
    }
  }
}

extension Model {
  /// Registers special ordered sets and indicators.
  static func describeConstructs(_ type: LuaType<Model>) {
    for setType in SpecialOrderedSet.SetType.allCases {
      type.method("sos\(setType.rawValue)") { model, call in
        let variables = try call.variables(1).variables
        let (weights, name) = try call.options(2) { options in
          (try options.optional("weights") { try $0.numberList(1) }, try options.optionalString("name"))
        }
        return call.push(
          boxed: try model.addSpecialOrderedSet(setType, variables, weights: weights, name: name))
      }
    }
    type.method("indicator") { model, call in
      let difference = try call.difference(3, 5)
      return call.push(
        boxed: try model.addIndicator(
          try call.boxed(1), is: try call.int(2), difference, try call.relation(4), 0,
          name: try call.optionalName(6)))
    }
    type.method("all_constructs") { model, call in
      call.push(.array(model.constructs.map { .object(Box($0)) }))
    }
  }
}

extension Call {
  /// The special ordered sets and indicators at `position`, one or a sequence; nil for anything else.
  func constructsIfAny(_ position: Int) -> [Construct]? {
    if let single = boxedIfAny(position, as: Construct.self) { return [single] }
    guard kind(position) == .table else { return nil }
    return try? elements(position, of: "constructs", expected: "a construct") {
      $0.boxedIfAny(1, as: Construct.self)
    }
  }
}
