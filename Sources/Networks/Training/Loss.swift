import Essentials

/// What a training makes small: the mean over the examples, and over the outputs of each, of a loss.
///
/// r is output minus target.
public enum Loss: Equatable, Sendable {
  /// r^2, for real targets (`torch.nn.MSELoss`).
  case squares
  /// |r|, for real targets (`torch.nn.L1Loss`).
  case absolute
  /// r^2 / 2 up to |r| = delta and delta (|r| - delta / 2) beyond (P. Huber, "Robust Estimation of a Location
  /// Parameter", 1964; `torch.nn.HuberLoss`).
  case huber(delta: Double = 1)
  /// log(1 + e^z) - t z for an output z and a target t from 0 to 1 (`torch.nn.BCEWithLogitsLoss`). An example of the
  /// second of two classes has the target 1.
  case logistic
  /// Cross-entropy of softmax, for classes (`torch.nn.CrossEntropyLoss`).
  case crossEntropy

  /// The names that scripts use.
  public static let names = ["squares", "absolute", "huber", "logistic", "cross_entropy"]

  /// The loss of a name, or nil.
  public init?(name: String, delta: Double = 1) {
    switch name {
    case "squares": self = .squares
    case "absolute": self = .absolute
    case "huber": self = .huber(delta: delta)
    case "logistic": self = .logistic
    case "cross_entropy": self = .crossEntropy
    default: return nil
    }
  }

  /// The name that scripts use.
  public var name: String {
    switch self {
    case .squares: "squares"
    case .absolute: "absolute"
    case .huber: "huber"
    case .logistic: "logistic"
    case .crossEntropy: "cross_entropy"
    }
  }

  /// Whether outputs are to be numbers like the targets, rather than to tell classes apart.
  public var isRegression: Bool {
    switch self {
    case .squares, .absolute, .huber: true
    case .logistic, .crossEntropy: false
    }
  }

  /// The loss that is usual for a data set: squares for real targets, cross-entropy for classes.
  public static func usual(for dataset: Dataset) -> Loss {
    if case .numbers = dataset.targets { .squares } else { .crossEntropy }
  }

  func validate() throws {
    if case .huber(let delta) = self, !(delta > 0 && delta.isFinite) {
      throw Misuse("train: expected huber_delta above 0, got \(delta)")
    }
  }

  /// Checks that a network of `outputCount` outputs can be trained with the loss on `dataset`.
  ///
  /// - Throws: `Misuse` saying what the loss needs.
  func check(_ dataset: Dataset, outputCount: Int) throws {
    let has = "the network has \(outputCount) output\(outputCount == 1 ? "" : "s"), but the data set has"
    switch dataset.targets {
    case .classes(_, let names) where self == .crossEntropy:
      guard names.count <= outputCount else {
        let hint = outputCount == 1 && names.count == 2 ? "; for one output of two classes: loss = \"logistic\"" : ""
        throw Misuse("train: \(has) \(names.count) classes\(hint)")
      }
    case .classes(_, let names) where self == .logistic:
      guard names.count == 2, outputCount == 1 else {
        throw Misuse("train: the loss \"logistic\" takes two classes and one output; \(has) \(names.count) classes")
      }
    case .classes:
      throw Misuse("train: the loss \"\(name)\" needs real targets, got \(dataset)")
    case .numbers(let numbers, let width):
      guard self != .crossEntropy else {
        throw Misuse("train: the loss \"cross_entropy\" needs classes, got \(dataset)")
      }
      guard width == outputCount else { throw Misuse("train: \(has) \(width) target\(width == 1 ? "" : "s")") }
      if self == .logistic, let wrong = numbers.firstIndex(where: { !(0...1).contains($0) }) {
        throw Misuse(
          "train: the loss \"logistic\" needs targets from 0 to 1, got \(numbers[wrong]) in row \(wrong / width + 1)")
      }
    }
  }
}
