/// What an observer wants of the training.
public enum TrainingAnswer: Sendable {
  /// Go on.
  case proceed
  /// Stop here and keep the weights as they are.
  case stop
}
