import Tensors

/// The sources of a builder laid out in layers, with neurons that pass on what is read later.
///
/// A reader is a neuron or an output. Above each layer, every source that a later reader still has to meet is represented
/// in one of two ways: it is passed on itself, or it is part of the reader's sum, which is passed on instead. Sources and
/// readers that meet are the two sides of a bipartite graph; of each connected part the smaller side is passed on.
struct LayerChain {
  /// A neuron or an output that reads a source from more than one layer below, while it waits for its turn.
  private struct Reader {
    /// The layer that it is in.
    let depth: Int
    /// Its block, that of the outputs being the number of blocks, and its place there.
    let block: Int
    let row: Int
    /// What it reads beside its sum.
    var entries: [(source: Int, weight: Double)]
    /// The neuron of the last layer that passes its sum on.
    var sum: Int?
  }

  private let builder: NetworkBuilder
  /// The blocks, and the outputs as one without ReLU.
  private let blocks: [NetworkBuilder.Block]
  /// Which rows of each block an output depends on, ascending.
  private let live: [[Int]]
  private var readers: [Reader] = []
  /// The neuron of the last layer that each source is; -1 where it is none.
  private var places: [Int]

  init(_ builder: NetworkBuilder, outputs: AffineValues) {
    self.builder = builder
    let count = builder.depths.count
    var isLive = [Bool](repeating: builder.keepsAll, count: count + outputs.count)
    for output in outputs.constants.indices { isLive[count + output] = true }
    // The outputs' layer is the one above all that they depend on.
    var depth = 1
    var blocks =
      builder.blocks + [
        NetworkBuilder.Block(
          sources: count..<count + outputs.count, depth: 0, values: outputs, isRectified: false)
      ]
    let matrices = blocks.map { block -> SparseMatrix? in
      if case .rows(let rows) = block.values.linear { rows } else { nil }
    }
    for (block, rows) in zip(blocks, matrices).reversed() {
      guard block.sources.contains(where: { isLive[$0] }) else { continue }
      depth = max(depth, block.depth + 1)
      if case .convolution(let convolution, _, let first) = block.values.linear {
        for source in block.sources { isLive[source] = true }
        for source in first..<first + convolution.inputCount { isLive[source] = true }
      } else if let rows {
        for (row, source) in block.sources.enumerated() where isLive[source] {
          for entry in rows.entries(row) { isLive[Int(rows.columns[entry])] = true }
        }
      }
    }
    blocks[blocks.count - 1] = NetworkBuilder.Block(
      sources: count..<count + outputs.count, depth: depth, values: outputs, isRectified: false)
    live = blocks.map { block in
      block.sources.indices.filter { isLive[$0] }.map { $0 - block.sources.lowerBound }
    }
    places = Array(0..<builder.inputCount) + [Int](repeating: -1, count: count - builder.inputCount)
    self.blocks = blocks
    collectReaders(matrices)
  }

  private mutating func collectReaders(_ matrices: [SparseMatrix?]) {
    for (index, block) in blocks.enumerated() {
      // A convolution of neurons lies in the layer above them; of the outputs it may not.
      guard let rows = matrices[index] ?? (index == blocks.count - 1 ? block.values.matrix : nil) else { continue }
      for row in live[index] {
        let entries = rows.entries(row)
        guard entries.contains(where: { builder.depths[Int(rows.columns[$0])] < block.depth - 1 }) else { continue }
        readers.append(
          Reader(
            depth: block.depth, block: index, row: row,
            entries: entries.map { (Int(rows.columns[$0]), rows.values[$0]) }))
      }
    }
  }

  /// The layers, first to last.
  mutating func layers() throws -> [Layer] {
    let last = blocks[blocks.count - 1].depth
    var layers: [Layer] = []
    var width = builder.inputCount
    for depth in 1...last {
      let layer = try layer(depth, width: width)
      layers.append(layer)
      width = layer.outputCount
    }
    return layers
  }

