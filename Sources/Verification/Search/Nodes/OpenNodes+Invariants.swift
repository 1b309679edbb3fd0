extension OpenNodes {
  /// What must hold of the nodes whatever was done with them, and does not: a sentence each. Empty where all is well.
  ///
  /// The heap holds at most `capacity` nodes, and no child has a larger bound than its parent, so that the first node has
  /// the largest. Nodes are on the stack only while the heap is full: they are taken first. No bound is NaN.
  package var violatedInvariants: [String] {
    var violations: [String] = []
    if heap.count > capacity { violations.append("\(heap.count) nodes in a heap for \(capacity)") }
    if !stack.isEmpty, heap.count < capacity { violations.append("nodes on the stack beside a heap with room") }
    if (heap + stack).contains(where: \.bound.isNaN) { violations.append("a bound that is no number") }
    for place in heap.indices.dropFirst() where heap[place].bound > heap[(place - 1) / 2].bound {
      violations.append("node \(place) has the bound \(heap[place].bound), its parent \(heap[(place - 1) / 2].bound)")
    }
    return violations
  }
}
