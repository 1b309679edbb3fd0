import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// The MILP of a network and a problem: `verify.encode`.
final class NetworkEncoding: LuaObject {
  static let luaTypeName = "vnn.Encoding"
  let finding: Certified<Encoding>

  init(_ finding: Certified<Encoding>) { self.finding = finding }

  private var encoding: Encoding { finding.content }
  var luaByteCount: Int { encoding.network.luaByteCount + encoding.model.luaByteCount }

  static func describe(_ type: LuaType<NetworkEncoding>) {
    type.field("model") { encoding, call in call.push(encoding.encoding.model) }
    type.field("inputs") { encoding, call in call.push(VariableArray(encoding.encoding.inputs)) }
    type.field("switches") { encoding, call in call.push(VariableArray(encoding.encoding.switches)) }
    type.field("outputs") { encoding, call in
      let outputs = encoding.encoding.outputs
      guard !outputs.isEmpty else { return call.pushNil() }
      return call.push(VariableArray(outputs))
    }
    type.field("margin") { encoding, call in
      guard let margin = encoding.encoding.margin else { return call.pushNil() }
      return call.push(boxed: margin)
    }
    type.field("distance") { encoding, call in
      guard let distance = encoding.encoding.distance else { return call.pushNil() }
      return call.push(boxed: distance)
    }
    type.field("binaries") { encoding, call in call.push(encoding.encoding.record.binaries) }
    type.field("record") { encoding, call in call.push(encoding.encoding.record.description) }
    type.method("complete") { encoding, call in
      call.push(try Tensor(try encoding.encoding.completed(try call.numberList(1))))
    }
    type.method("pattern") { encoding, call in
      let point = try encoding.encoding.completed(try call.numberList(1))
      return call.push(encoding.encoding.switches.map { point[$0.index] > 0.5 ? 1 : 0 })
    }
    type.method("proves_robust") { encoding, call in
      let solved = try encoding.finding.solved(by: try call.boxed(1))
      return call.push(try solved.provesRobust(try call.object(2), try call.optionalBoxed(3)))
    }
    type.method("distance_bound") { encoding, call in
      let solved = try encoding.finding.solved(by: try call.boxed(1))
      return call.push(solved.isCertified ? solved.content.distanceBound : nil)
    }
    type.text { encoding in
      let record = encoding.encoding.record
      return "Encoding(\(record.columns) columns, \(record.binaries) binary, \(record.rows) rows)"
    }
  }
}
