import Essentials
import LuaHost
import TestSupport

/// A native object with one of everything.
final class Vessel: LuaObject {
  static let luaTypeName = "test.Vessel"
  let token: LifetimeCounter.Token?
  let luaByteCount: Int
  var content: Double
  var label = "plain"

  init(_ content: Double, counter: LifetimeCounter? = nil, bytes: Int = 64) {
    self.content = content
    token = counter?.token()
    luaByteCount = bytes
  }

  static func describe(_ type: LuaType<Vessel>) {
    type.field("content") { vessel, call in call.push(vessel.content) }
    type.field("label") { vessel, call in
      call.push(vessel.label)
    } write: { vessel, call in
      vessel.label = try call.string(1)
      return 0
    }
    type.method("fill_") { vessel, call in
      vessel.content = try call.double(1)
      return call.pushArgument(0)
    }
    type.method("with") { vessel, call in
      let result = try call.function(1).call {
        $0.push(vessel)
      } read: {
        try $0.double(1)
      }
      return call.push(result)
    }
    type.method("spill") { vessel, _ in throw Misuse("spill: expected a full vessel, got \(vessel.content)") }
    type.indexed { vessel, position, call in call.push(vessel.content * Double(position)) }
    type.assigned { vessel, call in
      guard call.kind(1) == .number else { throw call.mismatch(1, expected: "a position") }
      vessel.content = try call.double(2) / call.double(1)
      return 0
    }
    type.text { "Vessel(\($0.content))" }
    type.length { Int($0.content) }
    type.called { vessel, call in call.push(vessel.content + (try call.double(1))) }
    type.pairs { [(.string("content"), .number($0.content)), (.string("label"), .string($0.label))] }
    type.metamethod("__add") { call in
      func content(_ position: Int) throws -> Double {
        try call.objectIfAny(position, as: Vessel.self)?.content ?? call.double(position)
      }
      return call.push(Vessel(try content(1) + content(2)))
    }
    type.metamethod("__eq") { call in
      call.push(try call.object(1, as: Vessel.self).content == call.object(2, as: Vessel.self).content)
    }
  }
}

/// An interpreter with the module `vnn.test`.
func testInterpreter(counter: LifetimeCounter? = nil, memoryLimit: Int? = nil) throws -> Interpreter {
  let interpreter = try Interpreter(memoryLimit: memoryLimit)
  try interpreter.register(
    NativeModule("vnn.test") { module in
      module.constant("answer", .table([(key: "value", value: .array([.integer(42), .string("x"), .nil]))]))
      module.function("vessel") { call in
        call.push(Vessel(try call.double(1, default: 0), counter: counter, bytes: try call.int(2, default: 64)))
      }
      module.function("misuse") { call in throw Misuse("misuse: \(try call.string(1, default: "expected better"))") }
      module.function("outside") { _ in throw OutsideFailure("file.txt: cannot be opened") }
      module.function("call") { call in
        let values = try call.function(1).call()
        try call.reserve(values.count)
        return values.reduce(0) { $0 + call.push($1) }
      }
      module.function("value") { call in call.push(try call.value(1)) }
      module.function("numbers") { call in call.push(try call.numbers(1).reduce(0, +)) }
      module.function("nested") { call in
        let (shape, values) = try call.nestedNumbers(1)
        return call.push(shape) + call.push(values)
      }
      module.function("int") { call in call.push(try call.int(1)) }
      module.function("options") { call in
        let (limit, name, widths) = try call.options(1) {
          (
            try $0.double("time_limit_s", default: 60),
            try $0.string("name", oneOf: ["glpk", "highs"], default: "glpk"),
            try $0.optional("widths") { try $0.ints(1) }
          )
        }
        return call.push(limit) + call.push(name) + call.push(widths ?? [])
      }
      module.function("counter") { call in
        var count = 0
        return call.push(function: "count") { call in
          count += 1
          return call.push(count)
        }
      }
    })
  return interpreter
}

/// The text of the error that `body` throws: the message of a Lua error.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let failure as LuaFailure {
    return failure.message
  } catch {
    return "\(error)"
  }
}
