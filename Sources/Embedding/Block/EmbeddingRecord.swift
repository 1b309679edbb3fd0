/// What a network's rows cost in a model.
public struct EmbeddingRecord: Sendable, Equatable {
  /// One hidden layer.
  public struct Layer: Sendable, Equatable {
    /// Neurons that feed nothing which is wanted.
    public var unused = 0
    /// Stably inactive neurons; they cost nothing.
    public var inactive = 0
    /// Neurons that no input changes, among them fully pruned ones; they cost nothing.
    public var constant = 0
    /// Stably active neurons, and those without a ReLU: a column and a row each.
    public var active = 0
    /// Neurons without a ReLU that are written out where they are read: no column and no row.
    public var carried = 0
    /// Undecided neurons: three columns, one of them binary, and three rows each; two columns and five rows more for
    /// every part of a partition.
    public var unstable = 0
    /// Matrix entries of the layer's rows.
    public var entries = 0

    /// An empty layer.
    public init() {}

    /// One line for people.
    package var text: String {
      "\(inactive) inactive, \(active) active, \(unstable) unstable, \(constant) constant, \(unused) unused, "
        + (carried == 0 ? "" : "\(carried) carried, ") + "\(entries) entries"
    }
  }

  /// The hidden layers, first to last; of a batch, the sums over its rows.
  public package(set) var layers: [Layer] = []
  /// Columns that were added.
  public package(set) var columns = 0
  /// Those of them that are binary.
  public package(set) var binaries = 0
  /// Rows that were added.
  public package(set) var rows = 0
  /// Matrix entries of these rows.
  public package(set) var entries = 0

  /// An empty record.
  public init() {}

  /// Neurons whose phase is decided, so that they cost no binary.
  public var stable: Int { layers.reduce(0) { $0 + $1.inactive + $1.active + $1.carried + $1.constant } }

  mutating func add(_ more: [Layer]) {
    if layers.isEmpty { layers = [Layer](repeating: Layer(), count: more.count) }
    for (index, layer) in more.enumerated() {
      layers[index].unused += layer.unused
      layers[index].inactive += layer.inactive
      layers[index].constant += layer.constant
      layers[index].active += layer.active
      layers[index].carried += layer.carried
      layers[index].unstable += layer.unstable
      layers[index].entries += layer.entries
    }
  }
}
