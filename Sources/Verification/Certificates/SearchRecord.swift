import Essentials
import Synchronization

/// What a branch and bound writes down on its way, so that its proof can be checked: for every node the bounds that were
/// worked out anew, and the numbers of the pass that closed it or the split that divided it.
///
/// Nodes come in the order of the search and leave in preorder. What they say goes to a temporary file at once; only
/// where it is, and which nodes follow, stays in memory: two words per node.
///
/// Nodes may be closed and divided by several threads at once; everything else is one thread's.
final class SearchRecord {
  private struct Node {
    /// Where its text begins in the spool.
    var start = 0
    /// The bytes of its text; negative while the node is open.
    var length: Int32 = -1
    /// The first of its two children; 0 for a leaf, since a root is nobody's child.
    var firstChild: Int32 = 0
  }

  /// The hidden layers of the network that the certificate is about.
  let layerCount: Int
  /// How many inequalities each alternative has, where these became layers of the network that is searched.
  let alternativeSizes: [Int]
  private let spool: Spool
  private let lock = Mutex(())
  private var nodes: [Node] = []
  private var rootCount = 0
  /// What is worked out before all trees.
  private var region: (start: Int, length: Int) = (0, 0)
  private var openCount = 0

  /// An empty record.
  ///
  /// - Parameter condition: what the network was made of together with another; see `BranchAndBoundOptions.condition`.
  /// - Throws: `OutsideFailure` when there is no room for a temporary file.
  init(_ layout: NeuronLayout, condition: OutputCondition? = nil) throws {
    spool = try Spool()
    let sizes = condition?.alternatives.map(\.count) ?? []
    alternativeSizes = sizes.contains { $0 > 1 } ? sizes : []
    // Every layer of pairs halves the inequalities.
    var (layers, size) = (0, sizes.reduce(1, max))
    while size > 1 { (layers, size) = (layers + 1, (size + 1) / 2) }
    layerCount = max(layout.layerCount - layers, 0)
  }

  /// How far below 0 a bound of a network with these outputs has to be, to be so for those who round otherwise.
  static func leastGap(_ outputs: LayerBounds) -> Double {
    1e-8 * zip(outputs.lower, outputs.upper).reduce(0) { max($0, abs($1.0), abs($1.1)) }
  }

  /// Begins anew: the first nodes are the roots of so many trees. Bounds of the region come next.
  func begin(roots: Int) {
    nodes = [Node](repeating: Node(), count: roots)
    (rootCount, openCount) = (roots, roots)
    region = (spool.count, 0)
  }

  /// Adds lines that hold in the whole region.
  func addKnown(_ text: CertificateText) throws {
    _ = try spool.append(text.bytes)
    region.length = spool.count - region.start
  }

  /// Closes a node.
  func close(_ node: Int, _ text: CertificateText) throws {
    try lock.withLock { _ in
      try settle(node, text, firstChild: 0)
      openCount -= 1
    }
  }

  /// Divides a node.
  ///
  /// - Returns: its first child; the second has the next number.
  func divide(_ node: Int, _ text: CertificateText) throws -> Int {
    try lock.withLock { _ in
      let first = nodes.count
      guard first < Int(Int32.max) - 2 else { throw OutsideFailure("certificate: the search has too many nodes") }
      nodes.append(Node())
      nodes.append(Node())
      try settle(node, text, firstChild: Int32(first))
      openCount += 1
      return first
    }
  }

  private func settle(_ node: Int, _ text: CertificateText, firstChild: Int32) throws {
    nodes[node] = Node(
      start: try spool.append(text.bytes), length: Int32(text.bytes.count), firstChild: firstChild)
  }

  /// Whether every node is closed or divided.
  var isComplete: Bool { rootCount > 0 && openCount == 0 }

  /// Writes the proof for a region: what is known in all of it, and a tree for each of what is unwanted, by its number
  /// from 0 and its root.
  func write(region: Int, _ trees: [(against: Int, root: Int)], to file: FileWriter) throws {
    try file.write(CertificateText("region", "\(region + 1)").bytes)
    try writeKnown(to: file)
    for tree in trees {
      try file.write(CertificateText("against", "\(tree.against + 1)").bytes)
      try writeTree(tree.root, to: file)
    }
  }

  private func writeKnown(to file: FileWriter) throws {
    // The bounds of a large network are many, and pieces of them mean nothing: a piece after the other all the same.
    for start in stride(from: region.start, to: region.start + region.length, by: 1 << 20) {
      try file.write(try spool.read(from: start, count: min(1 << 20, region.start + region.length - start)))
    }
  }

  /// Writes the tree below a root, in preorder.
  private func writeTree(_ root: Int, to file: FileWriter) throws {
    var open = [root]
    while let node = open.popLast().map({ nodes[$0] }) {
      try file.write(try spool.read(from: node.start, count: Int(node.length)))
      if node.firstChild > 0 { open += [Int(node.firstChild) + 1, Int(node.firstChild)] }
    }
  }
}
