import MILP

/// How an undecided ReLU becomes columns and rows, by the name that scripts use.
///
/// Each formulation stands in a file of its own; `all` is the one list of them, and what scripts may write, messages and
/// `milp.formulations` follow from it.
public struct Formulation: Sendable {
  /// Adds the columns and rows of a neuron whose output has a column already.
  typealias Encoder = @Sendable (NeuronRequest, Model) throws -> any UndecidedNeuron

  /// The name in scripts.
  public let name: String
  let encode: Encoder

  init(_ name: String, _ encode: @escaping Encoder) {
    self.name = name
    self.encode = encode
  }

  /// Every formulation, with so many parts where it has parts.
  public static func all(partitions: Int = 2) -> [Formulation] { [.bigM, .partition(partitions)] }

  /// The names of every formulation.
  public static var names: [String] { all().map(\.name) }

  /// The formulation of that name; nil where there is none.
  public static func named(_ name: String, partitions: Int = 2) -> Formulation? {
    all(partitions: partitions).first { $0.name == name }
  }
}
