/// A row that a callback adds during a solve. It never becomes part of the `Model`.
public struct AddedRow: Sendable {
  /// The left side; its constant counts.
  public var expression: LinearExpression
  /// How the sides compare; `equal` only where the solver can.
  public var relation: Relation
  /// The right side.
  public var right: Double

  /// Makes the row `expression relation right`.
  public init(_ expression: some LinearOperand, _ relation: Relation, _ right: Double) {
    self.expression = expression.linearExpression
    self.relation = relation
    self.right = right
  }
}
