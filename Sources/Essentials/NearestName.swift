/// Finds what a mistyped name was meant to be.
public enum NearestName {
  /// The candidate other than `name` with the smallest edit distance to it, whatever the case of its letters, or nil
  /// when none is close (more than one letter and more than half of it differ).
  public static func of(_ name: String, in candidates: some Sequence<String>) -> String? {
    let ranked = candidates.filter { $0 != name }.map { ($0, distance(name.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), best.1 <= max(1, name.count / 2) else {
      return nil
    }
    return best.0
  }

  /// The Levenshtein distance: insertions, deletions and substitutions of characters.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
