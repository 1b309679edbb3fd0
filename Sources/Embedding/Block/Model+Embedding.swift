import Essentials
import MILP
import Networks

extension Model {
  /// Puts a network into the model: y = f(x) for every row of `inputs`.
  ///
  /// - Parameter inputs: one list of variables per row, each as long as the network has inputs.
  /// - Returns: the block's handle; the block is `networkBlock(handle)`.
  /// - Throws: `Misuse` when shapes do not fit, a variable is another model's or has no finite bounds, or a weight is not
  ///   finite. Nothing is added then.
  @discardableResult
  public func embed(_ network: Network, _ inputs: [[Variable]], options: EmbeddingOptions) throws -> BlockHandle {
    try checkMayEmbed()
    guard !inputs.isEmpty else { throw Misuse("embed: expected at least one row of inputs") }
    try network.checkParameters(for: "embed")
    let name = options.name ?? "network\(blocks.count + 1)"
    return add(
      try NetworkBlock(try options.scale.folded(into: network), inputs, options, name: name, in: self))
  }

  /// The network block behind a handle.
  ///
  /// - Throws: `Misuse` when it was removed.
  public func networkBlock(_ handle: BlockHandle) throws -> NetworkBlock {
    guard let block = try block(handle) as? NetworkBlock else { throw Misuse("block: expected one of a network") }
    return block
  }

  /// Puts another network in the place of a block's, with the same inputs and outputs: their variables stay.
  ///
  /// - Parameter ranges: where its preactivations' ranges come from; as for the first network by default.
  /// - Throws: `Misuse` when it has other numbers of inputs or outputs; nothing is changed then.
  public func replace(
    _ handle: BlockHandle, by network: Network, ranges: EmbeddingOptions.RangeFinder? = nil
  ) throws {
    try checkMayEmbed()
    let old = try networkBlock(handle)
    guard network.inputCount == old.network.inputCount, network.outputCount == old.network.outputCount else {
      throw Misuse(
        "replace: expected a network of \(old.network.inputCount) inputs and \(old.network.outputCount) outputs, got "
          + "\(network.inputCount) and \(network.outputCount)")
    }
    try network.checkParameters(for: "replace")
    var options = old.options
    // What rows imply for the inputs is known already.
    options.rowSolver = nil
    if let ranges { options.ranges = ranges }
    let block = try NetworkBlock(try network.copy(), old.inputs, options, name: old.name, in: self, keeping: old)
    let outputs = Set(try old.ownOutputColumns(in: self))
    removeRows(old.rows)
    removeColumns(old.columns.filter { !outputs.contains($0) })
    // Bounds that the block gave its outputs follow the network; those that somebody else gave stay.
    for (row, variables) in old.outputs.enumerated() where old.ownsOutputs {
      for (output, variable) in variables.enumerated() {
        let bounds = try bounds(of: variable)
        let (given, new) = (old.outputBounds[row], block.outputBounds[row])
        let lower = bounds.lower == given.lower[output] ? new.lower[output] : bounds.lower
        let upper = bounds.upper == given.upper[output] ? new.upper[output] : bounds.upper
        try setBounds(of: variable, lower: lower, upper: upper)
      }
    }
    set(handle, to: block)
  }

  /// Removes a block with its columns and rows.
  ///
  /// - Throws: `Misuse` naming the row or the objective that still uses one of its outputs; nothing is removed then.
  public func remove(_ handle: BlockHandle) throws {
    try checkMayEmbed()
    let block = try networkBlock(handle)
    try checkUnused(block.columns, except: Set(block.rows))
    let columns = Set(block.columns)
    for (other, user) in blocks where other != handle {
      if let user = user as? NetworkBlock,
        try user.inputs.joined().contains(where: { columns.contains(try column(of: $0)) })
      {
        throw Misuse("remove: block \"\(user.name)\" still reads the outputs of block \"\(block.name)\"")
      }
    }
    removeRows(block.rows)
    removeColumns(block.columns)
    set(handle, to: nil)
  }

  private func checkMayEmbed() throws {
    guard !isBeingSolved else {
      throw Misuse("embed: model \"\(name)\" is being solved: expected no changes until the solve has returned")
    }
  }
}
