import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// The MILP of a network and a problem: `verify.encode`.
final class NetworkEncoding: LuaObject {
  static let luaTypeName = "vnn.Encoding"
  let encoding: Encoding
  /// What the model looked like when it was made; a proof must be about that model.
  private let revision: Int

  init(_ network: Network, _ problem: Problem, bounds: NetworkBounds?) throws {
    if let bounds {
      guard network.hasSameParameters(as: bounds.network), bounds.problem.hasSameRegion(as: problem) else {
        throw Misuse("verify.encode: the bounds are those of another network or problem")
      }
    }
    encoding = try Encoding(try network.copy(), problem: problem, bounds: bounds?.bounds)
    revision = encoding.model.revision
  }

  var luaByteCount: Int { encoding.network.luaByteCount + encoding.model.luaByteCount }

  static func describe(_ type: LuaType<NetworkEncoding>) {
    type.field("model") { encoding, call in call.push(encoding.encoding.model) }
    type.field("inputs") { encoding, call in call.push(VariableArray(encoding.encoding.inputs)) }
    type.field("binaries") { encoding, call in call.push(encoding.encoding.record.binaries) }
    type.field("record") { encoding, call in call.push(encoding.encoding.record.description) }
    type.method("complete") { encoding, call in
      call.push(try Tensor(try encoding.encoding.completed(try call.numberList(1))))
    }
    type.method("proves_robust") { encoding, call in
      let solution: Solution = try call.boxed(1)
      let network: Network = try call.object(2)
      return call.push(encoding.provesRobust(solution, network))
    }
    type.text { encoding in
      let record = encoding.encoding.record
      return "Encoding(\(record.columns) columns, \(record.binaries) binary, \(record.rows) rows)"
    }
  }

  /// Whether `solution` proves that `network` has no adversarial input in the region: it must be the solution of this
  /// very model, unchanged and without rows that a callback added, and the encoded network must be `network` itself.
  private func provesRobust(_ solution: Solution, _ network: Network) -> Bool {
    guard network.hasSameParameters(as: encoding.network), solution.isAbout(encoding.model, revision: revision)
    else { return false }
    return VerdictRule().verdict(solution, of: encoding.model, isDense: true) == .robust
  }
}
