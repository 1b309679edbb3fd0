/// Optional names of rows or columns. Giving none costs nothing; written names are made unique only when asked for.
struct NameTable {
  /// What made-up names begin with.
  let letter: Character

  private var single: [Int: String] = [:]
  private var ranges: [(start: Int, count: Int, prefix: String)] = []

  init(letter: Character) { self.letter = letter }

  /// Whether anything was named.
  var isEmpty: Bool { single.isEmpty && ranges.isEmpty }

  mutating func set(_ name: String, at index: Int) { single[index] = name }

  mutating func set(prefix: String, at start: Int, count: Int) {
    if count > 0 { ranges.append((start, count, prefix)) }
  }

  mutating func truncate(to count: Int) {
    single = single.filter { $0.key < count }
    ranges = ranges.compactMap { range in
      range.start < count ? (range.start, min(range.count, count - range.start), range.prefix) : nil
    }
  }

  /// The name given to `index`, or the letter and its number from 1.
  func name(_ index: Int) -> String {
    if let name = single[index] { return name }
    if !ranges.isEmpty {
      // Ranges are in rising order; find the last that begins at or before the index.
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].start <= index { low = middle + 1 } else { high = middle }
      }
      if low > 0, index < ranges[low - 1].start + ranges[low - 1].count {
        return "\(ranges[low - 1].prefix)\(index - ranges[low - 1].start + 1)"
      }
    }
    return "\(letter)\(index + 1)"
  }

  /// `names`, all different and as `spell` spells them; a name that is free keeps its spelling.
  ///
  /// - Parameter letter: what an empty name becomes, with its number from 1.
  static func unique(
    _ names: [String], letter: Character, avoiding: [String], spell: (String) -> String
  ) -> [String] {
    var taken = Set<String>(minimumCapacity: names.count)
    taken.formUnion(avoiding)
    var next: [String: Int] = [:]
    return names.enumerated().map { index, name in
      var base = spell(name)
      if base.isEmpty { base = "\(letter)\(index + 1)" }
      var candidate = base
      var number = next[base] ?? 2
      while !taken.insert(candidate).inserted {
        candidate = "\(base)_\(number)"
        number += 1
        next[base] = number
      }
      return candidate
    }
  }
}
