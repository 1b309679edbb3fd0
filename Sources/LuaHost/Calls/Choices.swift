import Essentials

/// Explains names that are not among the valid ones.
package enum Choices {
  /// `expected one of "a", "b", got "c"`, with the nearest one if any is near.
  package static func explain(_ got: String, _ choices: [String]) -> String {
    let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
    let nearest = NearestName.of(got, in: choices).map { "; did you mean \"\($0)\"?" } ?? ""
    return "expected one of \(list), got \"\(got)\"\(nearest)"
  }

  /// `unknown option 'x'; did you mean 'y'?`, or the list of all when none is near.
  static func unknown(_ what: String, _ name: String, _ names: [String]) -> String {
    if let nearest = NearestName.of(name, in: names) { return "unknown \(what) '\(name)'; did you mean '\(nearest)'?" }
    guard !names.isEmpty else { return "unknown \(what) '\(name)'; there are none" }
    return "unknown \(what) '\(name)'; there are \(names.sorted().joined(separator: ", "))"
  }
}
