import Essentials
import LuaHost

extension RawRepresentable where Self: CaseIterable & Hashable, RawValue == String {
  /// The values that a sequence of strings names.
  ///
  /// - Throws: `Misuse` for a name that none of them has, with the nearest.
  static func set(_ call: Call) throws -> Set<Self> {
    let known = allCases.map(\.rawValue)
    return Set(
      try call.strings(1).map { name in
        guard let value = Self(rawValue: name) else {
          let nearest = NearestName.of(name, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
          throw Misuse("expected some of \(known.joined(separator: ", ")), got \"\(name)\"\(nearest)")
        }
        return value
      })
  }
}
