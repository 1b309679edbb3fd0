import Essentials

/// How the size of a change is measured, by the name that problem files use.
///
/// Each region type declares its norm and how it is made; `regions` is the one list of them, and what users may write,
/// messages and `verify.norms` follow from it.
public struct Norm: Sendable, Hashable {
  /// The name in problem files.
  public let name: String
  /// Whether a problem must say how large a change may be.
  public let needsEpsilon: Bool
  /// Whether a problem must say how many image rows there are.
  public let needsRows: Bool
  /// Whether the region is a box, so that its inputs can be divided.
  public let isBox: Bool
  /// Whether the line between two points of the region stays in it.
  public let isConvex: Bool

  /// Every region that a problem can have, in the order in which messages name them.
  private static let regions: [any InputRegion.Type] = [
    L1Ball.self, LInfinityBall.self, L0Ball.self, RowMaxBall.self, BoxRegion.self,
  ]

  /// A norm under a name that no other has.
  init(
    _ name: String, needsEpsilon: Bool = true, needsRows: Bool = false, isBox: Bool = false, isConvex: Bool = true
  ) {
    self.name = name
    self.needsEpsilon = needsEpsilon
    self.needsRows = needsRows
    self.isBox = isBox
    self.isConvex = isConvex
  }

  /// Every norm.
  public static let all: [Norm] = regions.map { $0.norm }

  /// The names of every norm.
  public static var names: [String] { all.map(\.name) }

  /// The norm of that name; nil where there is none.
  public static func named(_ name: String) -> Norm? { all.first { $0.name == name } }

  /// The region of this norm.
  ///
  /// - Throws: `Misuse` when the norm needs rows and there are none, or the region cannot be.
  func region(_ parameters: RegionParameters) throws -> any InputRegion {
    guard !needsRows || parameters.rows != nil else {
      throw Misuse("problem: the norm \(name) needs rows, the number of image rows")
    }
    guard let type = Norm.regions.first(where: { $0.norm == self }) else {
      throw Misuse("problem: expected one of the norms \(Norm.names.joined(separator: ", ")), got \(name)")
    }
    return try type.init(parameters)
  }
}
