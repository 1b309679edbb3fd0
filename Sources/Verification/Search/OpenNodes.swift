/// The open nodes of a branch and bound: the one with the largest bound comes first, until there are so many that
/// memory asks for depth first.
struct OpenNodes {
  private var heap: [SearchNode] = []
  private var stack: [SearchNode] = []
  /// The most nodes that are kept in order of their bounds.
  let capacity: Int

  /// No nodes.
  init(capacity: Int) { self.capacity = capacity }

  /// The number of open nodes.
  var count: Int { heap.count + stack.count }

  /// The largest bound of an open node; -infinity without one.
  var bound: Double {
    stack.reduce(heap.first?.bound ?? -.infinity) { max($0, $1.bound) }
  }

  /// Adds a node.
  mutating func push(_ node: SearchNode) {
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
  mutating func pop() -> SearchNode? {
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
}
