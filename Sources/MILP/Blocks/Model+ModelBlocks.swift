import Essentials

extension Model {
  /// The blocks, in the order in which they were added.
  public var blocks: [(handle: BlockHandle, block: any ModelBlock)] {
    blockTable.keys.sorted().compactMap { number in
      blockTable[number].map { (BlockHandle(number: number), $0) }
    }
  }

  /// The block behind a handle.
  ///
  /// - Throws: `Misuse` when it was removed.
  public func block(_ handle: BlockHandle) throws -> any ModelBlock {
    guard let block = blockTable[handle.number] else {
      throw Misuse("block: it was removed from model \"\(name)\"")
    }
    return block
  }

  /// Takes note of a block whose columns and rows are in the model.
  @discardableResult
  public func add(_ block: any ModelBlock) -> BlockHandle {
    blockCount += 1
    blockTable[blockCount] = block
    return BlockHandle(number: blockCount)
  }

  /// Puts another block in the place of one; nil forgets it. Columns and rows are the caller's to change.
  public func set(_ handle: BlockHandle, to block: (any ModelBlock)?) { blockTable[handle.number] = block }

  /// What the blocks say about a solution of the model; see `ModelBlock.warnings`.
  public func blockWarnings(at point: [Double]?) -> [String] {
    guard !blockTable.isEmpty else { return [] }
    let inner = Set(blocks.flatMap(\.block.rows))
    let userRows = (0..<rowCount).filter { !inner.contains($0) }
    return blocks.flatMap { $0.block.warnings(at: point, of: self, userRows: userRows) }
  }

  /// `point` with the columns of all blocks as they must be, in the order in which the blocks were added.
  public func completed(_ point: [Double]) throws -> [Double] {
    try blocks.reduce(point) { try $1.block.completed($0, in: self) }
  }
}
