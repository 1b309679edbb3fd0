/// Columns and rows of a model that belong together and that mean something which the model itself does not know, such
/// as a network's outputs at its inputs.
///
/// A block never changes once it is in a model, and its columns have the same places in every copy of the model: copies
/// share it. What replaces it in one of them is another block.
public protocol ModelBlock: AnyObject {
  /// For messages.
  var name: String { get }
  /// The columns that it added.
  var columns: [Int] { get }
  /// The rows that it added.
  var rows: [Int] { get }

  /// Whether the block still means what it did: asked before every solve.
  ///
  /// - Throws: `Misuse` when the model was changed in a way that the block cannot stand, such as wider bounds of an input.
  func check(in model: Model) throws

  /// `point` with the block's columns as they must be at the values of what it reads; all others stay as they are.
  ///
  /// - Parameter point: one number per column.
  func completed(_ point: [Double], in model: Model) throws -> [Double]

  /// What a solution should say about the block, in sentences: how far `point`, one number per column, is from what the
  /// block means, where it is not near enough, and what in the model makes that likely.
  ///
  /// - Parameters:
  ///   - point: nil where no point was found.
  ///   - userRows: the rows that belong to no block.
  func warnings(at point: [Double]?, of model: Model, userRows: [Int]) -> [String]
}
