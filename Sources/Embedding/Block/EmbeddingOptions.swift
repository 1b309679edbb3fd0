import MILP
import Networks

/// How a network is put into a model.
public struct EmbeddingOptions {
  /// Ranges of the preactivations of a network whose inputs lie in a box.
  public typealias RangeFinder = (_ network: Network, _ lower: [Double], _ upper: [Double]) throws ->
    PreactivationRanges

  /// The block's name, which begins the names of its columns and rows; "network" and a number by default.
  public var name: String?
  /// Existing variables that the outputs are tied to, one list per row; nil, the default, makes new ones.
  public var outputs: [[Variable]]?
  /// How an undecided neuron becomes rows; big-M by default.
  public var formulation = Formulation.bigM
  /// Units of inputs and outputs.
  public var scale = NetworkScale()
  /// Where the preactivations' ranges come from.
  public var ranges: RangeFinder
  /// Solves the linear programs by which inputs and preactivations are bounded over the model's rows as well; nil, the
  /// default, looks at the variables' bounds alone.
  public var rowSolver: RowTightening.Solver?

  /// The defaults.
  public init(ranges: @escaping RangeFinder) { self.ranges = ranges }
}
