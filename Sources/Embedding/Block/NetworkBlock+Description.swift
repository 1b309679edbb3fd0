extension NetworkBlock: CustomStringConvertible {
  /// One line: `Block(sold: Network(3 -> 10 -> 1), 12 rows of inputs, 60 binaries, 60 stable, 250 columns, 300 rows)`.
  public var description: String {
    let batch = inputs.count == 1 ? "" : "\(inputs.count) rows of inputs, "
    return "Block(\(name): \(network), \(batch)\(record.binaries) binaries, \(record.stable) stable, "
      + "\(record.columns) columns, \(record.rows) rows)"
  }
}
