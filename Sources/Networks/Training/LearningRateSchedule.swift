import Essentials

import Glibc

/// How the learning rate changes from epoch to epoch.
public enum LearningRateSchedule: Equatable, Sendable {
  /// It does not.
  case constant
  /// It is multiplied by `factor` after every `every` epochs.
  case step(factor: Double, every: Int)
  /// It falls along half a cosine from the full rate in the first epoch towards `floor` times it after the last.
  case cosine(floor: Double = 0)

  /// What the learning rate is multiplied by in `epoch`, counted from 0, of `epochs`.
  public func factor(epoch: Int, of epochs: Int) -> Double {
    switch self {
    case .constant: 1
    case .step(let factor, let every): pow(factor, Double(epoch / every))
    case .cosine(let floor): floor + (1 - floor) * (1 + cos(Double.pi * Double(epoch) / Double(max(epochs, 1)))) / 2
    }
  }

  func validate() throws {
    switch self {
    case .constant: break
    case .step(let factor, let every):
      guard factor > 0, factor.isFinite, every >= 1 else {
        throw Misuse("train: expected a step schedule with factor above 0 and every >= 1, got \(factor) and \(every)")
      }
    case .cosine(let floor):
      guard (0...1).contains(floor) else {
        throw Misuse("train: expected a cosine schedule with a floor from 0 to 1, got \(floor)")
      }
    }
  }
}
