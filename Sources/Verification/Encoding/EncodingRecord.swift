import Essentials
import Embedding

/// What an encoding added to its model, layer by layer.
public struct EncodingRecord: Sendable, Equatable, CustomStringConvertible {
  /// The hidden layers, first to last.
  public var layers: [EmbeddingRecord.Layer] = []
  /// Columns that the region needed beside the inputs.
  public var regionColumns = 0
  /// Rows that the region needed.
  public var regionRows = 0
  /// Output columns.
  public var outputs = 0
  /// What was added to the margin to make up for terms too small to make an entry; 0 or a tiny number.
  public var marginSlack = 0.0
  /// By how much the objective can change by rounding, in the model's numbers and in a solver's; see `OutputRounding`.
  public var rounding = 0.0
  /// Columns of the whole model.
  public var columns = 0
  /// Rows of the whole model.
  public var rows = 0
  /// Matrix entries of the whole model.
  public var entries = 0
  /// Binaries of the whole model.
  public var binaries = 0

  /// An empty record.
  public init() {}

  /// A table for people.
  public var description: String {
    var lines = ["\(columns) columns (\(binaries) binary), \(rows) rows, \(entries) entries"]
    lines.append("region: \(regionColumns) columns, \(regionRows) rows; outputs: \(outputs)")
    for (index, layer) in layers.enumerated() { lines.append("layer \(index + 1): \(layer.text)") }
    return lines.joined(separator: "\n")
  }
}
