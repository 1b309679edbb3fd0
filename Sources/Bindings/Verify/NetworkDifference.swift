import LuaHost
import Verification

/// How far a network's margin can be above that of a pruned copy, and what a bound of the copy's margin then says about
/// the network itself: `verify.difference`.
final class NetworkDifference: RobustnessProof {
  static let luaTypeName = "vnn.Difference"
  private(set) var finding: Certified<MarginDifference>

  init(_ finding: Certified<MarginDifference>) { self.finding = finding }

  var luaByteCount: Int { finding.question.network.luaByteCount + finding.content.embedded.luaByteCount }

  static func describe(_ type: LuaType<NetworkDifference>) {
    type.field("bound") { difference, call in call.push(difference.finding.content.bound) }
    type.method("conclude") { difference, call in
      try difference.conclude(call)
      return call.push(try difference.finding.marginBound ?? .infinity)
    }
    type.provesRobust()
    type.text { "Difference(at most \($0.finding.content.bound))" }
  }

  /// `search` or `encoding, solution`, of the embedded network and this problem.
  private func conclude(_ call: Call) throws {
    if let search = call.objectIfAny(1, as: NetworkSearch.self) {
      finding = try finding.concluding(from: search.finding)
    } else {
      let encoding: NetworkEncoding = try call.object(1)
      let solved = try encoding.finding.solved(by: try call.boxed(2))
      finding = try finding.concluding(from: solved)
    }
  }
}