  /// The layer `depth`, over one of `width` neurons.
  private mutating func layer(_ depth: Int, width: Int) throws -> Layer {
    let own = blocks.indices.filter { blocks[$0].depth == depth && !live[$0].isEmpty }
    let carried = chooseCarried(through: depth)
    if own.count == 1, carried.sources.isEmpty, carried.readers.isEmpty,
      let layer = try convolution(of: own[0], width: width)
    {
      move(own, [], [])
      return layer
    }
    var matrix = SparseMatrix(columnCount: width)
    var (biases, isRectified): ([Double], [Bool]) = ([], [])
    for block in own {
      let values = blocks[block].values
      let rows = values.matrix
      var waiting: [Int: Reader] = [:]
      for reader in readers where reader.block == block { waiting[reader.row] = reader }
      for row in live[block] {
        if let reader = waiting[row] {
          append(reader, to: &matrix)
        } else {
          for entry in rows.entries(row) { matrix.append(places[Int(rows.columns[entry])], rows.values[entry]) }
        }
        matrix.endRow()
        biases.append(values.constants[row])
        isRectified.append(blocks[block].isRectified)
      }
    }
    for source in carried.sources {
      matrix.append(places[source], 1)
      matrix.endRow()
    }
    for index in carried.readers {
      let below = readers[index].entries.filter { builder.depths[$0.source] < depth }
      append(Reader(depth: 0, block: 0, row: 0, entries: below, sum: readers[index].sum), to: &matrix)
      matrix.endRow()
      readers[index].entries.removeAll { builder.depths[$0.source] < depth }
    }
    let passed = carried.sources.count + carried.readers.count
    biases += [Double](repeating: 0, count: passed)
    isRectified += [Bool](repeating: false, count: passed)
    move(own, carried.sources, carried.readers)
    return try Layer(matrix, bias: biases, rectified: NeuronSet(isRectified))
  }

  /// Adds what a reader reads of the last layer.
  private func append(_ reader: Reader, to matrix: inout SparseMatrix) {
    if let sum = reader.sum { matrix.append(sum, 1) }
    for (source, weight) in reader.entries { matrix.append(places[source], weight) }
  }

  /// The convolution that a block is, if it reads the whole of the last layer in its order.
  private func convolution(of block: Int, width: Int) throws -> Layer? {
    guard case .convolution(let convolution, let kernel, let first) = blocks[block].values.linear,
      convolution.inputCount == width, (0..<width).allSatisfy({ places[first + $0] == $0 })
    else { return nil }
    let constants = blocks[block].values.constants
    let shared = (0..<convolution.filters).map { constants[$0 * convolution.placeCount] }
    let isShared = constants.indices.allSatisfy { constants[$0] == shared[$0 / convolution.placeCount] }
    return try Layer(
      weight: Tensor(kernel, shape: convolution.kernelShape), convolution: convolution,
      bias: Tensor(isShared ? shared : constants),
      rectified: blocks[block].isRectified ? .all(of: convolution.outputCount) : .none(of: convolution.outputCount))
  }

  /// Makes the neurons of the layer that was laid out the last layer's: its own, passed sources, and passed sums.
  private mutating func move(_ own: [Int], _ sources: [Int], _ sums: [Int]) {
    for place in places.indices { places[place] = -1 }
    var count = 0
    for block in own where block < blocks.count - 1 {
      for row in live[block] {
        places[blocks[block].sources.lowerBound + row] = count
        count += 1
      }
    }
    for source in sources {
      places[source] = count
      count += 1
    }
    for index in sums {
      readers[index].sum = count
      count += 1
    }
    readers.removeAll { own.contains($0.block) }
  }

  /// What is passed through the layer `depth` for the readers above it: sources from below, and sums of readers.
  private func chooseCarried(through depth: Int) -> (sources: [Int], readers: [Int]) {
    var sums: [Int] = []
    var met: [(reader: Int, sources: [Int])] = []
    for (index, reader) in readers.enumerated() where reader.depth > depth {
      if reader.sum != nil {
        sums.append(index)
        continue
      }
      let below = reader.entries.compactMap { builder.depths[$0.source] < depth ? $0.source : nil }
      if !below.isEmpty { met.append((index, below)) }
    }
    guard !met.isEmpty else { return ([], sums) }
    // Readers and sources that are connected by what reads what.
    var parts = DisjointSets(count: builder.depths.count + readers.count)
    for (reader, sources) in met {
      for source in sources { parts.join(builder.depths.count + reader, source) }
    }
    var sourcesOf: [Int: Set<Int>] = [:]
    var readersOf: [Int: [Int]] = [:]
    for (reader, sources) in met {
      let part = parts.representative(of: builder.depths.count + reader)
      sourcesOf[part, default: []].formUnion(sources)
      readersOf[part, default: []].append(reader)
    }
    var carried: [Int] = []
    for (part, sources) in sourcesOf {
      let readers = readersOf[part] ?? []
      if readers.count < sources.count { sums += readers } else { carried += sources }
    }
    return (carried.sorted(), sums.sorted())
  }
}
