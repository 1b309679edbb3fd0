/// A partition of 0..<count that is made coarser by joining parts (Galler and Fischer, "An improved equivalence
/// algorithm", CACM 1964).
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  /// One number that stands for the part of `element`.
  mutating func representative(of element: Int) -> Int {
    var element = element
    while parents[element] != element {
      parents[element] = parents[parents[element]]
      element = parents[element]
    }
    return element
  }

  /// Makes the parts of both one.
  mutating func join(_ a: Int, _ b: Int) { parents[representative(of: a)] = representative(of: b) }
}
