/// The open nodes of a branch and bound: the one with the largest bound comes first, until there are so many that
/// memory asks for depth first.
package struct OpenNodes<Node: BoundedNode> {
  private(set) var heap: [Node] = []
  private(set) var stack: [Node] = []
  /// The most nodes that are kept in order of their bounds.
  package let capacity: Int

  /// No nodes.
  package init(capacity: Int) { self.capacity = capacity }

  /// The number of open nodes.
  package var count: Int { heap.count + stack.count }

  /// The largest bound of an open node; -infinity without one.
  package var bound: Double {
    stack.reduce(heap.first?.bound ?? -.infinity) { max($0, $1.bound) }
  }

  /// Adds a node.
  package mutating func push(_ node: Node) {
    defer { check() }
    guard heap.count < capacity else {
      stack.append(node)
      return
    }
    heap.append(node)
    var place = heap.count - 1
    while place > 0, heap[(place - 1) / 2].bound < heap[place].bound {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the next node out.
  package mutating func pop() -> Node? {
    defer { check() }
    if let node = stack.popLast() { return node }
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { return top }
      if child + 1 < heap.count, heap[child + 1].bound > heap[child].bound { child += 1 }
      guard heap[child].bound > heap[place].bound else { return top }
      heap.swapAt(child, place)
      place = child
    }
  }

  /// In debug builds, and while there are few enough nodes for that to take no time.
  private func check() {
    assert(count > 100 || violatedInvariants.isEmpty, violatedInvariants.joined(separator: "; "))
  }
}
